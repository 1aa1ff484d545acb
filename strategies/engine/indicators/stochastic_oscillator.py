"""Stochastic Oscillator: where the close lies in the range of the latest bars, smoothed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import (
    crosses_above_nb,
    crosses_below_nb,
    falls_to_nb,
    rises_to_nb,
)
from strategies.engine.indicators.history import joined_nb, keep_nb
from strategies.engine.jit import kernel
from strategies.engine.template import Output, Parameter, Relation, State, Template, Trigger

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

# %K and %D
Lines = tuple[float, float]
# overbought, oversold, midline
Levels = tuple[float, float, float]


@kernel
def raw_nb(highs: Floats, lows: Floats, t: int, period: int, close: float) -> float:
    """Per cent of the range of the `period` bars up to t that lie under the close, 50 if none."""
    highest: float = highs[t]
    lowest: float = lows[t]
    for j in range(t - period + 1, t):
        highest, lowest = max(highest, highs[j]), min(lowest, lows[j])
    if highest == lowest:
        return 50.0
    return 100.0 * (close - lowest) / (highest - lowest)


@kernel
def mean_nb(values: Floats, t: int, n: int) -> float:
    """Mean of the n values up to t, summed oldest first."""
    total = 0.0
    for j in range(t - n + 1, t + 1):
        total += values[j]
    return total / n


@kernel
def code_nb(k: float, d: float, levels: Levels) -> int:
    """Position in `STATES`, -1 while a line is missing."""
    if math.isnan(k) or math.isnan(d):
        return -1
    if k >= levels[0]:
        return 0 if k >= d else 1
    if k <= levels[1]:
        return 5 if k <= d else 4
    return 2 if k >= levels[2] else 3


@kernel
def bits_nb(now: Lines, before: Lines, levels: Levels) -> int:
    """Trigger word: bit i is the i-th trigger of the template."""
    k, k_before = now[0], before[0]
    high, low, middle = levels
    above = crosses_above_nb(k, now[1], k_before, before[1])
    below = crosses_below_nb(k, now[1], k_before, before[1])
    is_between = (k < high) & (k > low)
    return (
        int(above & (k <= low))
        | int(below & (k >= high)) << 1
        | int(above & is_between) << 2
        | int(below & is_between) << 3
        | int(rises_to_nb(k, high, k_before)) << 4
        | int(crosses_below_nb(k, high, k_before, high)) << 5
        | int(falls_to_nb(k, low, k_before)) << 6
        | int(crosses_above_nb(k, low, k_before, low)) << 7
        | int(crosses_above_nb(k, middle, k_before, middle)) << 8
        | int(crosses_below_nb(k, middle, k_before, middle)) << 9
    )


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`.

    The memory is the number of bars seen, both lines of the last bar, then the latest values of
    every window, the latest last: highs, lows, raw values, %K.
    """
    period, smooth, n_d = int(parameters[0]), int(parameters[1]), int(parameters[2])
    levels = (parameters[3], parameters[4], parameters[5])
    seen, n = int(memory[0]), bars.close.shape[0]
    after_lows = 3 + 2 * period
    highs = joined_nb(memory, 3, period, bars.high)
    lows = joined_nb(memory, 3 + period, period, bars.low)
    # The closes hold the places of what is not known yet.
    raws = joined_nb(memory, after_lows, smooth, bars.close)
    ks = joined_nb(memory, after_lows + smooth, n_d, bars.close)
    before = (memory[1], memory[2]) if seen > 0 else (math.nan, math.nan)
    for t in range(n):
        count = seen + t + 1
        k = d = math.nan
        if count >= period:
            raws[smooth + t] = raw_nb(highs, lows, period + t, period, bars.close[t])
        if count >= period + smooth - 1:
            k = mean_nb(raws, smooth + t, smooth)
            ks[n_d + t] = k
        if count >= period + smooth + n_d - 2:
            d = mean_nb(ks, n_d + t, n_d)
        now = (k, d)
        columns[0, t], columns[1, t] = now
        codes[t] = code_nb(k, d, levels)
        bits[t] = bits_nb(now, before, levels)
        before = now
    memory[0] = seen + n
    memory[1], memory[2] = before
    keep_nb(memory, 3, highs, n)
    keep_nb(memory, 3 + period, lows, n)
    keep_nb(memory, after_lows, raws, n)
    keep_nb(memory, after_lows + smooth, ks, n)


