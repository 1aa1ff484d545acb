"""Key figures of a list of trades, in R.

Conventions: closed trades in exit order; R net of costs; D is the number of exchange dates with a
bar in the window, traded or not; drawdowns are on cumulative R from a peak that starts at 0 and
are never positive; nothing is rounded. A figure without bound is None with `<name>_infinite`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

# A figure by name, None where it has no bound; `<name>_infinite` is then True.
Kpis = dict[str, float | None]


def _unbounded(name: str, value: float) -> Kpis:
    if math.isinf(value):
        return {name: None, f"{name}_infinite": True}
    return {name: value}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def cumulative(r_multiples: Sequence[float]) -> list[float]:
    """Running sum of R, one value per trade."""
    total, curve = 0.0, []
    for r in r_multiples:
        total += r
        curve.append(total)
    return curve


def profit_factor(r_multiples: Sequence[float]) -> float:
    """Sum of positive R over the size of the sum of negative R.

    Notes
    -----
    0 without wins and losses, infinite with a win and no negative R.
    """
    gain = sum(r for r in r_multiples if r > 0.0)
    loss = -sum(r for r in r_multiples if r < 0.0)
    if loss == 0.0:
        return math.inf if gain > 0.0 else 0.0
    return gain / loss


def max_r_drawdown(r_multiples: Sequence[float]) -> float:
    """Deepest fall of cumulative R below its running maximum, <= 0; 0 without trades."""
    peak, deepest = 0.0, 0.0
    for value in cumulative(r_multiples):
        peak = max(peak, value)
        deepest = min(deepest, value - peak)
    return deepest


def longest_drawdown_trades(r_multiples: Sequence[float]) -> int:
    """Longest run of trades with cumulative R below its running maximum."""
    peak, run, longest = 0.0, 0, 0
    for value in cumulative(r_multiples):
        peak = max(peak, value)
        run = run + 1 if value < peak else 0
        longest = max(longest, run)
    return longest


def r_squared(r_multiples: Sequence[float]) -> float:
    """Squared Pearson correlation of cumulative R with 0 .. n - 1.

    Notes
    -----
    0 when undefined: fewer than two trades, no variance, a sum without bound. The curve is
    scaled by a power of two, which changes no digit of it, so that no square of very large or
    small R overflows or vanishes.
    """
    curve = cumulative(r_multiples)
    n = len(curve)
    if n < 2 or not all(map(math.isfinite, curve)):
        return 0.0
    _, exponent = math.frexp(max(map(abs, curve)))
    curve = [math.ldexp(value, -exponent) for value in curve]
    mean_x, mean_y = (n - 1) / 2.0, _mean(curve)
    sxx = sum((i - mean_x) ** 2 for i in range(n))
    syy = sum((y - mean_y) ** 2 for y in curve)
    sxy = sum((i - mean_x) * (y - mean_y) for i, y in enumerate(curve))
    return sxy * sxy / (sxx * syy) if sxx * syy > 0.0 else 0.0


def longest_run(r_multiples: Sequence[float], belongs: Callable[[float], bool]) -> int:
    """Most consecutive trades whose R belongs."""
    run = longest = 0
    for r in r_multiples:
        run = run + 1 if belongs(r) else 0
        longest = max(longest, run)
    return longest


def primary_kpis(
    rs: Sequence[float], n_days: int, risk_per_trade: float, starting_balance: float
) -> Kpis:
    """The figures that are shown first and stored with a strategy; parameters as of `kpis`."""
    n, total = len(rs), sum(rs)
    wins = sum(1 for r in rs if r > 0.0)
    pnl = total * risk_per_trade
    return {
        "total_trades": n,
        "win_rate": 100.0 * wins / n if n else 0.0,
        **_unbounded("profit_factor", profit_factor(rs)),
        "avg_r": _mean(rs),
        "total_r": total,
        "daily_r": total / max(n_days, 1),
        "r_squared": r_squared(rs),
        "max_r_drawdown": max_r_drawdown(rs),
        "total_pnl": pnl,
        "final_balance": starting_balance + pnl,
    }


def payoff_ratio(r_multiples: Sequence[float]) -> float:
    """Mean win over the size of the mean loss; infinite with a win and no loss, else 0."""
    wins = [r for r in r_multiples if r > 0.0]
    losses = [r for r in r_multiples if r < 0.0]
    if not losses:
        return math.inf if wins else 0.0
    return _mean(wins) / -_mean(losses)


def recovery_factor(r_multiples: Sequence[float]) -> float:
    """Total R over the size of the deepest drawdown; infinite for a gain without one."""
    total, deepest = sum(r_multiples), max_r_drawdown(r_multiples)
    if deepest == 0.0:
        return math.inf if total > 0.0 else 0.0
    return total / -deepest


def _secondary(rs: Sequence[float]) -> Kpis:
    wins = [r for r in rs if r > 0.0]
    losses = [r for r in rs if r < 0.0]
    return {
        "win_count": len(wins),
        "loss_count": len(rs) - len(wins),
        "best_trade_r": max(rs, default=0.0),
        "worst_trade_r": min(rs, default=0.0),
        "avg_win_r": _mean(wins),
        "avg_loss_r": _mean(losses),
        "max_consec_wins": longest_run(rs, lambda r: r > 0.0),
        "max_consec_losses": longest_run(rs, lambda r: r <= 0.0),
        **_unbounded("payoff_ratio", payoff_ratio(rs)),
        **_unbounded("recovery_factor", recovery_factor(rs)),
        "longest_dd_trades": longest_drawdown_trades(rs),
    }


def kpis(
    r_multiples: Sequence[float],
    n_days: int,
    risk_per_trade: float = 100.0,
    starting_balance: float = 10_000.0,
    *,
    excluded: Sequence[float] = (),
) -> Kpis:
    """Primary and secondary figures of closed trades.

    Parameters
    ----------
    r_multiples : net R of each closed trade, in exit order
    n_days : D, exchange dates of the window with a bar in the strategy's session
    risk_per_trade, starting_balance : quote currency, > 0
    excluded : net R of closed trades that count in no figure, as missing data ended them

    Returns
    -------
    JSON-ready; a draw (R = 0) counts as a loss in rates and streaks and is left out of
    averages and payoff.
    """
    rs = [float(r) for r in r_multiples]
    primary = primary_kpis(rs, n_days, risk_per_trade, starting_balance)
    return {
        **primary,
        **_secondary(rs),
        "trading_days": max(n_days, 1),
        "excluded_trades": len(excluded),
        "excluded_r": sum(map(float, excluded)),
    }
