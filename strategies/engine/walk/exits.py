"""How a position is left on one bar, and what its close changes when it is not.

Before anything else, missing data: a position is not carried over two or more exchange dates
without a bar. Then, in this order: target at the open when the open is at or beyond it, stop,
target, an entry that was not confirmed, time exit, bar count, opposite trigger, the bar count of
older files, exit triggers in list order. Prices are mirrored for a short position, so that its
stop always lies below.
"""

# Items of arrays have no static types.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.jit import inlined
from strategies.engine.walk.positions import (
    FEWEST_MISSING,
    FIRST_EXIT,
    OPPOSITE,
    Execution,
    Fill,
    Pending,
    PositionRow,
    Reason,
    RulesRow,
    TimeRule,
)
from strategies.engine.walk.protection import moved_stop_nb
from strategies.engine.walk.triggers import (
    armed_level_nb,
    before_nb,
    fires_nb,
    holds_nb,
    level_fill_nb,
)

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s, Int64s, Rows

# reason, fill price, where it filled, ambiguous
Exit = tuple[int, float, int, int]

MINUTE_NS = 60_000_000_000
_STAY, _STOP, _TARGET = int(Reason.NONE), int(Reason.STOP), int(Reason.TARGET)
_BAR_COUNT, _TRIGGER, _TIME = int(Reason.BAR_COUNT), int(Reason.TRIGGER), int(Reason.TIME)
_OPPOSITE = int(Reason.OPPOSITE)
_UNCONFIRMED_LC, _UNCONFIRMED_CC = int(Reason.UNCONFIRMED_LC), int(Reason.UNCONFIRMED_CC)
_AT_CLOSE, _AT_LEVEL, _AT_OPEN = int(Fill.CLOSE), int(Fill.LEVEL), int(Fill.OPEN)
_L, _LC, _CC = int(Execution.L), int(Execution.LC), int(Execution.CC)
_MARKET, _LIMIT = int(Pending.MARKET), int(Pending.LIMIT)
_BEFORE_CLOSE, _TIME_OF_DAY = int(TimeRule.BEFORE_CLOSE), int(TimeRule.TIME_OF_DAY)
_MAX_BARS, _OUTSIDE = int(TimeRule.MAX_BARS), int(TimeRule.OUTSIDE)


@inlined
def is_cut_nb(bars: Bars, t: int) -> bool:
    """Whether so much is missing before bar t that no position is carried to it."""
    return bars.missing_before[t] >= FEWEST_MISSING


@inlined
def open_exit_nb(rules: RulesRow, position: PositionRow, open_: float) -> Exit:
    """At the open of a bar at which an unconfirmed position is left: stop and target first."""
    side = rules.side
    if rules.target_execution == _L and side * open_ >= side * position.target_price:
        return _TARGET, open_, _AT_LEVEL, 0
    if rules.stop_execution == _L and side * open_ <= side * position.stop_price:
        return _STOP, open_, _AT_LEVEL, 0
    reason = _UNCONFIRMED_CC if rules.entry_execution == _CC else _UNCONFIRMED_LC
    return reason, open_, _AT_OPEN, 0


@inlined
def is_beyond_nb(execution: int, is_past: bool, closes_before: int) -> bool:
    """Whether an order that waits for closes fills on one that is past its price."""
    return execution != _L and is_past and (execution != _CC or closes_before > 0)


@inlined
def level_exit_nb(
    rules: RulesRow, position: PositionRow, open_: float, high: float, low: float, close: float
) -> Exit:
    """Stop and target on one bar. A missing target is NaN, which no comparison reaches."""
    side = rules.side
    first, worst, best, end = side * open_, side * low, side * high, side * close
    if side < 0.0:
        worst, best = best, worst
    floor, goal = side * position.stop_price, side * position.target_price
    if rules.target_execution == _L and first >= goal:
        return _TARGET, open_, _AT_LEVEL, 0
    if rules.stop_execution == _L:
        if worst <= floor:
            is_open_between = floor < first and first < goal
            is_target_near = rules.target_execution == _L and best >= goal
            is_ambiguous = 1 if is_open_between and is_target_near else 0
            return _STOP, side * min(floor, first), _AT_LEVEL, is_ambiguous
    elif is_beyond_nb(rules.stop_execution, end <= floor, position.stop_closes):
        return _STOP, close, _AT_CLOSE, 0
    if rules.target_execution == _L:
        if best >= goal:
            return _TARGET, position.target_price, _AT_LEVEL, 0
    elif is_beyond_nb(rules.target_execution, end >= goal, position.target_closes):
        return _TARGET, close, _AT_CLOSE, 0
    return _STAY, math.nan, _AT_CLOSE, 0


@inlined
def limit_exit_nb(
    rules: RulesRow, position: PositionRow, open_: float, high: float, low: float
) -> Exit:
    """Out at the entry price when it is touched, better when the bar opens better."""
    side, entry = rules.side, position.entry_price
    best = high if side > 0.0 else low
    if side * best >= side * entry:
        price = side * max(side * entry, side * open_)
        return _UNCONFIRMED_LC, price, _AT_LEVEL, 0
    return _STAY, math.nan, _AT_CLOSE, 0


