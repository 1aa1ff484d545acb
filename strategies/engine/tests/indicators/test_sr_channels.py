"""Support Resistance Channels: each step on its boundary, a wave by hand, twin and streaming."""

import math

import numpy as np
import pytest

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.indicators.pivot_channels import (
    Candidates,
    Pivots,
    add_pivot_nb,
    grown_nb,
    is_peak_nb,
    is_trough_nb,
    nearest_nb,
    pivot_capacity,
    strike_out_nb,
    strongest_nb,
    touches_nb,
)
from strategies.engine.indicators.sr_channels import (
    N_PIVOTS,
    SEEN,
    History,
    bits_nb,
    breaks_nb,
    code_nb,
    confirm_nb,
    memory_size,
)
from strategies.engine.tests.builders import bars_of, wild_bars
from strategies.engine.tests.readings import assert_any_cuts_give_the_same, read
from strategies.engine.tests.twins import twin_of

TEMPLATE = TEMPLATES["sr_channels"]


def array(*values):
    return np.array(values, np.float64)


@pytest.mark.parametrize(
    ("values", "is_peak"),
    [
        ((1, 2, 3, 2, 1), True),
        ((1, 3, 3, 2, 1), False),  # equal on the left
        ((3, 1, 3, 2, 1), False),
        ((1, 2, 3, 3, 3), True),  # equal on the right
        ((1, 2, 3, 2, 4), False),
    ],
)
def test_a_pivot_exceeds_its_left_and_is_not_exceeded_on_its_right(values, is_peak):
    assert is_peak_nb(array(*values), 2, 2) == is_peak
    assert is_trough_nb(-array(*values), 2, 2) == is_peak


@pytest.mark.parametrize(("n_seen", "n_pivots"), [(3, 0), (4, 0), (5, 1)])
def test_a_pivot_needs_all_bars_on_both_sides(n_seen, n_pivots):
    """Two on either side; what stands before the first bar is no bar."""
    parameters, peaks = array(2, 0, 5, 1, 6, 100), array(1, 2, 3, 2, 1)
    memory = np.zeros(memory_size(tuple(parameters)))
    memory[SEEN] = n_seen - 1
    confirm_nb(parameters, memory, pivot_capacity(2, 100), History(*[peaks] * 4), 0)
    assert memory[N_PIVOTS] == n_pivots


def test_pivots_older_than_the_loopback_are_dropped_as_one_joins():
    pivots = Pivots(np.zeros(5), np.zeros(5))
    count = 0
    for value, bar in ((1.0, 100.0), (2.0, 101.0), (3.0, 200.0), (4.0, 201.0)):
        count = add_pivot_nb(pivots, count, value, bar, 100)
    assert pivots.values[:count].tolist() == [4.0, 3.0, 2.0]


@pytest.mark.parametrize("n", [4, 10, 30])
@pytest.mark.parametrize("loopback", [100, 290, 400])
def test_the_memory_holds_all_pivots_there_can_be(n, loopback):
    """Peaks and troughs as close together as they can be: every n + 1 bars, on different bars."""
    size = pivot_capacity(n, loopback)
    pivots, count, most = Pivots(np.zeros(size), np.zeros(size)), 0, 0
    for t in range(5 * loopback):
        if t % (n + 1) in (0, 1):
            count = add_pivot_nb(pivots, count, float(t), float(t), loopback)
            most = max(most, count)
    assert most < size


def test_a_channel_grows_up_to_the_limit_and_no_further():
    values = array(10, 12, 8, 14.5, 7.9)
    assert grown_nb(values, 0, 4.0) == (8.0, 12.0, 60.0)
    assert grown_nb(values, 0, 3.9) == (10.0, 12.0, 40.0)
    assert grown_nb(values, 3, 2.5) == (12.0, 14.5, 40.0)
    assert grown_nb(values, 0, 0.0) == (10.0, 10.0, 20.0)


def test_a_bar_touches_with_its_high_or_its_low_on_the_edge():
    highs, lows = array(10, 9.9, 20, 25, 25, 20.1), array(1, 1, 1, 20, 10, 9.9)
    assert touches_nb(highs, lows, 10.0, 20.0) == 4


def test_the_newest_of_the_strongest_wins_and_must_be_strong_enough():
    candidates = Candidates(np.zeros(4), np.zeros(4), array(30, 40, 40, -1))
    assert strongest_nb(candidates, 40.0) == 1
    assert strongest_nb(candidates, 40.1) == -1


def test_candidates_with_an_edge_in_the_chosen_channel_are_out():
    tops, bottoms = array(20, 30, 10, 30, 9, 40), array(5, 20, 5, 10, 5, 5)
    candidates = Candidates(tops, bottoms, np.full(6, 50.0))
    strike_out_nb(candidates, 10.0, 20.0)
    assert candidates.strengths.tolist() == [-1, -1, -1, -1, 50, 50]


TOPS, BOTTOMS = array(20, 10), array(18, 9)


@pytest.mark.parametrize(
    ("close", "code"),
    [(20.1, 1), (20, 0), (18, 0), (17.9, 3), (10.1, 3), (10, 0), (9, 0), (8.9, 2)],
)
def test_a_close_on_an_edge_is_in_the_channel(close, code):
    assert code_nb(TOPS, BOTTOMS, close) == code
    assert code_nb(TOPS[:0], BOTTOMS[:0], close) == -1


