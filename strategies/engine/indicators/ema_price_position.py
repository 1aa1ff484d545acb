"""EMA Price Position: the order of the close and three exponential averages of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import (
    crosses_above_nb,
    crosses_below_nb,
    hide_nb,
)
from strategies.engine.indicators.ema_stack import (
    STATES as STACKS,
)
from strategies.engine.indicators.ema_stack import (
    code_nb as stack_nb,
)
from strategies.engine.indicators.ema_stack import (
    seed_nb,
    step_nb,
    visible_nb,
)
from strategies.engine.jit import kernel
from strategies.engine.template import (
    Alias,
    Level,
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

# close, short average, mid average
Prices = tuple[float, float, float]


@kernel
def code_nb(close: float, short: float, mid: float, long: float) -> int:
    """Position in `STATES`: averages over the close, then their order; -1 while one is NaN."""
    stack = stack_nb(short, mid, long)
    n_over = int(short > close) + int(mid > close) + int(long > close)
    return int(stack >= 0) * (6 * n_over + stack + 1) - 1


@kernel
def bits_nb(now: Prices, before: Prices) -> int:
    """Trigger word: bit i is the i-th trigger of the template."""
    return (
        int(crosses_above_nb(now[0], now[1], before[0], before[1]))
        | int(crosses_below_nb(now[0], now[1], before[0], before[1])) << 1
        | int(crosses_above_nb(now[0], now[2], before[0], before[2])) << 2
        | int(crosses_below_nb(now[0], now[2], before[0], before[2])) << 3
    )


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`. The memory ends with the close of the last bar."""
    periods = (parameters[0], parameters[1], parameters[2])
    alphas = (2.0 / (periods[0] + 1.0), 2.0 / (periods[1] + 1.0), 2.0 / (periods[2] + 1.0))
    held = (memory[0], memory[1], memory[2], memory[3])
    short_before, mid_before, _ = visible_nb(periods, held)
    before = (memory[4], short_before, mid_before)
    close, n, seen, first = bars.close, bars.close.shape[0], held[0], 0
    if seen == 0.0 and n > 0:
        held, first = seed_nb(close[0]), 1
        _, columns[0, 0], columns[1, 0], columns[2, 0] = held
    for t in range(first, n):
        held = step_nb(alphas, held, close[t])
        _, columns[0, t], columns[1, t], columns[2, t] = held
    # What follows depends on no earlier bar's result, so it is a loop of its own: vectorised.
    short, mid, long = columns[0], columns[1], columns[2]
    hide_nb(short, seen, periods[0])
    hide_nb(mid, seen, periods[1])
    hide_nb(long, seen, periods[2])
    for t in range(n):
        codes[t] = code_nb(close[t], short[t], mid[t], long[t])
    if n > 0:
        bits[0] = bits_nb((close[0], short[0], mid[0]), before)
        memory[4] = close[n - 1]
    for t in range(1, n):
        now = (close[t], short[t], mid[t])
        bits[t] = bits_nb(now, (close[t - 1], short[t - 1], mid[t - 1]))
    memory[0], memory[1], memory[2], memory[3] = held


PLACES = (
    "price over all averages",
    "price under one average",
    "price under two averages",
    "price under all averages",
)


def _states() -> tuple[State, ...]:
    """Every place of the price in every order of the averages, greatest first."""
    return tuple(
        State(f"{stack.name[:n]}P{stack.name[n:]}", f"{place}; {stack.meaning}")
        for n, place in enumerate(PLACES)
        for stack in STACKS
    )


def _cross(average: str, direction: str) -> Trigger:
    """The close crosses the short or the mid average."""
    is_up = direction == "up"
    return Trigger(
        f"cross_{average}_{direction}",
        f"Price {'>' if is_up else '<'} {average.capitalize()} Cross",
        "LONG" if is_up else "SHORT",
        "ENTRY",
        level=Level(average, "above" if is_up else "below"),
        holds=Relation("close", ">" if is_up else "<", average),
        opposite=f"cross_{average}_{'down' if is_up else 'up'}",
    )


TEMPLATE = Template(
    id="ema_price_position",
    name="EMA Price Position",
    category="Moving Averages",
    family="tf",
    order=20,
    seeds=(Seed("ema_price_position_default"),),
    prefix="ema_pp",
    interpreter="EMA_PRICE_POSITION",
    description="The order of the close and three exponential moving averages of it.",
    display_type="overlay",
    parameters=(
        Parameter("short_period", "Short period", "int", 9, 1, 200),
        Parameter("mid_period", "Mid period", "int", 21, 1, 200),
        Parameter("long_period", "Long period", "int", 200, 1, 500),
    ),
    ordered=(("short_period", "mid_period"), ("mid_period", "long_period")),
    states=_states(),
    aliases=(
        Alias("ema_price_position_v2", "ema_pp_v2", "EMA_PRICE_POSITION_V2"),
        Alias("ema_pp_v3", "eppv3", "EMA_PP_V3"),
        Alias("ema_pp_v4", "eppv4", "EMA_PP_V4"),
    ),
    triggers=(
        _cross("short", "up"),
        _cross("short", "down"),
        _cross("mid", "up"),
        _cross("mid", "down"),
    ),
    outputs=(
        Output("short", "Short EMA", "#22c55e"),
        Output("mid", "Mid EMA", "#eab308"),
        Output("long", "Long EMA", "#ef4444"),
    ),
    run=run_nb,
    memory_size=lambda vector: 5,
)