STATES = (
    State("OVERBOUGHT_BULLISH", "%K at or above overbought, at or over %D"),
    State("OVERBOUGHT_BEARISH", "%K at or above overbought, under %D"),
    State("BULLISH_MIDRANGE", "%K between the levels, at or above the midline"),
    State("BEARISH_MIDRANGE", "%K between the levels, below the midline"),
    State("OVERSOLD_BULLISH", "%K at or below oversold, over %D"),
    State("OVERSOLD_BEARISH", "%K at or below oversold, at or under %D"),
)

OVER_D, UNDER_D = Relation("k", ">", "d"), Relation("k", "<", "d")


def _both(base: str, name: str, holds: Relation, *zone: Relation) -> Trigger:
    """A trigger that may open or close a position of either direction; its cross lies in a zone."""
    return Trigger(base, name, "BOTH", "BOTH", holds=holds, reads=(holds, *zone) if zone else ())


IN_OVERSOLD, IN_OVERBOUGHT = Relation("k", "<=", "@oversold"), Relation("k", ">=", "@overbought")
IN_BETWEEN = Relation("k", ">", "@oversold"), Relation("k", "<", "@overbought")


TEMPLATE = Template(
    id="stochastic_oscillator",
    name="Stochastic Oscillator",
    category="Momentum",
    family="tf",
    order=115,
    prefix="sto",
    interpreter="STOCHASTIC_OSCILLATOR",
    description=(
        "The close within the range of the latest bars, in per cent and smoothed (%K), and the "
        "mean of that (%D)."
    ),
    display_type="oscillator",
    parameters=(
        Parameter("k_period", "Bars of the range", "int", 14, 1, 100),
        Parameter("k_smooth", "Smoothing of %K", "int", 3, 1, 10),
        Parameter("d_period", "Smoothing of %D", "int", 3, 1, 10),
        Parameter("overbought", "Overbought", "float", 80.0, 50.0, 99.0),
        Parameter("oversold", "Oversold", "float", 20.0, 1.0, 50.0),
        Parameter("midline", "Midline", "float", 50.0, 1.0, 99.0),
    ),
    ordered=(("oversold", "midline"), ("midline", "overbought")),
    states=STATES,
    triggers=(
        _both("k_cross_above_d_oversold", "%K > %D Cross, Oversold", OVER_D, IN_OVERSOLD),
        _both("k_cross_below_d_overbought", "%K < %D Cross, Overbought", UNDER_D, IN_OVERBOUGHT),
        _both("k_cross_above_d_midrange", "%K > %D Cross, Midrange", OVER_D, *IN_BETWEEN),
        _both("k_cross_below_d_midrange", "%K < %D Cross, Midrange", UNDER_D, *IN_BETWEEN),
        _both("enter_overbought", "Into Overbought", Relation("k", ">=", "@overbought")),
        _both("exit_overbought", "Out of Overbought", Relation("k", "<", "@overbought")),
        _both("enter_oversold", "Into Oversold", Relation("k", "<=", "@oversold")),
        _both("exit_oversold", "Out of Oversold", Relation("k", ">", "@oversold")),
        _both("k_cross_above_midline", "%K > Midline Cross", Relation("k", ">", "@midline")),
        _both("k_cross_below_midline", "%K < Midline Cross", Relation("k", "<", "@midline")),
    ),
    outputs=(
        Output("k", "%K", "#2563eb", "osc"),
        Output("d", "%D", "#f97316", "osc"),
    ),
    run=run_nb,
    memory_size=lambda vector: 3 + 2 * int(vector[0]) + int(vector[1]) + int(vector[2]),
)
