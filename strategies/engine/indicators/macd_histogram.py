"""MACD Histogram: the distance of the MACD line from its signal, and where it is heading."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import (
    crosses_above_nb,
    crosses_below_nb,
    hide_nb,
)
from strategies.engine.indicators.macd_line import seed_nb, step_nb
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


@kernel
def code_nb(now: float, before: float) -> int:
    """Position in `STATES`, -1 while a value is missing (NaN). Branches would mispredict."""
    is_known = int((now == now) & (before == before))
    return is_known * (2 * int(now <= 0.0) + int(now <= before) + 1) - 1


@kernel
def bits_nb(now: float, before: float, two_before: float) -> int:
    """Trigger word: bit i is the i-th trigger of the template."""
    return (
        int(crosses_above_nb(now, 0.0, before, 0.0))
        | int(crosses_below_nb(now, 0.0, before, 0.0)) << 1
        | int((now > before) & (before < two_before)) << 2
        | int((now < before) & (before > two_before)) << 3
    )


@kernel
def decide_nb(
    histogram: Floats, before: float, two_before: float, columns: Floats, codes: Int8s, bits: Bits
) -> tuple[float, float]:
    """What the histogram says on each bar; its last two values."""
    for t in range(histogram.shape[0]):
        now = histogram[t]
        columns[1, t] = now if now <= 0.0 else math.nan
        columns[2, t] = now - before
        codes[t] = code_nb(now, before)
        bits[t] = bits_nb(now, before, two_before)
        before, two_before = now, before
    return before, two_before


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`. The memory ends with the last two values."""
    alphas = (
        2.0 / (parameters[0] + 1.0),
        2.0 / (parameters[1] + 1.0),
        2.0 / (parameters[2] + 1.0),
    )
    held = (memory[0], memory[1], memory[2], memory[3])
    n, seen, first = bars.close.shape[0], held[0], 0
    if seen == 0.0:
        memory[4], memory[5] = math.nan, math.nan
        if n > 0:
            held, first = seed_nb(bars.close[0]), 1
            columns[0, 0] = 0.0
    for t in range(first, n):
        held = step_nb(alphas, held, bars.close[t])
        columns[0, t] = held[1] - held[2] - held[3]
    hide_nb(columns[0], seen, parameters[1] + parameters[2] - 1.0)
    memory[4], memory[5] = decide_nb(columns[0], memory[4], memory[5], columns, codes, bits)
    memory[0], memory[1], memory[2], memory[3] = held


STATES = (
    State("H+up", "above zero, rising"),
    State("H+dn", "above zero, not rising"),
    State("H-up", "at or below zero, rising"),
    State("H-dn", "at or below zero, not rising"),
)

TEMPLATE = Template(
    id="macd_histogram",
    name="MACD Histogram",
    category="Momentum",
    family="tf",
    order=40,
    seeds=(Seed("macd_histogram_default"),),
    prefix="macd_hist",
    interpreter="MACD_HISTOGRAM",
    description="The distance of the MACD line from its signal, and whether it grows.",
    display_type="oscillator",
    parameters=(
        Parameter("fast_period", "Fast period", "int", 12, 1, 100),
        Parameter("slow_period", "Slow period", "int", 26, 1, 100),
        Parameter("signal_period", "Signal period", "int", 9, 1, 50),
    ),
    ordered=(("fast_period", "slow_period"),),
    states=STATES,
    aliases=(Alias("macd_histogram_v2", "mhv2", "MACD_HISTOGRAM_V2"),),
    triggers=(
        Trigger(
            "flip_pos",
            "Histogram Above Zero",
            "LONG",
            "ENTRY",
            holds=Relation("histogram", ">", 0.0),
            opposite="flip_neg",
        ),
        Trigger(
            "flip_neg",
            "Histogram Below Zero",
            "SHORT",
            "ENTRY",
            holds=Relation("histogram", "<", 0.0),
            opposite="flip_pos",
        ),
        # It cannot fire twice in a row: what lasts is that the histogram goes on that way.
        Trigger(
            "momentum_shift_up",
            "Histogram Turns Up",
            "LONG",
            "ENTRY",
            holds=Relation("change", ">", 0.0),
            opposite="momentum_shift_down",
        ),
        Trigger(
            "momentum_shift_down",
            "Histogram Turns Down",
            "SHORT",
            "ENTRY",
            holds=Relation("change", "<", 0.0),
            opposite="momentum_shift_up",
        ),
    ),
    outputs=(
        Output("histogram", "Histogram", "#22c55e", "osc", "histogram"),
        # The same bars at or below zero, drawn over those above in their own colour.
        Output("negative", "Histogram at or below zero", "#ef4444", "osc", "histogram"),
        Output("change", "Change of the histogram", "#94a3b8", "osc"),
    ),
    run=run_nb,
    memory_size=lambda vector: 6,
)
