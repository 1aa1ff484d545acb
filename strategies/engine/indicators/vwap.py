"""VWAP of the trading date, with two pairs of deviation bands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from strategies.engine.indicators.building_blocks import crosses_above_nb, crosses_below_nb
from strategies.engine.jit import columnwise, kernel
from strategies.engine.template import (
    Alias,
    Level,
    Output,
    Parameter,
    Seed,
    State,
    Template,
    Trigger,
)

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

# A deviation of at most this fraction of the line's size counts as zero.
FLAT_FRACTION = 1e-9

# date, k (first typical price of the date), volume, sum v(tp - k), sum v(tp - k)^2
Held = tuple[float, float, float, float, float]
# line, upper and lower band 1, upper and lower band 2
Lines = tuple[float, float, float, float, float]


@kernel
def step_nb(held: Held, day: float, high: float, low: float, close: float, volume: float) -> Held:
    """The sums after one more bar, begun anew on the first bar of a date."""
    typical = (high + low + close) / 3.0
    if day != held[0]:
        return day, typical, volume, 0.0, 0.0
    k = held[1]
    off = typical - k
    return (
        day,
        k,
        held[2] + volume,
        held[3] + volume * off,
        held[4] + volume * (off * off),
    )


@kernel
def sums_nb(held: Held, bars: Bars, sums: Floats) -> Held:
    """What is held after each bar, from k on, (4, n); the whole of it after the last."""
    for t in range(bars.close.shape[0]):
        day, volume = float(bars.day[t]), bars.volume[t]
        held = step_nb(held, day, bars.high[t], bars.low[t], bars.close[t], volume)
        sums[0, t], sums[1, t], sums[2, t], sums[3, t] = held[1:]
    return held


@columnwise
def lines_nb(sums: Floats, multiple_1: float, multiple_2: float, columns: Floats) -> None:
    """Line and bands; the line is NaN without volume, the bands also without deviation.

    Sums and columns are apart: in one place, no two bars could be worked on at once.
    """
    first, volume, off, squares = sums[0], sums[1], sums[2], sums[3]
    vwap, upper_1, lower_1 = columns[0], columns[1], columns[2]
    upper_2, lower_2 = columns[3], columns[4]
    for t in range(vwap.shape[0]):
        total = volume[t]
        shift = off[t] / total
        variance = squares[t] / total - shift * shift
        deviation = math.sqrt(variance if variance > 0.0 else 0.0)
        line = first[t] + shift if total > 0.0 else math.nan
        deviation = deviation if deviation > FLAT_FRACTION * abs(line) else math.nan
        vwap[t] = line
        upper_1[t], lower_1[t] = line + multiple_1 * deviation, line - multiple_1 * deviation
        upper_2[t], lower_2[t] = line + multiple_2 * deviation, line - multiple_2 * deviation


@kernel
def codes_nb(close: Floats, columns: Floats, codes: Int8s) -> None:
    """Positions in `STATES`, -1 while a band is missing.

    The bounds never rise from one state to the next, so that the position is how many of them
    the close does not reach: counting needs no branch.
    """
    vwap, upper_1, lower_1 = columns[0], columns[1], columns[2]
    upper_2, lower_2 = columns[3], columns[4]
    for t in range(close.shape[0]):
        now, half = close[t], (upper_1[t] - vwap[t]) / 2.0
        code = np.int8(not now > upper_2[t]) + np.int8(not now > upper_1[t])
        code += np.int8(not now > vwap[t] + half) + np.int8(not now >= vwap[t] - half)
        code += np.int8(not now >= lower_1[t]) + np.int8(not now >= lower_2[t])
        codes[t] = -1 if math.isnan(upper_1[t]) else code


@kernel
def word_nb(close: float, now: Lines, close_before: float, before: Lines) -> int:
    """Trigger word of a bar, from its lines and those of the bar before on the same date."""
    vwap, upper_1, _, upper_2, lower_2 = now
    half = (upper_1 - vwap) / 2.0
    is_near = (vwap - half <= close) & (close <= vwap + half)
    was_outside = (close_before > before[1]) | (close_before < before[2])
    return (
        int(crosses_above_nb(close, vwap, close_before, before[0]))
        | int(crosses_below_nb(close, vwap, close_before, before[0])) << 1
        | int(crosses_above_nb(close, upper_2, close_before, before[3])) << 2
        | int(crosses_below_nb(close, lower_2, close_before, before[4])) << 3
        | int(is_near & was_outside) << 4
    )


@kernel
def lines_of_nb(columns: Floats, t: int) -> Lines:
    return columns[0, t], columns[1, t], columns[2, t], columns[3, t], columns[4, t]


@kernel
def bits_nb(bars: Bars, columns: Floats, bits: Bits) -> None:
    """Trigger words of all bars but the first; the first of a date has none before it."""
    for t in range(1, bars.close.shape[0]):
        now, before = lines_of_nb(columns, t), lines_of_nb(columns, t - 1)
        word = word_nb(bars.close[t], now, bars.close[t - 1], before)
        bits[t] = word if bars.day[t] == bars.day[t - 1] else 0


@kernel
def lines_after_nb(held: Held, near: float, far: float) -> Lines:
    """Line and bands of what is held."""
    sums, columns = np.empty((4, 1)), np.empty((5, 1))
    sums[0, 0], sums[1, 0], sums[2, 0], sums[3, 0] = held[1:]
    lines_nb(sums, near, far, columns)
    return lines_of_nb(columns, 0)


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`. The memory ends with the close of the last bar.

    One pass for each step, not one for all: all but the sums then go several bars at a time.
    """
    near, far, n = parameters[0], parameters[1], bars.close.shape[0]
    if n == 0:
        return
    held = (memory[0], memory[1], memory[2], memory[3], memory[4])
    before = lines_after_nb(held, near, far)
    is_same_date = float(bars.day[0]) == held[0]
    sums = np.empty((4, n))
    held = sums_nb(held, bars, sums)
    lines_nb(sums, near, far, columns)
    codes_nb(bars.close, columns, codes)
    word = word_nb(bars.close[0], lines_of_nb(columns, 0), memory[5], before)
    bits[0] = word if is_same_date else 0
    bits_nb(bars, columns, bits)
    memory[0], memory[1], memory[2], memory[3], memory[4] = held
    memory[5] = bars.close[n - 1]


