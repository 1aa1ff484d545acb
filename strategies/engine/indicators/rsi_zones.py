"""RSI Zones: where the relative strength index stands, with two levels on either side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.indicators.building_blocks import (
    crosses_above_nb,
    crosses_below_nb,
    ema_nb,
    falls_to_nb,
    rises_to_nb,
)
from strategies.engine.jit import kernel
from strategies.engine.template import (
    Alias,
    Output,
    Parameter,
    Relation,
    State,
    Template,
    Trigger,
)

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

# bars seen, close of the bar before, average gain, average loss
Held = tuple[float, float, float, float]
# overbought, oversold, extreme overbought, extreme oversold, midline
Levels = tuple[float, float, float, float, float]


@kernel
def step_nb(alpha: float, held: Held, close: float) -> Held:
    """The averages after one more close; the first change is their seed."""
    seen, before, gain, loss = held
    if seen == 0.0:
        return 1.0, close, 0.0, 0.0
    change = close - before
    weight = 1.0 if seen == 1.0 else alpha
    gain = ema_nb(weight, gain, change if change > 0.0 else 0.0)
    loss = ema_nb(weight, loss, -change if change < 0.0 else 0.0)
    return seen + 1.0, close, gain, loss


@kernel
def visible_nb(period: float, held: Held) -> float:
    """The index, NaN before `period` changes were seen; 100 without losses."""
    seen, _, gain, loss = held
    if seen <= period:
        return math.nan
    if loss == 0.0:
        return 100.0
    return 100.0 - 100.0 / (1.0 + gain / loss)


@kernel
def code_nb(rsi: float, levels: Levels) -> int:
    """Position in `STATES`, -1 while missing."""
    if math.isnan(rsi):
        return -1
    if rsi >= levels[4]:
        if rsi >= levels[2]:
            return 0
        return 1 if rsi >= levels[0] else 2
    if rsi > levels[1]:
        return 3
    return 4 if rsi > levels[3] else 5


@kernel
def bits_nb(now: float, before: float, levels: Levels) -> int:
    """Trigger word: bit i is the i-th trigger of the template."""
    high, low, middle = levels[0], levels[1], levels[4]
    leaves_high = int(crosses_below_nb(now, high, before, high))
    leaves_low = int(crosses_above_nb(now, low, before, low))
    up = int(crosses_above_nb(now, middle, before, middle))
    down = int(crosses_below_nb(now, middle, before, middle))
    return (
        int(rises_to_nb(now, high, before))
        | int(falls_to_nb(now, low, before)) << 1
        | leaves_high << 2
        | leaves_low << 3
        | int(rises_to_nb(now, levels[2], before)) << 4
        | int(falls_to_nb(now, levels[3], before)) << 5
        | up << 6
        | down << 7
        | leaves_high << 8
        | leaves_low << 9
        | down << 10
        | up << 11
    )


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`."""
    period = parameters[0]
    levels = (parameters[1], parameters[2], parameters[3], parameters[4], parameters[5])
    held = (memory[0], memory[1], memory[2], memory[3])
    before = visible_nb(period, held)
    for t in range(bars.close.shape[0]):
        held = step_nb(1.0 / period, held, bars.close[t])
        now = visible_nb(period, held)
        columns[0, t] = now
        codes[t] = code_nb(now, levels)
        bits[t] = bits_nb(now, before, levels)
        before = now
    memory[0], memory[1], memory[2], memory[3] = held


STATES = (
    State("EXTREME_OVERBOUGHT", "at or above the extreme overbought level"),
    State("OVERBOUGHT", "at or above the overbought level"),
    State("BULLISH_NEUTRAL", "at or above the midline"),
    State("BEARISH_NEUTRAL", "below the midline"),
    State("OVERSOLD", "at or below the oversold level"),
    State("EXTREME_OVERSOLD", "at or below the extreme oversold level"),
)

AT_OVERBOUGHT = Relation("rsi", ">=", "@overbought_level")
UNDER_OVERBOUGHT = Relation("rsi", "<", "@overbought_level")
AT_OVERSOLD = Relation("rsi", "<=", "@oversold_level")
OVER_OVERSOLD = Relation("rsi", ">", "@oversold_level")
AT_EXTREME_OVERBOUGHT = Relation("rsi", ">=", "@extreme_overbought_level")
AT_EXTREME_OVERSOLD = Relation("rsi", "<=", "@extreme_oversold_level")
OVER_MIDLINE = Relation("rsi", ">", "@midline")
UNDER_MIDLINE = Relation("rsi", "<", "@midline")