@inlined
def is_clock_due_nb(rules: RulesRow, bars: Bars, t: int) -> bool:
    """Whether the clock of the time exit has struck by the close of bar t."""
    rule = rules.time_rule
    if rule == _BEFORE_CLOSE:
        return bars.close_ns[t] >= bars.session_close_ns[t] - rules.time_start * MINUTE_NS
    if rule != _TIME_OF_DAY and rule != _OUTSIDE:
        return False
    minute = bars.minute[t] + (bars.close_ns[t] - bars.start_ns[t]) // MINUTE_NS
    if rule == _TIME_OF_DAY:
        return minute >= rules.time_start
    if rules.time_start < rules.time_end:
        return minute < rules.time_start or minute >= rules.time_end
    return rules.time_end <= minute % 1440 and minute % 1440 < rules.time_start


@inlined
def is_time_due_nb(rules: RulesRow, position: PositionRow, bars: Bars, t: int, age: int) -> bool:
    """Whether the time exit leaves at the close of bar t.

    One that is due every day is also due on any later date: no bar came in time.
    """
    if rules.time_rule == _MAX_BARS:
        return age >= rules.time_bars
    is_over_night = rules.time_rule == _OUTSIDE and rules.time_start > rules.time_end
    if rules.time_rule != 0 and not is_over_night and bars.day[t] > position.entry_day:
        return True
    return is_clock_due_nb(rules, bars, t)


@inlined
def close_exit_nb(
    rules: RulesRow, triggers: Rows, position: PositionRow, bars: Bars, bits: Bits, t: int, age: int
) -> int:
    """The reason to leave at the close of bar t before any exit trigger, 0 for none."""
    if rules.time_rule != 0 and is_time_due_nb(rules, position, bars, t, age):
        return _TIME
    if rules.bar_count > 0 and age >= rules.bar_count:
        return _BAR_COUNT
    if rules.has_opposite != 0 and fires_nb(triggers[OPPOSITE], bits, t):
        return _OPPOSITE
    if rules.time_exit_bars > 0 and age >= rules.time_exit_bars:
        return _TIME
    return _STAY


@inlined
def trigger_exit_nb(
    rules: RulesRow,
    triggers: Rows,
    bars: Bars,
    codes: Int8s,
    bits: Bits,
    columns: Floats,
    last_codes: Int8s,
    last_columns: Floats,
    last_bar: Floats,
    t: int,
) -> tuple[int, float, int]:
    """Place of the first exit trigger that leaves on bar t, from 1, its price and its fill."""
    for i in range(rules.n_exits):
        trigger = triggers[FIRST_EXIT + i]
        if trigger.is_level == 0:
            if fires_nb(trigger, bits, t):
                return i + 1, bars.close[t], _AT_CLOSE
            continue
        level = armed_level_nb(trigger, bars, codes, columns, last_codes, last_columns, last_bar, t)
        if not math.isnan(level):
            price = level_fill_nb(trigger, level, bars.open[t], bars.high[t], bars.low[t])
            if not math.isnan(price):
                return i + 1, price, _AT_LEVEL
    return 0, math.nan, _AT_CLOSE


@inlined
def excursion_nb(position: PositionRow, side: float, price: float) -> None:
    """Widen the excursion of a position to a price it has seen."""
    move = side * (price - position.entry_price)
    position.adverse = min(position.adverse, move)
    position.favourable = max(position.favourable, move)


@inlined
def see_bar_nb(
    position: PositionRow, side: float, bars: Bars, t: int, fill: int, price: float
) -> None:
    """The excursion of a bar: its range, or where it was left inside, its open and the fill."""
    if fill == _AT_CLOSE:
        excursion_nb(position, side, bars.high[t])
        excursion_nb(position, side, bars.low[t])
    else:
        excursion_nb(position, side, bars.open[t])
        excursion_nb(position, side, price)


@inlined
def stay_nb(
    rules: RulesRow,
    triggers: Rows,
    position: PositionRow,
    bars: Bars,
    bits: Bits,
    columns: Floats,
    last_columns: Floats,
    bases: Int64s,
    t: int,
    age: int,
) -> None:
    """What the close of a bar changes for a position that is kept: confirmation, counts, stop."""
    side, close = rules.side, bars.close[t]
    if age == 1 and rules.entry_execution == _CC:
        if not holds_nb(triggers[0], bars, bits, columns, t):
            position.pending = _MARKET
    elif age == 1 and rules.entry_execution == _LC and rules.confirm_offset == 1:
        level = before_nb(triggers[0].confirm_row, columns, last_columns, t)
        if triggers[0].resets != 0 and bars.day[t] != position.entry_day:
            level = math.nan
        if not triggers[0].cross * (close - level) > 0.0:
            position.pending = rules.on_failure
    is_past_stop = side * close <= side * position.stop_price
    is_past_target = side * close >= side * position.target_price
    position.stop_closes = position.stop_closes + 1 if is_past_stop else 0
    position.target_closes = position.target_closes + 1 if is_past_target else 0
    if rules.has_breakeven != 0 or rules.trailing_method != 0:
        atr = columns[bases[2], t] if bases[2] >= 0 else math.nan
        position.stop_price = moved_stop_nb(rules, position, close, atr)
    position.previous_start_ns = bars.start_ns[t]
    position.previous_close_ns = bars.close_ns[t]
