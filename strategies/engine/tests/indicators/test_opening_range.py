"""The opening range on hand-typed bars: when it is known, its edges, and where a date ends."""

import math

import numpy as np
import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.tests.builders import (
    MINUTE_NS,
    bars_of,
    coarse_bars,
    make_spec,
    pack,
    trigger,
)
from strategies.engine.tests.readings import read

# open, high, low, close -> state, triggers; two minutes make the range from 98 to 102
DAY = [
    ((100, 101, 99, 100), "FORMING", []),
    ((100, 102, 98, 101), "INSIDE", []),  # it closes the range, and is part of it
    ((101, 103, 101, 102), "INSIDE", []),  # on the edge is inside
    ((102, 103, 102, 102.5), "ABOVE", ["break_up"]),
    ((102, 103, 102, 103), "ABOVE", []),
    ((103, 103, 101, 102), "INSIDE", ["back_inside"]),
    ((102, 102, 98, 98), "INSIDE", []),
    ((98, 98, 97, 97.5), "BELOW", ["break_down"]),
    ((97.5, 103, 97, 103), "ABOVE", ["break_up"]),  # through both edges
    ((103, 103, 97, 97), "BELOW", ["break_down"]),
    ((97, 98, 97, 98), "INSIDE", ["back_inside"]),
]
ROWS = [row for row, *_ in DAY]


def bars_from(rows, per_day=390, kept=None):
    bars = bars_of(rows, per_day)
    return bars if kept is None else bars.take(np.array(kept))


def states_and_triggers(bars, n_minutes=2):
    seen = read("opening_range", (n_minutes,), bars)
    return list(zip(seen.states, seen.triggers, strict=True))


def edges(bars, n_minutes=2):
    columns = read("opening_range", (n_minutes,), bars).columns
    pairs = zip(columns["range_high"], columns["range_low"], strict=True)
    return [None if math.isnan(high) else (high, low) for high, low in pairs]


def test_states_and_triggers_of_every_bar_of_a_date():
    assert states_and_triggers(bars_from(ROWS)) == [(state, fired) for _, state, fired in DAY]


def test_the_edges_are_shown_from_the_bar_on_that_completes_the_range():
    assert edges(bars_from(ROWS)) == [None] + 10 * [(102, 98)]


def test_the_range_of_a_minute_is_known_at_the_close_of_the_first_bar():
    bars = bars_from([(100, 101, 99, 100), (100, 104, 100, 102)])
    assert states_and_triggers(bars, 1) == [("INSIDE", []), ("ABOVE", ["break_up"])]


def test_a_date_begins_anew_and_crosses_nothing_on_its_first_bar():
    """The first bar of the second date lies above the range of the first."""
    rows = [*ROWS[:3], (110, 111, 109, 110), (110, 112, 110, 111), (111, 113, 111, 113)]
    bars = bars_from(rows, per_day=3)
    assert states_and_triggers(bars)[3:] == [
        ("FORMING", []),
        ("INSIDE", []),
        ("ABOVE", ["break_up"]),
    ]
    assert edges(bars)[3:] == [None, (112, 109), (112, 109)]
    # Whose range is known on its first bar: still no cross, and not back inside.
    rows = [(100, 101, 99, 100), (100, 103, 100, 103), (102, 102, 102, 102)]
    assert states_and_triggers(bars_from(rows, per_day=2), 1)[2] == ("INSIDE", [])


def test_a_date_without_bars_in_the_range_has_none():
    """The date's first bar starts exactly where its range ended."""
    assert states_and_triggers(bars_from(ROWS, kept=[2, 3, 4])) == 3 * [(None, [])]
    assert edges(bars_from(ROWS, kept=[2, 3])) == [None, None]


def test_a_range_lives_from_the_bars_there_are():
    """One of two, and none closes as the range ends: the next one shows it and crosses nothing."""
    assert states_and_triggers(bars_from(ROWS, kept=[0, 3, 4, 7])) == [
        ("FORMING", []),
        ("ABOVE", []),
        ("ABOVE", []),
        ("BELOW", ["break_down"]),
    ]
    assert edges(bars_from(ROWS, kept=[0, 3])) == [None, (101, 99)]


