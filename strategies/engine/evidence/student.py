"""Quantiles of Student's t, without a statistics library."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

TINY = 1e-300
STEPS = 400


@lru_cache(maxsize=4096)
def t_quantile(p: float, dof: float) -> float:
    """Quantile of Student's t.

    Parameters
    ----------
    p : probability below the quantile, between 0 and 1
    dof : degrees of freedom, >= 1

    Returns
    -------
    Accurate to 1e-9 of its size; NaN outside of the ranges above.

    Notes
    -----
    Halving of an interval over ``P(T > t) = I(dof / (dof + t²); dof / 2, 1/2) / 2``, with I the
    regularised incomplete beta function.
    """
    if not 0.0 < p < 1.0 or not dof >= 1.0:
        return math.nan
    if p == 0.5:
        return 0.0
    tail = min(p, 1.0 - p)
    low, high = 0.0, 1.0 + abs(NormalDist().inv_cdf(tail))
    while _above(high, dof) > tail:
        low, high = high, 2.0 * high
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if _above(middle, dof) > tail else (low, middle)
    return math.copysign(0.5 * (low + high), p - 0.5)


def _above(t: float, dof: float) -> float:
    return 0.5 * _beta(dof / (dof + t * t), 0.5 * dof, 0.5)


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by the continued fraction that converges."""
    if x <= 0.0 or x >= 1.0:
        return min(1.0, max(0.0, x))
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(scale + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """By Lentz's method; Numerical Recipes, 6.4."""
    c, d = 1.0, _inverse(1.0 - (a + b) * x / (a + 1.0))
    found = d
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for term in (even, odd):
            d, c = _inverse(1.0 + term * d), 1.0 + term / c
            c = c if abs(c) > TINY else TINY
            found *= d * c
        if abs(d * c - 1.0) < 1e-16:
            break
    return found


def _inverse(value: float) -> float:
    return 1.0 / (value if abs(value) > TINY else TINY)