@pytest.mark.parametrize(
    ("before", "close", "bits"),
    [
        (20, 20.1, 1),
        (20.1, 20.2, 0),
        (19, 20, 0),
        (9, 8.9, 2),
        (8.9, 8.8, 0),
        (10, 9, 0),
        (8, 21, 1),
    ],
)
def test_a_break_begins_on_the_edge_and_ends_beyond_it(before, close, bits):
    assert breaks_nb(TOPS, BOTTOMS, close, before) == bits
    assert breaks_nb(TOPS, BOTTOMS, close, math.nan) == 0


def test_triggers_of_every_change_of_state():
    """Codes: -1 none, 0 in a channel, 1 to 3 outside; breaks 3 are both sides at once."""
    for now in range(-1, 4):
        for before in range(-1, 4):
            expected = 3 if now > 0 else 0
            expected |= 4 if now == 0 and before > 0 else 0
            expected |= 8 if now > 0 and before == 0 else 0
            assert bits_nb(3, now, before) == expected


@pytest.mark.parametrize(
    ("close", "expected"),
    [
        (14.25, (20, 18, 3.75)),  # as near to both middles: the stronger one
        (14, (10, 9, 4)),
        (19, (20, 18, 0)),
        (9, (10, 9, 0)),
        (25, (20, 18, 5)),
        (8, (10, 9, 1)),
    ],
)
def test_the_nearest_channel_is_that_of_the_nearest_middle(close, expected):
    assert nearest_nb(TOPS, BOTTOMS, close) == expected


def wave(n, shift=0):
    """Closes from 100 to 110 and back in steps of two: a trough at `shift`, a peak 5 bars on."""
    return [110.0 - 2 * abs((t - shift) % 10 - 5) for t in range(n)]


def flat_bars(values):
    return bars_of([(x, x, x, x) for x in values])


WAVE = (4, 0, 5, 1, 6, 100)


@pytest.mark.parametrize("shift", range(10))
def test_channels_need_300_bars_and_a_bar_that_confirms(shift):
    states = read("sr_channels", WAVE, flat_bars(wave(320, shift))).states
    first = next(t for t in range(299, 320) if (t - shift) % 5 == 4)
    assert states[:first] == [None] * first
    assert None not in states[first:]


def test_a_wave_lies_between_its_two_channels():
    """Leaving the lower channel upwards breaks its top."""
    seen = read("sr_channels", WAVE, flat_bars(wave(310)))
    between, inside = "BETWEEN_LEVELS", "IN_CHANNEL"
    up = ["resistance_broken", "exit_sr_zone"]
    assert wave(310)[299:302] == [102.0, 100.0, 102.0]
    assert seen.states[299:302] == [between, inside, between]
    assert seen.triggers[299:302] == [[], ["enter_sr_zone"], up]
    assert seen.columns["nearest_top"][301] == seen.columns["nearest_bottom"][301] == 100.0
    assert seen.columns["nearest_top"][303] == 110.0
    assert seen.columns["distance"][299:302] == [2.0, 0.0, 2.0]


@pytest.mark.parametrize(
    ("tail", "state", "triggers"),
    [
        ([110.0, 112.0], "ABOVE_RESISTANCE", ["resistance_broken", "exit_sr_zone"]),
        ([109.0, 112.0], "ABOVE_RESISTANCE", ["resistance_broken"]),
        ([112.0, 113.0], "ABOVE_RESISTANCE", []),
        ([100.0, 98.0], "BELOW_SUPPORT", ["support_broken", "exit_sr_zone"]),
        ([101.0, 98.0], "BELOW_SUPPORT", ["support_broken"]),
        ([98.0, 112.0], "ABOVE_RESISTANCE", ["resistance_broken"]),
        ([112.0, 110.0], "IN_CHANNEL", ["enter_sr_zone"]),
    ],
)
def test_leaving_the_wave(tail, state, triggers):
    """No bar of the tail confirms a pivot: the channels stay as they were."""
    seen = read("sr_channels", WAVE, flat_bars([*wave(300), *tail]))
    assert (seen.states[-1], seen.triggers[-1]) == (state, triggers)


def test_no_more_channels_than_asked_for():
    states = read("sr_channels", (4, 0, 5, 1, 1, 100), flat_bars(wave(320))).states[299:]
    assert len(set(states)) == 2
    assert "BETWEEN_LEVELS" not in states


def test_a_channel_needs_its_strength():
    """In 101 bars eleven pivots on each side and as many touches: 231 are enough for 11 x 20."""
    for strength, is_known in ((10, True), (12, False)):
        vector = (4, 0, 5, strength, 6, 100)
        assert (
            read("sr_channels", vector, flat_bars(wave(300))).states[-1] is not None
        ) == is_known


# pivot period, source, width, least strength, most channels, loopback
VECTORS = [
    TEMPLATE.vector(TEMPLATE.defaults()),
    (4, 1, 8, 2, 10, 400),
    (6, 0, 1, 3, 3, 100),
    (5, 1, 3, 1, 1, 299),
    (30, 0, 8, 1, 6, 400),
]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_it_equals_its_twin_on_long_bars(vector):
    bars = wild_bars(11, 1500)
    seen = read("sr_channels", vector, bars)
    columns, states, words = twin_of("sr_channels")(bars, vector)
    bases = [t.base for t in TEMPLATE.triggers]
    assert seen.states == states
    assert seen.triggers == [[b for i, b in enumerate(bases) if w >> i & 1] for w in words]
    np.testing.assert_array_equal(list(seen.columns.values()), columns)
    assert len(set(states)) > 3
    assert set(bases) == {base for fired in seen.triggers for base in fired}


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_long_bars_in_any_pieces_give_the_same(vector):
    rng = np.random.default_rng(3)
    bars = wild_bars(12, 1500)
    assert_any_cuts_give_the_same("sr_channels", vector, bars, rng)
