"""Prior Day: high, low and close of the date before."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import crosses_above_nb, crosses_below_nb
from strategies.engine.indicators.dates import Dates, step_nb
from strategies.engine.jit import kernel
from strategies.engine.template import Level, Output, Relation, State, Template, Trigger

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

STATES = (
    State("ABOVE_HIGH", "above the high of the day before"),
    State("UPPER", "at or above the close of the day before, not above its high"),
    State("LOWER", "below the close of the day before, not below its low"),
    State("BELOW_LOW", "below the low of the day before"),
)


@kernel
def code_nb(close: float, prior_high: float, prior_low: float, prior_close: float) -> int:
    """Position in `STATES`, -1 without an earlier date. The high and the low are inside."""
    if math.isnan(prior_close):
        return -1
    if close > prior_high:
        return 0
    if close < prior_low:
        return 3
    return 1 if close >= prior_close else 2


@kernel
def bits_nb(close: float, close_before: float, dates: Dates) -> int:
    """Trigger word; the caller passes NaN for the bar before on the first bar of a date."""
    high, low, last = dates[4], dates[5], dates[6]
    bits = 0
    if crosses_above_nb(close, high, close_before, high):
        bits |= 1
    if crosses_below_nb(close, low, close_before, low):
        bits |= 2
    if crosses_above_nb(close, last, close_before, last):
        bits |= 4
    if crosses_below_nb(close, last, close_before, last):
        bits |= 8
    return bits


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`. The memory is that of `Dates`."""
    dates = (memory[0], memory[1], memory[2], memory[3], memory[4], memory[5], memory[6])
    for t in range(bars.close.shape[0]):
        day, close = float(bars.day[t]), bars.close[t]
        close_before = dates[3] if day == dates[0] else math.nan
        dates = step_nb(dates, day, bars.high[t], bars.low[t], close)
        for j in range(3):
            columns[j, t] = dates[4 + j]
        codes[t] = code_nb(close, dates[4], dates[5], dates[6])
        bits[t] = bits_nb(close, close_before, dates)
    for j in range(7):
        memory[j] = dates[j]


TEMPLATE = Template(
    id="prior_day",
    name="Prior Day",
    category="Session",
    family="tf",
    order=54,
    prefix="pday",
    interpreter="PRIOR_DAY",
    description=(
        "High, low and close of the last earlier trading date with a bar in the strategy's session."
    ),
    display_type="overlay",
    states=STATES,
    triggers=(
        Trigger(
            "cross_high_up",
            "Break Above High",
            "LONG",
            "ENTRY",
            level=Level("prior_high", "above"),
            opposite="cross_low_down",
        ),
        Trigger(
            "cross_low_down",
            "Break Below Low",
            "SHORT",
            "ENTRY",
            level=Level("prior_low", "below"),
            opposite="cross_high_up",
        ),
        Trigger(
            "cross_close_up",
            "Cross Above Close",
            "LONG",
            "ENTRY",
            holds=Relation("close", ">", "prior_close"),
            opposite="cross_close_down",
        ),
        Trigger(
            "cross_close_down",
            "Cross Below Close",
            "SHORT",
            "ENTRY",
            holds=Relation("close", "<", "prior_close"),
            opposite="cross_close_up",
        ),
    ),
    outputs=(
        Output("prior_high", "Prior day high", "#22c55e"),
        Output("prior_low", "Prior day low", "#ef4444"),
        Output("prior_close", "Prior day close", "#64748b"),
    ),
    is_intraday_only=True,
    resets_daily=True,
    run=run_nb,
    memory_size=lambda vector: 7,
)
