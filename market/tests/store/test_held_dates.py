"""On which exchange dates a series holds bars, and where two or more in a row are missing."""

from datetime import date

import numpy as np
import pytest

from market import eastern
from market.arrays import RawBars
from market.gaps import stretches
from market.store.counting import held_dates
from market.testing import make_bars, ts_of, wave

pytestmark = pytest.mark.django_db
MARCH_4, MARCH_8 = date(2024, 3, 4).toordinal(), date(2024, 3, 8).toordinal()
JULY_1 = date(2024, 7, 1).toordinal()


def dates(timeframe="1Min", since="2024-01-01T00:00:00Z"):
    return held_dates("sample", "SPY", timeframe, ts_of(since)).tolist()


def days(first, count):
    """Daily bars of consecutive dates, each from midnight Eastern."""
    starts = [eastern.midnight(first + i) for i in range(count)]
    return RawBars(np.array(starts, np.int64), *(np.full(count, 10.0) for _ in range(5)))


def test_minutes_lie_on_their_date_and_those_before_an_instant_do_not_count():
    make_bars(raw=wave(3, "2024-03-06T14:30:00Z"))
    assert dates() == [MARCH_4 + 2, MARCH_4 + 3, MARCH_8]
    assert dates(since="2024-03-07T05:00:00Z") == [MARCH_4 + 3, MARCH_8]


@pytest.mark.parametrize("first", [MARCH_4, JULY_1])
def test_days_do_in_winter_and_in_summer(first):
    make_bars(raw=days(first, 3), timeframe="1Day")
    assert dates("1Day") == [first, first + 1, first + 2]


def test_dates_without_a_session_are_none():
    make_bars(raw=days(MARCH_8, 4), timeframe="1Day")
    assert dates("1Day") == [MARCH_8, MARCH_8 + 3]


def test_a_series_that_never_was_has_none():
    assert dates() == []


@pytest.mark.parametrize(
    ("held", "parts"),
    [
        ([], [[]]),
        ([0], [[0]]),
        ([0, 1, 3, 4], [[0, 1, 3, 4]]),  # one date is missing
        ([0, 3, 4], [[0], [3, 4]]),  # two are
        ([3, 4, 7], [[3, 4, 7]]),  # a weekend is none
        ([0, 1, 8], [[0, 1], [8]]),
    ],
)
def test_dates_are_split_where_two_in_a_row_are_missing(held, parts):
    """Counted from Monday, the 4th of March."""
    found = stretches(np.array(held, np.int64) + MARCH_4)
    assert [(part - MARCH_4).tolist() for part in found] == parts
