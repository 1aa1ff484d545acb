"""Weeks and months: which dates they hold, when they begin, when they are known."""

import numpy as np
import pytest

from market import calendar
from market.arrays import RawBars, empty_raw
from market.bars import base_timeframe, load_bars
from market.errors import BarsError
from market.ingest.csv_bars import instant_text
from market.resample import newest_close, to_engine_bars
from market.testing import make_bars, ts_of, wave
from market.timeframes import TIMEFRAMES

NS = 1_000_000_000
LATER = ts_of("2030-01-01T00:00:00Z")
PERIODS = ("1Week", "1Month")
FOREVER = 1 << 33


def derive(raw, timeframe, session="RTH", now_ts=LATER, base="1Day", after_ts=None):
    return to_engine_bars(
        raw,
        base_timeframe=base,
        timeframe=timeframe,
        session=session,
        now_ts=now_ts,
        after_ts=after_ts,
    )


def typed(*rows):
    """Bars of (start, open, high, low, close), volume 10."""
    starts = np.array([ts_of(f"{row[0]}:00Z") for row in rows], np.int64)
    prices = np.array([row[1:] for row in rows], np.float64).T
    return RawBars(starts, *np.ascontiguousarray(prices), np.full(len(rows), 10.0))


def flat(*starts):
    return typed(*((start, 5, 5, 5, 5) for start in starts))


