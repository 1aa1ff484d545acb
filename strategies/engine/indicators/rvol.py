"""Relative volume: a bar's volume against the mean of the latest ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import crosses_above_nb
from strategies.engine.jit import kernel
from strategies.engine.template import Output, Parameter, State, Template, Trigger

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

MINIMUM_BARS = 5


@kernel
def mean_nb(state: Floats, n: int, seen: int) -> float:
    """Mean of the last min(n, seen) volumes, summed oldest first; NaN before five."""
    if seen < MINIMUM_BARS:
        return math.nan
    total = 0.0
    count = min(n, seen)
    first = seen % n if seen >= n else 0
    for j in range(first, count):
        total += state[2 + j]
    for j in range(first):
        total += state[2 + j]
    return total / count


@kernel
def step_nb(state: Floats, n: int, volume: float) -> float:
    """The relative volume of one more bar; NaN when missing.

    The state is the number of bars seen, the latest relative volume and a ring of n volumes.
    """
    seen = int(state[0])
    state[2 + seen % n] = volume
    state[0] = seen + 1.0
    mean = mean_nb(state, n, seen + 1)
    return volume / mean if mean > 0.0 else math.nan


@kernel
def code_nb(rvol: float, high: float, extreme: float) -> int:
    """Position in `STATES`, -1 while missing."""
    if math.isnan(rvol):
        return -1
    if rvol > extreme:
        return 0
    if rvol > high:
        return 1
    if rvol > 0.75:
        return 2
    return 3 if rvol > 0.5 else 4


@kernel
def bits_nb(now: float, before: float, high: float, extreme: float) -> int:
    """Trigger word: bit i is the i-th trigger of the template."""
    bits = 0
    if crosses_above_nb(now, high, before, high):
        bits |= 1
    if crosses_above_nb(now, extreme, before, extreme):
        bits |= 2
    if now < 1.0 and before >= 1.0:
        bits |= 4
    return bits


@kernel
def run_nb(
    parameters: Floats, state: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`."""
    n, high, extreme = int(parameters[0]), parameters[1], parameters[2]
    before = state[1] if state[0] > 0.0 else math.nan
    for t in range(bars.volume.shape[0]):
        now = step_nb(state, n, bars.volume[t])
        columns[0, t] = now
        codes[t] = code_nb(now, high, extreme)
        bits[t] = bits_nb(now, before, high, extreme)
        before = now
    state[1] = before


STATES = (
    State("EXTREME", "above the extreme threshold"),
    State("HIGH", "above the high threshold"),
    State("NORMAL", "above 0.75"),
    State("LOW", "above 0.5"),
    State("MINIMAL", "0.5 or less"),
)

TEMPLATE = Template(
    id="rvol",
    name="Relative Volume",
    category="Volume",
    family="tf",
    prefix="rvol",
    interpreter="RVOL",
    description="Volume of the bar divided by the mean of the latest volumes, this one included.",
    display_type="oscillator",
    parameters=(
        Parameter("sma_period", "Mean of the last bars", "int", 20, 5, 100),
        Parameter("high_threshold", "High threshold", "float", 1.5, 1.0, 5.0),
        Parameter("extreme_threshold", "Extreme threshold", "float", 3.0, 2.0, 10.0),
    ),
    ordered=(("high_threshold", "extreme_threshold"),),
    states=STATES,
    triggers=(
        Trigger("spike", "Volume Spike", "BOTH", "ENTRY"),
        Trigger("extreme", "Extreme Volume", "BOTH", "ENTRY"),
        Trigger("fade", "Volume Fade", "BOTH", "EXIT"),
    ),
    outputs=(Output("rvol", "Relative volume", "#64748b", "osc", "histogram"),),
    run=run_nb,
    state_size=lambda vector: 2 + int(vector[0]),
)
