"""Triggers as the walk reads them: fired at the close, armed levels, relations that still hold."""

# Items of arrays have no static types.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.jit import inlined
from strategies.engine.walk.positions import TriggerRow

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s, Int64s


@inlined
def fires_nb(trigger: TriggerRow, bits: Bits, t: int) -> bool:
    """Whether the trigger fires at the close of bar t."""
    return (bits[trigger.row, t] & trigger.mask) != 0


@inlined
def before_nb(row: int, columns: Floats, last_columns: Floats, t: int) -> float:
    """A column as the bar before t left it; NaN before the first bar of all."""
    return columns[row, t - 1] if t > 0 else last_columns[row]


@inlined
def armed_level_nb(
    trigger: TriggerRow,
    bars: Bars,
    codes: Int8s,
    columns: Floats,
    last_codes: Int8s,
    last_columns: Floats,
    last_bar: Floats,
    t: int,
) -> float:
    """The level that bar t may cross, NaN when the bar before did not arm it.

    Notes
    -----
    The level is the column of the bar before; that bar must have a state, one of the trigger's
    own, and its close must lie on the other side of the level or on it. A level that begins anew
    on each date is not carried to the next one.
    """
    if t > 0:
        code, close, day = codes[trigger.row, t - 1], bars.close[t - 1], float(bars.day[t - 1])
    else:
        code, close, day = last_codes[trigger.row], last_bar[0], last_bar[1]
    if code < 0 or (trigger.from_states >> code) & 1 == 0:
        return math.nan
    if trigger.resets != 0 and day != float(bars.day[t]):
        return math.nan
    level = before_nb(trigger.level_row, columns, last_columns, t)
    if trigger.cross * (level - close) >= 0.0:
        return level
    return math.nan


@inlined
def level_fill_nb(
    trigger: TriggerRow, level: float, open_: float, high: float, low: float
) -> float:
    """The fill price of an order at an armed level, NaN when the bar does not reach it."""
    if trigger.cross > 0.0:
        return max(level, open_) if high >= level else math.nan
    return min(level, open_) if low <= level else math.nan


@inlined
def holds_nb(trigger: TriggerRow, bars: Bars, bits: Bits, columns: Floats, t: int) -> bool:
    """Whether what a trigger stands for is still so at the close of bar t."""
    if trigger.has_relation == 0:
        return (bits[trigger.row, t] & trigger.mask) != 0
    left = columns[trigger.left_row, t] if trigger.left_row >= 0 else bars.close[t]
    right = columns[trigger.right_row, t] if trigger.right_row >= 0 else trigger.right_value
    gap = trigger.direction * (left - right)
    return gap > 0.0 or (trigger.or_equal != 0 and gap == 0.0)


@inlined
def allowed_at_close_nb(required: Int64s, codes: Int8s, t: int) -> bool:
    """Whether every required state is so for an order at the close of bar t."""
    for i in range(required.shape[0]):  # noqa: SIM110 - kernels know no generators
        if codes[required[i, 0], t] != required[i, 3]:
            return False
    return True


@inlined
def allowed_within_nb(required: Int64s, codes: Int8s, last_codes: Int8s, t: int) -> bool:
    """Whether every required state is so for an order within bar t.

    Own states are those of the bar before, others what was known at the start of the bar.
    """
    for i in range(required.shape[0]):
        row = required[i, 1]
        if required[i, 2] == 0:
            code = codes[row, t]
        else:
            code = codes[row, t - 1] if t > 0 else last_codes[row]
        if code != required[i, 3]:
            return False
    return True
