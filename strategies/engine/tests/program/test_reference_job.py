import csv

import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.tests.builders import DATA, reference_bars, reference_spec

PRICES = ("entry_price", "exit_price", "stop_price", "target_price", "r_multiple")
TOTALS = {"REFA": (475, 11.376485), "REFB": (481, -27.977274)}


def expected_trades(name):
    with (DATA / f"{name}_long_1.5atr_2r_trades.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=["REFA", "REFB"])
def result(request):
    bars = reference_bars(request.param)
    return request.param, compile_program(reference_spec()).backtest(bars)


def test_reference_job_gives_the_expected_bars_and_reasons(result):
    name, advance = result
    found = [(t.entry_index, t.exit_index, t.exit_reason) for t in advance.trades]
    assert found == [
        (int(row["entry_index"]), int(row["exit_index"]), row["exit_reason"])
        for row in expected_trades(name)
    ]


def test_reference_job_gives_the_expected_prices_and_r(result):
    name, advance = result
    for trade, row in zip(advance.trades, expected_trades(name), strict=True):
        for field in PRICES:
            assert getattr(trade, field) == pytest.approx(float(row[field]), rel=0, abs=1e-9)


def test_reference_job_gives_the_expected_totals(result):
    name, advance = result
    assert (len(advance.trades), pytest.approx(sum(advance.r_multiples_gross), abs=1e-6)) == (
        TOTALS[name]
    )
    assert advance.open_trade is None


def test_a_backtest_equals_an_advance_with_all_observers(result):
    _, advance = result
    program = advance.program
    other = program.advance(program.new_memory(), advance.bars)
    assert other.trades == advance.trades


def test_a_backtest_computes_columns_when_they_are_asked_for(result):
    _, advance = result
    program = advance.program
    other = program.advance(program.new_memory(), advance.bars)
    for pack_id in program.pack_keys:
        found, expected = advance.columns(pack_id), other.columns(pack_id)
        assert list(found) == list(expected)
        assert all(found[name].tobytes() == expected[name].tobytes() for name in expected)
