"""SuperTrend: a line that trails the middle of the bars by a multiple of the Wilder ATR."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.indicators.true_range import wilder_atr_nb
from strategies.engine.jit import kernel
from strategies.engine.template import Level, Output, Parameter, Relation, State, Template, Trigger

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

# The close is near the line within this many average true ranges.
NEAR_RANGES = 0.5
BULL_TRENDING, BULL_NEAR_STOP, BEAR_NEAR_STOP, BEAR_TRENDING = 0, 1, 2, 3

# bars seen, Wilder ATR, rising line, falling line, trend (1 or -1), close of the last bar
Held = tuple[float, float, float, float, float, float]


@kernel
def seed_nb(multiple: float, high: float, low: float, close: float) -> Held:
    """After the first bar: its range is the average, and the trend is up."""
    atr, middle = high - low, (high + low) / 2.0
    return 1.0, atr, middle - multiple * atr, middle + multiple * atr, 1.0, close


@kernel
def step_nb(
    period: float, multiple: float, held: Held, high: float, low: float, close: float
) -> Held:
    """Lines and trend after one more bar.

    A line moves only with its trend while the close before lay on its side, and the trend turns
    when the close passes the opposite line as the bar before left it.
    """
    seen, atr, rising_before, falling_before, trend, before = held
    atr = wilder_atr_nb(period, atr, high, low, before)
    middle, reach = (high + low) / 2.0, multiple * atr
    rising, falling = middle - reach, middle + reach
    if before > rising_before:
        rising = max(rising, rising_before)
    if before < falling_before:
        falling = min(falling, falling_before)
    if trend < 0.0 and close > falling_before:
        trend = 1.0
    elif trend > 0.0 and close < rising_before:
        trend = -1.0
    return seen + 1.0, atr, rising, falling, trend, close


@kernel
def code_nb(period: float, held: Held) -> int:
    """Position in `STATES`, -1 before the period."""
    seen, atr, rising, falling, trend, close = held
    if seen < period or seen == 0.0:
        return -1
    near = NEAR_RANGES * atr
    if trend > 0.0:
        return BULL_NEAR_STOP if abs(close - rising) <= near else BULL_TRENDING
    return BEAR_NEAR_STOP if abs(close - falling) <= near else BEAR_TRENDING


@kernel
def bits_nb(now: int, before: int) -> int:
    """Trigger word of a change of state: bit i is the i-th trigger of the template."""
    if now < 0 or before < 0:
        return 0
    is_bull, was_bull = now <= BULL_NEAR_STOP, before <= BULL_NEAR_STOP
    return (
        int(is_bull and not was_bull)
        | int(was_bull and not is_bull) << 1
        | int(before == BULL_TRENDING and now == BULL_NEAR_STOP) << 2
        | int(before == BEAR_TRENDING and now == BEAR_NEAR_STOP) << 3
    )


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`.

    Each of the first two columns holds the line of its own trend only, the other two hold both.
    """
    period, multiple = parameters[0], parameters[1]
    held = (memory[0], memory[1], memory[2], memory[3], memory[4], memory[5])
    before = code_nb(period, held)
    for t in range(bars.close.shape[0]):
        high, low, close = bars.high[t], bars.low[t], bars.close[t]
        if held[0] == 0.0:
            held = seed_nb(multiple, high, low, close)
        else:
            held = step_nb(period, multiple, held, high, low, close)
        now = code_nb(period, held)
        columns[0, t] = held[2] if 0 <= now <= BULL_NEAR_STOP else math.nan
        columns[1, t] = held[3] if now >= BEAR_NEAR_STOP else math.nan
        columns[2, t] = held[2] if now >= 0 else math.nan
        columns[3, t] = held[3] if now >= 0 else math.nan
        codes[t], bits[t] = now, bits_nb(now, before)
        before = now
    memory[0], memory[1], memory[2], memory[3], memory[4], memory[5] = held


STATES = (
    State("BULL_TRENDING", "up, the close far above the line"),
    State("BULL_NEAR_STOP", "up, the close within half an ATR of the line"),
    State("BEAR_NEAR_STOP", "down, the close within half an ATR of the line"),
    State("BEAR_TRENDING", "down, the close far under the line"),
)
BULLS, BEARS = ("BULL_TRENDING", "BULL_NEAR_STOP"), ("BEAR_NEAR_STOP", "BEAR_TRENDING")

TEMPLATE = Template(
    id="supertrend",
    name="SuperTrend",
    category="Trend",
    family="tf",
    order=130,
    prefix="st",
    interpreter="SUPERTREND",
    description=(
        "A line a multiple of the Wilder average true range from the middle of the bars, which "
        "only moves with the trend; a close beyond it turns the trend."
    ),
    display_type="overlay",
    parameters=(
        Parameter("atr_period", "ATR period", "int", 10, 1, 50),
        Parameter("atr_multiplier", "ATR multiple", "float", 3.0, 0.5, 10.0),
    ),
    states=STATES,
    triggers=(
        Trigger(
            "bull_flip",
            "Bull Flip",
            "LONG",
            "ENTRY",
            level=Level("falling_line", "above", BEARS, kept_in="falling_band"),
            holds=Relation("close", ">", "rising_line"),
            opposite="bear_flip",
            reads=(Relation("close", ">", "falling_line[1]"),),
        ),
        Trigger(
            "bear_flip",
            "Bear Flip",
            "SHORT",
            "ENTRY",
            level=Level("rising_line", "below", BULLS, kept_in="rising_band"),
            holds=Relation("close", "<", "falling_line"),
            opposite="bull_flip",
            reads=(Relation("close", "<", "rising_line[1]"),),
        ),
        Trigger("near_stop_bull", "Near Stop (Bull)", "BOTH", "EXIT"),
        Trigger("near_stop_bear", "Near Stop (Bear)", "BOTH", "EXIT"),
    ),
    outputs=(
        Output("rising_line", "Line in an up trend", "#22c55e"),
        Output("falling_line", "Line in a down trend", "#ef4444"),
        Output("rising_band", "Rising line", "#22c55e", is_hidden=True),
        Output("falling_band", "Falling line", "#ef4444", is_hidden=True),
    ),
    line_width=2,
    run=run_nb,
    memory_size=lambda vector: 6,
)
