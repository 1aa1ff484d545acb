"""Gap: the first open of a date against the close of the date before, until it is filled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.indicators.dates import step_nb
from strategies.engine.jit import kernel
from strategies.engine.template import Output, Parameter, State, Template, Trigger

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

STATES = (
    State("GAP_UP", "opened above the close of the day before and has not come back to it"),
    State("GAP_DOWN", "opened below the close of the day before and has not come back to it"),
    State("FILLED", "opened with a gap and has come back to the close of the day before"),
    State("NO_GAP", "opened near the close of the day before"),
)
UP, DOWN, FILLED, NO_GAP, NONE = 0, 1, 2, 3, -1


@kernel
def opened_nb(open_: float, prior_close: float, min_gap_pct: float) -> int:
    """How a date opened: up, down or without a gap, -1 without an earlier date.

    A distance of exactly the minimum is a gap.
    """
    if math.isnan(prior_close):
        return NONE
    over = prior_close * (1.0 + min_gap_pct / 100.0)
    under = prior_close * (1.0 - min_gap_pct / 100.0)
    # Of a price below zero the larger multiple is the lower one.
    if open_ >= max(over, under):
        return UP
    return DOWN if open_ <= min(over, under) else NO_GAP


@kernel
def code_nb(code: int, high: float, low: float, prior_close: float) -> int:
    """The state after one more bar of the date; a filled gap stays filled."""
    if code == UP and low <= prior_close:
        return FILLED
    if code == DOWN and high >= prior_close:
        return FILLED
    return code


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`. The memory is that of `Dates`, and the state."""
    dates = (memory[0], memory[1], memory[2], memory[3], memory[4], memory[5], memory[6])
    code = int(memory[7])
    for t in range(bars.close.shape[0]):
        day, high, low = float(bars.day[t]), bars.high[t], bars.low[t]
        is_first = day != dates[0]
        dates = step_nb(dates, day, high, low, bars.close[t])
        before = opened_nb(bars.open[t], dates[6], parameters[0]) if is_first else code
        code = code_nb(before, high, low, dates[6])
        columns[0, t], codes[t] = dates[6], code
        bits[t] = int(code != before)
    for j in range(7):
        memory[j] = dates[j]
    memory[7] = float(code)


TEMPLATE = Template(
    id="gap",
    name="Gap",
    category="Session",
    family="tf",
    order=56,
    prefix="gap",
    interpreter="GAP",
    description=(
        "Whether a trading date opened away from the close of the date before, and whether price "
        "has come back to that close since."
    ),
    display_type="overlay",
    parameters=(
        Parameter(
            "min_gap_pct",
            "Smallest gap (%)",
            "float",
            0.3,
            0.05,
            5.0,
            note="of the close of the day before",
        ),
    ),
    states=STATES,
    triggers=(Trigger("fill", "Gap Filled", "BOTH", "EXIT"),),
    outputs=(Output("prior_close", "Prior day close", "#64748b"),),
    is_intraday_only=True,
    resets_daily=True,
    run=run_nb,
    memory_size=lambda vector: 8,
)
