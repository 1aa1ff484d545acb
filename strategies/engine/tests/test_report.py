"""The backtest document and what it says about missing bars."""

import json
from datetime import date

import numpy as np
import pytest

from strategies.engine.figures.coverage import missing_runs, trading_days
from strategies.engine.program.program import compile_program
from strategies.engine.report import backtest_document, counting_dates, iso
from strategies.engine.spec import Protection
from strategies.engine.tests.builders import FIRST_DAY, bars_of, make_spec

FLAT = (100, 100, 100, 100)
LEAD = [FLAT] * 15 + [(100, 100, 99, 99), (99, 100, 99, 100)]
SESSIONS = np.arange(FIRST_DAY, FIRST_DAY + 40)


def document(rows, per_day=390, days=None, **changes):
    bars = bars_of([*LEAD, *rows], per_day=per_day)
    if days is not None:
        bars = on_days(bars, days)
    settings = {"stop": Protection("fixed_dollar", 1.0), **changes}
    advance = compile_program(make_spec(**settings)).backtest(bars)
    return backtest_document(advance, SESSIONS)


def on_days(bars, days):
    """The same bars on other dates; those between them are missing."""
    days = np.array(days, np.int32)
    missing = np.maximum(np.diff(days, prepend=days[0]) - 1, 0)
    return bars._replace(day=days, missing_before=missing.astype(np.int32))


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
    bars = on_days(bars_of([FLAT] * 18), days)
    runs = missing_runs(bars, SESSIONS)
    assert [(run.first_day - FIRST_DAY, run.n_sessions) for run in runs] == [(1, 2), (4, 1)]
    first = date.fromordinal(FIRST_DAY + 1)
    assert str(runs[0]) == f"no bars for 2 sessions: {first} to {first.replace(day=first.day + 1)}"


def test_dates_before_the_first_and_after_the_last_bar_are_not_missing():
    assert missing_runs(bars_of([FLAT] * 3), SESSIONS) == []


def held_over(gap):
    """A position entered on the first date, the next bar `gap` dates later."""
    days = FIRST_DAY + np.array([0] * 17 + [gap + 1, gap + 1])
    rows = [(100, 100.5, 99.5, 100), (100, 100, 98, 99)]
    return document(rows, days=days), document([FLAT, FLAT], days=days)


def test_a_trade_held_over_no_missing_date_has_no_warning():
    closed, still_held = held_over(0)
    assert closed["trades"][0]["warnings"] == still_held["open_trade"]["warnings"] == []


def test_a_trade_held_over_one_missing_date_carries_a_warning():
    closed, still_held = held_over(1)
    warning = f"held over a gap: no bars for 1 session: {date.fromordinal(FIRST_DAY + 1)}"
    assert closed["trades"][0]["warnings"] == still_held["open_trade"]["warnings"] == [warning]
    assert closed["kpis"]["excluded_trades"] == 0


@pytest.mark.parametrize("gap", [2, 3, 30])
def test_a_trade_is_not_held_over_more_and_counts_nowhere(gap):
    closed, still_held = held_over(gap)
    (trade,) = closed["trades"]
    assert (trade["exit_reason"], trade["bars_held"]) == ("data_gap", 0)
    assert (trade["r_multiple"], trade["warnings"]) == (0.0, [])
    assert still_held["open_trade"] is None
    kpis = closed["kpis"]
    assert (kpis["total_trades"], kpis["excluded_trades"], kpis["excluded_r"]) == (0, 1, 0.0)
    assert closed["monthly"]["trades"] == 0


def test_dates_of_another_session_are_not_missing():
    bars = on_days(bars_of([FLAT] * 3), FIRST_DAY + np.array([0, 4, 5]))
    bars = bars._replace(missing_before=np.array([0, 2, 0], np.int32))
    (run,) = missing_runs(bars, SESSIONS)
    first, last = (date.fromordinal(FIRST_DAY + place) for place in (1, 3))
    assert str(run) == f"no bars for 2 of 3 sessions: {first} to {last}"


def test_trading_days_count_exchange_dates_only():
    bars = bars_of([FLAT] * 6, per_day=2)
    weekend = bars._replace(date_mask=np.array([1, 1, 0, 0, 1, 1], np.int64))
    assert (trading_days(bars), trading_days(weekend)) == (3, 2)
    assert trading_days(bars_of([])) == 1


def test_iso_of_the_epoch():
    assert iso(0) == "1970-01-01T00:00:00Z"


def test_an_exit_on_a_date_without_a_session_counts_on_the_next_one():
    assert counting_dates([3, 6, 7, 8, 20], [3, 5, 8, 9]) == [3, 8, 8, 8, 9]
    assert counting_dates([4], []) == [4]
