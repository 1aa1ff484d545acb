"""Bars that held both stop and target, decided by finer bars: which of the two came first.

It comes after the walk: the exit stays on its bar, so no later trade can change. Where limits count
its R one can, and the walk asks for each such trade as it comes. Backtest and monitor call the same
function.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bars, BarsLike, as_bars
from strategies.engine.walk.costs import NS
from strategies.engine.walk.positions import REASON_NAMES, Fill, Reason
from strategies.engine.walk.trades import Trade, cost_per_share, slips

# A trade that was left on a bar which held stop and target, decided by finer bars.
Finer = Callable[[Trade], Trade]


class FineExit(NamedTuple):
    """The exit that finer bars show; `close_ns` is the close of the bar that decided."""

    reason: Reason
    price: float
    close_ns: int


def is_open_question(spec: StrategySpec, trade: Trade) -> bool:
    """Whether finer bars may tell what came first on the bar this trade was left on."""
    are_levels = trade.stop_exec_type == "L" == trade.target_exec_type
    return spec.hifi and trade.ambiguous and not trade.hifi_resolved and are_levels


def open_questions(spec: StrategySpec, trades: Iterable[Trade]) -> list[Trade]:
    """The trades whose exit bar finer bars may resolve."""
    return [trade for trade in trades if is_open_question(spec, trade)]


def resolve(
    spec: StrategySpec, trades: list[Trade], bars: BarsLike, finer: BarsLike
) -> list[Trade]:
    """The trades, ambiguous ones decided by finer bars where those can tell.

    Parameters
    ----------
    spec : the strategy; nothing happens unless it asks for it
    trades : closed trades, as the walk left them
    bars : bars of the strategy's timeframe, at least from the entry to the exit of those trades
    finer : bars of a finer timeframe of the same session, at least those inside the exit bars

    Returns
    -------
    As many trades in the same order. One stays as it was, ambiguous and left at its stop, when
    a finer bar holds both prices too, or when the finer bars reach neither.

    Notes
    -----
    Each finer bar is judged like a bar of the strategy: target at the open when the open is at or
    beyond it, else the worse of stop and open, else target. The excursion holds the open of the
    strategy's bar and the fill, as for any exit inside a bar.
    """
    if not any(is_open_question(spec, trade) for trade in trades):
        return trades
    own, fine = as_bars(bars), as_bars(finer)
    return [_resolved(spec, t, own, fine) if is_open_question(spec, t) else t for t in trades]


def finer_of(spec: StrategySpec, bars: Bars, finer: Bars | None) -> Finer | None:
    """What decides single trades by these finer bars while a walk waits; None without any."""
    return None if finer is None else lambda trade: resolve(spec, [trade], bars, finer)[0]


def _resolved(spec: StrategySpec, trade: Trade, own: Bars, fine: Bars) -> Trade:
    span = _span(trade, own)
    if span is None:
        return trade
    found = first_exit(spec, trade, fine, int(own.close_ns[span.stop - 1]))
    if found is None:
        return trade
    reason, price, close_ns = found
    gross = price - trade.entry_price if spec.is_long else trade.entry_price - price
    exit_slips = slips(reason, Fill.LEVEL)
    ends = trade.entry_fill_ns - 1, close_ns - 1
    pnl = gross - cost_per_share(spec, trade.entry_price, price, trade.risk, exit_slips, *ends)
    mae, mfe = _excursion(spec, trade, own.take(span), gross)
    held_ns = close_ns - trade.entry_fill_ns
    return trade._replace(
        exit_trigger_ns=close_ns,
        exit_fill_ns=close_ns,
        exit_price=price,
        exit_reason=REASON_NAMES[reason],
        pnl=pnl,
        pnl_gross=gross,
        r_multiple=pnl / trade.risk,
        r_multiple_gross=gross / trade.risk,
        mae_r=mae / trade.risk,
        mfe_r=mfe / trade.risk,
        win=pnl > 0.0,
        hold_seconds=held_ns // NS if held_ns % NS == 0 else held_ns / NS,
        ambiguous=False,
        hifi_resolved=True,
    )


def _span(trade: Trade, own: Bars) -> slice | None:
    """The strategy's bars from entry to exit; None unless all of them are there."""
    ends = np.array([trade.entry_bar_ns, trade.exit_bar_ns], np.int64)
    first, last = np.searchsorted(own.start_ns, ends).tolist()
    if last >= own.n or last - first != trade.exit_index - trade.entry_index:
        return None
    return slice(first, last + 1) if (own.start_ns[[first, last]] == ends).all() else None


def first_exit(spec: StrategySpec, trade: Trade, fine: Bars, close_ns: int) -> FineExit | None:
    """The first stop or target on finer bars inside the exit bar, which closes at `close_ns`.

    None when they can't tell: the first one that reaches a price holds both, or none does.
    """
    if trade.target_price is None:
        return None
    begin, end = np.searchsorted(fine.start_ns, [trade.exit_bar_ns, close_ns]).tolist()
    for t in range(begin, end):
        prices = float(fine.open[t]), float(fine.high[t]), float(fine.low[t])
        reason, price, ambiguous = level_exit(
            spec.is_long, trade.stop_price, trade.target_price, *prices
        )
        if ambiguous:
            return None
        if reason != Reason.NONE:
            return FineExit(reason, price, int(fine.close_ns[t]))
    return None


def level_exit(
    is_long: bool, stop: float, target: float, open_: float, high: float, low: float
) -> tuple[Reason, float, bool]:
    """Reason, price and doubt of a stop or target on one bar: the rule of the walk, for `L`.

    Prices are mirrored for a short position, so that its stop lies below too.
    """
    side = 1.0 if is_long else -1.0
    first, floor, goal = side * open_, side * stop, side * target
    worst, best = (low, high) if is_long else (-high, -low)
    if first >= goal:
        return Reason.TARGET, open_, False
    if worst <= floor:
        return Reason.STOP, side * min(floor, first), floor < first and best >= goal
    if best >= goal:
        return Reason.TARGET, target, False
    return Reason.NONE, math.nan, False


def _excursion(
    spec: StrategySpec, trade: Trade, held: Bars, exit_move: float
) -> tuple[float, float]:
    """The furthest moves against and for the position, in price; the last bar is the exit bar."""
    later = held.take(slice(1, held.n - 1))
    prices = [later.high, later.low, held.open[-1:]]
    if trade.exec_type in ("L", "LC"):
        prices.append(held.close[:1])
    moves = np.concatenate(prices) - trade.entry_price
    if not spec.is_long:
        moves = -moves
    return (
        min(0.0, exit_move, float(moves.min())),
        max(0.0, exit_move, float(moves.max())),
    )
