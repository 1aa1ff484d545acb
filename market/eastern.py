"""New York wall time as arithmetic on arrays; the rule of 1987, changed in 2007.

The years covered are those of the exchange calendar. A test compares every transition with the
time zone database, so that no process has to consult it bar by bar.
"""

from datetime import date, timedelta

import numpy as np

from market.arrays import Bools, Int64s
from market.errors import CalendarError

FIRST_YEAR, LAST_YEAR = 1990, 2099
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
STANDARD_OFFSET = -5 * 3600
DAY = 86_400


def _sunday(year: int, month: int, nth: int) -> int:
    """Ordinal of the nth Sunday of a month; nth -1 is the last one."""
    if nth < 0:
        last = date(year, month + 1, 1) - timedelta(days=1)
        return last.toordinal() - (last.weekday() + 1) % 7
    first = date(year, month, 1)
    return first.toordinal() + (6 - first.weekday()) % 7 + 7 * (nth - 1)


def _transitions() -> Int64s:
    """UTC seconds at which clocks change: summer time begins at even positions."""
    instants = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        modern = year >= 2007
        begin = _sunday(year, 3, 2) if modern else _sunday(year, 4, 1)
        end = _sunday(year, 11, 1) if modern else _sunday(year, 10, -1)
        instants.append((begin - EPOCH_ORDINAL) * DAY + 7 * 3600)
        instants.append((end - EPOCH_ORDINAL) * DAY + 6 * 3600)
    return np.array(instants, np.int64)


TRANSITIONS = _transitions()
FIRST_ORDINAL = date(FIRST_YEAR, 1, 1).toordinal()
LAST_ORDINAL = date(LAST_YEAR, 12, 31).toordinal()
_FIRST_TS = (FIRST_ORDINAL - EPOCH_ORDINAL) * DAY - STANDARD_OFFSET
_LAST_TS = (LAST_ORDINAL + 1 - EPOCH_ORDINAL) * DAY - STANDARD_OFFSET


UNCOVERED = (
    f"bars must lie in the years {FIRST_YEAR} to {LAST_YEAR}, which the exchange calendar covers"
)


def is_covered(ts: Int64s) -> Bools:
    """Whether each instant lies in the years of the calendar."""
    return (ts >= _FIRST_TS) & (ts < _LAST_TS)


def check_covered(ts: Int64s) -> None:
    """Raise CalendarError when an instant lies outside the years of the calendar."""
    if not is_covered(ts).all():
        raise CalendarError(UNCOVERED)


def offsets(ts: Int64s) -> Int64s:
    """Seconds to add to UTC to get New York wall time, per instant."""
    summer = np.searchsorted(TRANSITIONS, ts, side="right") % 2
    return STANDARD_OFFSET + 3600 * summer.astype(np.int64)


def local_seconds(ts: Int64s) -> Int64s:
    """New York wall time, as seconds since 1970-01-01 00:00 on its own clock."""
    return ts + offsets(ts)


def ordinals(ts: Int64s) -> Int64s:
    """Proleptic ordinal of the Eastern date of each instant."""
    return local_seconds(ts) // DAY + EPOCH_ORDINAL


def instants(ordinal: Int64s, minute_of_day: Int64s | int) -> Int64s:
    """UTC seconds of a wall time; never asked for the hour that changes (02:00 to 03:00)."""
    wall = (ordinal - EPOCH_ORDINAL) * DAY + np.asarray(minute_of_day, np.int64) * 60
    guess = wall - STANDARD_OFFSET
    # Wall times before 02:00 on a changing day resolve by the offset an hour earlier.
    summer = np.searchsorted(TRANSITIONS, guess - 3600, side="right") % 2
    return guess - 3600 * summer.astype(np.int64)


def midnight(ordinal: int) -> int:
    """UTC seconds of midnight Eastern that begins a date."""
    return int(instants(np.array([ordinal], np.int64), 0)[0])


def ordinal_of(ts: int) -> int:
    return int(ordinals(np.array([ts], np.int64))[0])


def date_of(ts: int) -> date:
    """The Eastern date of an instant."""
    return date.fromordinal(ordinal_of(ts))
