"""The position walk: one strategy's entries and exits over bars, flat or holding one position.

Entries at the close fill at the close of the trigger's bar, entries at a level within the bar that
reaches it. No exit on the entry bar, no entry on the bar of an exit.
"""

# Items of arrays have no static types.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING

from strategies.engine.jit import inlined, lean
from strategies.engine.walk.entries import next_entry_nb, open_position_nb
from strategies.engine.walk.exits import (
    close_exit_nb,
    is_clock_due_nb,
    is_cut_nb,
    level_exit_nb,
    limit_exit_nb,
    open_exit_nb,
    see_bar_nb,
    stay_nb,
    trigger_exit_nb,
)
from strategies.engine.walk.limits import admit_nb, count_trade_nb
from strategies.engine.walk.positions import (
    ENTRY,
    Execution,
    Fill,
    Method,
    Pending,
    PositionRow,
    Reason,
    RulesRow,
    TradeRow,
)

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Bits, Floats, Int8s, Int64s, Rows

_STAY, _TRIGGER = int(Reason.NONE), int(Reason.TRIGGER)
_GAP = int(Reason.DATA_GAP)
_AT_CLOSE, _AT_OPEN = int(Fill.CLOSE), int(Fill.OPEN)
_LC, _MARKET, _LIMIT = int(Execution.LC), int(Pending.MARKET), int(Pending.LIMIT)
_ATR = int(Method.ATR)


@inlined
def record_nb(position: PositionRow, trade: TradeRow) -> None:
    """Copy the entry side of a position that is being left."""
    trade.entry_index = position.entry_index
    trade.entry_start_ns = position.entry_start_ns
    trade.entry_close_ns = position.entry_close_ns
    trade.entry_day = position.entry_day
    trade.entry_price = position.entry_price
    trade.initial_stop_price = position.initial_stop_price
    trade.stop_price = position.stop_price
    trade.target_price = position.target_price
    trade.risk = position.risk
    trade.adverse = position.adverse
    trade.favourable = position.favourable


@inlined
def cut_nb(
    position: PositionRow, bars: Bars, last_bar: Floats, t: int, offset: int, trade: TradeRow
) -> None:
    """End a position at the close of the bar before t, for what follows that is missing.

    Its excursion has seen that bar already.
    """
    record_nb(position, trade)
    trade.exit_index = offset + t - 1
    if t > 0:
        trade.exit_start_ns = bars.start_ns[t - 1]
        trade.exit_close_ns = bars.close_ns[t - 1]
        trade.exit_price = bars.close[t - 1]
    else:
        trade.exit_start_ns = position.previous_start_ns
        trade.exit_close_ns = position.previous_close_ns
        trade.exit_price = last_bar[0]
    trade.exit_trigger_ns = trade.exit_close_ns
    trade.reason = _GAP
    trade.exit_place = 0
    trade.fill = _AT_CLOSE
    trade.ambiguous = 0
    position.is_open = 0


@inlined
def leave_nb(
    rules: RulesRow,
    triggers: Rows,
    position: PositionRow,
    bars: Bars,
    codes: Int8s,
    bits: Bits,
    columns: Floats,
    last_codes: Int8s,
    last_columns: Floats,
    last_bar: Floats,
    t: int,
    offset: int,
    trade: TradeRow,
) -> bool:
    """Test the exits of bar t; when one leaves, fill `trade` and go flat."""
    age, place = offset + t - position.entry_index, 0
    open_, high, low, close = bars.open[t], bars.high[t], bars.low[t], bars.close[t]
    if position.pending == _MARKET:
        reason, price, fill, ambiguous = open_exit_nb(rules, position, open_)
    else:
        reason, price, fill, ambiguous = level_exit_nb(rules, position, open_, high, low, close)
        if reason == _STAY and position.pending == _LIMIT:
            reason, price, fill, ambiguous = limit_exit_nb(rules, position, open_, high, low)
        if reason == _STAY:
            reason, price = close_exit_nb(rules, triggers, position, bars, bits, t, age), close
        if reason == _STAY and rules.n_exits > 0:
            place, price, fill = trigger_exit_nb(
                rules,
                triggers,
                bars,
                codes,
                bits,
                columns,
                last_codes,
                last_columns,
                last_bar,
                t,
            )
            if place > 0:
                reason = _TRIGGER
    see_bar_nb(position, rules.side, bars, t, fill, price)
    if reason == _STAY:
        return False
    record_nb(position, trade)
    trade.exit_index = offset + t
    trade.exit_start_ns = bars.start_ns[t]
    trade.exit_close_ns = bars.close_ns[t]
    trade.exit_trigger_ns = position.previous_close_ns if fill == _AT_OPEN else bars.close_ns[t]
    trade.exit_price = price
    trade.reason = reason
    trade.exit_place = place
    trade.fill = fill
    trade.ambiguous = ambiguous
    position.is_open = 0
    return True


