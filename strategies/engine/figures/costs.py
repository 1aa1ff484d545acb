"""What costs take of a result, and how much of them it can bear.

Axis 0 is the trade, in exit order; closed trades only. Costs of a trade are its gross R less its R.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypedDict

from strategies.engine.walk.positions import REASON_NAMES, Reason
from strategies.engine.walk.trades import Trade

STOP, TARGET = REASON_NAMES[Reason.STOP], REASON_NAMES[Reason.TARGET]
TRIGGER, UNCONFIRMED = REASON_NAMES[Reason.TRIGGER], REASON_NAMES[Reason.UNCONFIRMED_LC]
WITHIN_BAR = "_ib"


class CostFigures(TypedDict):
    """R gross and net, and where the result would be zero.

    `cost_r` is the mean cost of a trade: the gross R it needs to earn nothing. `double_r` is the
    total at twice the costs, `break_even_factor` how many times these costs leave nothing. As the
    only cost, `break_even_slippage` per share of each fill that takes liquidity leaves nothing,
    and so does `break_even_per_share` for entry and exit together. All three are None where no
    cost does: without gains, without costs, or without such fills.
    """

    gross_avg_r: float
    gross_r: float
    net_r: float
    cost_r: float
    double_r: float
    break_even_factor: float | None
    break_even_slippage: float | None
    break_even_per_share: float | None


class Charged(NamedTuple):
    """A trade as costs see it; `n_takes` of its two fills take liquidity."""

    net_r: float
    gross_r: float
    risk: float
    n_takes: int


def charged(trade: Trade) -> Charged:
    is_at_open = trade.exit_fill_ns == trade.exit_bar_ns
    takes = n_takes(trade.exec_type, trade.exit_reason, trade.exit_trigger, is_at_open)
    return Charged(trade.r_multiple, trade.r_multiple_gross, trade.risk, takes)


def n_takes(exec_type: str, reason: str, exit_trigger: str | None, is_at_open: bool) -> int:
    """How many of a trade's two fills slip, from what the trade says of itself."""
    if reason == TRIGGER:
        exit_takes = not (exit_trigger or "").endswith(WITHIN_BAR)
    elif reason == UNCONFIRMED:
        exit_takes = is_at_open
    else:
        exit_takes = reason != TARGET
    return int(exec_type in ("C", "CC")) + int(exit_takes)


def cost_figures(trades: Iterable[Charged]) -> CostFigures | None:
    """What costs take of these trades; None without any.

    Notes
    -----
    A cost of x per share takes x / risk of a trade, so the break-even per share is the gross total
    over the sum of 1 / risk.
    """
    found = list(trades)
    if not found:
        return None
    gross, net = sum(one.gross_r for one in found), sum(one.net_r for one in found)
    cost = gross - net
    return {
        "gross_avg_r": gross / len(found),
        "gross_r": gross,
        "net_r": net,
        "cost_r": cost / len(found),
        "double_r": net - cost,
        "break_even_factor": _bearable(gross, cost),
        "break_even_slippage": _bearable(gross, sum(one.n_takes / one.risk for one in found)),
        "break_even_per_share": _bearable(gross, sum(1.0 / one.risk for one in found)),
    }


def _bearable(gross: float, taken: float) -> float | None:
    return gross / taken if gross > 0.0 and taken > 0.0 else None
