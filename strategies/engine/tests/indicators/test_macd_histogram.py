"""MACD Histogram. With periods 1, 3 and 3 all weights are powers of two, so values are exact."""

import numpy as np
import pytest
import talib

from strategies.engine.tests.builders import bars_of, reference_bars
from strategies.engine.tests.readings import output_of, read_closes

PERIODS = (1, 3, 3)
N_FLAT = 5


def closes_of(histogram):
    """Flat closes, then those that make the histogram take these values.

    The slow average and the signal go half of the way, so the histogram is half of what the
    signal still lacks, and the line half of what the slow average lacks.
    """
    closes, slow, signal = [100.0] * N_FLAT, 100.0, 0.0
    for value in histogram:
        line = 2.0 * value + signal
        closes.append(slow + 2.0 * line)
        slow, signal = slow + line, signal + value
    return closes


def test_the_bars_below_have_the_histogram_they_claim():
    histogram = [1.0, -1.0, -1.0, 2.5, 0.0]
    rows = [(close,) * 4 for close in closes_of(histogram)]
    columns = output_of("macd_histogram", PERIODS, bars_of(rows)).columns
    assert columns[0, N_FLAT:].tolist() == histogram


@pytest.mark.parametrize(
    ("histogram", "state", "triggers"),
    [
        ([0], "H-dn", []),
        ([1], "H+up", ["flip_pos"]),
        ([1, 1], "H+dn", []),
        ([1, 1, 2], "H+up", []),
        ([1, 2, 2], "H+dn", []),
        ([1, 2, 1], "H+dn", ["momentum_shift_down"]),
        ([2, 1, 1], "H+dn", []),
        ([2, 1, 2], "H+up", ["momentum_shift_up"]),
        ([1, 0], "H-dn", ["momentum_shift_down"]),
        ([2, 1, 0], "H-dn", []),
        ([1, 0, 1], "H+up", ["flip_pos", "momentum_shift_up"]),
        ([1, 0, -1], "H-dn", ["flip_neg"]),
        ([1, -1], "H-dn", ["flip_neg", "momentum_shift_down"]),
        ([-1], "H-dn", ["flip_neg"]),
        ([-1, -1], "H-dn", []),
        ([-1, -1, -2], "H-dn", []),
        ([-2, -1], "H-up", ["momentum_shift_up"]),
        ([-2, -1, 0], "H-up", []),
        ([-2, -1, 1], "H+up", ["flip_pos"]),
        ([-2, -1, -2], "H-dn", ["momentum_shift_down"]),
        ([-1, -2, -2], "H-dn", []),
    ],
)
def test_states_and_triggers(histogram, state, triggers):
    readings = read_closes("macd_histogram", PERIODS, closes_of(histogram))
    assert readings[-1] == (state, triggers)


def test_values_at_or_below_zero_and_changes_have_columns_of_their_own():
    rows = [(close,) * 4 for close in closes_of([1.0, 0.0, -1.0])]
    _, negative, change = output_of("macd_histogram", PERIODS, bars_of(rows)).columns
    np.testing.assert_array_equal(negative[4:], [0.0, np.nan, 0.0, -1.0])
    np.testing.assert_array_equal(change[4:], [np.nan, 1.0, -1.0, -1.0])


def test_the_histogram_speaks_from_slow_and_signal_less_one_its_state_one_bar_later():
    closes = [100, 101, 99, 103, 102, 104, 101, 105]
    rows = [(close,) * 4 for close in closes]
    output = output_of("macd_histogram", (2, 3, 3), bars_of(rows))
    assert np.isnan(output.columns[0]).tolist() == [True] * 4 + [False] * 4
    assert (output.codes < 0).tolist() == [True] * 5 + [False] * 3


def test_a_turn_needs_three_values():
    """The histogram is about 0.47, -0.77, 0.64 from bar 5 on."""
    closes = [100, 101, 99, 103, 104, 100, 105]
    readings = read_closes("macd_histogram", (2, 3, 3), closes)
    assert [triggers for _, triggers in readings[4:]] == [
        [],
        ["flip_neg"],
        ["flip_pos", "momentum_shift_up"],
    ]


def test_histogram_equals_talib_once_the_seed_is_forgotten():
    bars = reference_bars("REFB").take(slice(0, 8000))
    histogram = output_of("macd_histogram", (12, 26, 9), bars).columns[0]
    _, _, other = talib.MACD(bars.close, 12, 26, 9)
    np.testing.assert_array_equal(np.isnan(histogram), np.isnan(other))
    np.testing.assert_allclose(histogram[780:], other[780:], rtol=0, atol=1e-9)
