"""Swing 1-2-3 on hand-typed bars: open, high, low, close."""

import pytest

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.tests.readings import read_rows

FIRST = (100, 102, 98, 100)
BULL = (99, 101, 97, 100.5)
BEAR = (101, 103, 99, 99.5)


def last(*rows):
    return read_rows("swing_123", (), rows)[-1]


def test_the_first_bar_has_neither_state_nor_triggers():
    assert last(FIRST) == (None, [])


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        (BULL, ("BULL_C2", ["bull_c2"])),
        ((99, 101, 98, 100.5), ("NEUTRAL", [])),
        ((99, 101, 97, 100), ("NEUTRAL", [])),
        ((99, 103, 97, 101), ("BULL_C2", ["bull_c2"])),
        (BEAR, ("BEAR_C2", ["bear_c2"])),
        ((101, 102, 99, 99.5), ("NEUTRAL", [])),
        ((101, 103, 99, 100), ("NEUTRAL", [])),
        ((101, 103, 97, 99), ("BEAR_C2", ["bear_c2"])),
        ((100, 101, 99, 100), ("NEUTRAL", [])),
    ],
)
def test_a_second_bar_goes_beyond_the_first_and_closes_back(bar, expected):
    assert last(FIRST, bar) == expected


@pytest.mark.parametrize(
    ("bars", "expected"),
    [
        ((BULL, (100, 102, 99, 101.5)), ("BULL_C3", ["bull_c3"])),
        ((BULL, (100, 102, 99, 101)), ("NEUTRAL", [])),
        ((BULL, (100, 102, 96, 101.5)), ("BULL_C3", ["bull_c2", "bull_c3"])),
        ((BULL, (100, 102, 96, 101)), ("BULL_C2", ["bull_c2"])),
        ((BULL, (100, 102, 96, 96.5)), ("BEAR_C2", ["bear_c2"])),
        ((BEAR, (100, 101, 98, 98.5)), ("BEAR_C3", ["bear_c3"])),
        ((BEAR, (100, 101, 98, 99)), ("NEUTRAL", [])),
        ((BEAR, (100, 104, 98, 98.5)), ("BEAR_C3", ["bear_c2", "bear_c3"])),
        ((BEAR, (100, 104, 98, 99)), ("BEAR_C2", ["bear_c2"])),
        ((BEAR, (100, 104, 98, 103.5)), ("BULL_C2", ["bull_c2"])),
        (((100, 101, 99, 100), (100, 103, 99, 102.5)), ("NEUTRAL", [])),
        (((100, 101, 99, 100), (100, 101, 97, 98)), ("NEUTRAL", [])),
    ],
)
def test_a_third_bar_closes_beyond_the_second(bars, expected):
    assert last(FIRST, *bars) == expected


def test_a_third_bar_that_is_a_second_one_too_may_be_followed_by_another():
    """The condition counts, not the label of the bar before."""
    bars = (BULL, (100, 102, 96, 101.5), (101, 103, 97, 102.5), (102, 104, 98, 103.5))
    assert read_rows("swing_123", (), (FIRST, *bars))[2:] == [
        ("BULL_C3", ["bull_c2", "bull_c3"]),
        ("BULL_C3", ["bull_c3"]),
        ("NEUTRAL", []),
    ]


def test_a_bear_third_bar_that_is_a_second_one_too_may_be_followed_by_another():
    bars = (BEAR, (100, 104, 98, 98.5), (99, 103, 97, 97.5))
    assert read_rows("swing_123", (), (FIRST, *bars))[2:] == [
        ("BEAR_C3", ["bear_c2", "bear_c3"]),
        ("BEAR_C3", ["bear_c3"]),
    ]


def test_a_pattern_holds_while_it_fires_again():
    triggers = TEMPLATES["swing_123"].triggers
    assert {trigger.holds for trigger in triggers} == {None}
    assert {trigger.executions for trigger in triggers} == {("C", "CC")}
