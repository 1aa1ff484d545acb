"""The figures had ambiguous bars gone the other way."""

import pytest

from strategies.engine.figures.metrics_band import kpi_band, r_at_target
from strategies.engine.program.program import compile_program
from strategies.engine.report import backtest_document
from strategies.engine.spec import Costs, Protection
from strategies.engine.tests.builders import bars_of, make_spec
from strategies.engine.tests.test_report import LEAD, SESSIONS

BOTH = (100, 103, 98, 100)
SETTINGS = {"stop": Protection("fixed_dollar", 1.0), "target": Protection("fixed_dollar", 2.0)}


def backtest(*rows, **changes):
    spec = make_spec(**SETTINGS, **changes)
    return spec, compile_program(spec).backtest(bars_of([*LEAD, *rows])).trades


def test_without_an_ambiguous_bar_there_is_no_band():
    spec, trades = backtest((100, 100.5, 98, 99))
    assert [trade.ambiguous for trade in trades] == [False]
    assert kpi_band(trades, spec, 1) is None
    assert kpi_band([], spec, 1) is None


def test_the_band_takes_the_stop_and_the_target():
    spec, trades = backtest(BOTH)
    found = kpi_band(trades, spec, 1)
    assert found["n_ambiguous"] == 1
    assert (found["worst"]["total_r"], found["best"]["total_r"]) == (-1.0, 2.0)
    assert found["worst"]["profit_factor"] == 0.0
    assert found["best"]["profit_factor_infinite"] is True


def test_a_resolved_bar_is_no_question():
    spec, trades = backtest(BOTH)
    assert kpi_band([trades[0]._replace(hifi_resolved=True)], spec, 1) is None


def test_a_target_does_not_slip_but_the_entry_does_and_commissions_are_paid():
    costs = Costs(commission_per_share=0.01, slippage_per_share=0.05)
    spec, (trade,) = backtest(BOTH, costs=costs)
    assert trade.r_multiple == pytest.approx(-1.0 - 0.02 - 0.10)
    assert r_at_target(trade, spec) == pytest.approx(2.0 - 0.02 - 0.05)


def test_a_target_pays_fees_and_no_half_spread():
    costs = Costs(sell_fee_per_share=0.01, half_spread_per_share=0.05)
    spec, (trade,) = backtest(BOTH, costs=costs)
    assert trade.r_multiple == pytest.approx(-1.0 - 0.01 - 0.10)
    assert r_at_target(trade, spec) == pytest.approx(2.0 - 0.01 - 0.05)


def test_a_short_trade_gains_downwards():
    (trade,) = backtest(BOTH)[1]
    short = make_spec(**SETTINGS, direction="SHORT")
    turned = trade._replace(direction="SHORT", target_price=trade.entry_price - 2.0)
    assert r_at_target(turned, short) == pytest.approx(2.0)


def test_the_document_holds_the_band_and_the_other_figures():
    spec = make_spec(**SETTINGS)
    advance = compile_program(spec).backtest(bars_of([*LEAD, BOTH]))
    found = backtest_document(advance, SESSIONS)
    assert found["kpis_band"]["best"]["total_r"] == 2.0
    assert found["kpis"]["total_r"] == found["monthly"]["r"] == -1.0
    assert found["monthly"]["years"][0]["months"][2] == {"r": -1.0, "trades": 1}
    assert set(found["kpis_extended"].values()) == {None}
