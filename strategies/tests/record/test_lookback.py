"""Windows: what lookback fields mean, where loading begins, how many bars that is."""

from datetime import datetime

import pytest

from strategies.bars import anchor_ts
from strategies.record.lookback import (
    EASTERN,
    days_for_bars,
    estimated_bars,
    size_warning,
    visible_window,
)

NOW = int(datetime(2024, 7, 10, 15, 0, tzinfo=EASTERN).timestamp())


def eastern(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=EASTERN).timestamp())


def test_days_begin_at_an_eastern_midnight():
    assert visible_window({"data_days": 30}, NOW) == (eastern(2024, 6, 10), None)


def test_days_across_the_clock_change_begin_at_midnight_too():
    assert visible_window({"data_days": 150}, NOW).start_ts == eastern(2024, 2, 11)


def test_a_date_range_runs_from_open_to_close():
    record = {
        "lookback_mode": "Date Range",
        "lookback_start_date": "2024-01-02",
        "lookback_end_date": "2024-03-15",
    }
    expected = (eastern(2024, 1, 2, 9, 30), eastern(2024, 3, 15, 16))
    assert visible_window(record, NOW) == expected


def test_a_number_of_bars_becomes_days():
    record = {"lookback_mode": "Bars/Candles", "bar_count": 3900, "timeframe": "1Min"}
    assert visible_window(record, NOW).start_ts == eastern(2024, 6, 25)


@pytest.mark.parametrize(
    ("bars", "timeframe", "session", "days"),
    [(390, "1Min", "RTH", 2), (3900, "1Min", "RTH", 15), (252, "1Day", "RTH", 365)],
)
def test_days_for_bars_count_trading_days(bars, timeframe, session, days):
    assert days_for_bars(bars, timeframe, session) == days


def test_estimates_scale_with_the_session():
    assert estimated_bars("1Min", "RTH", 365) == 252 * 390
    assert estimated_bars("1Min", "Extended Hours", 365) == 252 * 960
    assert estimated_bars("1Day", "RTH", 1) == 1


def test_weeks_and_months_take_their_time():
    assert (days_for_bars(52, "1Week", "RTH"), days_for_bars(3, "1Month", "RTH")) == (377, 92)
    assert estimated_bars("1Week", "RTH", 365) == 50
    assert estimated_bars("1Month", "Extended Hours", 365) == 12
    assert anchor_ts(eastern(2024, 7, 10), {"1Week": 100}, "RTH") < eastern(2022, 7, 1)


def test_loading_begins_at_a_month_that_holds_the_warm_up():
    visible = eastern(2024, 7, 10)
    assert anchor_ts(visible, {"1Min": 0}, "RTH") == eastern(2024, 7, 1)
    assert anchor_ts(visible, {"1Min": 1000}, "RTH") == eastern(2024, 6, 1)
    assert anchor_ts(visible, {"1Day": 1000}, "RTH") < eastern(2020, 1, 1)


def test_strategies_of_one_month_share_their_anchor():
    starts = (eastern(2024, 7, 20), eastern(2024, 7, 31))
    assert len({anchor_ts(start, {"1Min": 100}, "RTH") for start in starts}) == 1


def test_large_windows_are_pointed_out():
    assert [bool(size_warning(n)) for n in (50_000, 50_001, 200_001)] == [False, True, True]
