"""The exchange calendar (XNYS): sessions, holidays, early closes. No database, no heavy import.

The shipped table lists only what differs from a plain weekday 09:30 to 16:00; a test compares
it with the exchange-calendar library, `manage.py write_calendar` rewrites it.
"""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict

import numpy as np

from market import eastern
from market.arrays import Bools, Int32s, Int64s

ZONE_NAME = "America/New_York"
TABLE_PATH = Path(__file__).parent / "reference" / "xnys.csv"
REGULAR_CLOSE_TEXT = "16:00"
REGULAR_OPEN, REGULAR_CLOSE = 9 * 60 + 30, 16 * 60
EXTENDED_OPEN, EXTENDED_CLOSE = 4 * 60, 20 * 60

SESSIONS = ("RTH", "Pre-Market", "After Hours", "Extended Hours", "24/7")
ALWAYS = "24/7"


class SessionWords(NamedTuple):
    """How a session reads: its name, and when it is."""

    name: str
    hours: str


SESSION_WORDS = {
    "RTH": SessionWords("Regular hours", "9:30 to 16:00 ET"),
    "Pre-Market": SessionWords("Pre-market", "4:00 to 9:30 ET"),
    "After Hours": SessionWords("After hours", "16:00 to 20:00 ET"),
    "Extended Hours": SessionWords("Extended hours", "4:00 to 20:00 ET"),
    ALWAYS: SessionWords("24/7", "every minute of every day"),
}


class SessionTable(NamedTuple):
    """One row per exchange date; instants in UTC seconds."""

    day_ordinal: Int32s
    open_ts: Int64s
    close_ts: Int64s


class DayBounds(NamedTuple):
    """Bounds of one session on given dates; `is_session` False where there is none."""

    is_session: Bools
    open_ts: Int64s
    close_ts: Int64s

    def take(self, index: Bools | Int64s) -> "DayBounds":
        return DayBounds._make(column[index] for column in self)


class Periods(NamedTuple):
    """The week or month of each date: its first and last date that a session uses."""

    has_session: Bools
    first_day: Int64s
    last_day: Int64s


class SessionState(TypedDict):
    state: Literal["open", "pre-market", "after-hours", "closed"]
    label: str
    next_change_ts: int
    next_label: str


@lru_cache(maxsize=1)
def _close_minutes() -> Int64s:
    """Minute at which the regular session ends, per date of the covered years; -1 is closed."""
    days = np.arange(eastern.FIRST_ORDINAL, eastern.LAST_ORDINAL + 1, dtype=np.int64)
    closes = np.where((days - 1) % 7 < 5, REGULAR_CLOSE, -1)  # ordinal 1 was a Monday
    lines = TABLE_PATH.read_text(encoding="ascii").splitlines()[1:]
    dates = np.array([line[:10] for line in lines], "datetime64[D]").astype(np.int64)
    early = [_minute(line[11:]) for line in lines]
    closes[dates + eastern.EPOCH_ORDINAL - eastern.FIRST_ORDINAL] = early
    return closes


@lru_cache(maxsize=1)
def _nearest_sessions() -> tuple[Int64s, Int64s]:
    """Per date of the covered years the exchange date on or after it, and on or before it."""
    days = np.arange(eastern.FIRST_ORDINAL, eastern.LAST_ORDINAL + 1, dtype=np.int64)
    is_session = _close_minutes() >= 0
    later = np.where(is_session, days, eastern.LAST_ORDINAL + 1)
    earlier = np.where(is_session, days, eastern.FIRST_ORDINAL - 1)
    return np.minimum.accumulate(later[::-1])[::-1], np.maximum.accumulate(earlier)


@lru_cache(maxsize=1)
def _date_counts() -> Int64s:
    """How many exchange dates of the covered years lie before each date, and before their end."""
    return np.concatenate([[0], np.cumsum(_close_minutes() >= 0)]).astype(np.int64)


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:5]) if text else -1


def _session_minutes(session: str, closes: Int64s) -> tuple[Int64s | int, Int64s | int]:
    if session == "RTH":
        return REGULAR_OPEN, closes
    if session == "Pre-Market":
        return EXTENDED_OPEN, REGULAR_OPEN
    if session == "After Hours":
        return closes, EXTENDED_CLOSE
    if session == "Extended Hours":
        return EXTENDED_OPEN, EXTENDED_CLOSE
    raise ValueError(f"unknown trading session {session!r}; choose one of {', '.join(SESSIONS)}")


def day_bounds(ordinals: Int64s, session: str) -> DayBounds:
    """Bounds of a session on each date. 24/7 runs from midnight to midnight on every date."""
    days = np.asarray(ordinals, np.int64)
    closes = _close_minutes()[days - eastern.FIRST_ORDINAL]
    is_session = closes >= 0
    if session == ALWAYS:
        return DayBounds(is_session, eastern.instants(days, 0), eastern.instants(days + 1, 0))
    opens_at, closes_at = _session_minutes(session, closes)
    return DayBounds(
        is_session, eastern.instants(days, opens_at), eastern.instants(days, closes_at)
    )


def weeks(ordinals: Int64s, session: str) -> Periods:
    """The calendar week, Monday to Sunday, of each date."""
    mondays = ordinals - (ordinals - 1) % 7  # ordinal 1 was a Monday
    return _periods(mondays, mondays + 6, session)


