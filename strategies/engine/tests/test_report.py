"""The backtest document and what it says about missing bars."""

import json
from datetime import date

import numpy as np
import pytest

from strategies.engine.figures.coverage import missing_runs, trading_days
from strategies.engine.program.program import compile_program
from strategies.engine.report import backtest_document, iso
from strategies.engine.spec import Protection
from strategies.engine.tests.builders import FIRST_DAY, bars_of, make_spec

FLAT = (100, 100, 100, 100)
LEAD = [FLAT] * 15 + [(100, 100, 99, 99), (99, 100, 99, 100)]
SESSIONS = np.arange(FIRST_DAY, FIRST_DAY + 40)


def document(rows, per_day=390, days=None, **changes):
    bars = bars_of([*LEAD, *rows], per_day=per_day)
    if days is not None:
        bars = bars._replace(day=np.array(days, np.int32))
    settings = {"stop": Protection("fixed_dollar", 1.0), **changes}
    advance = compile_program(make_spec(**settings)).backtest(bars)
    return backtest_document(advance, SESSIONS)


def test_document_is_json_without_rounding_or_infinity():
    found = document([(100, 103, 99.5, 102)], target=Protection("fixed_dollar", 1 / 3))
    text = json.dumps(found, allow_nan=False)
    assert json.loads(text)["trades"][0]["target_price"] == 100 + 1 / 3
    assert found["kpis"]["profit_factor_infinite"] is True


def test_instants_are_utc_with_z():
    found = document([(100, 100.5, 98, 99)])
    assert found["bars"] == {
        "count": 18,
        "first": "2024-03-04T14:30:00Z",
        "last": "2024-03-04T14:47:00Z",
    }
    assert found["trades"][0]["entry_bar"] == "2024-03-04T14:46:00Z"
    assert found["trades"][0]["entry_fill_ts"] == "2024-03-04T14:47:00Z"


def test_open_trade_has_its_entry_and_the_stop_in_force():
    found = document([FLAT])
    held = found["open_trade"]
    assert (held["stop_price"], held["bars_held"], held["target_price"]) == (99.0, 1, None)
    assert found["trades"] == []


def test_rejected_entries_are_listed_by_bar():
    found = document([], stop=Protection("percentage", 1e-8))
    assert found["rejected"] == [{"bar": "2024-03-04T14:46:00Z", "reason": "zero_risk"}]


def test_no_bars_is_a_warning():
    spec = make_spec()
    found = backtest_document(compile_program(spec).backtest(bars_of([])), SESSIONS)
    assert found["bars"] == {"count": 0, "first": None, "last": None}
    assert "no bars" in found["warnings"][0]


def test_too_few_bars_is_a_warning():
    bars = bars_of(LEAD[:10])
    found = backtest_document(compile_program(make_spec()).backtest(bars), SESSIONS)
    assert "not enough" in found["warnings"][0]


def test_each_run_of_missing_sessions_is_named_once():
    days = FIRST_DAY + np.array([0] * 16 + [3, 5], np.int32)
    bars = bars_of([FLAT] * 18)._replace(day=days)
    runs = missing_runs(bars, SESSIONS)
    assert [(run.first_day - FIRST_DAY, run.n_sessions) for run in runs] == [(1, 2), (4, 1)]
    first = date.fromordinal(FIRST_DAY + 1)
    assert str(runs[0]) == f"no bars for 2 sessions: {first} to {first.replace(day=first.day + 1)}"


def test_dates_before_the_first_and_after_the_last_bar_are_not_missing():
    assert missing_runs(bars_of([FLAT] * 3), SESSIONS) == []


@pytest.mark.parametrize(("gap", "is_warned"), [(5, False), (6, True)])
def test_a_trade_held_over_more_than_five_sessions_carries_a_warning(gap, is_warned):
    days = FIRST_DAY + np.array([0] * 17 + [gap + 1, gap + 1])
    found = document([(100, 100.5, 99.5, 100), (100, 100, 98, 99)], days=days)
    (trade,) = found["trades"]
    assert bool(trade["warnings"]) == is_warned
    held = document([FLAT, FLAT], days=days)["open_trade"]
    assert bool(held["warnings"]) == is_warned


def test_trading_days_count_exchange_dates_only():
    bars = bars_of([FLAT] * 6, per_day=2)
    weekend = bars._replace(is_session_day=np.array([1, 1, 0, 0, 1, 1], np.bool_))
    assert (trading_days(bars), trading_days(weekend)) == (3, 2)
    assert trading_days(bars_of([])) == 1


def test_iso_of_the_epoch():
    assert iso(0) == "1970-01-01T00:00:00Z"
