"""VWAP of the trading date, with two pairs of deviation bands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import crosses_above_nb, crosses_below_nb
from strategies.engine.jit import kernel
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
def lines_nb(held: Held, multiple_1: float, multiple_2: float) -> Lines:
    """Line and bands; the line is NaN without volume, the bands also without deviation."""
    total = held[2]
    if not total > 0.0:
        return math.nan, math.nan, math.nan, math.nan, math.nan
    shift = held[3] / total
    vwap = held[1] + shift
    deviation = math.sqrt(max(0.0, held[4] / total - shift * shift))
    if deviation <= FLAT_FRACTION * abs(vwap):
        return vwap, math.nan, math.nan, math.nan, math.nan
    near, far = multiple_1 * deviation, multiple_2 * deviation
    return vwap, vwap + near, vwap - near, vwap + far, vwap - far


@kernel
def code_nb(close: float, lines: Lines) -> int:
    """Position in `STATES`, -1 while a band is missing."""
    vwap, upper_1, lower_1, upper_2, lower_2 = lines
    if math.isnan(upper_1):
        return -1
    half = (upper_1 - vwap) / 2.0
    if close > upper_2:
        return 0
    if close > upper_1:
        return 1
    if close > vwap + half:
        return 2
    if close >= vwap - half:
        return 3
    if close >= lower_1:
        return 4
    return 5 if close >= lower_2 else 6


@kernel
def returns_nb(close: float, now: Lines, close_before: float, before: Lines) -> bool:
    """Close back within half of band 1 after one outside it."""
    half = (now[1] - now[0]) / 2.0
    was_outside = close_before > before[1] or close_before < before[2]
    return was_outside and now[0] - half <= close and close <= now[0] + half


@kernel
def bits_nb(close: float, now: Lines, close_before: float, before: Lines) -> int:
    """Trigger word; the caller passes NaN for the bar before on the first bar of a date."""
    bits = 0
    if crosses_above_nb(close, now[0], close_before, before[0]):
        bits |= 1
    if crosses_below_nb(close, now[0], close_before, before[0]):
        bits |= 2
    if crosses_above_nb(close, now[3], close_before, before[3]):
        bits |= 4
    if crosses_below_nb(close, now[4], close_before, before[4]):
        bits |= 8
    if returns_nb(close, now, close_before, before):
        bits |= 16
    return bits


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`. The memory ends with the close of the last bar."""
    near, far = parameters[0], parameters[1]
    held = (memory[0], memory[1], memory[2], memory[3], memory[4])
    close_before = memory[5]
    before = lines_nb(held, near, far)
    for t in range(bars.close.shape[0]):
        day, close = float(bars.day[t]), bars.close[t]
        if day != held[0]:
            close_before = math.nan
        held = step_nb(held, day, bars.high[t], bars.low[t], close, bars.volume[t])
        now = lines_nb(held, near, far)
        for j in range(5):
            columns[j, t] = now[j]
        codes[t] = code_nb(close, now)
        bits[t] = bits_nb(close, now, close_before, before)
        before, close_before = now, close
    memory[0], memory[1], memory[2], memory[3], memory[4] = held
    memory[5] = close_before


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
