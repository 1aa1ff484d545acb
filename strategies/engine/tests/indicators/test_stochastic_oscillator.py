"""Stochastic Oscillator. Over one bar from 0 to 100 the close itself is %K."""

import numpy as np
import pandas as pd
import pytest
import talib

from strategies.engine.tests.builders import bars_of, reference_bars, wild_bars
from strategies.engine.tests.readings import output_of, read_rows

LEVELS = (80, 20, 50)
# %K of one bar, %D the mean of two: %K is over %D when it rose.
SHORT = (1, 1, 2, *LEVELS)


def rows_of(closes):
    return [(50, 100, 0, close) for close in closes]


def last(*closes):
    return read_rows("stochastic_oscillator", SHORT, rows_of(closes))[-1]


@pytest.mark.parametrize(
    ("before", "k", "state"),
    [
        (79, 80, "OVERBOUGHT_BULLISH"),
        (80, 80, "OVERBOUGHT_BULLISH"),
        (81, 80, "OVERBOUGHT_BEARISH"),
        (90, 79, "BULLISH_MIDRANGE"),
        (90, 50, "BULLISH_MIDRANGE"),
        (90, 49, "BEARISH_MIDRANGE"),
        (10, 21, "BEARISH_MIDRANGE"),
        (19, 20, "OVERSOLD_BULLISH"),
        (20, 20, "OVERSOLD_BEARISH"),
        (21, 20, "OVERSOLD_BEARISH"),
    ],
)
def test_states(before, k, state):
    assert last(before, k)[0] == state


@pytest.mark.parametrize(
    ("closes", "triggers"),
    [
        ((78, 79, 80), ["enter_overbought"]),
        ((79, 80, 80), []),
        ((80, 80, 81), []),
        ((79, 80, 81), []),
        ((79, 80, 79), ["k_cross_below_d_midrange", "exit_overbought"]),
        ((82, 81, 79), ["exit_overbought"]),
        ((82, 81, 80), []),
        ((22, 21, 20), ["enter_oversold"]),
        ((21, 20, 20), []),
        ((20, 20, 19), []),
        ((21, 20, 19), []),
        ((21, 20, 21), ["k_cross_above_d_midrange", "exit_oversold"]),
        ((18, 19, 21), ["exit_oversold"]),
        ((18, 19, 20), []),
        ((48, 49, 50), []),
        ((49, 50, 51), ["k_cross_above_midline"]),
        ((48, 49, 51), ["k_cross_above_midline"]),
        ((52, 51, 50), []),
        ((51, 50, 49), ["k_cross_below_midline"]),
        ((52, 51, 49), ["k_cross_below_midline"]),
    ],
)
def test_zones_and_the_midline(closes, triggers):
    assert last(*closes)[1] == triggers


@pytest.mark.parametrize(
    ("closes", "triggers"),
    [
        ((19, 18, 19), ["k_cross_above_d_oversold"]),
        ((19, 18, 20), ["k_cross_above_d_oversold"]),
        ((19, 18, 21), ["k_cross_above_d_midrange", "exit_oversold"]),
        ((70, 60, 79), ["k_cross_above_d_midrange"]),
        ((70, 60, 80), ["enter_overbought"]),
        ((60, 60, 61), ["k_cross_above_d_midrange"]),
        ((60, 50, 50), []),
        ((81, 82, 81), ["k_cross_below_d_overbought"]),
        ((81, 82, 80), ["k_cross_below_d_overbought"]),
        ((81, 82, 79), ["k_cross_below_d_midrange", "exit_overbought"]),
        ((30, 40, 21), ["k_cross_below_d_midrange"]),
        ((30, 40, 20), ["enter_oversold"]),
        ((40, 40, 39), ["k_cross_below_d_midrange"]),
        ((30, 40, 40), []),
    ],
)
def test_crosses_belong_to_the_zone_of_k(closes, triggers):
    assert last(*closes)[1] == triggers


def test_each_line_speaks_once_its_window_is_full_and_the_state_with_the_last():
    rows = rows_of([10, 20, 30, 40, 50, 60])
    output = output_of("stochastic_oscillator", (3, 2, 2, *LEVELS), bars_of(rows))
    assert np.isnan(output.columns).sum(axis=1).tolist() == [3, 4]
    assert (output.codes >= 0).tolist() == [False] * 4 + [True] * 2


@pytest.mark.parametrize(
    ("closes", "triggers"),
    [
        ((60, 70, 90), [["enter_overbought"]]),
        ((60, 50, 40), [["k_cross_below_midline"]]),
        ((60, 70, 65, 75), [[], ["k_cross_above_d_midrange"]]),
    ],
)
def test_a_zone_needs_k_alone_and_a_cross_both_lines(closes, triggers):
    """%K speaks from the first bar and %D, the mean of three, from the third."""
    readings = read_rows("stochastic_oscillator", (1, 1, 3, *LEVELS), rows_of(closes))
    assert [fired for _, fired in readings[2:]] == triggers


def test_a_zone_is_entered_before_d_speaks():
    readings = read_rows("stochastic_oscillator", (1, 1, 3, *LEVELS), rows_of((70, 80)))
    assert readings == [(None, []), (None, ["enter_overbought"])]


def test_raw_values_are_50_without_a_range():
    rows = [(7, 7, 7, 7)] * 3
    k, d = output_of("stochastic_oscillator", (2, 1, 2, *LEVELS), bars_of(rows)).columns
    assert (k[1:].tolist(), d[2:].tolist()) == ([50.0, 50.0], [50.0])


def test_lines_equal_talib_where_it_speaks():
    bars = reference_bars("REFB").take(slice(0, 3000))
    k, d = output_of("stochastic_oscillator", (14, 3, 3, *LEVELS), bars).columns
    other_k, other_d = talib.STOCH(bars.high, bars.low, bars.close, 14, 3, 0, 3, 0)
    np.testing.assert_array_equal(np.isnan(d), np.isnan(other_d))
    shown = ~np.isnan(other_d)
    np.testing.assert_allclose(k[shown], other_k[shown], rtol=0, atol=1e-9)
    np.testing.assert_allclose(d[shown], other_d[shown], rtol=0, atol=1e-9)


def test_lines_equal_pandas_on_wild_bars():
    bars = wild_bars(9, 300)
    low = pd.Series(bars.low).rolling(5).min()
    span = pd.Series(bars.high).rolling(5).max() - low
    raw = (100 * (bars.close - low) / span).where(span != 0, 50.0).where(span.notna())
    k, d = output_of("stochastic_oscillator", (5, 4, 2, *LEVELS), bars).columns
    expected_k = raw.rolling(4).mean()
    np.testing.assert_allclose(k, expected_k, rtol=0, atol=1e-9)
    np.testing.assert_allclose(d, expected_k.rolling(2).mean(), rtol=0, atol=1e-9)
