"""Rows as bars of their timeframe: the date a day stands for, and one row a bar."""

import io
from pathlib import Path

import numpy as np
import pytest

from market.errors import BarsError
from market.ingest.csv_bars import instant_text, read_bars_csv
from market.ingest.stamps import check_stamps
from market.resample import newest_close, to_engine_bars
from market.timeframes import TIMEFRAMES

DATA = Path(__file__).parent.parent / "data"
HEADER = "ts,open,high,low,close,volume\n"


def read(timeframe, *stamps):
    rows = "".join(f"{stamp},10,11,9,10.5,100\n" for stamp in stamps)
    return check_stamps(read_bars_csv(io.BytesIO((HEADER + rows).encode())), TIMEFRAMES[timeframe])


def starts(found):
    return [instant_text(int(ts)) for ts in found.bars.start_ts]


def minutes(*times, day="2024-03-04"):
    return [f"{day}T{time}:00Z" for time in times]


@pytest.mark.parametrize(
    ("stamp", "start"),
    [
        ("2024-01-08T05:00:00Z", "2024-01-08T05:00:00Z"),
        ("2024-07-08T04:00:00Z", "2024-07-08T04:00:00Z"),
        ("2024-01-08T00:00:00Z", "2024-01-08T05:00:00Z"),
        ("2024-07-08T00:00:00Z", "2024-07-08T04:00:00Z"),
        # An hour off, as files have it that know one of the two clocks only.
        ("2024-01-08T04:00:00Z", "2024-01-08T05:00:00Z"),
        ("2024-07-08T05:00:00Z", "2024-07-08T04:00:00Z"),
        # The dates on which the clocks change, and the Mondays after.
        ("2024-03-10T00:00:00Z", "2024-03-10T05:00:00Z"),
        ("2024-03-11T00:00:00Z", "2024-03-11T04:00:00Z"),
        ("2024-11-03T00:00:00Z", "2024-11-03T04:00:00Z"),
        ("2024-11-04T00:00:00Z", "2024-11-04T05:00:00Z"),
        # Open and close of the session lie on their date in any case.
        ("2024-01-08T14:30:00Z", "2024-01-08T14:30:00Z"),
        ("2024-01-08T21:00:00Z", "2024-01-08T21:00:00Z"),
    ],
)
def test_a_day_is_of_the_date_in_its_stamp(stamp, start):
    found = read("1Day", stamp)
    assert starts(found) == [start]
    assert bool(found.warnings) == (start != stamp)


def test_days_stamped_at_midnight_utc_are_those_stamped_in_new_york():
    utc, new_york = (
        check_stamps(read_bars_csv(DATA / f"{name}_1Day.csv"), TIMEFRAMES["1Day"])
        for name in ("UTC", "NY")
    )
    assert all(np.array_equal(a, b) for a, b in zip(utc.bars, new_york.bars, strict=True))
    assert new_york.warnings == []
    assert utc.warnings == [
        "60 rows are not stamped at midnight in New York (line 2: 2007-12-31T00:00:00Z): "
        "read as days of the date in the stamp"
    ]


def test_no_exchange_date_of_a_file_is_lost():
    bars = check_stamps(read_bars_csv(DATA / "UTC_1Day.csv"), TIMEFRAMES["1Day"]).bars
    made = to_engine_bars(bars, base_timeframe="1Day", timeframe="1Day", session="RTH",
                          now_ts=newest_close(bars, "1Day"))  # fmt: skip
    assert made.n == 60


def test_the_first_moved_row_of_a_mixed_file_is_named():
    found = read("1Day", "2024-01-08T05:00:00Z", "2024-01-09T00:00:00Z", "2024-01-10T05:00:00Z")
    assert starts(found)[1] == "2024-01-09T05:00:00Z"
    assert found.warnings == [
        "1 row is not stamped at midnight in New York (line 3: 2024-01-09T00:00:00Z): "
        "read as days of the date in the stamp"
    ]


