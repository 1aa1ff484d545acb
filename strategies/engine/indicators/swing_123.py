"""Swing 1-2-3: a bar that sweeps the extreme of the one before and closes back, then the break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategies.engine.jit import kernel
from strategies.engine.template import Alias, Relation, Seed, State, Template, Trigger

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s

# high, low, close
Bar = tuple[float, float, float]

# Bits of the trigger word.
BULL_C2, BULL_C3, BEAR_C2, BEAR_C3 = 1, 2, 4, 8


@kernel
def step_nb(before_bits: int, before: Bar, now: Bar) -> int:
    """Trigger word of a bar, from the bar before and its word; bit i is the i-th trigger."""
    high, low, close = now
    bull_second = (low < before[1]) & (close > before[2])
    bear_second = (high > before[0]) & (close < before[2])
    bull_third = bool(before_bits & BULL_C2) & (close > before[0])
    bear_third = bool(before_bits & BEAR_C2) & (close < before[1])
    return (
        int(bull_second)
        | int(bull_third) << 1
        | int(bear_second) << 2
        | int(bear_third) << 3
    )  # fmt: skip


@kernel
def later_bits_nb(bars: Bars, bits: Bits) -> None:
    """Trigger words from the third of these bars on, from three bars each and no earlier word."""
    # Slices that begin where they are read: an index that might be negative would be tested.
    high, before_high, low, before_low = bars.high[2:], bars.high[1:], bars.low[2:], bars.low[1:]
    close, before_close, later = bars.close[2:], bars.close[1:], bits[2:]
    first_high, first_low, first_close = bars.high, bars.low, bars.close
    for t in range(later.shape[0]):
        was_bull = (before_low[t] < first_low[t]) & (before_close[t] > first_close[t])
        was_bear = (before_high[t] > first_high[t]) & (before_close[t] < first_close[t])
        is_bull = (low[t] < before_low[t]) & (close[t] > before_close[t])
        is_bear = (high[t] > before_high[t]) & (close[t] < before_close[t])
        later[t] = (
            int(is_bull)
            | int(was_bull & (close[t] > before_high[t])) << 1
            | int(is_bear) << 2
            | int(was_bear & (close[t] < before_low[t])) << 3
        )  # fmt: skip


@kernel
def codes_nb(bits: Bits, codes: Int8s) -> None:
    """Positions in `STATES`; the last that holds of a growing weight wins, without a branch."""
    for t in range(bits.shape[0]):
        word = bits[t]
        code = 3 if word & BEAR_C2 else 4
        code = 2 if word & BULL_C2 else code
        code = 1 if word & BEAR_C3 else code
        codes[t] = 0 if word & BULL_C3 else code


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`.

    The memory is whether a bar was seen, then high, low, close and trigger word of the last one.
    """
    n = bars.close.shape[0]
    if n == 0:
        return
    word, before = int(memory[4]), (memory[1], memory[2], memory[3])
    is_first = memory[0] == 0.0
    for t in range(min(2, n)):
        now = (bars.high[t], bars.low[t], bars.close[t])
        word = 0 if is_first and t == 0 else step_nb(word, before, now)
        bits[t] = word
        before = now
    later_bits_nb(bars, bits)
    codes_nb(bits, codes)
    if is_first:
        codes[0] = -1
    memory[0] = 1.0
    memory[1], memory[2], memory[3] = bars.high[n - 1], bars.low[n - 1], bars.close[n - 1]
    memory[4] = bits[n - 1]


STATES = (
    State("BULL_C3", "closes over the high of a bull C2 bar"),
    State("BEAR_C3", "closes under the low of a bear C2 bar"),
    State("BULL_C2", "lower low, higher close"),
    State("BEAR_C2", "higher high, lower close"),
    State("NEUTRAL", "none of these"),
)

TEMPLATE = Template(
    id="swing_123",
    name="Swing 1-2-3",
    category="Trend",
    family="tf",
    order=70,
    seeds=(Seed("swing_123_default"),),
    prefix="sw123",
    interpreter="SWING_123",
    description=(
        "A bar that goes beyond the extreme of the one before and closes back (C2), and a bar "
        "that closes beyond such a bar (C3)."
    ),
    states=STATES,
    aliases=(
        Alias(
            "swing_123_test",
            "s123t",
            "SWING_123_TEST",
            states=(
                ("BULLISH_C2", "BULL_C2"),
                ("BULLISH_C3", "BULL_C3"),
                ("BEARISH_C2", "BEAR_C2"),
                ("BEARISH_C3", "BEAR_C3"),
            ),
            triggers=(
                ("bullish_c2_detected", "bull_c2"),
                ("bullish_c3_confirmed", "bull_c3"),
                ("bearish_c2_detected", "bear_c2"),
                ("bearish_c3_confirmed", "bear_c3"),
            ),
        ),
    ),
    triggers=(
        Trigger(
            "bull_c2",
            "Bull C2",
            "LONG",
            "ENTRY",
            opposite="bear_c2",
            reads=(Relation("low", "<", "low[1]"), Relation("close", ">", "close[1]")),
        ),
        Trigger(
            "bull_c3",
            "Bull C3",
            "LONG",
            "ENTRY",
            opposite="bear_c3",
            reads=(
                Relation("close", ">", "high[1]"),
                Relation("low[1]", "<", "low[2]"),
                Relation("close[1]", ">", "close[2]"),
            ),
        ),
        Trigger(
            "bear_c2",
            "Bear C2",
            "SHORT",
            "ENTRY",
            opposite="bull_c2",
            reads=(Relation("high", ">", "high[1]"), Relation("close", "<", "close[1]")),
        ),
        Trigger(
            "bear_c3",
            "Bear C3",
            "SHORT",
            "ENTRY",
            opposite="bull_c3",
            reads=(
                Relation("close", "<", "low[1]"),
                Relation("high[1]", ">", "high[2]"),
                Relation("close[1]", "<", "close[2]"),
            ),
        ),
    ),
    run=run_nb,
    memory_size=lambda vector: 5,
)
