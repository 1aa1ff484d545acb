"""Relative volume: a bar's volume against the mean of the latest ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import crosses_above_nb
from strategies.engine.indicators.history import joined_nb, keep_nb
from strategies.engine.jit import kernel
from strategies.engine.template import (
    Alias,
    Output,
    Parameter,
    Relation,
    Seed,
    State,
    Template,
    Trigger,
)

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

MINIMUM_BARS = 5


@kernel
def step_nb(volumes: Floats, t: int, n: int, seen: int) -> float:
    """The relative volume of the bar whose volume is `volumes[t]`; NaN when missing.

    The mean is that of the last min(n, seen) volumes, this one included, summed oldest first;
    it is missing before five bars and while it is zero.
    """
    if seen < MINIMUM_BARS:
        return math.nan
    count, total = min(n, seen), 0.0
    for j in range(t - count + 1, t + 1):
        total += volumes[j]
    mean = total / count
    return volumes[t] / mean if mean > 0.0 else math.nan


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
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`.

    The memory is the number of bars seen, the latest relative volume, and the n volumes before
    the next bar, the latest last.
    """
    n, high, extreme = int(parameters[0]), parameters[1], parameters[2]
    seen, n_bars = int(memory[0]), bars.volume.shape[0]
    volumes = joined_nb(memory, 2, n, bars.volume)
    before = memory[1] if seen > 0 else math.nan
    for t in range(n_bars):
        now = step_nb(volumes, n + t, n, seen + t + 1)
        columns[0, t] = now
        codes[t] = code_nb(now, high, extreme)
        bits[t] = bits_nb(now, before, high, extreme)
        before = now
    memory[0] = seen + n_bars
    memory[1] = before
    keep_nb(memory, 2, volumes, n_bars)


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
    order=60,
    seeds=(Seed("rvol_default"),),
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
    aliases=(Alias("rvol_v2", "rv2", "RVOL_V2", parameters=(("vol_sma_period", "sma_period"),)),),
    triggers=(
        Trigger(
            "spike",
            "Volume Spike",
            "BOTH",
            "ENTRY",
            holds=Relation("rvol", ">", "@high_threshold"),
        ),
        Trigger(
            "extreme",
            "Extreme Volume",
            "BOTH",
            "ENTRY",
            holds=Relation("rvol", ">", "@extreme_threshold"),
        ),
        Trigger(
            "fade",
            "Volume Fade",
            "BOTH",
            "EXIT",
            holds=Relation("rvol", "<", 1.0),
        ),
    ),
    outputs=(Output("rvol", "Relative volume", "#64748b", "osc", "histogram"),),
    reads_volume=True,
    run=run_nb,
    memory_size=lambda vector: 2 + int(vector[0]),
)