@pytest.mark.parametrize(
    ("name", "timeframe", "line"),
    [("minutes_5Min", "5Min", 3), ("minutes_1Day", "1Day", 3), ("live_1Day", "1Day", 62)],
)
def test_the_first_row_inside_the_bar_of_another_is_refused(name, timeframe, line):
    with pytest.raises(BarsError, match=f"lies inside the {timeframe} bar of the row above") as one:
        check_stamps(read_bars_csv(DATA / f"{name}.csv"), TIMEFRAMES[timeframe])
    assert one.value.line == line


@pytest.mark.parametrize(
    ("timeframe", "stamps"),
    [
        ("1Min", ["2024-03-04T14:30:00Z", "2024-03-04T14:30:30Z"]),
        ("5Min", minutes("14:30", "14:34")),
        ("1Hour", minutes("15:30", "16:00")),
        # The same date, however it is stamped.
        ("1Day", ["2024-01-08T00:00:00Z", "2024-01-08T05:00:00Z"]),
        ("1Day", ["2024-01-08T05:00:00Z", "2024-01-08T21:00:00Z"]),
        # Monday and Friday of one week; two dates of one month.
        ("1Week", ["2024-03-04T05:00:00Z", "2024-03-08T05:00:00Z"]),
        ("1Month", ["2024-03-01T05:00:00Z", "2024-03-28T04:00:00Z"]),
    ],
)
def test_two_rows_inside_one_bar_are_refused(timeframe, stamps):
    with pytest.raises(BarsError, match="lies inside") as caught:
        read(timeframe, *stamps)
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("timeframe", "stamps"),
    [
        ("1Min", minutes("14:30", "14:31", "14:35")),
        ("5Min", minutes("14:32", "14:37")),
        # Bars are cut where a session begins or ends: 09:00 and 09:30, 15:30 and 16:00.
        ("1Hour", minutes("14:00", "14:30", "20:30", "21:00")),
        ("4Hour", minutes("09:00", "13:00", "14:30", "18:30", "21:00")),
        # An early close, at 13:00.
        ("1Hour", minutes("17:30", "18:00", day="2024-11-29")),
        # The nights on which the clocks change are an hour short and an hour long.
        ("1Day", ["2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"]),
        ("1Day", ["2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z"]),
        ("1Week", ["2024-03-04T05:00:00Z", "2024-03-11T04:00:00Z"]),
        # Midnight UTC, the evening before in New York.
        ("1Week", ["2024-03-04T00:00:00Z", "2024-03-11T00:00:00Z"]),
        ("1Month", ["2024-03-01T00:00:00Z", "2024-04-01T00:00:00Z"]),
    ],
)
def test_rows_of_bars_that_follow_each_other_are_accepted(timeframe, stamps):
    assert starts(read(timeframe, *stamps)) is not None


def test_rows_of_a_longer_timeframe_are_accepted_with_a_warning():
    found = check_stamps(read_bars_csv(DATA / "five_1Min.csv"), TIMEFRAMES["1Min"])
    assert found.warnings == [
        "the rows lie at least 5 minutes apart, and each is taken for a bar of 1Min; "
        "are they 5Min bars?"
    ]


def test_weeks_under_the_name_of_days_are_accepted_with_a_warning():
    days = ("08", "15", "22", "29")
    january = [f"2024-01-{day}T05:00:00Z" for day in days]
    found = read("1Day", *january, "2024-02-05T05:00:00Z", "2024-02-12T05:00:00Z")
    assert found.warnings == [
        "the rows lie at least 7 days apart, and each is taken for a bar of 1Day"
    ]


@pytest.mark.parametrize(
    ("timeframe", "stamps"),
    [
        # Too few to tell: a Friday and the Monday after.
        ("1Day", ["2024-01-05T05:00:00Z", "2024-01-08T05:00:00Z"]),
        # A quiet stock, of which two minutes do follow each other.
        ("1Min", minutes("14:30", "14:40", "14:50", "14:51", "15:00", "15:30")),
        ("4Hour", minutes("09:00", "13:00", "14:30", "18:30", "21:00")),
    ],
)
def test_thin_rows_are_no_reason_for_a_warning(timeframe, stamps):
    assert read(timeframe, *stamps).warnings == []
