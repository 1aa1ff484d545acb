from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from market import calendar, eastern
from market.errors import CalendarError
from market.management.commands.write_calendar import library_exceptions
from market.testing import ts_of

NEW_YORK = ZoneInfo("America/New_York")


# The library itself uses calls that its newest pandas warns about.
@pytest.mark.filterwarnings("ignore")
def test_shipped_table_equals_the_calendar_library():
    lines = calendar.TABLE_PATH.read_text().splitlines()[1:]
    assert [tuple(line.split(",")) for line in lines] == library_exceptions()


def test_every_hour_has_the_offset_of_the_time_zone_database():
    hours = np.arange(ts_of("1990-01-01T05:00:00Z"), ts_of("2037-12-31T00:00:00Z"), 3600)
    wall = [
        int(datetime.fromtimestamp(ts, NEW_YORK).utcoffset().total_seconds())
        for ts in hours.tolist()
    ]
    assert eastern.offsets(hours).tolist() == wall


def test_midnight_and_open_resolve_on_days_on_which_clocks_change():
    for text in ("2011-03-13", "2011-11-06", "2006-04-02", "2006-10-29"):
        day = date.fromisoformat(text)
        for minute in (0, 30, 4 * 60, 9 * 60 + 30, 20 * 60):
            at = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=NEW_YORK)
            found = eastern.instants(np.array([day.toordinal()]), minute)[0]
            assert found == at.timestamp()


@pytest.mark.parametrize(
    ("day", "opens"), [("2011-03-11", "14:30"), ("2011-03-14", "13:30"), ("2011-11-07", "14:30")]
)
def test_the_open_moves_by_an_hour_in_utc_when_summer_time_begins(day, opens):
    assert calendar.session_bounds(date.fromisoformat(day)) == (
        ts_of(f"{day}T{opens}:00Z"),
        ts_of(f"{day}T{opens}:00Z") + 390 * 60,
    )


@pytest.mark.parametrize(
    "day", ["2011-01-17", "2001-09-12", "2025-01-09", "2012-10-29", "2011-03-13", "2024-03-29"]
)
def test_holidays_weekends_and_closures_have_no_session(day):
    for session in ("RTH", "Pre-Market", "After Hours", "Extended Hours"):
        assert calendar.session_bounds(date.fromisoformat(day), session) is None


@pytest.mark.parametrize(
    ("session", "opens", "closes"),
    [
        ("RTH", "14:30", "18:00"),
        ("Pre-Market", "09:00", "14:30"),
        ("After Hours", "18:00", "25:00"),
        ("Extended Hours", "09:00", "25:00"),
        ("24/7", "05:00", "29:00"),
    ],
)
def test_an_early_close_ends_the_session_and_begins_after_hours(session, opens, closes):
    midnight = ts_of("2020-11-27T00:00:00Z")

    def at(text):
        return midnight + int(text[:2]) * 3600 + int(text[3:]) * 60

    found = calendar.session_bounds(date(2020, 11, 27), session)
    assert found == (at(opens), at(closes))


def test_sessions_between_lists_exchange_dates_only():
    table = calendar.sessions_between(date(2011, 1, 14), date(2011, 1, 18))
    days = [date.fromordinal(int(day)).isoformat() for day in table.day_ordinal]
    assert days == ["2011-01-14", "2011-01-18"]


def test_next_and_previous_sessions_skip_closed_days():
    assert calendar.next_session(date(2011, 1, 14)) == date(2011, 1, 18)
    assert calendar.previous_sessions(date(2011, 1, 19), 2) == [
        date(2011, 1, 14),
        date(2011, 1, 18),
    ]


@pytest.mark.parametrize(
    ("at", "state", "change"),
    [
        ("2020-11-27T08:59:59Z", "closed", "2020-11-27T09:00:00Z"),
        ("2020-11-27T09:00:00Z", "pre-market", "2020-11-27T14:30:00Z"),
        ("2020-11-27T14:30:00Z", "open", "2020-11-27T18:00:00Z"),
        ("2020-11-27T18:00:00Z", "after-hours", "2020-11-28T01:00:00Z"),
        ("2020-11-28T01:00:00Z", "closed", "2020-11-30T09:00:00Z"),
    ],
)
def test_session_state_tells_what_happens_next(at, state, change):
    found = calendar.session_state(ts_of(at))
    assert (found["state"], found["next_change_ts"]) == (state, ts_of(change))


def test_years_outside_the_calendar_are_refused():
    early = int(datetime(1989, 6, 1, tzinfo=UTC).timestamp())
    with pytest.raises(CalendarError, match="1990 to 2099"):
        eastern.check_covered(np.array([early]))


def test_an_unknown_session_is_refused_by_name():
    with pytest.raises(ValueError, match="'Lunch'"):
        calendar.session_bounds(date(2020, 11, 27), "Lunch")