def months(ordinals: Int64s, session: str) -> Periods:
    """The calendar month of each date."""
    month = (ordinals - eastern.EPOCH_ORDINAL).astype("datetime64[D]").astype("datetime64[M]")
    first, following = (m.astype("datetime64[D]").astype(np.int64) for m in (month, month + 1))
    return _periods(first + eastern.EPOCH_ORDINAL, following + eastern.EPOCH_ORDINAL - 1, session)


def _periods(first: Int64s, last: Int64s, session: str) -> Periods:
    """The exchange dates at both ends of each range; 24/7 takes every date."""
    first, last = (np.clip(days, eastern.FIRST_ORDINAL, eastern.LAST_ORDINAL) for days in
                   (first, last))  # fmt: skip
    on_or_after, on_or_before = _nearest_sessions()
    opening = on_or_after[first - eastern.FIRST_ORDINAL]
    closing = on_or_before[last - eastern.FIRST_ORDINAL]
    has_session = opening <= closing
    if session == ALWAYS:
        return Periods(has_session, first, last)
    return Periods(has_session, opening, closing)


def regular_close_minutes(ordinals: Int64s) -> Int32s:
    """Eastern minute at which the regular session of each date ends, -1 without one."""
    return _close_minutes()[ordinals - eastern.FIRST_ORDINAL].astype(np.int32)


def n_dates_between(earlier: Int64s, later: Int64s) -> Int64s:
    """How many exchange dates lie strictly between two dates, 0 where none can."""
    until, after = _dates_before(later), _dates_before(earlier + 1)
    found: Int64s = np.maximum(until - after, 0)
    return found


def _dates_before(ordinals: Int64s) -> Int64s:
    places = np.clip(ordinals, eastern.FIRST_ORDINAL, eastern.LAST_ORDINAL + 1)
    counts: Int64s = _date_counts()[places - eastern.FIRST_ORDINAL]
    return counts


def is_exchange_date(day: date) -> bool:
    return bool(_close_minutes()[day.toordinal() - eastern.FIRST_ORDINAL] >= 0)


def session_bounds(day: date, session: str = "RTH") -> tuple[int, int] | None:
    """(open, close) of a session on an Eastern date; None without one."""
    bounds = day_bounds(np.array([day.toordinal()], np.int64), session)
    if session != ALWAYS and not bounds.is_session[0]:
        return None
    return int(bounds.open_ts[0]), int(bounds.close_ts[0])


def sessions_between(first: date, last: date, session: str = "RTH") -> SessionTable:
    """Every exchange date of an inclusive range with its session bounds."""
    days = np.arange(first.toordinal(), last.toordinal() + 1, dtype=np.int64)
    bounds = day_bounds(days, session)
    keep = bounds.is_session
    return SessionTable(days[keep].astype(np.int32), bounds.open_ts[keep], bounds.close_ts[keep])


def expected_days(first_day: Int32s, close_ts: Int64s) -> Int64s:
    """Exchange dates between the first bar and the last, without those inside a longer bar.

    `first_day`: the date on which each bar begins, `close_ts`: when it was known. A week's bar
    stands for all its dates; those after its first one are not missing.
    """
    if not first_day.size:
        return np.empty(0, np.int64)
    first, last = (date.fromordinal(int(first_day[place])) for place in (0, -1))
    days = sessions_between(first, last).day_ordinal.astype(np.int64)
    bar = np.searchsorted(first_day, days, side="right") - 1
    last_day = eastern.ordinals(close_ts[bar] - 1)
    is_expected: Bools = (days == first_day[bar]) | (days > last_day)
    expected: Int64s = days[is_expected]
    return expected


def next_session(day: date) -> date:
    """The first exchange date after the given one."""
    after = _close_minutes()[day.toordinal() + 1 - eastern.FIRST_ORDINAL :]
    return date.fromordinal(day.toordinal() + 1 + int(np.argmax(after >= 0)))


def previous_sessions(day: date, count: int) -> list[date]:
    """The last `count` exchange dates before the given one, oldest first."""
    before = _close_minutes()[: day.toordinal() - eastern.FIRST_ORDINAL]
    rows = np.flatnonzero(before >= 0)[-count:] if count else np.empty(0, np.int64)
    return [date.fromordinal(int(row) + eastern.FIRST_ORDINAL) for row in rows]


def session_state(now_ts: int) -> SessionState:
    """What the market is doing at an instant, and when that changes next."""
    today = eastern.date_of(now_ts)
    for day in (today, next_session(today)):
        regular = session_bounds(day)
        if regular is None:
            continue
        extended = session_bounds(day, "Extended Hours") or regular
        steps: list[tuple[int, Literal["open", "pre-market", "after-hours", "closed"], str, str]]
        steps = [
            (extended[0], "closed", "Closed", "Pre-market"),
            (regular[0], "pre-market", "Pre-market", "Open"),
            (regular[1], "open", "Open", "After hours"),
            (extended[1], "after-hours", "After hours", "Closed"),
        ]
        for until, state, label, following in steps:
            if now_ts < until:
                return SessionState(
                    state=state, label=label, next_change_ts=until, next_label=following
                )
    raise AssertionError("the next exchange date always lies ahead")
