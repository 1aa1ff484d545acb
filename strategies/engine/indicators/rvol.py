"""Relative volume: a bar's volume against the mean of the latest ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from strategies.engine.indicators.building_blocks import crosses_above_nb
from strategies.engine.indicators.history import joined_nb, keep_nb
from strategies.engine.jit import columnwise, kernel
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
SIDE_BY_SIDE = 256


@kernel
def sums_nb(volumes: Floats, n: int, sums: Floats) -> None:
    """The sum of the last n volumes of each bar, this one included, oldest first.

    Of bar t these are `volumes[t + 1 : t + n + 1]`, zeros where none were seen, which add nothing
    to a sum that starts with them. Bars are added up side by side, each in its own order: one
    after the other, every addition would wait for the one before.
    """
    for begin in range(0, sums.shape[0], SIDE_BY_SIDE):
        size = min(SIDE_BY_SIDE, sums.shape[0] - begin)
        totals = sums[begin : begin + size]
        for t in range(size):
            totals[t] = 0.0
        for j in range(1, n + 1):
            parts = volumes[begin + j : begin + j + size]
            for t in range(size):
                totals[t] += parts[t]


@columnwise
def ratios_nb(volumes: Floats, n: int, seen: int, ratios: Floats) -> None:
    """Relative volumes in place of the sums; NaN before five bars and while the mean is zero."""
    n_short = min(ratios.shape[0], max(0, n - seen))
    for t in range(n_short):
        mean = ratios[t] / (seen + t + 1)
        is_known = (seen + t + 1 >= MINIMUM_BARS) & (mean > 0.0)
        ratios[t] = volumes[n + t] / mean if is_known else math.nan
    later, own, size = ratios[n_short:], volumes[n + n_short :], float(n)
    for t in range(later.shape[0]):
        mean = later[t] / size
        ratio = own[t] / mean
        later[t] = ratio if mean > 0.0 else math.nan


@kernel
def codes_nb(ratios: Floats, high: float, extreme: float, codes: Int8s) -> None:
    """Positions in `STATES`, -1 while missing: how many of the falling bounds are not exceeded."""
    for t in range(ratios.shape[0]):
        now = ratios[t]
        code = np.int8(not now > extreme) + np.int8(not now > high)
        code += np.int8(not now > 0.75) + np.int8(not now > 0.5)
        codes[t] = -1 if math.isnan(now) else code


@kernel
def word_nb(now: float, before: float, high: float, extreme: float) -> int:
    """Trigger word of a bar: bit i is the i-th trigger of the template."""
    return (
        int(crosses_above_nb(now, high, before, high))
        | int(crosses_above_nb(now, extreme, before, extreme)) << 1
        | int((now < 1.0) & (before >= 1.0)) << 2
    )


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
    if n_bars == 0:
        return
    volumes, ratios = joined_nb(memory, 2, n, bars.volume), columns[0]
    sums_nb(volumes, n, ratios)
    ratios_nb(volumes, n, seen, ratios)
    codes_nb(ratios, high, extreme, codes)
    bits[0] = word_nb(ratios[0], memory[1] if seen > 0 else math.nan, high, extreme)
    for t in range(1, n_bars):
        bits[t] = word_nb(ratios[t], ratios[t - 1], high, extreme)
    memory[0] = seen + n_bars
    memory[1] = ratios[n_bars - 1]
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
