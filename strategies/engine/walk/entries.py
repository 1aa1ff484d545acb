"""Where a flat strategy enters next, and its entry there."""

# Items of arrays have no static types.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.jit import inlined
from strategies.engine.walk.exits import excursion_nb
from strategies.engine.walk.positions import (
    ENTRY,
    Execution,
    Method,
    PositionRow,
    RulesRow,
    TriggerRow,
)
from strategies.engine.walk.protection import enter_nb
from strategies.engine.walk.triggers import (
    allowed_at_close_nb,
    allowed_within_nb,
    armed_level_nb,
    before_nb,
    level_fill_nb,
)

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s, Int64s, Rows

_LC, _ATR = int(Execution.LC), int(Method.ATR)


@inlined
def next_close_entry_nb(
    trigger: TriggerRow, required: Int64s, codes: Int8s, bits: Bits, t: int, n: int
) -> int:
    """The next bar from t on at whose close the trigger fires with every state; n for none."""
    row, mask = trigger.row, trigger.mask
    while t < n:
        if (bits[row, t] & mask) != 0 and allowed_at_close_nb(required, codes, t):
            return t
        t += 1
    return n


@inlined
def level_entry_nb(
    trigger: TriggerRow,
    required: Int64s,
    bars: Bars,
    codes: Int8s,
    columns: Floats,
    last_codes: Int8s,
    last_columns: Floats,
    last_bar: Floats,
    t: int,
) -> float:
    """The fill price of an entry at the trigger's level within bar t, NaN for none."""
    level = armed_level_nb(trigger, bars, codes, columns, last_codes, last_columns, last_bar, t)
    if math.isnan(level):
        return level
    price = level_fill_nb(trigger, level, bars.open[t], bars.high[t], bars.low[t])
    if math.isnan(price) or not allowed_within_nb(required, codes, last_codes, t):
        return math.nan
    return price


@inlined
def next_entry_nb(
    trigger: TriggerRow,
    required: Int64s,
    bars: Bars,
    codes: Int8s,
    bits: Bits,
    columns: Floats,
    last_codes: Int8s,
    last_columns: Floats,
    last_bar: Floats,
    t: int,
) -> tuple[int, float]:
    """The next bar from t on to look at, n for none, and the fill price there, NaN for none.

    At the close whole stretches without the trigger are passed over; a level is looked at bar by
    bar.
    """
    n = bars.close.shape[0]
    if t >= n:
        return n, math.nan
    if trigger.is_level == 0:
        t = next_close_entry_nb(trigger, required, codes, bits, t, n)
        return t, bars.close[t] if t < n else math.nan
    return t, level_entry_nb(
        trigger, required, bars, codes, columns, last_codes, last_columns, last_bar, t
    )


@inlined
def basis_nb(
    method: int, row: int, columns: Floats, last_columns: Floats, t: int, is_within: bool
) -> float:
    """What a stop or target is measured by: within a bar, the ATR is that of the bar before."""
    if row < 0:
        return math.nan
    if is_within and method == _ATR:
        return before_nb(row, columns, last_columns, t)
    return columns[row, t]


@inlined
def open_position_nb(
    rules: RulesRow,
    triggers: Rows,
    position: PositionRow,
    bars: Bars,
    columns: Floats,
    last_columns: Floats,
    bases: Int64s,
    t: int,
    offset: int,
    price: float,
) -> int:
    """Enter on bar t at a price, or answer why not; an entry at a level sees its bar's close."""
    is_within = triggers[ENTRY].is_level != 0
    stop_basis = basis_nb(rules.stop_method, bases[0], columns, last_columns, t, is_within)
    basis = basis_nb(rules.target_method, bases[1], columns, last_columns, t, is_within)
    rejection = enter_nb(rules, position, bars, t, offset, price, stop_basis, basis)
    if rejection == 0 and is_within:
        close = bars.close[t]
        excursion_nb(position, rules.side, close)
        level = before_nb(triggers[ENTRY].level_row, columns, last_columns, t)
        is_confirmed = triggers[ENTRY].cross * (close - level) > 0.0
        if rules.entry_execution == _LC and rules.confirm_offset == 0 and not is_confirmed:
            position.pending = rules.on_failure
    return rejection
