"""The day before on hand-typed bars: its levels, their edges, and dates that are missing."""

import math

import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.spec import Protection
from strategies.engine.tests.builders import bars_of, make_spec, minutes, pack, trigger
from strategies.engine.tests.readings import read

# The day before: high 110, low 90, close 100.
BEFORE = [(100, 110, 95, 105), (105, 105, 90, 95), (95, 100, 95, 100)]
DAY = [
    ((100, 112, 88, 100), "UPPER", []),  # on the close is the upper half
    ((100, 112, 99, 99.5), "LOWER", ["cross_close_down"]),
    ((99, 100, 99, 100), "UPPER", []),  # on it again is no cross
    ((100, 101, 100, 100.5), "UPPER", ["cross_close_up"]),
    ((100, 110, 100, 110), "UPPER", []),  # on the high is inside
    ((110, 111, 110, 111), "ABOVE_HIGH", ["cross_high_up"]),
    ((111, 111, 89, 90), "LOWER", ["cross_close_down"]),  # on the low is inside
    ((90, 90, 89, 89), "BELOW_LOW", ["cross_low_down"]),
    ((89, 111, 89, 111), "ABOVE_HIGH", ["cross_high_up", "cross_close_up"]),
    ((111, 111, 89, 89), "BELOW_LOW", ["cross_low_down", "cross_close_down"]),
    ((89, 90, 89, 90), "LOWER", []),
]
ROWS = [row for row, *_ in DAY]


def two_days(*rows):
    """The day before, and one that begins with these bars; each of eleven minutes."""
    flat = (BEFORE[-1][3],) * 4
    return bars_of([*BEFORE, *[flat] * (11 - len(BEFORE)), *rows], per_day=11)


def last(bars, n=1):
    seen = read("prior_day", (), bars)
    return list(zip(seen.states, seen.triggers, strict=True))[-n:]


def levels(bars):
    columns = read("prior_day", (), bars).columns
    rows = zip(*(columns[f"prior_{name}"] for name in ("high", "low", "close")), strict=True)
    return [None if math.isnan(row[0]) else row for row in rows]


def test_states_and_triggers_of_every_bar_of_a_date():
    bars = two_days(*ROWS)
    assert last(bars, 11) == [(state, fired) for _, state, fired in DAY]
    assert levels(bars) == 11 * [None] + 11 * [(110, 90, 100)]


def test_the_first_date_has_none():
    assert last(bars_of(BEFORE), 3) == 3 * [(None, [])]


@pytest.mark.parametrize(
    ("close", "state"), [(111, "ABOVE_HIGH"), (101, "UPPER"), (99, "LOWER"), (89, "BELOW_LOW")]
)
def test_the_first_bar_has_a_state_and_crosses_nothing(close, state):
    assert last(two_days((100, 120, 80, close))) == [(state, [])]


def test_the_day_before_is_the_last_date_with_a_bar():
    """However many are missing; and each date is the next one's day before."""
    rows = [(100, 110, 90, 100), (100, 104, 96, 101), (101, 103, 97, 102)]
    columns = [[row[i] for row in rows] for i in range(4)]
    bars = minutes(*columns, [1, 1, 1], per_day=1, missing=[0, 5, 1])
    assert levels(bars) == [None, (110, 90, 100), (104, 96, 101)]


def test_a_close_outside_its_own_day_makes_no_state_of_its_own():
    """Some files hold a close above the high: beyond the high or the low comes first."""
    bars = bars_of([(100, 110, 90, 80), (89, 89, 89, 89)], per_day=1)
    assert last(bars) == [("BELOW_LOW", [])]


def entries(rows, base, execution, **changes):
    one = pack("prior_day")
    settings = {"entry": trigger(one, base, execution), "packs": (one,), "bar_count": 1}
    advance = compile_program(make_spec(**settings | changes)).backtest(two_days(*rows))
    return [(trade.entry_index - 11, trade.entry_price) for trade in advance.trades]


def test_an_order_at_the_level_fills_at_the_high_or_low_of_the_day_before():
    rows = [(100, 100, 100, 100), (105, 115, 105, 112), (112, 112, 112, 112)]
    assert entries(rows, "cross_high_up", "L") == [(1, 110)]
    # A bar that opens beyond it fills at its open.
    rows = [(100, 100, 100, 100), (113, 115, 112, 112), (112, 112, 112, 112)]
    assert entries(rows, "cross_high_up", "L") == [(1, 113)]
    rows = [(100, 100, 100, 100), (95, 95, 85, 88), (88, 88, 88, 88)]
    assert entries(rows, "cross_low_down", "L", direction="SHORT") == [(1, 90)]


def test_the_first_bar_of_a_date_fills_no_order_at_a_level():
    rows = [(105, 115, 105, 112), (112, 115, 112, 112), (112, 112, 112, 112)]
    assert entries(rows, "cross_high_up", "L") == []


def test_crosses_of_the_close_have_no_level_and_confirm_by_the_close():
    one = pack("prior_day")
    assert trigger(one, "cross_close_up").trigger.executions == ("C", "CC")
    pairs = [(t.base, t.opposite) for t in one.template.triggers]
    assert pairs == [
        ("cross_high_up", "cross_low_down"),
        ("cross_low_down", "cross_high_up"),
        ("cross_close_up", "cross_close_down"),
        ("cross_close_down", "cross_close_up"),
    ]


@pytest.mark.parametrize(
    ("base", "direction", "moves", "reason"),
    [
        ("cross_close_up", "LONG", (101, 101.5), "bar_count_exit"),
        ("cross_close_up", "LONG", (101, 100), "unconfirmed_cc"),
        ("cross_close_down", "SHORT", (99, 98.5), "bar_count_exit"),
        ("cross_close_down", "SHORT", (99, 100), "unconfirmed_cc"),
    ],
)
def test_a_second_close_beyond_the_close_confirms(base, direction, moves, reason):
    one = pack("prior_day")
    closes = (100, *moves, moves[-1], moves[-1])
    changes = {"entry": trigger(one, base, "CC"), "packs": (one,), "direction": direction}
    spec = make_spec(**changes, bar_count=2, stop=Protection("fixed_dollar", 5.0))
    bars = two_days(*((close,) * 4 for close in closes))
    (trade,) = compile_program(spec).backtest(bars).trades
    assert trade.exit_reason == reason
