"""The extended key figures as one JSON-ready document.

`metrics_daily` holds what is computed on the daily series, `metrics_trades` what is computed on
trades, each with a table of its figures; here stand those that need both, and the document.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from strategies.engine.figures import metrics_daily as by_day
from strategies.engine.figures import metrics_trades as by_trade
from strategies.engine.figures.figure import Figure, Sample
from strategies.engine.figures.metrics import Kpis, max_r_drawdown
from strategies.engine.types import Floats


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


FIGURES: dict[str, Figure] = {
    **by_day.FIGURES,
    **by_trade.FIGURES,
    "calmar_ratio": Figure(lambda s: calmar_ratio(s.rs, s.daily.size), minimum=10),
}
# Closed trades below which a figure is None.
MINIMUM_TRADES = {name: figure.minimum for name, figure in FIGURES.items()}


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
    sample = Sample(rs, daily, risk_per_trade, starting_balance, max(1, n_trials))
    with np.errstate(all="ignore"):
        return {name: _value(figure, sample) for name, figure in FIGURES.items()}


def _value(figure: Figure, sample: Sample) -> float | None:
    if sample.rs.size < figure.minimum:
        return None
    try:
        value = figure.compute(sample)
    except ArithmeticError:
        # Squares of results beyond all reason overflow.
        return None
    return value if value is not None and math.isfinite(value) else None