def spans(bars):
    return [
        (instant_text(int(start) // NS), instant_text(int(close) // NS))
        for start, close in zip(bars.start_ns, bars.close_ns, strict=True)
    ]


def days_of(raw):
    """Daily bars made from minutes."""
    days = derive(raw, "1Day", base="1Min")
    return RawBars(days.start_ns // NS, *days[2:7])


def test_a_week_takes_first_open_extremes_last_close_and_the_sum_of_volume():
    raw = typed(
        ("2024-03-04T05:00", 10, 11, 9, 10.5),
        ("2024-03-06T05:00", 11, 15, 10, 12),
        ("2024-03-08T05:00", 12, 13, 8, 9),
        ("2024-03-11T04:00", 9, 9, 9, 9),
    )
    bars = derive(raw, "1Week")
    assert [column[0] for column in bars[2:7]] == [10, 15, 8, 9, 30]
    # The clocks change between both weeks.
    assert spans(bars) == [
        ("2024-03-04T05:00:00Z", "2024-03-08T21:00:00Z"),
        ("2024-03-11T04:00:00Z", "2024-03-15T20:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("timeframe", "day", "start", "close"),
    [
        # Memorial Day: the week begins on Tuesday.
        ("1Week", "2024-05-30T04:00", "2024-05-28T04:00:00Z", "2024-05-31T20:00:00Z"),
        # Good Friday: it ends on Thursday.
        ("1Week", "2024-03-25T04:00", "2024-03-25T04:00:00Z", "2024-03-28T20:00:00Z"),
        # The day after Thanksgiving closes early.
        ("1Week", "2023-11-20T05:00", "2023-11-20T05:00:00Z", "2023-11-24T18:00:00Z"),
        # The first of September was a Sunday, Labor Day followed; the 30th was a Monday.
        ("1Month", "2024-09-12T04:00", "2024-09-03T04:00:00Z", "2024-09-30T20:00:00Z"),
        # March ends with Good Friday and a weekend.
        ("1Month", "2024-03-12T04:00", "2024-03-01T05:00:00Z", "2024-03-28T20:00:00Z"),
    ],
)
def test_start_and_close_follow_from_the_calendar_not_from_the_bars(timeframe, day, start, close):
    assert spans(derive(flat(day), timeframe)) == [(start, close)]


def test_it_exists_once_the_clock_has_reached_its_close():
    raw = flat("2024-03-04T05:00", "2024-03-05T05:00")
    close = ts_of("2024-03-08T21:00:00Z")
    assert derive(raw, "1Week", now_ts=close - 1).n == 0
    assert derive(raw, "1Week", now_ts=close).n == 1


def test_columns_speak_of_the_first_date_and_the_session_of_the_whole_week():
    bars = derive(flat("2024-05-30T04:00"), "1Week")
    assert (bars.weekday[0], bars.minute[0]) == (1, 0)
    assert bars.session_open_ns[0] == ts_of("2024-05-28T13:30:00Z") * NS
    assert bars.session_close_ns[0] == ts_of("2024-05-31T20:00:00Z") * NS


def test_around_the_clock_a_week_holds_every_date():
    raw = flat("2024-03-04T05:00", "2024-03-09T12:00", "2024-03-11T04:30")
    assert spans(derive(raw, "1Week", "24/7", base="1Min")) == [
        ("2024-03-04T05:00:00Z", "2024-03-11T04:00:00Z"),
        ("2024-03-11T04:00:00Z", "2024-03-18T04:00:00Z"),
    ]


def test_delivered_days_are_never_known_before_the_regular_close_of_the_week():
    friday = ts_of("2024-03-08T21:00:00Z")
    bars = derive(flat("2024-03-04T05:00"), "1Week", "Pre-Market")
    assert bars.close_ns[0] == friday * NS
    minutes = derive(flat("2024-03-04T13:00"), "1Week", "Pre-Market", base="1Min")
    assert minutes.close_ns[0] == ts_of("2024-03-08T14:30:00Z") * NS


@pytest.mark.parametrize("timeframe", PERIODS)
def test_minutes_and_days_give_the_same_bars_to_the_bit(timeframe):
    raw = wave(45)
    for ours, theirs in zip(
        derive(raw, timeframe, base="1Min"), derive(days_of(raw), timeframe), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("timeframe", PERIODS)
@pytest.mark.parametrize("session", ["RTH", "Pre-Market", "24/7"])
def test_further_days_never_change_a_closed_bar(timeframe, session):
    raw = days_of(wave(64))
    whole = derive(raw, timeframe, session, newest_close(raw, "1Day"))
    assert whole.n >= 2
    for cut in range(1, raw.n):
        part = raw.take(slice(0, cut))
        seen = derive(part, timeframe, session, newest_close(part, "1Day"))
        for column, full in zip(seen, whole, strict=True):
            np.testing.assert_array_equal(column, full[: seen.n])


@pytest.mark.parametrize("timeframe", PERIODS)
def test_minutes_that_come_late_in_a_week_change_no_closed_bar(timeframe):
    raw = wave(45)
    whole = derive(raw, timeframe, base="1Min")
    for cut in range(200, raw.n, 1777):
        part = raw.take(slice(0, cut))
        seen = derive(part, timeframe, now_ts=newest_close(part, "1Min"), base="1Min")
        for column, full in zip(seen, whole, strict=True):
            np.testing.assert_array_equal(column, full[: seen.n])


@pytest.mark.parametrize(
    ("start", "close"),
    [
        ("2024-03-04T05:00", "2024-03-08T21:00:00Z"),
        # Midnight UTC is the evening before in New York, a Sunday: nothing is seen early.
        ("2024-03-04T00:00", "2024-03-08T21:00:00Z"),
        ("2024-03-01T21:00", "2024-03-08T21:00:00Z"),
        ("2024-03-01T20:59", "2024-03-01T21:00:00Z"),
    ],
)
def test_a_file_of_weeks_is_known_at_the_close_of_the_week(start, close):
    bars = derive(flat(start), "1Week", base="1Week")
    assert spans(bars) == [(f"{start}:00Z", close)]


def test_now_of_a_file_of_weeks_or_months_is_the_end_of_its_last_row():
    assert newest_close(flat("2024-03-04T00:00"), "1Week") == ts_of("2024-03-11T04:00:00Z")
    assert newest_close(flat("2024-03-01T05:00"), "1Month") == ts_of("2024-04-01T04:00:00Z")


@pytest.mark.parametrize(
    ("base", "timeframe"),
    [("1Week", "1Month"), ("1Week", "1Day"), ("1Month", "1Week"), ("1Week", "1Min")],
)
def test_what_a_week_or_a_month_can_not_give_is_refused(base, timeframe):
    with pytest.raises(BarsError, match=f"{timeframe} bars can't be built from {base} bars"):
        derive(empty_raw(), timeframe, base=base)


def test_labels_and_estimates():
    week, month = TIMEFRAMES["1Week"], TIMEFRAMES["1Month"]
    assert (week.seconds, week.label_primary, week.label_secondary) == (604_800, "1W", "1w")
    assert (month.label_primary, month.label_secondary) == ("1MO", "1mo")
    assert TIMEFRAMES["1Day"].seconds < week.seconds < month.seconds


def test_dates_inside_a_longer_bar_are_not_missing():
    weeks = derive(days_of(wave(20)), "1Week")
    one_missing = weeks.take(np.array([0, 1, 3]))
    close_ts = one_missing.close_ns // NS
    expected = calendar.expected_days(one_missing.day, close_ts)
    quiet = sorted(set(expected.tolist()) - set(one_missing.day.tolist()))
    assert [np.datetime64("1970-01-01") + day - 719163 for day in quiet] == [
        np.datetime64(f"2024-03-{day}") for day in range(18, 23)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("timeframe", PERIODS)
def test_stored_days_make_weeks_and_months_of_the_regular_session(timeframe):
    raw = make_bars(n_days=64)
    assert base_timeframe("sample", "SPY", timeframe, "RTH") == "1Day"
    assert base_timeframe("sample", "SPY", timeframe, "Extended Hours") == "1Min"
    stored = load_bars("sample", "SPY", timeframe, "RTH", 0, FOREVER)
    direct = derive(raw, timeframe, now_ts=newest_close(raw, "1Min"), base="1Min", after_ts=0)
    assert stored.n == direct.n > 1
    for ours, theirs in zip(stored, direct, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.django_db
@pytest.mark.parametrize("session", ["RTH", "Extended Hours"])
def test_a_range_that_begins_within_a_month_leaves_that_month_out(session):
    make_bars(n_days=64)
    bars = load_bars("sample", "SPY", "1Month", session, ts_of("2024-03-12T04:00:00Z"), FOREVER)
    whole = load_bars("sample", "SPY", "1Month", session, 0, FOREVER)
    assert spans(bars) == spans(whole)[1:]
    last = int(whole.start_ns[-1]) // NS
    upto = load_bars("sample", "SPY", "1Month", session, 0, last + 1)
    np.testing.assert_array_equal(upto.close, whole.close)
