"""UT Bot: a stop that trails the close by a multiple of the Wilder ATR, and who is beyond it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from strategies.engine.indicators.true_range import wilder_atr_nb
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

MINIMUM_BARS = 2
BULL, BEAR = 0, 1

# bars seen, Wilder ATR, stop, close of the last bar
Held = tuple[float, float, float, float]


@kernel
def seed_nb(multiple: float, high: float, low: float, close: float) -> Held:
    """After the first bar: its range is the average, and the stop lies under its close."""
    atr = high - low
    return 1.0, atr, close - multiple * atr, close


@kernel
def trailed_nb(stop: float, before: float, close: float, distance: float) -> float:
    """The stop after one more close; `before` is the close of the bar before."""
    if close > stop and before > stop:
        return max(stop, close - distance)
    if close < stop and before < stop:
        return min(stop, close + distance)
    return close - distance if close > stop else close + distance


@kernel
def averages_nb(
    period: float, atr: float, before: float, bars: Bars, first: int, averages: Floats
) -> None:
    """The average range after each bar from `first` on; `before` is the close before it."""
    for t in range(first, averages.shape[0]):
        atr = wilder_atr_nb(period, atr, bars.high[t], bars.low[t], before)
        averages[t] = atr
        before = bars.close[t]


@kernel
def trail_nb(
    multiple: float, stop: float, before: float, close: Floats, first: int, column: Floats
) -> None:
    """The stops after each bar from `first` on, in the place of the averages."""
    for t in range(first, column.shape[0]):
        stop = trailed_nb(stop, before, close[t], multiple * column[t])
        column[t] = stop
        before = close[t]


@kernel
def code_nb(held: Held) -> int:
    """Position in `STATES`, -1 on the first bar."""
    if held[0] < MINIMUM_BARS:
        return -1
    return BULL if held[3] > held[2] else BEAR


@kernel
def bits_nb(now: int, before: int) -> int:
    """Trigger word of a change from a state to the other one."""
    return int((now == BULL) & (before == BEAR)) | int((now == BEAR) & (before == BULL)) << 1


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`.

    Average and stop have a pass each: neither waits for the other then, and states and words go
    several bars at a time.
    """
    period, multiple, close, column = parameters[0], parameters[1], bars.close, columns[0]
    n, first = close.shape[0], 0
    if n == 0:
        return
    held = (memory[0], memory[1], memory[2], memory[3])
    code_before = code_nb(held)
    if held[0] == 0.0:
        first, held = 1, seed_nb(multiple, bars.high[0], bars.low[0], close[0])
        column[0] = held[2]
    averages_nb(period, held[1], held[3], bars, first, column)
    atr = column[n - 1] if n > first else held[1]
    trail_nb(multiple, held[2], held[3], close, first, column)
    memory[0], memory[1] = memory[0] + n, atr
    memory[2], memory[3] = column[n - 1], close[n - 1]
    for t in range(n):
        codes[t] = np.int8(not close[t] > column[t])
    if first == 1:
        codes[0], column[0] = -1, math.nan
    bits[0] = bits_nb(codes[0], code_before)
    for t in range(1, n):
        bits[t] = bits_nb(codes[t], codes[t - 1])


STATES = (
    State("BULL", "the close is above the trailing stop"),
    State("BEAR", "the close is at or below the trailing stop"),
)

TEMPLATE = Template(
    id="utbot",
    name="UT Bot",
    category="Trend",
    family="tf",
    order=65,
    seeds=(Seed("utbot_default"),),
    prefix="utbot",
    interpreter="UTBOT",
    description=(
        "A stop that trails the close by a multiple of the Wilder average true range; it changes "
        "sides when the close crosses it."
    ),
    display_type="overlay",
    parameters=(
        Parameter("atr_period", "ATR period", "int", 10, 1, 50),
        Parameter("atr_multiplier", "ATR multiple", "float", 1.0, 0.5, 5.0),
    ),
    states=STATES,
    triggers=(
        Trigger(
            "buy",
            "Buy",
            "LONG",
            "ENTRY",
            level=Level("trail", "above", ("BEAR",)),
            holds=Relation("close", ">", "trail"),
            opposite="sell",
        ),
        Trigger(
            "sell",
            "Sell",
            "SHORT",
            "ENTRY",
            level=Level("trail", "below", ("BULL",)),
            holds=Relation("close", "<=", "trail"),
            opposite="buy",
        ),
    ),
    outputs=(Output("trail", "Trailing stop", "#64748b"),),
    aliases=(
        Alias("utbot_v2", "utbot_v2", "UTBOT_V2"),
        Alias(
            "ut_bot_v4",
            "utv4",
            "UT_BOT_V4",
            parameters=(("key_value", "atr_multiplier"),),
            states=(
                ("BULL_FLIP", "BULL"),
                ("BULL_TREND", "BULL"),
                ("BEAR_FLIP", "BEAR"),
                ("BEAR_TREND", "BEAR"),
            ),
            triggers=(("bull_flip", "buy"), ("bear_flip", "sell")),
        ),
    ),
    run=run_nb,
    memory_size=lambda vector: 4,
)
