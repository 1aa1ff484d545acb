"""Opening Range: the high and low of the first minutes of each trading date."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import crosses_above_nb, crosses_below_nb
from strategies.engine.jit import kernel
from strategies.engine.template import Level, Output, Parameter, State, Template, Trigger

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

MINUTE_NS = 60 * 10**9

STATES = (
    State("ABOVE", "closed above the opening range"),
    State("INSIDE", "closed inside the opening range or on its edge"),
    State("BELOW", "closed below the opening range"),
    State("FORMING", "the opening range is not complete yet"),
)
ABOVE, INSIDE, BELOW, FORMING, NONE = 0, 1, 2, 3, -1

# date, high and low of its range bars so far (NaN without one)
Held = tuple[float, float, float]
# close, both edges as they are shown, state
Bar = tuple[float, float, float, int]


@kernel
def step_nb(held: Held, day: float, is_range_bar: bool, high: float, low: float) -> Held:
    """The range after one more bar, begun anew on the first bar of a date."""
    top, bottom = held[1], held[2]
    if day != held[0]:
        top, bottom = math.nan, math.nan
    if not is_range_bar:
        return day, top, bottom
    if math.isnan(top):
        return day, high, low
    return day, max(top, high), min(bottom, low)


@kernel
def code_nb(close: float, is_complete: bool, top: float, bottom: float) -> int:
    """Position in `STATES`, -1 on a date without range bars. An edge itself is inside."""
    if not is_complete:
        return FORMING
    if math.isnan(top):
        return NONE
    if close > top:
        return ABOVE
    return BELOW if close < bottom else INSIDE


@kernel
def bits_nb(now: Bar, before: Bar) -> int:
    """Trigger word; the caller passes NaN and no state for the bar before a date's first."""
    bits = 0
    if crosses_above_nb(now[0], now[1], before[0], before[1]):
        bits |= 1
    if crosses_below_nb(now[0], now[2], before[0], before[2]):
        bits |= 2
    if now[3] == INSIDE and (before[3] == ABOVE or before[3] == BELOW):
        bits |= 4
    return bits


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`. The memory ends with what the last bar showed."""
    span_ns = int(parameters[0]) * MINUTE_NS
    held = (memory[0], memory[1], memory[2])
    before = (memory[3], memory[4], memory[5], int(memory[6]))
    for t in range(bars.close.shape[0]):
        day, close = float(bars.day[t]), bars.close[t]
        if day != held[0]:
            before = (math.nan, math.nan, math.nan, NONE)
        end_ns = bars.session_open_ns[t] + span_ns
        held = step_nb(held, day, bars.start_ns[t] < end_ns, bars.high[t], bars.low[t])
        is_complete = bars.close_ns[t] >= end_ns
        top = held[1] if is_complete else math.nan
        bottom = held[2] if is_complete else math.nan
        now = (close, top, bottom, code_nb(close, is_complete, top, bottom))
        columns[0, t], columns[1, t], codes[t] = now[1], now[2], now[3]
        bits[t] = bits_nb(now, before)
        before = now
    memory[0], memory[1], memory[2] = held
    memory[3], memory[4], memory[5], memory[6] = before


TEMPLATE = Template(
    id="opening_range",
    name="Opening Range",
    category="Session",
    family="tf",
    order=52,
    prefix="orb",
    interpreter="OPENING_RANGE",
    description=(
        "High and low of the bars that start within the first minutes of each trading date, known "
        "from the first bar on that closes after those minutes. The date begins at the open of the "
        "strategy's session."
    ),
    display_type="overlay",
    parameters=(Parameter("minutes", "Minutes from the open", "int", 15, 1, 120),),
    states=STATES,
    triggers=(
        Trigger(
            "break_up",
            "Break Up",
            "LONG",
            "ENTRY",
            level=Level("range_high", "above"),
            opposite="break_down",
        ),
        Trigger(
            "break_down",
            "Break Down",
            "SHORT",
            "ENTRY",
            level=Level("range_low", "below"),
            opposite="break_up",
        ),
        Trigger("back_inside", "Back Inside", "BOTH", "EXIT"),
    ),
    outputs=(
        Output("range_high", "Opening range high", "#22c55e"),
        Output("range_low", "Opening range low", "#ef4444"),
    ),
    is_intraday_only=True,
    resets_daily=True,
    run=run_nb,
    memory_size=lambda vector: 7,
)
