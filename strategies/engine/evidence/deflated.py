"""The strict bound: a Sharpe ratio held against everything that was ever tried.

Numbers of a stored result are enough for it, so that it may be asked anew whenever more was tried.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple, TypedDict

import numpy as np

from strategies.engine.figures.metrics_daily import deviation, expected_best_sharpe
from strategies.engine.types import Floats

HOLDS_FROM = 0.95
HOLDS = "holds against all you tried"
NOT_SHOWN = "not shown against all you tried"


class Moments(TypedDict):
    """Of R per date: Sharpe ratio (ddof 1, not annualised), skewness and kurtosis (3 for a normal
    series) by population moments, and the number of dates."""

    sharpe: float
    skew: float
    kurtosis: float
    n_dates: int


class Bound(NamedTuple):
    """The strict bound and how it reads."""

    dsr: float
    n_tried: int

    @property
    def holds(self) -> bool:
        return self.dsr >= HOLDS_FROM

    @property
    def words(self) -> str:
        return HOLDS if self.holds else NOT_SHOWN


def moments_of(values: Floats) -> Moments | None:
    """None for fewer than two values or when all are equal.

    Parameters
    ----------
    values : (D,) float64, R per date (or per trade, for the length of a forward test)
    """
    spread = deviation(values)
    if spread is None:
        return None
    z = (values - values.mean()) / spread
    variance = float(np.mean(z**2))
    return {
        "sharpe": float(values.mean()) / spread,
        "skew": float(np.mean(z**3)) / variance**1.5,
        "kurtosis": float(np.mean(z**4)) / variance**2,
        "n_dates": int(values.size),
    }


def luck_factor(n_tried: int) -> float:
    """e(N): the best of N worthless tries in deviations of one, 0 for a single try."""
    return expected_best_sharpe(n_tried, 1.0)


def luck_sharpe(n_tried: int, n_dates: int) -> float:
    """SR0: Sharpe ratio per date that the best of N worthless tries shows, all of them different.

    Notes
    -----
    By the variance of a worthless one, ``1 / (D - 1)``, and never by that of the tries: losing ones
    spread it, so that the more bad ideas are tried, the less a good one would count.
    """
    return luck_factor(n_tried) / math.sqrt(max(1, n_dates - 1))


def probabilistic(moments: Moments, benchmark: float = 0.0) -> float | None:
    """PSR: probability that the true Sharpe ratio per date lies above a benchmark."""
    inner = _inner(moments)
    if not inner > 0.0:
        return None
    distance = (moments["sharpe"] - benchmark) * math.sqrt(moments["n_dates"] - 1)
    return NormalDist().cdf(distance / math.sqrt(inner))


def strict_bound(moments: Moments, n_tried: int) -> Bound | None:
    """DSR over the distinct tries of a user, this one among them.

    References
    ----------
    Bailey and Lopez de Prado (2014), The Deflated Sharpe Ratio, Journal of Portfolio Management
    40(5); Lo (2002), The Statistics of Sharpe Ratios, Financial Analysts Journal 58(4).
    """
    dsr = probabilistic(moments, luck_sharpe(n_tried, moments["n_dates"]))
    return None if dsr is None else Bound(dsr, n_tried)


def minimum_length(moments: Moments, confidence: float = HOLDS_FROM) -> float | None:
    """MinTRL: values it takes for the Sharpe ratio to be told from 0; None for one not above 0.

    References
    ----------
    Bailey and Lopez de Prado (2012), The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2).
    """
    if moments["sharpe"] <= 0.0:
        return None
    return 1.0 + _inner(moments) * (NormalDist().inv_cdf(confidence) / moments["sharpe"]) ** 2


def minimum_years(n_tried: int, annual_sharpe: float) -> float:
    """MinBTL: years below which luck alone is expected to reach this Sharpe ratio.

    References
    ----------
    Bailey, Borwein, Lopez de Prado and Zhu (2014), Pseudo-Mathematics and Financial Charlatanism,
    Notices of the AMS 61(5).
    """
    return (luck_factor(n_tried) / annual_sharpe) ** 2


def _inner(moments: Moments) -> float:
    sharpe = moments["sharpe"]
    return 1.0 - moments["skew"] * sharpe + (moments["kurtosis"] - 1.0) / 4.0 * sharpe**2
