"""The extended key figures as one JSON-ready document.

`metrics_daily` holds what is computed on the daily series, `metrics_trades` what is computed on
trades; here stand the figures that need both, the minimum number of trades, and the document.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from strategies.engine.figures import metrics_daily as by_day
from strategies.engine.figures import metrics_trades as by_trade
from strategies.engine.figures.metrics import Kpis, max_r_drawdown
from strategies.engine.types import Floats

FEWEST_TRADES = 5
# Closed trades below which a figure is None.
MINIMUM_TRADES = {
    "sharpe_ratio": FEWEST_TRADES,
    "psr": FEWEST_TRADES,
    "dsr": FEWEST_TRADES,
    "sortino_ratio": FEWEST_TRADES,
    "calmar_ratio": 10,
    "sqn": FEWEST_TRADES,
    "expectancy": FEWEST_TRADES,
    "kelly_criterion": FEWEST_TRADES,
    "daily_var_95": 10,
    "cvar_95": 10,
    "volatility": FEWEST_TRADES,
    "gain_pain_ratio": FEWEST_TRADES,
    "common_sense_ratio": FEWEST_TRADES,
    "tail_ratio": 10,
    "outlier_win_ratio": FEWEST_TRADES,
    "outlier_loss_ratio": FEWEST_TRADES,
    "ulcer_index": FEWEST_TRADES,
    "serenity_index": FEWEST_TRADES,
    "skewness": FEWEST_TRADES,
    "kurtosis": FEWEST_TRADES,
    "expected_daily": FEWEST_TRADES,
    "expected_monthly": FEWEST_TRADES,
    "expected_yearly": FEWEST_TRADES,
    "longest_dd_days": FEWEST_TRADES,
}


class _Sample(NamedTuple):
    """What the figures are computed from: R by trade, R by trading date, and the money."""

    rs: Floats
    daily: Floats
    risk_per_trade: float
    starting_balance: float
    n_trials: int

    @property
    def mean_amount(self) -> float:
        return float(self.daily.mean()) * self.risk_per_trade


def calmar_ratio(rs: Floats, n_days: int) -> float | None:
    """Total R per year over the size of the deepest drawdown.

    Parameters
    ----------
    rs : (n,) float64, net R in exit order
    n_days : D, trading dates of the window, >= 1

    Notes
    -----
    ``(total / (D / 252)) / abs(max_r_drawdown)``; the whole window, R does not compound, drawdown
    on closed trades. None without a drawdown.

    References
    ----------
    Young (1991), Calmar Ratio: A Smoother Tool, Futures 20(1); over the window, not 36 months.
    """
    a_year = float(rs.sum()) / (max(n_days, 1) / by_day.DATES_PER_YEAR)
    return by_day.ratio(a_year, -max_r_drawdown(rs.tolist()))


_FIGURES: dict[str, Callable[[_Sample], float | None]] = {
    "sharpe_ratio": lambda s: by_day.sharpe_ratio(s.daily),
    "psr": lambda s: by_day.probabilistic_sharpe_ratio(s.daily),
    "dsr": lambda s: by_day.deflated_sharpe_ratio(s.daily, s.n_trials),
    "sortino_ratio": lambda s: by_day.sortino_ratio(s.daily),
    "calmar_ratio": lambda s: calmar_ratio(s.rs, s.daily.size),
    "sqn": lambda s: by_trade.system_quality_number(s.rs),
    "expectancy": lambda s: by_trade.expectancy(s.rs),
    "kelly_criterion": lambda s: by_trade.kelly_criterion(s.rs),
    "daily_var_95": lambda s: by_day.value_at_risk_r(s.daily) * s.risk_per_trade,
    "cvar_95": lambda s: by_day.expected_shortfall_r(s.daily) * s.risk_per_trade,
    "volatility": lambda s: by_day.volatility_pct(s.daily, s.risk_per_trade, s.starting_balance),
    "gain_pain_ratio": lambda s: by_trade.gain_pain_ratio(s.rs),
    "common_sense_ratio": lambda s: by_trade.common_sense_ratio(s.rs),
    "tail_ratio": lambda s: by_trade.tail_ratio(s.rs),
    "outlier_win_ratio": lambda s: by_trade.outlier_win_ratio(s.rs),
    "outlier_loss_ratio": lambda s: by_trade.outlier_loss_ratio(s.rs),
    "ulcer_index": lambda s: by_trade.ulcer_index(s.rs),
    "serenity_index": lambda s: by_trade.serenity_index(s.rs),
    "skewness": lambda s: by_trade.skewness(s.rs),
    "kurtosis": lambda s: by_trade.kurtosis(s.rs),
    "expected_daily": lambda s: s.mean_amount,
    "expected_monthly": lambda s: s.mean_amount * by_day.DATES_PER_MONTH,
    "expected_yearly": lambda s: s.mean_amount * by_day.DATES_PER_YEAR,
    "longest_dd_days": lambda s: by_day.longest_drawdown_days(s.daily),
}


def kpis_extended(
    r_multiples: Sequence[float],
    exit_days: Sequence[int],
    trading_days: Sequence[int],
    risk_per_trade: float = 100.0,
    starting_balance: float = 10_000.0,
    n_trials: int = 1,
) -> Kpis:
    """Compute the extended figures of closed trades.

    Parameters
    ----------
    r_multiples : net R of each closed trade, in exit order
    exit_days : exchange date of each trade's exit, as an ordinal
    trading_days : the D exchange dates of the window with a bar in the strategy's session, as
        ascending ordinals; dates without an exit count as 0 R
    risk_per_trade, starting_balance : quote currency, > 0
    n_trials : variants of the strategy ever tried, this one included, for the deflated Sharpe

    Returns
    -------
    JSON-ready, with the same keys for any input. A figure is None below its number of
    `MINIMUM_TRADES`, where it is not defined, and where a denominator is 0: of these figures none
    is called infinite.
    """
    rs = np.asarray(r_multiples, np.float64)
    daily = by_day.daily_series(r_multiples, exit_days, trading_days)
    sample = _Sample(rs, daily, risk_per_trade, starting_balance, max(1, n_trials))
    with np.errstate(all="ignore"):
        return {name: _figure(name, sample) for name in _FIGURES}


def _figure(name: str, sample: _Sample) -> float | None:
    if sample.rs.size < MINIMUM_TRADES[name]:
        return None
    try:
        value = _FIGURES[name](sample)
    except ArithmeticError:
        # Squares of results beyond all reason overflow.
        return None
    return value if value is not None and math.isfinite(value) else None
