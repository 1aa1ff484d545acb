"""The table of market events: against typed lists, the exchange calendar and the present year."""

from collections import Counter
from datetime import date, timedelta

import pytest

from market.calendar import is_exchange_date
from strategies.engine.indicators.event_calendar import (
    FIRST_YEAR,
    JOBS_CHECKED_YEARS,
    LAST_YEAR,
    coverage,
    coverage_warning,
    fomc_statements,
    jobs_report_by_rule,
    jobs_reports,
    option_expiry,
)

# As published, from the report of December 2009 on: a year per line.
JOBS = """
2010 01-08 02-05 03-05 04-02 05-07 06-04 07-02 08-06 09-03 10-08 11-05 12-03
2011 01-07 02-04 03-04 04-01 05-06 06-03 07-08 08-05 09-02 10-07 11-04 12-02
2012 01-06 02-03 03-09 04-06 05-04 06-01 07-06 08-03 09-07 10-05 11-02 12-07
2013 01-04 02-01 03-08 04-05 05-03 06-07 07-05 08-02 09-06 10-22 11-08 12-06
2014 01-10 02-07 03-07 04-04 05-02 06-06 07-03 08-01 09-05 10-03 11-07 12-05
2015 01-09 02-06 03-06 04-03 05-08 06-05 07-02 08-07 09-04 10-02 11-06 12-04
2016 01-08 02-05 03-04 04-01 05-06 06-03 07-08 08-05 09-02 10-07 11-04 12-02
2017 01-06 02-03 03-10 04-07 05-05 06-02 07-07 08-04 09-01 10-06 11-03 12-08
2018 01-05 02-02 03-09 04-06 05-04 06-01 07-06 08-03 09-07 10-05 11-02 12-07
2019 01-04 02-01 03-08 04-05 05-03 06-07 07-05 08-02 09-06 10-04 11-01 12-06
2020 01-10 02-07 03-06 04-03 05-08 06-05 07-02 08-07 09-04 10-02 11-06 12-04
2021 01-08 02-05 03-05 04-02 05-07 06-04 07-02 08-06 09-03 10-08 11-05 12-03
2022 01-07 02-04 03-04 04-01 05-06 06-03 07-08 08-05 09-02 10-07 11-04 12-02
2023 01-06 02-03 03-10 04-07 05-05 06-02 07-07 08-04 09-01 10-06 11-03 12-08
2024 01-05 02-02 03-08 04-05 05-03 06-07 07-05 08-02 09-06 10-04 11-01 12-06
2025 01-10 02-07 03-07 04-04 05-02 06-06 07-03 08-01 09-05 11-20 12-16
2026 01-09 02-11 03-06 04-03 05-08 06-05 07-02 08-07 09-04 10-02 11-06 12-04
"""
MONTHS = [(y, m) for y in range(FIRST_YEAR, LAST_YEAR + 1) for m in range(1, 13)]


@pytest.mark.parametrize("line", JOBS.strip().splitlines())
def test_jobs_reports_are_those_published(line):
    year, *days = line.split()
    found = [f"{d:%m-%d}" for d in jobs_reports() if d.year == int(year)]
    assert found == days


def test_jobs_reports_of_other_years_follow_the_rule():
    """Always a Friday from the 2nd to the 10th, or the Thursday before a July holiday."""
    for year, month in MONTHS:
        day = jobs_report_by_rule(year, month)
        assert (day.year, day.month) == (year, month)
        if day.weekday() != 4:
            assert (day.weekday(), day.month) == (3, 7)
            assert not is_exchange_date(day + timedelta(days=1))
        assert 1 <= day.day <= 10
    in_rule = {jobs_report_by_rule(y, m) for y, m in MONTHS if y > JOBS_CHECKED_YEARS[1]}
    assert in_rule == {d for d in jobs_reports() if d.year > JOBS_CHECKED_YEARS[1]}


def test_every_year_of_the_table_has_eight_statements():
    first, last = coverage()
    years = Counter(day.year for day, _ in fomc_statements())
    assert sorted(years) == list(range(first.year, last.year + 1))
    assert {year: n for year, n in years.items() if n != 8} == {2020: 10}


def test_statements_fall_on_days_of_the_exchange():
    """On Tuesday to Thursday; of those between meetings one came on a Sunday, one on a Monday."""
    odd = [d for d, _ in fomc_statements() if d.weekday() not in (1, 2, 3)]
    assert odd == [date(2020, 3, 15), date(2020, 3, 23)]
    assert all(is_exchange_date(day) for day, _ in fomc_statements() if day not in odd)


@pytest.mark.parametrize(
    ("day", "minute"),
    [
        (date(2011, 1, 26), 14 * 60 + 15),
        (date(2011, 4, 27), 12 * 60 + 30),
        (date(2013, 1, 30), 14 * 60 + 15),
        (date(2013, 3, 20), 14 * 60),
        (date(2020, 3, 15), 17 * 60),
        (date(2027, 6, 9), 14 * 60),
    ],
)
def test_statements_come_at_the_hour_of_their_time(day, minute):
    assert dict(fomc_statements())[day] == minute


def test_expiry_is_the_last_exchange_date_up_to_the_third_friday():
    for year, month in MONTHS:
        friday = next(d for n in range(15, 22) if (d := date(year, month, n)).weekday() == 4)
        expected = friday if is_exchange_date(friday) else friday - timedelta(days=1)
        assert option_expiry(year, month) == expected
        assert is_exchange_date(expected)


def test_the_table_covers_the_present_year():
    """Fails in the first year without dates: docs/calendar.md says where the next ones are."""
    first, last = coverage()
    assert first.year <= date.today().year <= last.year


@pytest.mark.parametrize(
    ("first", "last", "is_warned"),
    [
        (date(2010, 1, 1), date(2027, 12, 31), False),
        (date(2009, 12, 31), date(2012, 1, 1), True),
        (date(2026, 1, 1), date(2028, 1, 1), True),
    ],
)
def test_bars_outside_the_table_are_warned_of(first, last, is_warned):
    assert bool(coverage_warning(first, last)) == is_warned
