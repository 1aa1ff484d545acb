"""Figures of the daily series: R by exit date, one value per trading date.

Axis 0 is time, one value per exchange date of the window that has a bar in the strategy's session
(D dates), in units of R. Dates without an exit count as 0, so an idle strategy is not mistaken for
a steady one. Closed trades only, net of costs. Annualised figures use 252 dates a year; deviations
are sample deviations (ddof 1) unless stated; means are arithmetic; nothing is rounded. A figure
that is not defined (no variance, a zero denominator) is None.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from strategies.engine.figures.figure import Figure
from strategies.engine.types import Floats

DATES_PER_YEAR = 252
DATES_PER_MONTH = 21
TAIL_PERCENT = 5.0
EULER_GAMMA = 0.5772156649015329
# Beyond it the quantiles no longer fit a float; the benchmark hardly grows by then.
MOST_TRIALS = 10**9


def daily_series(
    r_multiples: Sequence[float], exit_days: Sequence[int], trading_days: Sequence[int]
) -> Floats:
    """Sum the R of each trading date's exits.

    Parameters
    ----------
    r_multiples : net R of each closed trade
    exit_days : date ordinal of each trade's exit
    trading_days : date ordinals of the window, ascending, distinct

    Returns
    -------
    (D,) float64, R per date, 0 on dates without an exit.

    Notes
    -----
    An exit on a date that is not listed counts on the next one that is, after the last on the
    last, so that the series adds up to total R. Without any date, one is assumed.
    """
    days = np.asarray(trading_days, np.int64)
    series = np.zeros(max(1, days.size))
    places = np.searchsorted(days, np.asarray(exit_days, np.int64))
    np.add.at(series, np.minimum(places, series.size - 1), np.asarray(r_multiples, np.float64))
    return series


def deviation(values: Floats) -> float | None:
    """Sample deviation; None for fewer than two values or when all are equal."""
    if values.size < 2 or values.min() == values.max():
        return None
    return float(values.std(ddof=1)) or None


def ratio(numerator: float, denominator: float | None) -> float | None:
    """A quotient; None without a denominator or when it is 0."""
    return numerator / denominator if denominator else None


def sharpe_ratio(daily: Floats, dates_per_year: int = DATES_PER_YEAR) -> float | None:
    """Mean of daily R over its deviation, annualised.

    Notes
    -----
    ``mean(d) / s(d) * sqrt(252)``; ddof 1, no risk-free rate, dates without exits as 0. None for
    fewer than two dates or a constant series.

    References
    ----------
    Sharpe (1994), The Sharpe Ratio, Journal of Portfolio Management 21(1), eq. 3-6.
    """
    found = ratio(float(daily.mean()), deviation(daily))
    return None if found is None else found * math.sqrt(dates_per_year)


def sortino_ratio(daily: Floats) -> float | None:
    """Mean of daily R over its lower partial moment, annualised.

    Notes
    -----
    ``mean(d) / sqrt(mean(min(d, 0)^2)) * sqrt(252)``, the second mean over all D dates and not
    over the losing ones. The deviation of the losing dates is not used: it is 0 when every loss
    is -1 R. None without a losing date.

    References
    ----------
    Sortino and Price (1994), Performance Measurement in a Downside Risk Framework, Journal of
    Investing 3(3); minimal acceptable return 0.
    """
    downside = math.sqrt(float(np.mean(np.minimum(daily, 0.0) ** 2)))
    found = ratio(float(daily.mean()), downside)
    return None if found is None else found * math.sqrt(DATES_PER_YEAR)


def volatility_pct(daily: Floats, risk_per_trade: float, starting_balance: float) -> float | None:
    """Annualised deviation of daily returns on the starting balance, in percent.

    Notes
    -----
    ``s(d * risk / balance) * sqrt(252) * 100``; ddof 1; the balance does not compound. 0 for a
    constant series, None for fewer than two dates.
    """
    if daily.size < 2:
        return None
    share = (deviation(daily) or 0.0) * risk_per_trade / starting_balance
    return share * math.sqrt(DATES_PER_YEAR) * 100.0


def value_at_risk_r(daily: Floats) -> float:
    """5th percentile of daily R (historical, linear between ranks); negative is a loss.

    References
    ----------
    Hyndman and Fan (1996), Sample Quantiles in Statistical Packages, definition 7.
    """
    return float(np.percentile(daily, TAIL_PERCENT))


def expected_shortfall_r(daily: Floats) -> float:
    """Mean of the dates at or below the 5th percentile of daily R.

    References
    ----------
    Rockafellar and Uryasev (2000), Optimization of Conditional Value-at-Risk, Journal of Risk
    2(3); the empirical tail mean.
    """
    return float(daily[daily <= value_at_risk_r(daily)].mean())


def longest_drawdown_days(daily: Floats) -> int:
    """Most trading dates in a row that ended with cumulative R below its running maximum.

    Notes
    -----
    The maximum starts at 0, so a losing start counts; a drawdown that has not ended counts too.
    """
    peak = total = 0.0
    run = longest = 0
    for value in daily.tolist():
        total += value
        peak = max(peak, total)
        run = run + 1 if total < peak else 0
        longest = max(longest, run)
    return longest


def probabilistic_sharpe_ratio(daily: Floats, benchmark: float = 0.0) -> float | None:
    """Estimate the probability that the true Sharpe ratio lies above a benchmark.

    Parameters
    ----------
    daily : (D,) float64, R per trading date
    benchmark : Sharpe ratio per date, not annualised

    Returns
    -------
    A probability, 0 to 1; None for fewer than two dates or a constant series.

    Notes
    -----
    ``Phi((SR - SR*) * sqrt(D - 1) / sqrt(1 - g3 * SR + (g4 - 1) / 4 * SR^2))`` with SR per date
    (ddof 1), g3 the skewness and g4 the kurtosis (3 for a normal series) of the dates. Both are
    population moments: with those g4 >= g3^2 + 1, so that the root is never of a negative number.
    Not annualised, for a probability has no period.

    References
    ----------
    Bailey and Lopez de Prado (2012), The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2),
    eq. 9.
    """
    spread = deviation(daily)
    if spread is None:
        return None
    sharpe = float(daily.mean()) / spread
    z = (daily - daily.mean()) / spread
    variance = float(np.mean(z**2))
    skew = float(np.mean(z**3)) / variance**1.5
    kurtosis = float(np.mean(z**4)) / variance**2
    inner = 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
    if not inner > 0.0:
        return None
    score = (sharpe - benchmark) * math.sqrt(daily.size - 1) / math.sqrt(inner)
    return NormalDist().cdf(score)


def expected_best_sharpe(n_trials: int, sharpe_variance: float) -> float:
    """Sharpe ratio per date that the best of `n_trials` worthless variants is expected to show.

    Notes
    -----
    ``sqrt(V) * ((1 - g) * PhiInv(1 - 1/N) + g * PhiInv(1 - 1/(N e)))`` with g the constant of
    Euler and Mascheroni; 0 for one trial, of which no choice was made.

    References
    ----------
    Bailey and Lopez de Prado (2014), The Deflated Sharpe Ratio, Journal of Portfolio Management
    40(5), eq. 1.
    """
    if n_trials <= 1:
        return 0.0
    n_trials = min(n_trials, MOST_TRIALS)
    quantile = NormalDist().inv_cdf
    high = (1.0 - EULER_GAMMA) * quantile(1.0 - 1.0 / n_trials)
    higher = EULER_GAMMA * quantile(1.0 - 1.0 / (n_trials * math.e))
    return math.sqrt(sharpe_variance) * (high + higher)


def deflated_sharpe_ratio(daily: Floats, n_trials: int) -> float | None:
    """Estimate the probability that the Sharpe ratio is real, given the variants tried.

    Parameters
    ----------
    daily : (D,) float64, R per trading date
    n_trials : variants of the strategy ever tried, this one included, >= 1

    Returns
    -------
    A probability, 0 to 1; None for fewer than two dates or a constant series. With one trial it
    equals the probabilistic Sharpe ratio.

    Notes
    -----
    The benchmark is what the best of as many worthless variants is expected to show, with the
    variance that the estimate has when every one of them is worthless: ``1 / (D - 1)``. The
    variance of the variants tried is not taken: losing ones spread it, so that the more bad ideas
    are tried, the less a good one would count.

    References
    ----------
    Bailey and Lopez de Prado (2014), The Deflated Sharpe Ratio, Journal of Portfolio Management
    40(5), eq. 2; Lo (2002), The Statistics of Sharpe Ratios, Financial Analysts Journal 58(4),
    for the variance.
    """
    if daily.size < 2:
        return None
    null_variance = 1.0 / (daily.size - 1)
    return probabilistic_sharpe_ratio(daily, expected_best_sharpe(n_trials, null_variance))


FIGURES = {
    "sharpe_ratio": Figure(lambda s: sharpe_ratio(s.daily)),
    "psr": Figure(lambda s: probabilistic_sharpe_ratio(s.daily)),
    "dsr": Figure(lambda s: deflated_sharpe_ratio(s.daily, s.n_trials)),
    "sortino_ratio": Figure(lambda s: sortino_ratio(s.daily)),
    "daily_var_95": Figure(lambda s: value_at_risk_r(s.daily) * s.risk_per_trade, minimum=10),
    "cvar_95": Figure(lambda s: expected_shortfall_r(s.daily) * s.risk_per_trade, minimum=10),
    "volatility": Figure(lambda s: volatility_pct(s.daily, s.risk_per_trade, s.starting_balance)),
    "expected_daily": Figure(lambda s: s.mean_amount),
    "expected_monthly": Figure(lambda s: s.mean_amount * DATES_PER_MONTH),
    "expected_yearly": Figure(lambda s: s.mean_amount * DATES_PER_YEAR),
    "longest_dd_days": Figure(lambda s: longest_drawdown_days(s.daily)),
}
