"""Dates of events that move the whole market: FOMC statements, jobs reports, option expiries.

Dates of the first two are facts published by others and are kept by hand: `docs/calendar.md` says
where they come from and how to add a year. Option expiries follow a rule. All times are New York
wall time, written as nanoseconds since 1970-01-01 00:00 on that clock, so that a bar's date and
minute find them without a time zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from strategies.engine.types import Int64s

EPOCH_DAY = date(1970, 1, 1).toordinal()
MINUTE_NS = 60 * 10**9
DAY_NS = 1440 * MINUTE_NS
# The years in which events are known by a rule, those of the exchange calendar.
FIRST_YEAR, LAST_YEAR = 1990, 2099

# Every scheduled statement of these years is listed: month and day, a year per line.
FOMC_FIRST_YEAR = 2010
FOMC_STATEMENTS = (
    "01-27 03-16 04-28 06-23 08-10 09-21 11-03 12-14",
    "01-26 03-15 04-27 06-22 08-09 09-21 11-02 12-13",
    "01-25 03-13 04-25 06-20 08-01 09-13 10-24 12-12",
    "01-30 03-20 05-01 06-19 07-31 09-18 10-30 12-18",
    "01-29 03-19 04-30 06-18 07-30 09-17 10-29 12-17",
    "01-28 03-18 04-29 06-17 07-29 09-17 10-28 12-16",
    "01-27 03-16 04-27 06-15 07-27 09-21 11-02 12-14",
    "02-01 03-15 05-03 06-14 07-26 09-20 11-01 12-13",
    "01-31 03-21 05-02 06-13 08-01 09-26 11-08 12-19",
    "01-30 03-20 05-01 06-19 07-31 09-18 10-30 12-11",
    "01-29 04-29 06-10 07-29 09-16 11-05 12-16",
    "01-27 03-17 04-28 06-16 07-28 09-22 11-03 12-15",
    "01-26 03-16 05-04 06-15 07-27 09-21 11-02 12-14",
    "02-01 03-22 05-03 06-14 07-26 09-20 11-01 12-13",
    "01-31 03-20 05-01 06-12 07-31 09-18 11-07 12-18",
    "01-29 03-19 05-07 06-18 07-30 09-17 10-29 12-10",
    "01-28 03-18 04-29 06-17 07-29 09-16 10-28 12-09",
    "01-27 03-17 04-28 06-09 07-28 09-15 10-27 12-08",
)
# Statements came at 14:15 until January 2013, but at 12:30 on days with a press conference.
FOMC_MINUTE, FOMC_MINUTE_BEFORE = 14 * 60, 14 * 60 + 15
FOMC_MINUTE_CHANGED = "2013-03-20"
FOMC_PRESS_MINUTE = 12 * 60 + 30
FOMC_PRESS_DAYS = (
    "2011-04-27",
    "2011-06-22",
    "2011-11-02",
    "2012-01-25",
    "2012-04-25",
    "2012-06-20",
    "2012-09-13",
    "2012-12-12",
)
# Statements between meetings; the one of 15 March 2020 stood in for the meeting of that month.
FOMC_UNSCHEDULED = (
    ("2020-03-03", 10 * 60),
    ("2020-03-15", 17 * 60),
    ("2020-03-23", 8 * 60),
)

# Jobs reports (Employment Situation) that came on another day than their rule says, by the
# month they were due in; the one of November 2025 was never published.
JOBS_MINUTE = 8 * 60 + 30
# First and last year whose reports were compared with the published schedule.
JOBS_CHECKED_YEARS = (2010, 2026)
JOBS_MOVED: dict[str, str | None] = {
    "2013-10": "2013-10-22",
    "2013-11": "2013-11-08",
    "2025-10": "2025-11-20",
    "2025-11": None,
    "2025-12": "2025-12-16",
    "2026-02": "2026-02-11",
}


def coverage() -> tuple[date, date]:
    """First and last date between which every scheduled FOMC statement is known.

    Outside of them none is, and a filter on FOMC blocks nothing there: say so to the user.
    """
    last_year = FOMC_FIRST_YEAR + len(FOMC_STATEMENTS) - 1
    return date(FOMC_FIRST_YEAR, 1, 1), date(last_year, 12, 31)


def coverage_warning(first: date, last: date) -> str:
    """What to tell the user of bars from one date to another; empty when all is known."""
    known_from, known_to = coverage()
    if known_from <= first and last <= known_to:
        return ""
    return (
        f"FOMC dates are known from {known_from} to {known_to} only; "
        "outside of them the calendar filter blocks no FOMC statement"
    )


def fomc_statements() -> list[tuple[date, int]]:
    """Date and minute of the day of every known statement, ascending."""
    days = [
        date.fromisoformat(f"{FOMC_FIRST_YEAR + i}-{month_day}")
        for i, line in enumerate(FOMC_STATEMENTS)
        for month_day in line.split()
    ]
    unscheduled = [(date.fromisoformat(day), minute) for day, minute in FOMC_UNSCHEDULED]
    return sorted([(day, _statement_minute(day.isoformat())) for day in days] + unscheduled)


def _statement_minute(day: str) -> int:
    if day in FOMC_PRESS_DAYS:
        return FOMC_PRESS_MINUTE
    return FOMC_MINUTE if day >= FOMC_MINUTE_CHANGED else FOMC_MINUTE_BEFORE


def jobs_report_by_rule(year: int, month: int) -> date:
    """The day a jobs report is due: the third Friday after the week that holds the 12th.

    Weeks end on Saturday, and the 12th is that of the month before. A New Year's report within
    the first three days of January waits a week; one on the Friday that Independence Day falls
    on, or is observed on, comes the day before.
    """
    twelfth = date(year - (month == 1), (month - 2) % 12 + 1, 12)
    saturday = twelfth + timedelta(days=(5 - twelfth.weekday()) % 7)
    friday = saturday + timedelta(days=20)
    if friday.month == 1 and friday.day <= 3:
        return friday + timedelta(days=7)
    if friday.month == 7 and friday.day in (3, 4):
        return friday - timedelta(days=1)
    return friday


def jobs_reports() -> list[date]:
    """Every jobs report: as published where that is known, by the rule elsewhere."""
    days = []
    for year, month in _months():
        moved = JOBS_MOVED.get(f"{year}-{month:02}", "")
        if moved:
            days.append(date.fromisoformat(moved))
        elif moved is not None:
            days.append(jobs_report_by_rule(year, month))
    return sorted(days)


def option_expiry(year: int, month: int) -> date:
    """The third Friday, or the Thursday before when the exchange is closed on it.

    It is closed on Good Friday, and since 2022 on 19 June and on 18 June before a Saturday.
    """
    first = date(year, month, 1)
    friday = first + timedelta(days=(4 - first.weekday()) % 7 + 14)
    is_juneteenth = year >= 2022 and month == 6 and friday.day in (18, 19)
    is_closed = is_juneteenth or friday == _good_friday(year)
    return friday - timedelta(days=1) if is_closed else friday


def _good_friday(year: int) -> date:
    """Two days before Easter, by the anonymous Gregorian computus."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1) - timedelta(days=2)


def _months() -> Iterator[tuple[int, int]]:
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for month in range(1, 13):
            yield year, month


def _wall_ns(day: date, minute: int) -> int:
    return (day.toordinal() - EPOCH_DAY) * DAY_NS + minute * MINUTE_NS


# What kernels read, ascending: wall instants of events with a time, ordinals of whole days.
FOMC_NS: Int64s = np.array([_wall_ns(*statement) for statement in fomc_statements()], np.int64)
JOBS_NS: Int64s = np.array([_wall_ns(day, JOBS_MINUTE) for day in jobs_reports()], np.int64)
EXPIRY_DAYS: Int64s = np.array([option_expiry(*m).toordinal() for m in _months()], np.int64)
