"""States and triggers where a value lies exactly on a boundary, which random bars never do."""

import math

import pytest

from strategies.engine.indicators import time_of_day, vwap
from strategies.engine.indicators.building_blocks import from_bar_nb
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.nodes.node import NodeKey, new_node_memory, step_node
from strategies.engine.tests.builders import bars_of


def last(template, vector, rows):
    """The state and the triggers of the last bar."""
    key = NodeKey(template, tuple(float(x) for x in vector))
    output = step_node(key, new_node_memory(key), bars_of(rows))
    code, word = int(output.codes[-1]), int(output.bits[-1])
    triggers = [t.base for i, t in enumerate(TEMPLATES[template].triggers) if word >> i & 1]
    return None if code < 0 else TEMPLATES[template].states[code].name, triggers


@pytest.mark.parametrize(
    ("close", "state"),
    [(104, ">+1σ"), (102, ">V"), (101, "@V"), (99, "@V"), (98, "<V"), (96, "<-1σ")],
)
def test_close_on_a_vwap_boundary(close, state):
    """Typical prices 98 and 102 of one volume: line 100, deviation 2."""
    rows = [(98, 98, 98, 98, 1), (100, 210 - close, 96, close, 1)]
    assert last("vwap", (1, 2), rows)[0] == state


@pytest.mark.parametrize("price", [-37.0, 0.0, 100.0])
def test_vwap_bands_are_missing_without_deviation_at_every_price(price):
    """Oil once closed at -37.63: the size of the line decides what counts as zero."""
    rows = [(price,) * 4 + (5,)] * 3
    assert last("vwap", (1, 2), rows)[0] is None


def test_vwap_of_negative_prices_mirrors_that_of_positive_ones():
    """Typical prices -98 and -102 of one volume: line -100, deviation 2."""
    rows = [(-98, -98, -98, -98, 1), (-100, -96, -111, -99, 1)]
    assert last("vwap", (1, 2), rows)[0] == "@V"


@pytest.mark.parametrize(
    ("volumes", "state"),
    [
        ((0, 0, 1, 1, 3), "HIGH"),
        ((1, 2, 2, 2, 3), "NORMAL"),
        ((4, 4, 4, 5, 3), "LOW"),
        ((2, 2, 2, 3, 1), "MINIMAL"),
    ],
)
def test_relative_volume_on_a_boundary_is_the_lower_state(volumes, state):
    """3, 1.5, 0.75 and 0.5 times the mean of five."""
    assert last("rvol", (5, 1.5, 3), [(1, 1, 1, 1, v) for v in volumes])[0] == state


def test_volume_fades_from_exactly_the_mean():
    rows = [(1, 1, 1, 1, v) for v in (2, 2, 2, 2, 2, 1)]
    assert last("rvol", (5, 1.5, 3), rows)[1] == ["fade"]
    assert last("rvol", (5, 1.5, 3), rows[:-1])[1] == []
    # On the mean again: no fade yet.
    assert last("rvol", (5, 1.5, 3), [*rows[:-1], rows[0]])[1] == []


def test_a_value_speaks_from_its_minimum_of_bars_on():
    assert from_bar_nb(1.5, 5.0, 5.0) == 1.5
    assert math.isnan(from_bar_nb(1.5, 4.0, 5.0))


def test_flat_bars_are_an_ordered_stack_without_a_cross():
    assert last("ema_stack", (1, 2, 3), [(10, 10, 10, 10)] * 5) == ("SML", [])


@pytest.mark.parametrize(
    ("close", "expected"),
    [
        (11, ("SML", ["cross_bull", "mid_cross_bull"])),
        (9, ("LMS", ["cross_bear", "mid_cross_bear"])),
    ],
)
def test_averages_that_were_equal_cross_as_they_part(close, expected):
    assert last("ema_stack", (1, 2, 3), [(10, 10, 10, 10)] * 5 + [(10, 11, 9, close)]) == expected


def test_flat_bars_leave_macd_at_its_signal_and_at_zero():
    assert last("macd_line", (2, 3, 2), [(10, 10, 10, 10)] * 6) == ("M<S-", [])


@pytest.mark.parametrize(
    ("close", "expected"),
    [
        (11, ("M>S+", ["cross_bull", "zero_cross_up"])),
        (9, ("M<S-", ["cross_bear", "zero_cross_down"])),
    ],
)
def test_a_line_that_was_at_its_signal_crosses_as_it_leaves(close, expected):
    rows = [(10, 10, 10, 10)] * 6 + [(10, 11, 9, close)]
    assert last("macd_line", (2, 3, 2), rows) == expected


@pytest.mark.parametrize(
    ("minute", "start", "end", "code"),
    [
        (600, 600, 600, 1),  # an empty window
        (570, 570, 100, 0),  # over midnight, from its start
        (569, 570, 100, 1),
        (99, 570, 100, 0),
        (100, 570, 100, 1),  # until its end
    ],
)
def test_windows_of_the_day(minute, start, end, code):
    assert time_of_day.step_nb(minute, start, end) == code


RETURNS = 16


@pytest.mark.parametrize(
    ("before", "close", "returns"),
    [
        (102.0, 100.0, False),  # on the band is not outside
        (98.0, 100.0, False),
        (102.1, 101.0, True),  # half of band 1 away from the line
        (97.9, 99.0, True),
        (102.1, 101.1, False),
        (97.9, 98.9, False),
    ],
)
def test_returning_to_the_vwap(before, close, returns):
    lines = (100.0, 102.0, 98.0, 104.0, 96.0)
    word = vwap.word_nb(close, lines, before, lines)
    assert bool(word & RETURNS) == returns
