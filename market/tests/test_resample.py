import numpy as np
import pytest

from market.arrays import RawBars, empty_raw
from market.errors import BarsError
from market.ingest.csv_bars import instant_text, read_bars_csv
from market.resample import newest_close, to_engine_bars
from market.sample import PATH
from market.testing import raw_bars, ts_of, wave
from market.timeframes import TIMEFRAMES

NS = 1_000_000_000
LATER = ts_of("2030-01-01T00:00:00Z")


def at(*texts):
    return np.array([ts_of(text) for text in texts], np.int64)


def flat(*texts):
    """One bar of price 10 at each instant."""
    n = len(texts)
    return RawBars(at(*texts), *(np.full(n, 10.0) for _ in range(4)), np.full(n, 1.0))


def derive(raw, timeframe="5Min", session="RTH", now_ts=LATER, base="1Min"):
    return to_engine_bars(
        raw, base_timeframe=base, timeframe=timeframe, session=session, now_ts=now_ts
    )


def starts(bars):
    return [instant_text(int(ns) // NS) for ns in bars.start_ns]


def closes(bars):
    return [instant_text(int(ns) // NS) for ns in bars.close_ns]


def test_a_derived_bar_takes_first_open_extremes_last_close_and_the_sum_of_volume():
    raw = raw_bars(
        [(10, 11, 9, 10.5, 100), (10.5, 12, 10, 11, 50), (11, 11.5, 8, 9, 25)],
        ts_of("2024-03-04T14:30:00Z"),
    )
    bars = derive(raw)
    assert [column[0] for column in bars[2:7]] == [10, 12, 8, 9, 175]
    assert starts(bars) == ["2024-03-04T14:30:00Z"]
    assert closes(bars) == ["2024-03-04T14:35:00Z"]


def test_bars_are_anchored_at_the_open_and_end_at_the_close_of_the_session():
    bars = derive(wave(1), "2Hour")
    assert starts(bars) == [f"2024-03-04T{hour}:30:00Z" for hour in (14, 16, 18, 20)]
    assert closes(bars)[-1] == "2024-03-04T21:00:00Z"


def test_the_last_bar_of_an_early_close_is_cut_at_the_close():
    raw = flat("2020-11-27T17:30:00Z", "2020-11-27T17:59:00Z", "2020-11-27T18:00:00Z")
    bars = derive(raw, "1Hour")
    assert starts(bars) == ["2020-11-27T17:30:00Z"]
    assert closes(bars) == ["2020-11-27T18:00:00Z"]
    assert bars.volume.tolist() == [2.0]


@pytest.mark.parametrize(
    ("base", "timeframe", "start", "close"),
    [
        # On the grid counted from the open: the session ends it.
        ("1Hour", "1Hour", "20:30", "21:00"),
        ("5Min", "15Min", "20:55", "21:00"),
        # Off the grid: it may hold prices from after the session, or from after its bucket.
        ("5Min", "5Min", "20:57", "21:02"),
        ("5Min", "15Min", "20:57", "21:02"),
        ("30Min", "1Day", "20:45", "21:15"),
        ("5Min", "15Min", "14:42", "14:47"),
        ("5Min", "15Min", "14:37", "14:45"),
        ("5Min", "5Min", "14:37", "14:42"),
    ],
)
def test_a_base_bar_off_the_grid_is_not_known_before_its_own_end(base, timeframe, start, close):
    bars = derive(flat(f"2024-03-04T{start}:00Z"), timeframe, base=base)
    assert closes(bars) == [f"2024-03-04T{close}:00Z"]
    too_early = int(bars.close_ns[0]) // NS - 1
    seen = derive(flat(f"2024-03-04T{start}:00Z"), timeframe, base=base, now_ts=too_early)
    assert seen.n == 0


def test_bars_off_the_grid_of_both_sessions_keep_their_order():
    raw = flat("2024-03-04T20:57:00Z", "2024-03-04T21:02:00Z", "2024-03-05T14:32:00Z")
    assert closes(derive(raw, "15Min", "Extended Hours", base="5Min")) == [
        "2024-03-04T21:02:00Z",
        "2024-03-04T21:15:00Z",
        "2024-03-05T14:45:00Z",
    ]
    assert closes(derive(raw, "15Min", "RTH", base="5Min")) == [
        "2024-03-04T21:02:00Z",
        "2024-03-05T14:45:00Z",
    ]


def test_after_hours_begin_at_an_early_close():
    raw = flat("2020-11-27T17:59:00Z", "2020-11-27T18:00:00Z", "2020-11-28T00:59:00Z")
    assert starts(derive(raw, "1Min", "After Hours")) == [
        "2020-11-27T18:00:00Z",
        "2020-11-28T00:59:00Z",
    ]


def test_holidays_are_filtered_except_around_the_clock():
    raw = flat("2011-01-17T15:00:00Z", "2011-01-18T15:00:00Z")
    assert starts(derive(raw, "1Min", "Extended Hours")) == ["2011-01-18T15:00:00Z"]
    always = derive(raw, "1Min", "24/7")
    assert always.date_mask.tolist() == [0, 1]


def test_minutes_without_trade_leave_no_bar():
    raw = flat("2024-03-04T14:30:00Z", "2024-03-04T14:41:00Z")
    assert starts(derive(raw)) == ["2024-03-04T14:30:00Z", "2024-03-04T14:40:00Z"]


def test_a_derived_bar_exists_once_the_clock_has_reached_its_close():
    raw = flat("2024-03-04T14:30:00Z", "2024-03-04T14:33:00Z")
    assert derive(raw, now_ts=ts_of("2024-03-04T14:34:59Z")).n == 0
    assert derive(raw, now_ts=ts_of("2024-03-04T14:35:00Z")).n == 1


def test_a_minute_is_invisible_until_it_has_closed():
    raw = flat("2024-03-04T14:30:00Z")
    assert derive(raw, "1Min", now_ts=ts_of("2024-03-04T14:30:59Z")).n == 0
    assert derive(raw, "1Min", now_ts=ts_of("2024-03-04T14:31:00Z")).n == 1


def test_a_day_starts_at_midnight_eastern_and_is_known_at_the_close():
    bars = derive(wave(2, "2024-03-08T14:30:00Z"), "1Day")
    assert starts(bars) == ["2024-03-08T05:00:00Z", "2024-03-11T04:00:00Z"]
    assert closes(bars) == ["2024-03-08T21:00:00Z", "2024-03-11T20:00:00Z"]


def test_days_that_come_as_days_are_filtered_by_date_only():
    raw = flat("2011-01-14T05:00:00Z", "2011-01-17T05:00:00Z", "2011-01-18T05:00:00Z")
    bars = derive(raw, "1Day", base="1Day")
    assert starts(bars) == ["2011-01-14T05:00:00Z", "2011-01-18T05:00:00Z"]
    assert closes(bars)[0] == "2011-01-14T21:00:00Z"


def test_a_delivered_day_is_never_known_before_the_regular_close():
    bars = derive(flat("2011-01-14T05:00:00Z"), "1Day", "Pre-Market", base="1Day")
    assert closes(bars) == ["2011-01-14T21:00:00Z"]


def test_around_the_clock_bars_are_anchored_at_midnight_eastern():
    raw = flat("2024-03-04T05:30:00Z", "2024-03-04T14:30:00Z", "2024-03-05T04:59:00Z")
    bars = derive(raw, "4Hour", "24/7")
    assert starts(bars) == [f"2024-03-{text}:00:00Z" for text in ("04T05", "04T13", "05T01")]
    assert closes(bars)[-1] == "2024-03-05T05:00:00Z"


def test_columns_tell_date_minute_weekday_and_session_bounds():
    bars = derive(flat("2011-03-14T13:31:00Z"), "1Min")
    assert bars.minute.tolist() == [9 * 60 + 31]
    assert bars.weekday.tolist() == [0]
    assert bars.day.tolist() == [np.datetime64("2011-03-14").astype(int) + 719163]
    assert bars.session_open_ns.tolist() == [ts_of("2011-03-14T13:30:00Z") * NS]
    assert bars.session_close_ns.tolist() == [ts_of("2011-03-14T20:00:00Z") * NS]
    assert bars.regular_close_minute.tolist() == [16 * 60]


def test_the_regular_close_is_told_whatever_the_session():
    raw = flat("2020-11-26T15:00:00Z", "2020-11-27T15:00:00Z", "2020-11-30T15:00:00Z")
    assert derive(raw, "1Min", "24/7").regular_close_minute.tolist() == [-1, 13 * 60, 16 * 60]


@pytest.mark.parametrize("session", ["RTH", "Extended Hours"])
def test_the_sample_opens_at_nine_thirty_across_the_change_to_summer_time(session):
    raw = read_bars_csv(PATH).bars
    bars = derive(raw, "5Min", session)
    opens = 9 * 60 + 30 if session == "RTH" else 4 * 60
    assert (bars.session_open_ns <= bars.start_ns).all()
    assert ((bars.minute - opens) % 5 == 0).all()
    march = bars.day >= np.datetime64("2011-03-14").astype(int) + 719163
    first = bars.take(march & (bars.minute == opens))
    assert int(first.start_ns[0]) // NS % 86400 == (opens + 240) * 60


@pytest.mark.parametrize("timeframe", [t.name for t in TIMEFRAMES.values() if not t.is_period])
def test_full_sessions_have_the_number_of_bars_of_the_table(timeframe):
    expected = {"2Hour": 4, "4Hour": 2, "1Hour": 7}.get(timeframe)
    per_day = expected or TIMEFRAMES[timeframe].bars_per_day
    assert derive(wave(3), timeframe).n == 3 * per_day


@pytest.mark.parametrize("timeframe", TIMEFRAMES)
@pytest.mark.parametrize("session", ["RTH", "Pre-Market", "Extended Hours", "24/7"])
def test_bar_by_bar_gives_the_same_bars_as_all_at_once(timeframe, session):
    """Cutting the minutes anywhere never changes a bar that was visible before."""
    raw = read_bars_csv(PATH).bars.take(slice(0, 2500))
    whole = derive(raw, timeframe, session, now_ts=newest_close(raw, "1Min"))
    for cut in range(1, raw.n, 271):
        part = raw.take(slice(0, cut))
        seen = derive(part, timeframe, session, now_ts=newest_close(part, "1Min"))
        assert seen.n <= whole.n
        for column, full in zip(seen, whole, strict=True):
            np.testing.assert_array_equal(column, full[: seen.n])


def test_no_bars_give_no_bars():
    for timeframe in TIMEFRAMES:
        assert derive(empty_raw(), timeframe).n == 0


def test_a_finer_timeframe_than_the_bars_is_refused():
    with pytest.raises(BarsError, match="5Min bars can't be built from 1Day bars"):
        derive(flat("2011-01-14T05:00:00Z"), "5Min", base="1Day")


def test_an_unknown_timeframe_is_refused_by_name():
    with pytest.raises(BarsError, match="unknown timeframe '7Min'"):
        derive(empty_raw(), "7Min")
