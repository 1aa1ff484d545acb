"""Day of week and calendar filter: bars at hand-picked New York times."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from strategies.engine.indicators.catalogue import DEFAULT_PACKS, TEMPLATES
from strategies.engine.indicators.event_calendar import (
    EXPIRY_DAYS,
    FOMC_NS,
    JOBS_NS,
    fomc_statements,
    option_expiry,
)
from strategies.engine.tests.builders import bars_of
from strategies.engine.tests.readings import assert_any_cuts_give_the_same, read
from strategies.engine.tests.twins import twin_of

FILTER = TEMPLATES["calendar_filter"]
FOMC, EXPIRY, JOBS = (1, 0, 0), (0, 1, 0), (0, 0, 1)


def bars_at(*starts):
    """Bars that start at New York times, given as text; UTC is taken to be five hours ahead."""
    times = [datetime.fromisoformat(start) for start in starts]
    utc = [(t - datetime(1970, 1, 1) + timedelta(hours=5)) / timedelta(seconds=1) for t in times]
    return bars_of([(1, 1, 1, 1)] * len(times))._replace(
        start_ns=np.array([int(x) * 10**9 for x in utc], np.int64),
        day=np.array([t.toordinal() for t in times], np.int32),
        minute=np.array([t.hour * 60 + t.minute for t in times], np.int32),
        weekday=np.array([t.weekday() for t in times], np.int8),
    )


def blocked(avoided, buffer, *starts):
    states = read("calendar_filter", (*avoided, buffer), bars_at(*starts)).states
    return [start for start, state in zip(starts, states, strict=True) if state == "BLOCKED"]


@pytest.mark.parametrize(
    ("buffer", "clock", "is_blocked"),
    [
        (30, "13:29:55", False),
        (30, "13:30:00", True),
        (30, "14:30:00", True),
        (30, "14:30:05", False),
        (30, "14:31:00", False),
        (0, "13:59:00", False),
        (0, "14:00:00", True),
        (0, "14:00:05", False),
        (120, "12:00:00", True),
        (120, "16:00:00", True),
        (120, "11:59:00", False),
    ],
)
def test_a_statement_blocks_its_buffer_on_both_sides(buffer, clock, is_blocked):
    start = f"2020-12-16T{clock}"
    assert blocked(FOMC, buffer, start) == ([start] if is_blocked else [])
    assert blocked(JOBS, buffer, start) == blocked(EXPIRY, buffer, start) == []


def test_jobs_reports_block_the_half_hours_around_half_past_eight():
    starts = [f"2024-03-08T{clock}" for clock in ("07:59", "08:00", "08:30", "09:00", "09:01")]
    assert blocked(JOBS, 30, *starts) == starts[1:4]
    assert blocked(FOMC, 30, *starts) == []


def test_an_expiry_blocks_its_whole_day_whatever_the_buffer():
    starts = ["2019-04-17T23:59", "2019-04-18T00:00", "2019-04-18T23:59", "2019-04-19T00:00"]
    assert blocked(EXPIRY, 0, *starts) == blocked(EXPIRY, 120, *starts) == starts[1:3]
    assert blocked(JOBS, 120, *starts) == []


def test_what_is_not_avoided_does_not_block():
    day = ("2021-12-15T14:00", "2021-12-17T12:00", "2022-01-07T08:30")
    for i, avoided in enumerate((FOMC, EXPIRY, JOBS)):
        assert blocked(avoided, 0, *day) == [day[i]]
    assert blocked((0, 0, 0), 120, *day) == []
    assert blocked((1, 1, 1), 0, *day) == list(day)


def test_nothing_is_known_of_statements_outside_the_table():
    assert blocked(FOMC, 120, "2009-12-16T14:15", "2028-01-26T14:00") == []


def random_bars(rng, n):
    """Bars over all years, many of them on days of events."""
    days = [d for d, _ in fomc_statements()] + [
        date.fromordinal(int(x))
        for x in (*EXPIRY_DAYS[200:480], *(JOBS_NS // 86_400 // 10**9 + 719163)[200:480])
    ]
    some = [days[i] for i in rng.integers(0, len(days), n)]
    far = [date(2008, 1, 1) + timedelta(days=int(x)) for x in rng.integers(0, 8000, n // 4)]
    times = sorted(
        datetime(d.year, d.month, d.day) + timedelta(seconds=5 * int(x))
        for d, x in zip(some + far, rng.integers(0, 17_280, n + n // 4), strict=True)
    )
    return bars_at(*(t.isoformat() for t in times))


@pytest.mark.parametrize("vector", [(1, 1, 1, 120), (1, 0, 1, 30), (0, 1, 0, 0)])
def test_filter_equals_its_twin_around_events(vector):
    bars = random_bars(np.random.default_rng(2), 1200)
    seen = read("calendar_filter", vector, bars)
    _, states, _ = twin_of("calendar_filter")(bars, vector)
    assert seen.states == states
    assert {"CLEAR", "BLOCKED"} == set(states)


def test_filter_in_any_pieces_gives_the_same():
    rng = np.random.default_rng(5)
    assert_any_cuts_give_the_same("calendar_filter", (1, 1, 1, 90), random_bars(rng, 800), rng)


def test_kernels_read_ascending_tables():
    for table in (FOMC_NS, JOBS_NS, EXPIRY_DAYS):
        assert (np.diff(table) > 0).all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {},
            "avoids FOMC statements and jobs reports ±30 min (FOMC dates known for 2010–2027)",
        ),
        ({"avoid_fomc": False, "buffer_minutes": 5}, "avoids jobs reports ±5 min"),
        (
            {"avoid_nfp": False, "avoid_opex": True},
            "avoids FOMC statements ±30 min, option expiry days (FOMC dates known for 2010–2027)",
        ),
        (
            {"avoid_fomc": False, "avoid_nfp": False, "avoid_opex": True},
            "avoids option expiry days",
        ),
        ({"avoid_fomc": False, "avoid_nfp": False}, "avoids nothing"),
    ],
)
def test_the_filter_is_said_in_words(changes, words):
    assert FILTER.words(FILTER.defaults() | changes) == words


WEEK = [f"2024-03-{day:02}T10:00" for day in range(4, 11)]


@pytest.mark.parametrize(
    ("chosen", "n_allowed"), [((1, 1, 1, 1, 1), [0, 1, 2, 3, 4]), ((0, 0, 0, 0, 0), [])]
)
def test_weekends_are_blocked(chosen, n_allowed):
    states = read("day_of_week", chosen, bars_at(*WEEK)).states
    assert [i for i, state in enumerate(states) if state == "ALLOWED_DAY"] == n_allowed


@pytest.mark.parametrize("day", range(5))
def test_each_day_is_chosen_alone(day):
    chosen = [float(i == day) for i in range(5)]
    states = read("day_of_week", chosen, bars_at(*WEEK)).states
    assert [i for i, state in enumerate(states) if state == "ALLOWED_DAY"] == [day]


def test_days_are_said_in_words():
    template = TEMPLATES["day_of_week"]
    days = template.defaults()
    assert template.words(days) == "Monday to Friday"
    assert template.words(days | {"monday": False, "friday": False}) == (
        "Tuesday, Wednesday, Thursday"
    )
    assert template.words(dict.fromkeys(days, False)) == "no day"


@pytest.mark.parametrize(
    ("pack_id", "version"),
    [("dow_weekdays", "All Weekdays"), ("cal_avoid_fomc_nfp", "Avoid FOMC & NFP")],
)
def test_new_users_get_both_packs_disabled(pack_id, version):
    pack = next(pack for pack in DEFAULT_PACKS if pack.id == pack_id)
    assert (pack.version, pack.enabled, pack.family) == (version, False, "general")


def test_april_expiry_of_2019_is_the_thursday_before_good_friday():
    assert option_expiry(2019, 4) == date(2019, 4, 18)
