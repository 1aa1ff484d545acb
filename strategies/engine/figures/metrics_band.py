"""What the figures would be had ambiguous bars gone the other way.

On a bar that holds both stop and target the order of the two is unknown and the stop is taken. The
band says how much hangs on that: worst as recorded, best with each such trade at its target.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from strategies.engine.figures.metrics import Kpis, primary_kpis
from strategies.engine.spec import StrategySpec
from strategies.engine.walk.trades import Trade, cost_per_share


class KpiBand(TypedDict):
    """Primary figures with ambiguous bars decided for the stop (`worst`) and the target."""

    n_ambiguous: int
    worst: Kpis
    best: Kpis


def is_open_question(trade: Trade) -> bool:
    """Whether the trade left at its stop on a bar that reached its target too, unresolved."""
    return trade.ambiguous and not trade.hifi_resolved and trade.target_price is not None


def r_at_target(trade: Trade, spec: StrategySpec) -> float:
    """Net R of the trade had it left at its target.

    Notes
    -----
    The fill is the target price: a limit order does not slip. Slippage of the entry and both
    commissions are paid as ever.
    """
    target = trade.target_price
    if target is None:
        return trade.r_multiple
    gross = target - trade.entry_price if spec.is_long else trade.entry_price - target
    # An ambiguous exit is inside its bar.
    ends = trade.entry_fill_ns - 1, trade.exit_fill_ns - 1
    cost = cost_per_share(spec, trade.entry_price, target, trade.risk, False, *ends)
    return (gross - cost) / trade.risk


def kpi_band(trades: Sequence[Trade], spec: StrategySpec, n_days: int) -> KpiBand | None:
    """How far apart the figures lie with ambiguous bars decided one way and the other.

    Parameters
    ----------
    trades : closed trades in exit order
    spec : the strategy, for its side, costs and money
    n_days : D, trading dates of the window

    Returns
    -------
    None when no trade is ambiguous; else the number of such trades and the primary figures for
    the worst (as recorded) and the best (each at its target).
    """
    n_ambiguous = sum(map(is_open_question, trades))
    if not n_ambiguous:
        return None
    worst = [trade.r_multiple for trade in trades]
    best = [r_at_target(one, spec) if is_open_question(one) else one.r_multiple for one in trades]
    money = spec.risk_per_trade, spec.starting_balance
    return {
        "n_ambiguous": n_ambiguous,
        "worst": primary_kpis(worst, n_days, *money),
        "best": primary_kpis(best, n_days, *money),
    }
