"""Gaps on hand-typed bars: how a date opens against the close of 100 before, and when it fills."""

import math

import pytest

from strategies.engine.tests.builders import bars_of, minutes
from strategies.engine.tests.readings import read

BEFORE = (100, 120, 80, 100)


def day(*rows, close=100, min_gap_pct=1.0):
    """States and triggers of a date after one that closed there."""
    before = (*BEFORE[:3], close)
    bars = bars_of([*[before] * len(rows), *rows], per_day=len(rows))
    seen = read("gap", (min_gap_pct,), bars)
    return list(zip(seen.states, seen.triggers, strict=True))[len(rows) :]


@pytest.mark.parametrize(
    ("open_", "state"),
    [
        (101.0, "GAP_UP"),  # exactly one per cent
        (100.99, "NO_GAP"),
        (100.0, "NO_GAP"),
        (99.01, "NO_GAP"),
        (99.0, "GAP_DOWN"),
        (120.0, "GAP_UP"),
        (80.0, "GAP_DOWN"),
    ],
)
def test_a_distance_of_the_minimum_is_a_gap(open_, state):
    assert day((open_,) * 4) == [(state, [])]


def test_the_minimum_is_a_parameter():
    assert day((100.3,) * 4, min_gap_pct=0.3)[0][0] == "GAP_UP"
    assert day((100.29,) * 4, min_gap_pct=0.3)[0][0] == "NO_GAP"
    assert day((100.31,) * 4, min_gap_pct=0.4)[0][0] == "NO_GAP"


def test_a_gap_up_is_filled_by_the_first_low_at_the_close_before():
    rows = [(102, 103, 101, 102), (102, 102, 100.1, 101), (101, 101, 100, 101), (101, 105, 99, 104)]
    assert day(*rows) == [("GAP_UP", []), ("GAP_UP", []), ("FILLED", ["fill"]), ("FILLED", [])]


def test_a_gap_down_is_filled_by_the_first_high_at_the_close_before():
    rows = [(98, 99, 97, 98), (98, 99.9, 98, 99), (99, 100, 99, 99), (99, 103, 95, 96)]
    assert day(*rows) == [("GAP_DOWN", []), ("GAP_DOWN", []), ("FILLED", ["fill"]), ("FILLED", [])]


@pytest.mark.parametrize("bar", [(102, 103, 99, 102), (98, 101, 97, 98)])
def test_the_first_bar_may_fill_its_own_gap(bar):
    assert day(bar, (bar[3],) * 4) == [("FILLED", ["fill"]), ("FILLED", [])]


def test_a_date_without_a_gap_never_fills():
    rows = [(100.5, 101, 100, 100.5), (100.5, 110, 90, 105)]
    assert day(*rows) == [("NO_GAP", []), ("NO_GAP", [])]


def test_the_other_side_of_the_close_fills_nothing():
    assert day((102, 200, 101, 150), (98, 98, 98, 98))[0] == ("GAP_UP", [])
    assert day((98, 99, 1, 50), (50, 60, 40, 50)) == 2 * [("GAP_DOWN", [])]


def test_the_first_date_has_neither_state_nor_fill():
    seen = read("gap", (1.0,), bars_of([(100, 120, 80, 100), (130, 130, 60, 60)]))
    assert (seen.states, seen.triggers) == ([None, None], [[], []])
    assert all(math.isnan(c) for c in seen.columns["prior_close"])


def test_each_date_opens_against_the_last_one_with_a_bar():
    """However many are missing between them, and whatever became of its own gap."""
    rows = [(100,) * 4, (102,) * 4, (103,) * 4, (104.5, 105, 102, 104)]
    columns = [[row[i] for row in rows] for i in range(4)]
    bars = minutes(*columns, [1] * 4, per_day=1, missing=[0, 0, 7, 1])
    seen = read("gap", (1.0,), bars)
    assert seen.states == [None, "GAP_UP", "NO_GAP", "FILLED"]
    assert seen.triggers == [[], [], [], ["fill"]]
    assert seen.columns["prior_close"][1:] == [100, 102, 103]


@pytest.mark.parametrize(
    ("open_", "state"),
    [(-99.0, "GAP_UP"), (-99.5, "NO_GAP"), (-100.5, "NO_GAP"), (-101.0, "GAP_DOWN")],
)
def test_prices_below_zero_gap_like_others(open_, state):
    assert day((open_,) * 4, close=-100)[0][0] == state
