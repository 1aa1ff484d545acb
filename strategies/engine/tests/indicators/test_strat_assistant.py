"""Strat Assistant on hand-typed bars: open, high, low, close."""

import pytest

from strategies.engine.tests.readings import read_rows

FIRST = (100, 104, 96, 100)


def last(*rows, wick=0.75):
    return read_rows("strat_assistant", (wick,), rows)[-1]


def test_the_first_bar_has_neither_state_nor_triggers():
    assert last((96.5, 104, 96, 96.5)) == (None, [])


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        ((100, 104, 96, 100), ("INSIDE", ["inside_bar"])),
        ((100, 103, 97, 100), ("INSIDE", ["inside_bar"])),
        ((100, 104, 97, 100), ("INSIDE", ["inside_bar"])),
        ((100, 103, 96, 100), ("INSIDE", ["inside_bar"])),
        ((100, 105, 95, 100), ("OUTSIDE", ["outside_bar"])),
        ((100, 105, 96, 100), ("TWO_UP", ["bull_c2"])),
        ((100, 105, 97, 101), ("TWO_UP", ["bull_c2"])),
        ((100, 104, 95, 100), ("TWO_DOWN", ["bear_c2"])),
        ((100, 103, 95, 99), ("TWO_DOWN", ["bear_c2"])),
    ],
)
def test_states_against_the_bar_before(bar, expected):
    assert last(FIRST, bar) == expected


@pytest.mark.parametrize(
    ("open_", "close", "fires"),
    [(98, 98, True), (99, 98, False), (98, 99, False), (101, 102, False)],
)
def test_a_shooter_opens_and_closes_under_its_wick(open_, close, fires):
    """Three quarters of the range from 96 to 108 reach down to 99."""
    expected = ["bull_c2", "shooter"] if fires else ["bull_c2"]
    assert last(FIRST, (open_, 108, 96, close)) == ("TWO_UP", expected)


@pytest.mark.parametrize(
    ("open_", "close", "fires"),
    [(102, 102, True), (101, 102, False), (102, 101, False), (99, 98, False)],
)
def test_a_hammer_opens_and_closes_over_its_wick(open_, close, fires):
    """Three quarters of the range from 92 to 104 reach up to 101."""
    expected = ["bear_c2", "hammer"] if fires else ["bear_c2"]
    assert last(FIRST, (open_, 104, 92, close)) == ("TWO_DOWN", expected)


def test_the_wick_is_a_parameter():
    bar = (101, 108, 96, 101)
    assert last(FIRST, bar, wick=0.5) == ("TWO_UP", ["bull_c2", "shooter"])
    assert last(FIRST, bar, wick=0.75) == ("TWO_UP", ["bull_c2"])


def test_an_outside_bar_may_have_a_long_wick():
    assert last(FIRST, (96, 106, 94, 96)) == ("OUTSIDE", ["outside_bar", "shooter"])
    assert last(FIRST, (104, 106, 94, 104)) == ("OUTSIDE", ["outside_bar", "hammer"])


def test_a_bar_without_range_has_no_wick():
    assert last(FIRST, (105, 105, 105, 105)) == ("TWO_UP", ["bull_c2"])


def test_an_inside_bar_is_neither_shooter_nor_hammer():
    assert last(FIRST, (97, 104, 96, 97)) == ("INSIDE", ["inside_bar"])
    assert last(FIRST, (103, 104, 96, 103)) == ("INSIDE", ["inside_bar"])
