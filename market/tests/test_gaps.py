"""Missing exchange dates before each bar, and the dates for which a bar stands.

March 2024: the 4th is a Monday, the clocks change on the 10th, the 29th is Good Friday.
"""

from datetime import date

import numpy as np
import pytest
from django.utils import timezone

from market.arrays import RawBars
from market.bars import load_bars
from market.models import Instrument
from market.resample import to_engine_bars
from market.store.writing import store_bars
from market.testing import ts_of, wave

LATER = ts_of("2030-01-01T00:00:00Z")


def bars_on(*texts):
    """One bar of price 10 at each instant of March 2024: `04 17:00`."""
    starts = np.array([ts_of(f"2024-03-{text.replace(' ', 'T')}:00Z") for text in texts], np.int64)
    return RawBars(starts, *(np.full(len(texts), 10.0) for _ in range(5)))


def derive(raw, timeframe="1Min", session="RTH", base="1Min", after_ts=None):
    return to_engine_bars(
        raw,
        base_timeframe=base,
        timeframe=timeframe,
        session=session,
        now_ts=LATER,
        after_ts=after_ts,
    )


def missing(*texts, **options):
    return derive(bars_on(*texts), **options).missing_before.tolist()


MINUTES = [
    ("the same date", ("04 17:00", "04 17:01"), [0, 0]),
    ("the next date", ("04 17:00", "05 17:00"), [0, 0]),
    ("over a weekend", ("08 17:00", "11 17:00"), [0, 0]),
    ("over a holiday", ("28 17:00", "31 17:00"), [0]),
    ("one date", ("04 17:00", "06 17:00"), [0, 1]),
    ("two dates", ("04 17:00", "07 17:00"), [0, 2]),
    ("two around a weekend", ("07 17:00", "12 17:00"), [0, 2]),
    ("one before and one after", ("04 17:00", "06 17:00", "07 17:00", "11 17:00"), [0, 1, 0, 1]),
    ("a date of another session", ("04 17:00", "05 09:00", "06 17:00"), [0, 0]),
    ("two of three", ("04 17:00", "06 09:00", "08 17:00"), [0, 2]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "texts", "expected"), MINUTES)
def test_dates_without_a_bar_whatever_the_session(name, texts, expected):
    assert missing(*texts) == expected


@pytest.mark.parametrize("timeframe", ["5Min", "1Hour", "1Day"])
def test_derived_bars_miss_what_their_minutes_miss(timeframe):
    texts = ("04 17:00", "05 09:00", "06 17:00", "11 17:00")
    assert missing(*texts, timeframe=timeframe) == [0, 0, 2]


def test_delivered_days_are_their_own_dates():
    assert missing("04 05:00", "05 05:00", "08 05:00", timeframe="1Day", base="1Day") == [0, 0, 2]


def test_a_market_that_never_closes_misses_exchange_dates_only():
    # Friday, Saturday, Monday; then Thursday.
    texts = ("08 17:00", "09 17:00", "11 17:00", "14 17:00")
    assert missing(*texts, session="24/7") == [0, 0, 0, 2]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("04 05:00", "13 04:00"), [0, 0]),
        # A whole week is missing, with its five dates.
        (("04 05:00", "19 04:00"), [0, 5]),
        (("08 05:00", "18 04:00"), [0, 5]),
    ],
)
def test_only_whole_weeks_are_missing(texts, expected):
    assert missing(*texts, timeframe="1Week", base="1Day") == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [(None, 0), ("08 21:00", 0), ("07 21:00", 1), ("06 21:00", 2), ("09 05:00", 0)],
)
def test_the_first_bar_is_seen_from_the_close_before_it(after, expected):
    after_ts = None if after is None else ts_of(f"2024-03-{after.replace(' ', 'T')}:00Z")
    assert missing("11 17:00", after_ts=after_ts) == [expected]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("timeframe", "session"),
    [("1Min", "RTH"), ("5Min", "RTH"), ("1Day", "RTH"), ("1Week", "RTH"), ("5Min", "24/7"),
     ("1Day", "Extended Hours")],
)  # fmt: skip
def test_bars_read_one_by_one_miss_what_all_of_them_together_miss(timeframe, session):
    """As the monitor reads them: from the close of the last bar on."""
    whole = wave(30)
    days = whole.start_ts // 86_400
    kept = np.isin(days % 11, (0, 1, 4, 8, 9)) & ((days - days[0]) // 7 != 3)
    Instrument.objects.get_or_create(symbol="SPY")
    store_bars("import:x", "SPY", "1Min", whole.take(kept), timezone.now())
    address = ("import:x", "SPY", timeframe, session)
    together = load_bars(*address, 0, LATER, LATER)
    assert together.missing_before.max() >= 2
    for t in range(1, together.n):
        if together.day[t] == together.day[t - 1] and t % 97:
            continue
        begin = int(together.close_ns[t - 1]) // 10**9
        part = load_bars(*address, begin, LATER, LATER)
        assert part.missing_before[:2].tolist() == together.missing_before[t : t + 2].tolist()


def dates_of(bars):
    return [
        [str(date.fromordinal(int(day) + i))[-5:] for i in range(31) if mask >> i & 1]
        for day, mask in zip(bars.day, bars.date_mask.tolist(), strict=True)
    ]


def test_a_bar_of_a_day_stands_for_its_date():
    bars = derive(bars_on("04 17:00", "05 17:00"))
    assert dates_of(bars) == [["03-04"], ["03-05"]]


def test_a_saturday_is_no_exchange_date():
    assert dates_of(derive(bars_on("09 17:00"), session="24/7")) == [[]]


def test_a_week_stands_for_the_dates_of_which_it_holds_a_bar():
    raw = bars_on("04 05:00", "06 05:00", "08 05:00", "12 04:00")
    weeks = derive(raw, "1Week", base="1Day")
    assert dates_of(weeks) == [["03-04", "03-06", "03-08"], ["03-12"]]


def test_a_month_of_minutes_of_every_day_stands_for_exchange_dates():
    raw = bars_on("01 17:00", "02 17:00", "28 17:00", "29 17:00", "30 17:00")
    assert dates_of(derive(raw, "1Month", "24/7")) == [["03-01", "03-28"]]


def test_a_delivered_week_stands_for_all_of_its_dates():
    raw = bars_on("25 04:00")
    assert dates_of(derive(raw, "1Week", base="1Week")) == [["03-25", "03-26", "03-27", "03-28"]]
