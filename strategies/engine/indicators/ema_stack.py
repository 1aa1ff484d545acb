"""EMA Stack: the order of three exponential averages of the close."""

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

# bars seen, then the short, mid and long average
Held = tuple[float, float, float, float]
Three = tuple[float, float, float]

# State code per outcome of (S >= M, S >= L, M >= L), four bits each from 000 up. The order of
# averages is as unpredictable as the market: a lookup is faster than branches that mispredict.
CODE_OF_ORDER = 0x01_04_20_35


@kernel
def seed_nb(close: float) -> Held:
    """The three averages after the first close."""
    return 1.0, close, close, close


@kernel
def step_nb(alphas: Three, held: Held, close: float) -> Held:
    """The three averages after one more close."""
    seen, short, mid, long = held
    return (
        seen + 1.0,
        ema_nb(alphas[0], short, close),
        ema_nb(alphas[1], mid, close),
        ema_nb(alphas[2], long, close),
    )


@kernel
def visible_nb(periods: Three, held: Held) -> Three:
    """The averages that have seen at least their period of bars; NaN for the others."""
    seen, short, mid, long = held
    return (
        from_bar_nb(short, seen, periods[0]),
        from_bar_nb(mid, seen, periods[1]),
        from_bar_nb(long, seen, periods[2]),
    )


@kernel
def code_nb(short: float, mid: float, long: float) -> int:
    """Position in `STATES` of the order of the averages, -1 while one is missing (NaN)."""
    is_known = int((short == short) & (mid == mid) & (long == long))
    order = int(short >= mid) * 4 + int(short >= long) * 2 + int(mid >= long)
    return is_known * (((CODE_OF_ORDER >> (4 * order)) & 15) + 1) - 1


@kernel
def bits_nb(now: Three, before: Three) -> int:
    """Trigger word: bit i is the i-th trigger of the template."""
    return (
        int(crosses_above_nb(now[0], now[1], before[0], before[1]))
        | int(crosses_below_nb(now[0], now[1], before[0], before[1])) << 1
        | int(crosses_above_nb(now[1], now[2], before[1], before[2])) << 2
        | int(crosses_below_nb(now[1], now[2], before[1], before[2])) << 3
    )


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`."""
    periods = (parameters[0], parameters[1], parameters[2])
    alphas = (2.0 / (periods[0] + 1.0), 2.0 / (periods[1] + 1.0), 2.0 / (periods[2] + 1.0))
    held = (memory[0], memory[1], memory[2], memory[3])
    before = visible_nb(periods, held)
    n, seen, first = bars.close.shape[0], held[0], 0
    if seen == 0.0 and n > 0:
        held, first = seed_nb(bars.close[0]), 1
        _, columns[0, 0], columns[1, 0], columns[2, 0] = held
    for t in range(first, n):
        held = step_nb(alphas, held, bars.close[t])
        _, columns[0, t], columns[1, t], columns[2, t] = held
    # What follows depends on no earlier bar's result, so it is a loop of its own: vectorised.
    short, mid, long = columns[0], columns[1], columns[2]
    hide_nb(short, seen, periods[0])
    hide_nb(mid, seen, periods[1])
    hide_nb(long, seen, periods[2])
    for t in range(n):
        codes[t] = code_nb(short[t], mid[t], long[t])
    if n > 0:
        bits[0] = bits_nb((short[0], mid[0], long[0]), before)
    for t in range(1, n):
        now = (short[t], mid[t], long[t])
        bits[t] = bits_nb(now, (short[t - 1], mid[t - 1], long[t - 1]))
    memory[0], memory[1], memory[2], memory[3] = held


STATES = (
    State("SML", "full bull: short over mid over long"),
    State("SLM", "short leads, mid under long"),
    State("MSL", "pull-back in a bull order"),
    State("MLS", "mid leads, short weak"),
    State("LSM", "transition: long leads, short over mid"),
    State("LMS", "full bear: long over mid over short"),
)

TEMPLATE = Template(
    id="ema_stack",
    name="EMA Stack",
    category="Moving Averages",
    family="tf",
    order=10,
    seeds=(Seed("ema_stack_default"),),
    prefix="ema",
    interpreter="EMA_STACK",
    description="The order of three exponential moving averages of the close.",
    display_type="overlay",
    parameters=(
        Parameter("short_period", "Short period", "int", 9, 1, 200),
        Parameter("mid_period", "Mid period", "int", 21, 1, 200),
        Parameter("long_period", "Long period", "int", 200, 1, 500),
    ),
    ordered=(("short_period", "mid_period"), ("mid_period", "long_period")),
    states=STATES,
    aliases=(Alias("ema_stack_v2", "esv2", "EMA_STACK_V2"),),
    triggers=(
        Trigger(
            "cross_bull",
            "Short > Mid Cross",
            "LONG",
            "ENTRY",
            holds=Relation("short", ">", "mid"),
            opposite="cross_bear",
        ),
        Trigger(
            "cross_bear",
            "Short < Mid Cross",
            "SHORT",
            "ENTRY",
            holds=Relation("short", "<", "mid"),
            opposite="cross_bull",
        ),
        Trigger(
            "mid_cross_bull",
            "Mid > Long Cross",
            "LONG",
            "ENTRY",
            holds=Relation("mid", ">", "long"),
            opposite="mid_cross_bear",
        ),
        Trigger(
            "mid_cross_bear",
            "Mid < Long Cross",
            "SHORT",
            "ENTRY",
            holds=Relation("mid", "<", "long"),
            opposite="mid_cross_bull",
        ),
    ),
    outputs=(
        Output("short", "Short EMA", "#22c55e"),
        Output("mid", "Mid EMA", "#eab308"),
        Output("long", "Long EMA", "#ef4444"),
    ),
    run=run_nb,
    memory_size=lambda vector: 4,
)