def test_a_range_after_a_date_without_one_is_its_own():
    bars = bars_from([*ROWS[:3], *ROWS[:3]], per_day=3, kept=[2, 3, 4, 5])
    assert [state for state, _ in states_and_triggers(bars)] == [
        None,
        "FORMING",
        "INSIDE",
        "INSIDE",
    ]


@pytest.mark.parametrize(
    ("n_minutes", "n_range_bars"), [(1, 1), (4, 1), (5, 1), (6, 2), (9, 2), (10, 2), (11, 3)]
)
def test_a_longer_bar_that_starts_in_the_range_belongs_to_it(n_minutes, n_range_bars):
    """Bars of five minutes; the range is known at the close of the first that ends it."""
    rows = [(100, 100 + t, 100 - t, 100) for t in range(25)]
    bars = coarse_bars(bars_from(rows), "5Min")
    shown = edges(bars, n_minutes)
    reach = 5 * n_range_bars - 1
    assert shown == [None] * (n_range_bars - 1) + [(100 + reach, 100 - reach)] * (6 - n_range_bars)


def test_minutes_count_from_the_open_of_the_session():
    """Extended hours open five and a half hours earlier; a half day's after hours at 13:00."""
    bars = bars_from(ROWS)
    extended = bars._replace(session_open_ns=bars.session_open_ns - 330 * MINUTE_NS)
    assert states_and_triggers(extended) == len(ROWS) * [(None, [])]
    late = bars._replace(session_open_ns=bars.start_ns[0] + 0 * bars.start_ns)
    assert states_and_triggers(late) == states_and_triggers(bars)


def trades_of(rows, base, execution, per_day=390, **changes):
    one = pack("opening_range", minutes=2)
    changes = {"entry": trigger(one, base, execution), "packs": (one,), "bar_count": 1, **changes}
    return compile_program(make_spec(**changes)).backtest(bars_from(rows, per_day)).trades


def entries(*args, **changes):
    return [(trade.entry_index, trade.entry_price) for trade in trades_of(*args, **changes)]


def test_an_order_at_the_close_fills_on_the_bar_that_closed_beyond():
    assert entries(ROWS, "break_up", "C") == [(3, 102.5), (8, 103)]
    assert entries(ROWS, "break_down", "C", direction="SHORT") == [(7, 97.5), (9, 97)]


def test_an_order_at_the_level_fills_at_the_edge_once_the_range_is_known():
    """The bar that completes the range can't; the next one reaches 103 over the edge at 102."""
    assert entries(ROWS, "break_up", "L")[0] == (2, 102)
    low = [*ROWS[:2], (101, 101, 96, 97)]
    assert entries([*low, (97, 97, 97, 97)], "break_down", "L", direction="SHORT") == [(2, 98)]


def test_no_level_is_carried_to_the_next_date():
    rows = [*ROWS[:3], (102, 110, 102, 110), (110, 110, 110, 110)]
    assert entries(rows, "break_up", "L", per_day=3) == [(2, 102)]
    # The same bars as one date go through the edge again.
    quiet = [*ROWS[:2], (101, 101, 101, 101), *rows[3:]]
    assert entries(quiet, "break_up", "L", per_day=3) == []
    assert entries(quiet, "break_up", "L") == [(3, 102)]


def test_a_break_is_confirmed_by_a_second_close_beyond():
    beyond = [*ROWS[:4], (102.5, 104, 102.5, 102.2), (102, 102, 102, 102), (102, 102, 102, 102)]
    back = [*ROWS[:4], (102.5, 104, 102, 102), (102, 102, 102, 102), (102, 102, 102, 102)]
    reasons = [
        trades_of(rows, "break_up", "CC", bar_count=2)[0].exit_reason for rows in (beyond, back)
    ]
    assert reasons == ["bar_count_exit", "unconfirmed_cc"]


def test_the_break_of_the_other_side_is_its_opposite():
    one = pack("opening_range")
    assert trigger(one, "break_up").trigger.opposite == "break_down"
    assert trigger(one, "break_down").trigger.opposite == "break_up"
    assert trigger(one, "back_inside").trigger.opposite == ""