TRIGGERS = (
    Trigger("cross_into_overbought", "Into Overbought", "SHORT", "ENTRY", holds=AT_OVERBOUGHT),
    Trigger("cross_into_oversold", "Into Oversold", "LONG", "ENTRY", holds=AT_OVERSOLD),
    Trigger("exit_overbought", "Out of Overbought", "BOTH", "ENTRY", holds=UNDER_OVERBOUGHT),
    Trigger("exit_oversold", "Out of Oversold", "BOTH", "ENTRY", holds=OVER_OVERSOLD),
    Trigger(
        "cross_into_extreme_overbought",
        "Into Extreme Overbought",
        "SHORT",
        "ENTRY",
        holds=AT_EXTREME_OVERBOUGHT,
    ),
    Trigger(
        "cross_into_extreme_oversold",
        "Into Extreme Oversold",
        "LONG",
        "ENTRY",
        holds=AT_EXTREME_OVERSOLD,
    ),
    Trigger("cross_above_midline", "RSI > Midline Cross", "LONG", "ENTRY", holds=OVER_MIDLINE),
    Trigger("cross_below_midline", "RSI < Midline Cross", "SHORT", "ENTRY", holds=UNDER_MIDLINE),
    Trigger(
        "exit_long_overbought",
        "Exit Long: Out of Overbought",
        "LONG",
        "EXIT",
        holds=UNDER_OVERBOUGHT,
    ),
    Trigger(
        "exit_short_oversold",
        "Exit Short: Out of Oversold",
        "SHORT",
        "EXIT",
        holds=OVER_OVERSOLD,
    ),
    Trigger(
        "exit_long_midline_down",
        "Exit Long: RSI < Midline Cross",
        "LONG",
        "EXIT",
        holds=UNDER_MIDLINE,
    ),
    Trigger(
        "exit_short_midline_up",
        "Exit Short: RSI > Midline Cross",
        "SHORT",
        "EXIT",
        holds=OVER_MIDLINE,
    ),
)

# What copies of this template called the same states and triggers.
STATE_COPIES = (
    ("NEUTRAL_BULLISH", "BULLISH_NEUTRAL"),
    ("NEUTRAL_BEARISH", "BEARISH_NEUTRAL"),
)
TRIGGER_COPIES = (
    ("exit_overbought_zone", "exit_overbought"),
    ("exit_oversold_zone", "exit_oversold"),
    ("exit_long_midline_cross_down", "exit_long_midline_down"),
    ("exit_short_midline_cross_up", "exit_short_midline_up"),
)

TEMPLATE = Template(
    id="rsi_zones",
    name="RSI Zones",
    category="Mean Reversion",
    family="tf",
    order=110,
    prefix="rsi",
    interpreter="RSI_ZONES",
    description="The relative strength index of the close, with Wilder's averages, in six zones.",
    display_type="oscillator",
    parameters=(
        Parameter("rsi_period", "Period", "int", 14, 2, 50),
        Parameter("overbought_level", "Overbought", "float", 70.0, 55.0, 95.0),
        Parameter("oversold_level", "Oversold", "float", 30.0, 5.0, 45.0),
        Parameter("extreme_overbought_level", "Extreme overbought", "float", 80.0, 65.0, 99.0),
        Parameter("extreme_oversold_level", "Extreme oversold", "float", 20.0, 1.0, 35.0),
        Parameter("midline", "Midline", "float", 50.0, 40.0, 60.0),
    ),
    ordered=(
        ("extreme_oversold_level", "oversold_level"),
        ("oversold_level", "midline"),
        ("midline", "overbought_level"),
        ("overbought_level", "extreme_overbought_level"),
    ),
    states=STATES,
    aliases=(
        Alias("rsi_zones_2", "rsi2", "RSI_ZONES_2", states=STATE_COPIES, triggers=TRIGGER_COPIES),
        Alias("rsi_zones_3", "rsi3", "RSI_ZONES_3", states=STATE_COPIES, triggers=TRIGGER_COPIES),
    ),
    triggers=TRIGGERS,
    outputs=(Output("rsi", "RSI", "#8b5cf6", "osc"),),
    run=run_nb,
    memory_size=lambda vector: 4,
)
