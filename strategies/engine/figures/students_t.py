"""Student's distribution: tail and quantile, by a continued fraction and Newton's steps."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

_TINY = 1e-300
_ENOUGH = 1e-16
_MOST_STEPS = 1000


def upper_tail(t: float, freedom: int) -> float:
    """Probability of a value above t.

    Parameters
    ----------
    freedom : degrees of freedom, at least 1

    References
    ----------
    Press et al. (2007), Numerical Recipes, 3rd edition, sections 6.4 and 6.14.3.
    """
    x = freedom / (freedom + t * t)
    half = 0.5 * _incomplete_beta(0.5 * freedom, 0.5, x)
    return half if t >= 0.0 else 1.0 - half


@lru_cache(maxsize=4096)
def quantile(probability: float, freedom: int) -> float:
    """The value that is not exceeded with this probability, within (0, 1)."""
    if probability < 0.5:
        return -quantile(1.0 - probability, freedom)
    tail = 1.0 - probability
    low, high = 0.0, max(1.0, NormalDist().inv_cdf(probability))
    while upper_tail(high, freedom) > tail:
        low, high = high, 2.0 * high
    t = 0.5 * (low + high)
    for _ in range(_MOST_STEPS):
        excess = upper_tail(t, freedom) - tail
        low, high = (t, high) if excess > 0.0 else (low, t)
        step = excess / _density(t, freedom)
        if abs(step) <= 1e-14 * (1.0 + abs(t)):
            return t + step
        # Newton's step where it stays inside, else halfway.
        t = t + step if low < t + step < high else 0.5 * (low + high)
    return t


def _density(t: float, freedom: int) -> float:
    scale = math.lgamma(0.5 * (freedom + 1)) - math.lgamma(0.5 * freedom)
    scale -= 0.5 * math.log(freedom * math.pi)
    return math.exp(scale - 0.5 * (freedom + 1) * math.log1p(t * t / freedom))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised; x in [0, 1]."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(front + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, 1.0 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    """Lentz's method for the continued fraction of the incomplete beta function."""
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1.0))
    found = d
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for part in (even, odd):
            d = 1.0 / _not_zero(1.0 + part * d)
            c = _not_zero(1.0 + part / c)
            found *= c * d
        if abs(c * d - 1.0) < _ENOUGH * 4:
            break
    return found


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
