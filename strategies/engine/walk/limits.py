"""Limits: when a strategy rests, though its trigger fires and every condition is true.

They are judged last, of a position that could be opened, on the trading date of its bar. Trades
that missing data ended count for nothing.
"""

# Items of arrays have no static types.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from typing import TYPE_CHECKING

from strategies.engine.jit import inlined
from strategies.engine.walk.net import bar_since_open_nb, detailed_r_nb, plain_r_nb
from strategies.engine.walk.positions import (
    LimitsRow,
    PositionRow,
    Rejection,
    RulesRow,
    TradeRow,
)

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Rows

_MAX_TRADES, _AFTER_LOSSES = int(Rejection.MAX_TRADES), int(Rejection.AFTER_LOSSES)
_AFTER_LOSS_R, _AFTER_PROFIT_R = int(Rejection.AFTER_LOSS_R), int(Rejection.AFTER_PROFIT_R)
_COOLDOWN = int(Rejection.COOLDOWN)


@inlined
def spent_nb(limits: LimitsRow, position: PositionRow, day: int) -> int:
    """The first limit of a date that is reached, 0 for none: for the rest of that date."""
    n_entered = position.n_entered if position.entered_day == day else 0
    if limits.max_trades > 0 and n_entered >= limits.max_trades:
        return _MAX_TRADES
    if position.left_day == day:
        if limits.max_losses > 0 and position.n_lost >= limits.max_losses:
            return _AFTER_LOSSES
        if limits.loss_r > 0.0 and position.left_r <= -limits.loss_r:
            return _AFTER_LOSS_R
        if limits.profit_r > 0.0 and position.left_r >= limits.profit_r:
            return _AFTER_PROFIT_R
    return 0


@inlined
def count_entry_nb(position: PositionRow, day: int) -> None:
    """Count an entry that fills on a date."""
    if position.entered_day != day:
        position.entered_day = day
        position.n_entered = 0
    position.n_entered += 1


@inlined
def count_exit_nb(position: PositionRow, day: int, r: float) -> None:
    """Count the net R of a trade that is left on a date."""
    if position.left_day != day:
        position.left_day = day
        position.n_lost = 0
        position.left_r = 0.0
    position.n_lost = position.n_lost + 1 if r <= 0.0 else 0
    position.left_r += r


@inlined
def admit_nb(limits: LimitsRow, position: PositionRow, bars: Bars, t: int, offset: int) -> int:
    """Count the entry of the position just opened, or undo it and answer which limit is reached."""
    day = bars.day[t]
    rejection = spent_nb(limits, position, day)
    if rejection == 0 and offset + t < position.rested_index:
        rejection = _COOLDOWN
    if rejection != 0:
        position.is_open = 0
        return rejection
    count_entry_nb(position, day)
    if limits.counts_r != 0:
        position.entry_since_ns = bar_since_open_nb(bars, t)
    return 0


@inlined
def count_trade_nb(
    rules: RulesRow,
    limits: LimitsRow,
    costs: Rows,
    position: PositionRow,
    bars: Bars,
    t: int,
    trade: TradeRow,
) -> bool:
    """Count the trade that was left on bar t; False where finer bars have to be asked first."""
    position.rested_index = trade.exit_index + 1 + limits.cooldown
    if limits.counts_r == 0:
        return True
    if limits.awaits_finer != 0 and trade.ambiguous != 0:
        return False
    is_within = limits.is_within != 0
    if costs.shape[0] == 0:
        r = plain_r_nb(rules, trade, limits, is_within)
    else:
        r = detailed_r_nb(
            rules,
            trade,
            costs,
            limits.risk_per_trade,
            limits.are_units_whole != 0,
            is_within,
            position.entry_since_ns,
            bar_since_open_nb(bars, t),
        )
    count_exit_nb(position, bars.day[t], r)
    return True
