"""MACD Line: the line against its signal and against zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import (
    crosses_above_nb,
    crosses_below_nb,
    ema_nb,
    from_bar_nb,
    hide_nb,
)
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

# bars seen, fast average, slow average, signal
Held = tuple[float, float, float, float]


@kernel
def seed_nb(close: float) -> Held:
    """After the first close both averages are equal, so the line and its signal are zero."""
    return 1.0, close, close, 0.0


@kernel
def step_nb(alphas: tuple[float, float, float], held: Held, close: float) -> Held:
    """Both averages and the signal after one more close."""
    seen, fast, slow, signal = held
    fast = ema_nb(alphas[0], fast, close)
    slow = ema_nb(alphas[1], slow, close)
    return seen + 1.0, fast, slow, ema_nb(alphas[2], signal, fast - slow)


@kernel
def visible_nb(minimum_bars: float, held: Held) -> tuple[float, float]:
    """Line and signal, NaN before both have their minimum of bars."""
    seen, fast, slow, signal = held
    return from_bar_nb(fast - slow, seen, minimum_bars), from_bar_nb(signal, seen, minimum_bars)


@kernel
def code_nb(line: float, signal: float) -> int:
    """Position in `STATES`, -1 while a value is missing (NaN). Branches would mispredict."""
    is_known = int((line == line) & (signal == signal))
    above, positive = int(line > signal), int(line > 0.0)
    return is_known * (above * (1 - positive) + (1 - above) * (2 + positive) + 1) - 1


@kernel
def bits_nb(now: tuple[float, float], before: tuple[float, float]) -> int:
    """Trigger word: bit i is the i-th trigger of the template."""
    return (
        int(crosses_above_nb(now[0], now[1], before[0], before[1]))
        | int(crosses_below_nb(now[0], now[1], before[0], before[1])) << 1
        | int(crosses_above_nb(now[0], 0.0, before[0], 0.0)) << 2
        | int(crosses_below_nb(now[0], 0.0, before[0], 0.0)) << 3
    )


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`."""
    alphas = (
        2.0 / (parameters[0] + 1.0),
        2.0 / (parameters[1] + 1.0),
        2.0 / (parameters[2] + 1.0),
    )
    minimum_bars = parameters[1] + parameters[2] - 1.0
    held = (memory[0], memory[1], memory[2], memory[3])
    before = visible_nb(minimum_bars, held)
    n, seen, first = bars.close.shape[0], held[0], 0
    if seen == 0.0 and n > 0:
        held, first = seed_nb(bars.close[0]), 1
        columns[0, 0], columns[1, 0] = 0.0, 0.0
    for t in range(first, n):
        held = step_nb(alphas, held, bars.close[t])
        columns[0, t], columns[1, t] = held[1] - held[2], held[3]
    # What follows depends on no earlier bar's result, so it is a loop of its own: vectorised.
    line, signal = columns[0], columns[1]
    hide_nb(line, seen, minimum_bars)
    hide_nb(signal, seen, minimum_bars)
    for t in range(n):
        codes[t] = code_nb(line[t], signal[t])
    if n > 0:
        bits[0] = bits_nb((line[0], signal[0]), before)
    for t in range(1, n):
        bits[t] = bits_nb((line[t], signal[t]), (line[t - 1], signal[t - 1]))
    memory[0], memory[1], memory[2], memory[3] = held


STATES = (
    State("M>S+", "line over signal, above zero"),
    State("M>S-", "line over signal, at or below zero"),
    State("M<S-", "line at or under signal, at or below zero"),
    State("M<S+", "line at or under signal, above zero"),
)

TEMPLATE = Template(
    id="macd_line",
    name="MACD Line",
    category="Momentum",
    family="tf",
    order=30,
    seeds=(Seed("macd_line_default"),),
    prefix="macd",
    interpreter="MACD_LINE",
    description="The MACD line against its signal and against zero.",
    display_type="oscillator",
    parameters=(
        Parameter("fast_period", "Fast period", "int", 12, 1, 100),
        Parameter("slow_period", "Slow period", "int", 26, 1, 100),
        Parameter("signal_period", "Signal period", "int", 9, 1, 50),
    ),
    ordered=(("fast_period", "slow_period"),),
    states=STATES,
    aliases=(Alias("macd"), Alias("macd_line_v2", "mlv2", "MACD_LINE_V2")),
    triggers=(
        Trigger(
            "cross_bull",
            "MACD > Signal Cross",
            "LONG",
            "ENTRY",
            holds=Relation("line", ">", "signal"),
            opposite="cross_bear",
        ),
        Trigger(
            "cross_bear",
            "MACD < Signal Cross",
            "SHORT",
            "ENTRY",
            holds=Relation("line", "<", "signal"),
            opposite="cross_bull",
        ),
        Trigger(
            "zero_cross_up",
            "MACD > Zero Cross",
            "LONG",
            "ENTRY",
            holds=Relation("line", ">", 0.0),
            opposite="zero_cross_down",
        ),
        Trigger(
            "zero_cross_down",
            "MACD < Zero Cross",
            "SHORT",
            "ENTRY",
            holds=Relation("line", "<", 0.0),
            opposite="zero_cross_up",
        ),
    ),
    outputs=(
        Output("line", "MACD", "#2563eb", "osc"),
        Output("signal", "Signal", "#f97316", "osc"),
    ),
    run=run_nb,
    memory_size=lambda vector: 4,
)
