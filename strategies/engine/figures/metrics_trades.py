"""Figures of the distribution of trades, in R, beside the primary and secondary ones.

Axis 0 is the trade, in exit order; R is net of costs; closed trades only; nothing is annualised or
rounded. Deviations are sample deviations (ddof 1) unless stated. A figure that is not defined (no
variance, a zero denominator) is None.
"""

from __future__ import annotations

import math

import numpy as np

from strategies.engine.figures.figure import Figure
from strategies.engine.figures.metrics import payoff_ratio, profit_factor
from strategies.engine.figures.metrics_daily import deviation, ratio
from strategies.engine.types import Floats

MOST_SQN_TRADES = 100
LOW_PERCENT, HIGH_PERCENT = 5.0, 95.0


def expectancy(rs: Floats) -> float:
    """Mean R of a trade, draws included.

    References
    ----------
    Tharp (2006), Trade Your Way to Financial Freedom, 2nd edition, ch. 7.
    """
    return float(rs.mean())


def system_quality_number(rs: Floats) -> float | None:
    """Mean R over its deviation, scaled by the number of trades up to 100.

    Notes
    -----
    ``sqrt(min(n, 100)) * mean(R) / s(R)``; ddof 1. The cap keeps a long history from turning a
    small edge into a large number. None when all R are equal.

    References
    ----------
    Tharp (2008), Definitive Guide to Position Sizing, ch. 2.
    """
    found = ratio(float(rs.mean()), deviation(rs))
    return None if found is None else math.sqrt(min(rs.size, MOST_SQN_TRADES)) * found


def kelly_criterion(rs: Floats) -> float | None:
    """Fraction of capital that maximises log growth for two outcomes, clipped to 0...1.

    Notes
    -----
    ``w - (1 - w) / payoff``; w counts draws as losses, payoff leaves them out. Without a loss the
    payoff has no bound and w remains; without a win it is 0 and the figure None.

    References
    ----------
    Kelly (1956), A New Interpretation of Information Rate, Bell System Technical Journal 35(4).
    """
    wins = float(np.mean(rs > 0.0))
    found = ratio(1.0 - wins, payoff_ratio(rs.tolist()))
    return None if found is None else min(1.0, max(0.0, wins - found))


def gain_pain_ratio(rs: Floats) -> float | None:
    """Sum of positive R over the size of the sum of negative R, on trades.

    Notes
    -----
    Equal to the profit factor, but None where that is infinite. (On a series of returns this
    ratio is also called Omega at 0, and gain to pain is then 1 less.)

    References
    ----------
    Schwager (2012), Hedge Fund Market Wizards, appendix A; Keating and Shadwick (2002), Omega.
    """
    return ratio(float(rs[rs > 0.0].sum()), -float(rs[rs < 0.0].sum()))


def common_sense_ratio(rs: Floats) -> float | None:
    """Profit factor shrunk by one part in the number of trades.

    Notes
    -----
    ``profit_factor * (1 - 1 / n)``; None where the profit factor is infinite.
    """
    factor = profit_factor(rs.tolist())
    return None if math.isinf(factor) else factor * (1.0 - 1.0 / rs.size)


def tail_ratio(values: Floats) -> float | None:
    """Size of the 95th percentile over the size of the 5th, linear between ranks.

    References
    ----------
    Hyndman and Fan (1996), Sample Quantiles in Statistical Packages, definition 7.
    """
    low, high = np.percentile(values, [LOW_PERCENT, HIGH_PERCENT])
    return ratio(abs(float(high)), abs(float(low)))


def outlier_win_ratio(rs: Floats) -> float | None:
    """Largest win over the average win; None without a win."""
    wins = rs[rs > 0.0]
    return ratio(float(wins.max()), float(wins.mean())) if wins.size else None


def outlier_loss_ratio(rs: Floats) -> float | None:
    """Size of the largest loss over the size of the average loss; None without a loss."""
    return outlier_win_ratio(-rs)


def ulcer_index(rs: Floats) -> float:
    """Root of the mean squared drawdown of cumulative R, in R.

    Notes
    -----
    ``sqrt(mean((C - max(0, running maximum of C))^2))`` over the trades, divided by n; in R, not
    in percent of a balance, since R does not compound. 0 without a drawdown.

    References
    ----------
    Martin and McCann (1989), The Investor's Guide to Fidelity Funds, appendix; on R here.
    """
    curve = np.cumsum(rs)
    fall = curve - np.maximum(np.maximum.accumulate(curve), 0.0)
    return math.sqrt(float(np.mean(fall**2)))


def serenity_index(rs: Floats) -> float | None:
    """Total R over the ulcer index; None without a drawdown."""
    return ratio(float(rs.sum()), ulcer_index(rs))


def skewness(values: Floats) -> float | None:
    """Asymmetry of the distribution, adjusted for the sample size (G1).

    Notes
    -----
    ``n / ((n - 1)(n - 2)) * sum(z^3)`` with ``z = (x - mean) / s``, ddof 1; above 0 means a longer
    winning tail. None for fewer than three values or when all are equal.

    References
    ----------
    Joanes and Gill (1998), Comparing Measures of Sample Skewness and Kurtosis, The Statistician
    47(1), G1.
    """
    n, spread = values.size, deviation(values)
    if n < 3 or spread is None:
        return None
    z = (values - values.mean()) / spread
    return n / ((n - 1) * (n - 2)) * float(np.sum(z**3))


def kurtosis(values: Floats) -> float | None:
    """Weight of the tails beyond that of a normal distribution, adjusted for the size (G2).

    Notes
    -----
    ``n(n + 1) / ((n - 1)(n - 2)(n - 3)) * sum(z^4) - 3(n - 1)^2 / ((n - 2)(n - 3))``, ddof 1; 0
    for a normal distribution. None for fewer than four values or when all are equal.

    References
    ----------
    Joanes and Gill (1998), Comparing Measures of Sample Skewness and Kurtosis, The Statistician
    47(1), G2.
    """
    n, spread = values.size, deviation(values)
    if n < 4 or spread is None:
        return None
    z = (values - values.mean()) / spread
    scale = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3))
    return scale * float(np.sum(z**4)) - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


FIGURES = {
    "sqn": Figure(lambda s: system_quality_number(s.rs)),
    "expectancy": Figure(lambda s: expectancy(s.rs)),
    "kelly_criterion": Figure(lambda s: kelly_criterion(s.rs)),
    "gain_pain_ratio": Figure(lambda s: gain_pain_ratio(s.rs)),
    "common_sense_ratio": Figure(lambda s: common_sense_ratio(s.rs)),
    "tail_ratio": Figure(lambda s: tail_ratio(s.rs), minimum=10),
    "outlier_win_ratio": Figure(lambda s: outlier_win_ratio(s.rs)),
    "outlier_loss_ratio": Figure(lambda s: outlier_loss_ratio(s.rs)),
    "ulcer_index": Figure(lambda s: ulcer_index(s.rs)),
    "serenity_index": Figure(lambda s: serenity_index(s.rs)),
    "skewness": Figure(lambda s: skewness(s.rs)),
    "kurtosis": Figure(lambda s: kurtosis(s.rs)),
}
