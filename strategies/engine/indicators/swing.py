"""Swing levels of stops and targets: extremes of the bars before this one. Not a pack."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.jit import kernel
from strategies.engine.template import Output, Parameter, Template

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s


@kernel
def extremes_nb(memory: Floats, lookback: int) -> tuple[float, float]:
    """Lowest low and highest high in the ring; NaN when it is empty."""
    count = min(int(memory[0]), lookback)
    if count == 0:
        return math.nan, math.nan
    lowest, highest = memory[1], memory[1 + lookback]
    for j in range(1, count):
        lowest = min(lowest, memory[1 + j])
        highest = max(highest, memory[1 + lookback + j])
    return lowest, highest


@kernel
def step_nb(memory: Floats, lookback: int, high: float, low: float) -> tuple[float, float]:
    """Extremes of up to `lookback` bars before this one, which then joins the ring."""
    levels = extremes_nb(memory, lookback)
    slot = int(memory[0]) % lookback
    memory[1 + slot] = low
    memory[1 + lookback + slot] = high
    memory[0] += 1.0
    return levels


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`."""
    lookback = int(parameters[0])
    for t in range(bars.low.shape[0]):
        columns[0, t], columns[1, t] = step_nb(memory, lookback, bars.high[t], bars.low[t])


TEMPLATE = Template(
    id="swing_levels",
    name="Swing levels",
    category="Risk",
    family="risk",
    is_internal=True,
    description="Lowest low and highest high of the bars before this one.",
    parameters=(Parameter("lookback", "Bars", "int", 5, 2, 50),),
    outputs=(
        Output("lowest", "Lowest low", "#94a3b8"),
        Output("highest", "Highest high", "#94a3b8"),
    ),
    run=run_nb,
    memory_size=lambda vector: 1 + 2 * int(vector[0]),
)
