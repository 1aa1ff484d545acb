"""Returns per date of made-up searches: families of alike variants, fat tails, dense or sparse."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from strategies.engine.types import Bools, Floats

N_FAMILIES, N_ALIKE = 40, 20
N_VARIANTS = N_FAMILIES * N_ALIKE
ALIKE = 0.6
FREEDOM = 5
GAIN, LOSS = 1.8, -1.0
# Without an edge.
WIN_SHARE = -LOSS / (GAIN - LOSS)
LEAST_SHARE, MOST_SHARE = 0.15, 0.30
DATES_PER_YEAR = 252
MOST_COST = 0.3


def normals(rng: np.random.Generator, n_dates: int) -> Floats:
    """(D, 800) standard normal values, those of a family with a correlation of 0.6."""
    shared = rng.standard_normal((n_dates, N_FAMILIES)).repeat(N_ALIKE, axis=1)
    own = rng.standard_normal((n_dates, N_VARIANTS))
    return math.sqrt(ALIKE) * shared + math.sqrt(1.0 - ALIKE) * own


def dense(rng: np.random.Generator, n_dates: int) -> Floats:
    """R on every date, with a deviation of 1 and tails as fat as Student's with 5 degrees."""
    tails = np.sqrt(3.0 / rng.chisquare(FREEDOM, (n_dates, 1)))
    return normals(rng, n_dates) * tails


def sparse(rng: np.random.Generator, n_dates: int, edge: float = 0.0) -> Floats:
    """+1.8 R or −1 R on 15 to 30 % of the dates.

    With an `edge`, the mean R of a trade of family 0, all other families lose what they cost.
    """
    shares = rng.uniform(LEAST_SHARE, MOST_SHARE, N_FAMILIES).repeat(N_ALIKE)
    trades = normals(rng, n_dates) > quantiles(1.0 - shares)
    mean_r = np.zeros(N_VARIANTS)
    if edge:
        mean_r -= MOST_COST * rng.random(N_FAMILIES).repeat(N_ALIKE)
        mean_r[is_planted()] = edge
    wins = WIN_SHARE + mean_r / (GAIN - LOSS)
    is_gain = normals(rng, n_dates) > quantiles(1.0 - wins)
    return np.where(trades, np.where(is_gain, GAIN, LOSS), 0.0)


def quantiles(probabilities: Floats) -> Floats:
    return np.array([NormalDist().inv_cdf(p) for p in probabilities.tolist()])


def planted(rng: np.random.Generator, n_dates: int, annual_sharpe: float) -> Floats:
    """Family 0 has this true Sharpe ratio, all others lose what they cost."""
    found = dense(rng, n_dates)
    costs = MOST_COST * rng.random(N_FAMILIES).repeat(N_ALIKE)
    costs[is_planted()] = -annual_sharpe / math.sqrt(DATES_PER_YEAR)
    return found - costs


def is_planted() -> Bools:
    """(800,) the variants of family 0."""
    return np.arange(N_VARIANTS) < N_ALIKE
