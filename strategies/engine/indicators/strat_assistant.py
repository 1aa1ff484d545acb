"""Strat Assistant: a bar against the range of the one before, and long wicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategies.engine.jit import kernel
from strategies.engine.template import (
    Measure,
    Parameter,
    Parameters,
    Relation,
    State,
    Template,
    Trigger,
)

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s


@kernel
def step_nb(high_before: float, low_before: float, high: float, low: float) -> int:
    """Position in `STATES` of a bar against the one before."""
    is_higher, is_lower = high > high_before, low < low_before
    if is_higher:
        return 1 if is_lower else 2
    return 3 if is_lower else 0


@kernel
def bits_nb(wick: float, code: int, open_: float, high: float, low: float, close: float) -> int:
    """Trigger word: bit i is the i-th trigger of the template."""
    span, is_inside = wick * (high - low), code == 0
    lower, upper = high - span, low + span
    is_shooter = (open_ < lower) & (close < lower) & (not is_inside)
    is_hammer = (open_ > upper) & (close > upper) & (not is_inside)
    return (
        int(code == 2)
        | int(code == 3) << 1
        | int(code == 1) << 2
        | int(is_inside) << 3
        | int(is_shooter) << 4
        | int(is_hammer) << 5
    )


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`.

    The memory is whether a bar was seen, then high and low of the last one.
    """
    n, first, high_before, low_before = bars.close.shape[0], 0, memory[1], memory[2]
    if memory[0] == 0.0 and n > 0:
        codes[0], bits[0], first = -1, 0, 1
        high_before, low_before = bars.high[0], bars.low[0]
    for t in range(first, n):
        high, low = bars.high[t], bars.low[t]
        code = step_nb(high_before, low_before, high, low)
        codes[t] = code
        bits[t] = bits_nb(parameters[0], code, bars.open[t], high, low, bars.close[t])
        high_before, low_before = high, low
    if n > 0:
        memory[0], memory[1], memory[2] = 1.0, high_before, low_before


def _upper_wick_end(high: float, low: float, parameters: Parameters) -> float:
    """Down to where an upper wick of the chosen part of the range reaches."""
    return high - float(parameters["wick_pct"]) * (high - low)


def _lower_wick_end(high: float, low: float, parameters: Parameters) -> float:
    return low + float(parameters["wick_pct"]) * (high - low)


HIGHER, NO_HIGHER = Relation("high", ">", "high[1]"), Relation("high", "<=", "high[1]")
LOWER, NO_LOWER = Relation("low", "<", "low[1]"), Relation("low", ">=", "low[1]")

STATES = (
    State("INSIDE", "within the range of the bar before"),
    State("OUTSIDE", "beyond both ends of the range of the bar before"),
    State("TWO_UP", "beyond the high of the bar before only"),
    State("TWO_DOWN", "beyond the low of the bar before only"),
)

TEMPLATE = Template(
    id="strat_assistant",
    name="Strat Assistant",
    category="Trend",
    family="tf",
    order=160,
    prefix="strat",
    interpreter="STRAT_ASSISTANT",
    description=(
        "Inside, outside and directional bars against the bar before, and bars whose open and "
        "close lie at one end of their range."
    ),
    parameters=(Parameter("wick_pct", "Wick (part of the bar's range)", "float", 0.75, 0.5, 0.95),),
    states=STATES,
    triggers=(
        Trigger("bull_c2", "Two Up", "LONG", "ENTRY", reads=(HIGHER, NO_LOWER)),
        Trigger("bear_c2", "Two Down", "SHORT", "ENTRY", reads=(LOWER, NO_HIGHER)),
        Trigger("outside_bar", "Outside Bar", "BOTH", "ENTRY", reads=(HIGHER, LOWER)),
        Trigger("inside_bar", "Inside Bar", "BOTH", "ENTRY", reads=(NO_HIGHER, NO_LOWER)),
        Trigger(
            "shooter",
            "Shooter",
            "SHORT",
            "ENTRY",
            reads=(Relation("open", "<", "upper_wick"), Relation("close", "<", "upper_wick")),
        ),
        Trigger(
            "hammer",
            "Hammer",
            "LONG",
            "ENTRY",
            reads=(Relation("open", ">", "lower_wick"), Relation("close", ">", "lower_wick")),
        ),
    ),
    measures=(
        Measure("upper_wick", "end of a long upper wick", _upper_wick_end),
        Measure("lower_wick", "end of a long lower wick", _lower_wick_end),
    ),
    run=run_nb,
    memory_size=lambda vector: 3,
)