@lean
def walk_nb(
    rules: Rows,
    triggers: Rows,
    required: Int64s,
    bases: Int64s,
    limits: Rows,
    costs: Rows,
    position: Rows,
    bars: Bars,
    offset: int,
    begin: int,
    first_entry: int,
    codes: Int8s,
    bits: Bits,
    columns: Floats,
    last_codes: Int8s,
    last_columns: Floats,
    last_bar: Floats,
    trades: Rows,
    rejected: Rows,
) -> tuple[int, int, int]:
    """Walk one strategy over the bars, from bar `begin` on.

    Parameters
    ----------
    rules : (1,) RULES
    triggers : (5,) TRIGGER, entry, opposite and exits
    required : (r, 4) int64, see `REQUIRED_COLUMNS`
    bases : (3,) int64, rows of columns that stop, target and trailing stop read
    limits : (1,) LIMITS
    costs : (k,) COSTS that limits count by; none for the plain ones in `limits`
    position : (1,) POSITION, moved along
    bars : n bars
    offset : index of the first of them in the strategy's window
    first_entry : index among these bars from which entries are possible
    codes, bits, columns : outputs of the nodes, (rows, n)
    last_codes, last_columns, last_bar : the same for the bar before the first
    trades, rejected : rows to fill; the walk stops where one of them is full, and after a trade
        that limits count only when finer bars have been asked

    Returns
    -------
    Number of trades and of rejected entries, and the bar at which it stopped, n at the end.
    """
    # Long for what its calls hand over: parts of it would each take as many arrays again.
    rule, own, limit = rules[0], position[0], limits[0]
    n, n_trades, n_rejected, t = bars.close.shape[0], 0, 0, begin
    while t < n and n_trades < trades.shape[0] and n_rejected < rejected.shape[0]:
        if own.is_open != 0 and is_cut_nb(bars, t):
            cut_nb(own, bars, last_bar, t, offset, trades[n_trades])
            n_trades += 1
            # Flat now: bar t may enter anew.
            continue
        if own.is_open != 0:
            if leave_nb(
                rule,
                triggers,
                own,
                bars,
                codes,
                bits,
                columns,
                last_codes,
                last_columns,
                last_bar,
                t,
                offset,
                trades[n_trades],
            ):
                n_trades += 1
                if limit.is_set != 0:
                    trade = trades[n_trades - 1]
                    if not count_trade_nb(rule, limit, costs, own, bars, t, trade):
                        return n_trades, n_rejected, t + 1
            else:
                age = offset + t - own.entry_index
                stay_nb(rule, triggers, own, bars, bits, columns, last_columns, bases, t, age)
            t += 1
            continue
        t, price = next_entry_nb(
            triggers[ENTRY],
            required,
            bars,
            codes,
            bits,
            columns,
            last_codes,
            last_columns,
            last_bar,
            max(t, first_entry),
        )
        if not math.isnan(price) and not is_clock_due_nb(rule, bars, t):
            rejection = open_position_nb(
                rule, triggers, own, bars, columns, last_columns, bases, t, offset, price
            )
            if rejection == 0 and limit.is_set != 0:
                rejection = admit_nb(limit, own, bars, t, offset)
            if rejection != 0:
                rejected[n_rejected].index = offset + t
                rejected[n_rejected].start_ns = bars.start_ns[t]
                rejected[n_rejected].reason = rejection
                n_rejected += 1
        t += 1
    return n_trades, n_rejected, min(t, n)


@lean
def squad_nb(
    rules: Rows,
    triggers: Rows,
    required: Int64s,
    required_starts: Int64s,
    bases: Int64s,
    limits: Rows,
    costs: Rows,
    costs_starts: Int64s,
    positions: Rows,
    bars: Bars,
    offset: int,
    first_entries: Int64s,
    codes: Int8s,
    bits: Bits,
    columns: Floats,
    last_codes: Int8s,
    last_columns: Floats,
    last_bar: Floats,
    trades: Rows,
    rejected: Rows,
    counts: Int64s,
) -> None:
    """Walk m strategies over the same few bars, one after the other.

    Parameters
    ----------
    rules, limits, positions : (m,); no limits that wait for finer bars
    triggers : (5 m,)
    required, required_starts : all required states, and where each strategy's begin, (m + 1,)
    costs, costs_starts : the same of COSTS
    bases : (m, 3)
    trades, rejected : (m x (n + 1),), each strategy fills its own stretch
    counts : (m, 2) int64, numbers of trades and rejected entries of each
    """
    n_triggers = triggers.shape[0] // rules.shape[0]
    size = bars.close.shape[0] + 1
    for s in range(rules.shape[0]):
        counts[s, 0], counts[s, 1], _ = walk_nb(
            rules[s : s + 1],
            triggers[s * n_triggers : (s + 1) * n_triggers],
            required[required_starts[s] : required_starts[s + 1]],
            bases[s],
            limits[s : s + 1],
            costs[costs_starts[s] : costs_starts[s + 1]],
            positions[s : s + 1],
            bars,
            offset,
            0,
            first_entries[s],
            codes,
            bits,
            columns,
            last_codes,
            last_columns,
            last_bar,
            trades[s * size : (s + 1) * size],
            rejected[s * size : (s + 1) * size],
        )
