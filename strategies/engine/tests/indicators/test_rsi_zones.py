"""RSI Zones. With period 2 both averages go half of the way, so values are exact."""

import numpy as np
import pandas as pd
import pytest
import talib

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.tests.builders import bars_of, reference_bars, wild_bars
from strategies.engine.tests.readings import output_of, read_closes

# Ratio of gains to losses for an index of this value, rounded to a whole number.
RATIO = {89: 8, 80: 4, 75: 3, 67: 2, 60: 3 / 2, 50: 1}
RATIO |= {100 - value: 1 / ratio for value, ratio in RATIO.items()}
INDEX = {value: 100.0 - 100.0 / (1.0 + ratio) for value, ratio in RATIO.items()}
# Period 2; overbought two thirds, oversold one third, extremes 80 and 20, midline 50.
VECTOR = (2, INDEX[67], INDEX[33], INDEX[80], INDEX[20], INDEX[50])


def closes_of(*values):
    """Two closes of which the second is far off, then those that make the index go this way."""
    gain, loss = (0.0, 64.0) if values[0] >= 50 else (64.0, 0.0)
    closes = [100.0, 100.0 + gain - loss]
    for value in values:
        ratio, old_gain, old_loss = RATIO[value], gain, loss
        if gain < ratio * loss:
            gain, loss = ratio * loss / 2, loss / 2
            closes.append(closes[-1] + (2 * gain - old_gain))
        else:
            gain, loss = gain / 2, gain / 2 / ratio
            closes.append(closes[-1] - (2 * loss - old_loss))
    return closes


def index_of(closes, period):
    rows = [(close,) * 4 for close in closes]
    return output_of("rsi_zones", (period, 70, 30, 80, 20, 50), bars_of(rows)).columns[0]


@pytest.mark.parametrize("value", [67, 33, 80, 20, 50])
def test_the_bars_below_have_the_index_they_claim(value):
    for before in RATIO:
        assert index_of(closes_of(before, value), 2)[-1] == INDEX[value]


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (89, "EXTREME_OVERBOUGHT"),
        (80, "EXTREME_OVERBOUGHT"),
        (75, "OVERBOUGHT"),
        (67, "OVERBOUGHT"),
        (60, "BULLISH_NEUTRAL"),
        (50, "BULLISH_NEUTRAL"),
        (40, "BEARISH_NEUTRAL"),
        (33, "OVERSOLD"),
        (25, "OVERSOLD"),
        (20, "EXTREME_OVERSOLD"),
        (11, "EXTREME_OVERSOLD"),
    ],
)
def test_states(value, state):
    assert read_closes("rsi_zones", VECTOR, closes_of(value))[-1][0] == state


@pytest.mark.parametrize(
    ("before", "now", "triggers"),
    [
        (60, 67, ["cross_into_overbought"]),
        (60, 89, ["cross_into_overbought", "cross_into_extreme_overbought"]),
        (67, 75, []),
        (67, 67, []),
        (75, 67, []),
        (67, 80, ["cross_into_extreme_overbought"]),
        (80, 80, []),
        (80, 89, []),
        (80, 75, []),
        (67, 60, ["exit_overbought", "exit_long_overbought"]),
        (75, 60, ["exit_overbought", "exit_long_overbought"]),
        (40, 50, []),
        (50, 60, ["cross_above_midline", "exit_short_midline_up"]),
        (40, 60, ["cross_above_midline", "exit_short_midline_up"]),
        (60, 50, []),
        (50, 50, []),
        (50, 40, ["cross_below_midline", "exit_long_midline_down"]),
        (60, 40, ["cross_below_midline", "exit_long_midline_down"]),
        (40, 33, ["cross_into_oversold"]),
        (40, 11, ["cross_into_oversold", "cross_into_extreme_oversold"]),
        (33, 25, []),
        (33, 33, []),
        (25, 33, []),
        (33, 20, ["cross_into_extreme_oversold"]),
        (20, 20, []),
        (20, 11, []),
        (20, 25, []),
        (33, 40, ["exit_oversold", "exit_short_oversold"]),
        (25, 40, ["exit_oversold", "exit_short_oversold"]),
    ],
)
def test_triggers(before, now, triggers):
    assert read_closes("rsi_zones", VECTOR, closes_of(before, now))[-1][1] == triggers


@pytest.mark.parametrize(
    ("base", "direction", "kind"),
    [
        ("cross_into_overbought", "SHORT", "ENTRY"),
        ("cross_into_oversold", "LONG", "ENTRY"),
        ("exit_overbought", "BOTH", "ENTRY"),
        ("exit_oversold", "BOTH", "ENTRY"),
        ("exit_long_overbought", "LONG", "EXIT"),
        ("exit_short_midline_up", "SHORT", "EXIT"),
    ],
)
def test_leaving_a_zone_may_open_either_side(base, direction, kind):
    trigger = TEMPLATES["rsi_zones"].trigger(base)
    assert (trigger.direction, trigger.type) == (direction, kind)


def test_the_index_and_its_state_speak_after_as_many_changes_as_the_period():
    closes = [100, 101, 100, 102, 101]
    assert np.isnan(index_of(closes, 3)).tolist() == [True, True, True, False, False]
    states = [state for state, _ in read_closes("rsi_zones", (3, *VECTOR[1:]), closes)]
    assert states == [None] * 3 + ["EXTREME_OVERBOUGHT", "BULLISH_NEUTRAL"]


def test_no_trigger_fires_on_the_first_value():
    assert read_closes("rsi_zones", VECTOR, closes_of(89))[-1] == ("EXTREME_OVERBOUGHT", [])


@pytest.mark.parametrize("step", [0.0, 1.0])
def test_without_losses_the_index_is_100(step):
    assert index_of([100 + step * t for t in range(5)], 2)[2:].tolist() == [100.0] * 3


def test_without_gains_the_index_is_0():
    assert index_of([100 - t for t in range(5)], 2)[2:].tolist() == [0.0] * 3


def test_index_equals_talib_once_the_seed_is_forgotten():
    bars = reference_bars("REFB").take(slice(0, 3000))
    column = output_of("rsi_zones", (14, 70, 30, 80, 20, 50), bars).columns[0]
    other = talib.RSI(bars.close, 14)
    np.testing.assert_array_equal(np.isnan(column), np.isnan(other))
    np.testing.assert_allclose(column[600:], other[600:], rtol=1e-10)


def test_index_equals_pandas_from_the_first_value_on():
    bars = wild_bars(7, 300)
    change = pd.Series(bars.close).diff().iloc[1:]
    means = [part.clip(lower=0).ewm(alpha=1 / 9, adjust=False).mean() for part in (change, -change)]
    expected = 100 - 100 / (1 + means[0] / means[1])
    column = output_of("rsi_zones", (9, 70, 30, 80, 20, 50), bars).columns[0]
    np.testing.assert_allclose(column[9:], expected.to_numpy()[8:], rtol=1e-10)