STATES = (
    State(">+2σ", "above the upper band 2"),
    State(">+1σ", "above the upper band 1"),
    State(">V", "above the line, by more than half of band 1"),
    State("@V", "at the line, within half of band 1"),
    State("<V", "under the line, inside the lower band 1"),
    State("<-1σ", "under the lower band 1"),
    State("<-2σ", "under the lower band 2"),
)

TEMPLATE = Template(
    id="vwap",
    name="VWAP",
    category="Volume",
    family="tf",
    order=50,
    seeds=(Seed("vwap_default"),),
    prefix="vwap",
    interpreter="VWAP",
    description=(
        "Volume-weighted average price from the first bar of each trading date, with bands of "
        "one and two volume-weighted deviations."
    ),
    display_type="overlay",
    parameters=(
        Parameter("sd1_mult", "Band 1 (deviations)", "float", 1.0, 0.5, 5.0),
        Parameter("sd2_mult", "Band 2 (deviations)", "float", 2.0, 0.5, 5.0),
    ),
    ordered=(("sd1_mult", "sd2_mult"),),
    states=STATES,
    aliases=(Alias("vwap_v2", "vwapv2", "VWAP_V2"),),
    state_aliases=(
        (">+2sigma", ">+2σ"),
        (">+1sigma", ">+1σ"),
        ("<-1sigma", "<-1σ"),
        ("<-2sigma", "<-2σ"),
        ("AT", "@V"),
    ),
    triggers=(
        Trigger(
            "cross_above",
            "Cross Above",
            "LONG",
            "ENTRY",
            level=Level("vwap", "above"),
            opposite="cross_below",
        ),
        Trigger(
            "cross_below",
            "Cross Below",
            "SHORT",
            "ENTRY",
            level=Level("vwap", "below"),
            opposite="cross_above",
        ),
        Trigger(
            "enter_upper_extreme",
            "Enter Upper Extreme",
            "SHORT",
            "ENTRY",
            level=Level("sd2_upper", "above"),
        ),
        Trigger(
            "enter_lower_extreme",
            "Enter Lower Extreme",
            "LONG",
            "ENTRY",
            level=Level("sd2_lower", "below"),
        ),
        Trigger("return_to_vwap", "Return to VWAP", "BOTH", "EXIT"),
    ),
    outputs=(
        Output("vwap", "VWAP", "#8b5cf6"),
        Output("sd1_upper", "Upper band 1", "#c4b5fd"),
        Output("sd1_lower", "Lower band 1", "#c4b5fd"),
        Output("sd2_upper", "Upper band 2", "#ddd6fe"),
        Output("sd2_lower", "Lower band 2", "#ddd6fe"),
    ),
    line_width=2,
    is_intraday_only=True,
    reads_volume=True,
    resets_daily=True,
    run=run_nb,
    memory_size=lambda vector: 6,
)
