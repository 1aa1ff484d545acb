"""What a search can prove, said before it starts, and the mean to plan with afterwards."""

from __future__ import annotations

import math
from typing import NamedTuple

from strategies.engine.evidence.deflated import luck_factor
from strategies.engine.figures.metrics_daily import DATES_PER_YEAR, MOST_TRIALS

# Quantiles of the level of 5 % and of the power of 80 %.
LEVEL, POWER = 1.645, 0.842
# Deviation of true means between strategies, in R.
SPREAD_R = 0.1


class PlannedMean(NamedTuple):
    """R per trade to plan with: pulled towards 0 by how unsure it is, with its deviation."""

    mean: float
    deviation: float
    raw: float


def luck_annual_sharpe(n_tried: int, n_dates: int) -> float:
    """Annual Sharpe ratio that luck alone reaches in N tries, all of them different."""
    return luck_factor(n_tried) * math.sqrt(DATES_PER_YEAR / n_dates)


def dates_needed(n_tried: int, hoped_sharpe: float) -> int:
    """Dates on which the best of N tries shows an annual Sharpe ratio in 80 of 100, rounded up."""
    reach = (luck_factor(n_tried) + LEVEL + POWER) / hoped_sharpe
    return math.ceil(DATES_PER_YEAR * reach**2)


def most_tries(n_dates: int, hoped_sharpe: float) -> int:
    """Most tries among which these dates still show it; 0 where not even one is.

    Beyond a thousand million the answer stays there.
    """
    room = hoped_sharpe * math.sqrt(n_dates / DATES_PER_YEAR) - LEVEL - POWER
    if room < 0.0:
        return 0
    low, high = 1, MOST_TRIALS
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if luck_factor(middle) <= room else (low, middle - 1)
    return low


def trades_needed(mean_r: float, deviation_r: float) -> int | None:
    """Trades by which a forward test shows a mean in 80 of 100, rounded up; None for no gain."""
    if mean_r <= 0.0:
        return None
    return math.ceil(((LEVEL + POWER) * deviation_r / mean_r) ** 2)


def planned_mean(mean_r: float, standard_error: float, spread_r: float = SPREAD_R) -> PlannedMean:
    """The mean to plan sizes and chances with, the raw one beside it.

    Notes
    -----
    ``m tau^2 / (tau^2 + se^2)`` with deviation ``tau se / sqrt(tau^2 + se^2)``: what is known of a
    mean that was drawn from others of deviation tau around 0.
    """
    weight = spread_r**2 / (spread_r**2 + standard_error**2)
    return PlannedMean(weight * mean_r, standard_error * math.sqrt(weight), mean_r)
