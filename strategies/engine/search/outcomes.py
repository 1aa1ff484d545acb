"""What comes of entering at a candidate bar, by the kernels of the position walk itself.

A position is walked by the same `leave_nb` and `stay_nb` as in a backtest. Bars on which neither
can do anything (no stop, target, trigger, clock or count is near) are passed over.
"""

# Items of arrays have no static types.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from strategies.engine.jit import inlined, lean
from strategies.engine.search.costs import count_nb
from strategies.engine.search.limits import begin_nb, is_spent_nb, take_nb
from strategies.engine.search.market import BLOCK
from strategies.engine.walk.entries import level_entry_nb, open_position_nb
from strategies.engine.walk.exits import is_clock_due_nb, is_cut_nb, stay_nb, trigger_exit_nb
from strategies.engine.walk.kernel import cut_nb, leave_nb
from strategies.engine.walk.positions import (
    ENTRY,
    OPPOSITE,
    Execution,
    PositionRow,
    RulesRow,
    TimeRule,
    TradeRow,
    TriggerRow,
)
from strategies.engine.walk.triggers import allowed_at_close_nb, fires_nb

if TYPE_CHECKING:
    from strategies.engine.search.candidates import Candidates
    from strategies.engine.search.costs import Costs
    from strategies.engine.search.limits import Limited
    from strategies.engine.search.market import Market
    from strategies.engine.types import Floats, Int32s, Int64s, Rows

_MAX_BARS = int(TimeRule.MAX_BARS)
_LC, _CC = int(Execution.LC), int(Execution.CC)


class Timing(NamedTuple):
    """When triggers enter and leave, as variants with different stops and targets share it.

    triggers : TRIGGER rows of the position walk
    entry_index : (k,) int64, bars on which an entry is possible, ascending
    price : (k,) float64, at which price
    after : (n,) int32, first candidate later than bar t, k when there is none
    next_event : (n,) int32, first bar from t on at which a trigger, the clock or missing data may
        leave, n for none
    """

    triggers: Rows
    entry_index: Int64s
    price: Floats
    after: Int32s
    next_event: Int32s


class Slot(NamedTuple):
    """Room for one position and one trade: POSITION and TRADE, (1,) each."""

    position: Rows
    trade: Rows


@inlined
def entry_price_nb(entry: TriggerRow, required: Int64s, market: Market, t: int) -> float:
    """The price of an entry on bar t, NaN for none."""
    if entry.is_level != 0:
        return level_entry_nb(
            entry,
            required,
            market.bars,
            market.codes,
            market.columns,
            market.last_codes,
            market.last_columns,
            market.last_bar,
            t,
        )
    if fires_nb(entry, market.bits, t) and allowed_at_close_nb(required, market.codes, t):
        return market.bars.close[t]
    return math.nan


@lean
def find_entries_nb(triggers: Rows, required: Int64s, market: Market, after: Int32s) -> int:
    """Count the bars on which the entry trigger and every required state is true.

    Parameters
    ----------
    triggers, required : as in `walk_nb`
    after : (n,) int32 to fill: how many of them there are up to each bar
    """
    entry, n = triggers[ENTRY], 0
    for t in range(after.shape[0]):
        n += not math.isnan(entry_price_nb(entry, required, market, t))
        after[t] = n
    return n


@lean
def place_entries_nb(
    triggers: Rows, required: Int64s, market: Market, after: Int32s, index: Int64s, price: Floats
) -> None:
    """Fill those bars and the entry price on each, (k,)."""
    place = 0
    for t in range(after.shape[0]):
        if after[t] > place:
            index[place] = t
            price[place] = entry_price_nb(triggers[ENTRY], required, market, t)
            place += 1


@lean
def next_events_nb(rules: Rows, triggers: Rows, market: Market, next_event: Int32s) -> None:
    """Fill, for each bar, the first from it on at which triggers, clock or missing data leave."""
    rule, n = rules[0], market.bars.close.shape[0]
    following = n
    for back in range(n):
        t = n - 1 - back
        is_event = rule.has_opposite != 0 and fires_nb(triggers[OPPOSITE], market.bits, t)
        if not is_event and rule.n_exits > 0:
            place, _, _ = trigger_exit_nb(
                rule,
                triggers,
                market.bars,
                market.codes,
                market.bits,
                market.columns,
                market.last_codes,
                market.last_columns,
                market.last_bar,
                t,
            )
            is_event = place > 0
        if is_event or is_cut_nb(market.bars, t) or is_clock_due_nb(rule, market.bars, t):
            following = t
        next_event[t] = following


@inlined
def first_touch_nb(market: Market, above: float, below: float, t: int, limit: int) -> int:
    """The first bar from t on that reaches one of two prices, `limit` when none does before."""
    while t < limit:
        if t % BLOCK == 0:
            block = t // BLOCK
            is_near = market.block_top[block] >= above or market.block_bottom[block] <= below
            if not is_near:
                t += BLOCK
                continue
        if market.top[t] >= above or market.bottom[t] <= below:
            return t
        t += 1
    return limit


@inlined
def quiet_until_nb(
    rules: RulesRow, own: PositionRow, timing: Timing, market: Market, t: int, end: int
) -> int:
    """The first bar from t on at which a position that only waits may be left, or `end`."""
    limit, since = min(end, timing.next_event[t]), own.entry_index
    if rules.bar_count > 0:
        limit = min(limit, since + rules.bar_count)
    if rules.time_exit_bars > 0:
        limit = min(limit, since + rules.time_exit_bars)
    if rules.time_rule == _MAX_BARS:
        limit = min(limit, since + rules.time_bars)
    elif rules.time_rule != 0:
        limit = min(limit, market.next_day[since])
    if rules.side > 0.0:
        return first_touch_nb(market, own.target_price, own.stop_price, t, max(limit, t))
    return first_touch_nb(market, own.stop_price, own.target_price, t, max(limit, t))


@inlined
def leave_index_nb(
    rules: RulesRow,
    bases: Int64s,
    own: PositionRow,
    timing: Timing,
    market: Market,
    end: int,
    trade: TradeRow,
) -> int:
    """The bar on which an open position is left, `end` when it is still held there.

    Missing data leaves it on the bar before.
    """
    is_still = rules.has_breakeven == 0 and rules.trailing_method == 0
    is_confirmed = rules.entry_execution == _LC or rules.entry_execution == _CC
    t = own.entry_index + 1
    while t < end:
        age = t - own.entry_index
        if is_still and own.pending == 0 and not (is_confirmed and age == 1):
            later = quiet_until_nb(rules, own, timing, market, t, end)
            if later > t:
                own.stop_closes = 0
                own.target_closes = 0
                t, age = later, later - own.entry_index
            if t >= end:
                return end
        if is_cut_nb(market.bars, t):
            cut_nb(own, market.bars, market.last_bar, t, 0, trade)
            return t - 1
        if leave_nb(
            rules,
            timing.triggers,
            own,
            market.bars,
            market.codes,
            market.bits,
            market.columns,
            market.last_codes,
            market.last_columns,
            market.last_bar,
            t,
            0,
            trade,
        ):
            return t
        stay_nb(
            rules,
            timing.triggers,
            own,
            market.bars,
            market.bits,
            market.columns,
            market.last_columns,
            bases,
            t,
            age,
        )
        t += 1
    return end


@inlined
def rest_nb(
    limited: Limited,
    timing: Timing,
    market: Market,
    leave: int,
    is_lazy: bool,
    place: int,
    candidates: Candidates,
) -> int:
    """Note the date of an exit, if there is one; answers the first candidate after the cool-down.

    A lazy resolution counts it as well.
    """
    if leave < timing.after.shape[0]:
        limited.exit_day[place] = market.bars.day[leave]
    if candidates.n_counted[place] != 0:
        last = min(leave + limited.rows[0].cooldown, timing.after.shape[0] - 1)
        candidates.next_free[place] = timing.after[last]
    if is_lazy:
        take_nb(limited, candidates, place)
    return int(candidates.next_free[place])


@lean
def resolve_nb(
    rules: Rows,
    bases: Int64s,
    timing: Timing,
    market: Market,
    costs: Costs,
    first: int,
    end: int,
    is_lazy: bool,
    slot: Slot,
    limited: Limited | None,
    candidates: Candidates,
) -> int:
    """Fill what comes of entering at each candidate; answers the number of trades that count.

    Parameters
    ----------
    rules : (1,) RULES
    bases : (3,) int64
    first : the first bar at which an entry is possible
    end : bars from here on are not known
    is_lazy : only the candidates that come to be entered when all are allowed; the others are
        not allowed, nor are those that limits keep out
    slot : scratch
    limited : Limited, whose exits are to be filled as well; None without limits
    candidates : to be filled
    """
    # Long for what its calls hand over: a part of it would take the same arrays again.
    rule, own, trade = rules[0], slot.position[0], slot.trade[0]
    k, is_within = timing.entry_index.shape[0], timing.triggers[ENTRY].is_level != 0
    place, n_trades = 0, 0
    for word in range(candidates.allowed.shape[0]):
        candidates.allowed[word] = 0
    if limited is not None:
        begin_nb(limited)
    while place < k and timing.entry_index[place] < end:
        t = timing.entry_index[place]
        free = place + 1
        if limited is not None and is_lazy and is_spent_nb(limited, place):
            place = limited.next_date[place]
            continue
        if t >= first and not is_clock_due_nb(rule, market.bars, t):
            rejection = open_position_nb(
                rule,
                timing.triggers,
                own,
                market.bars,
                market.columns,
                market.last_columns,
                bases,
                t,
                0,
                timing.price[place],
            )
            if rejection == 0:
                leave = leave_index_nb(rule, bases, own, timing, market, end, trade)
                candidates.allowed[place >> 6] |= 1 << (place & 63)
                candidates.next_free[place] = k + 1
                candidates.r[place] = 0.0
                candidates.n_counted[place] = 0
                free = k
                if leave < end:
                    candidates.exit_index[place] = leave
                    free = timing.after[leave]
                    candidates.next_free[place] = free
                    n_trades += count_nb(rule, trade, costs, is_within, place, candidates)
                if limited is not None:
                    free = rest_nb(limited, timing, market, leave, is_lazy, place, candidates)
        place = free if is_lazy else place + 1
    return n_trades
