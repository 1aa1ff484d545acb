"""Student's t distribution: the quantile that intervals by date are made with."""

from __future__ import annotations

import math
from statistics import NormalDist

MOST_STEPS = 200
# Of the logarithm of the tail, relative to the quantile.
TOLERANCE = 1e-14
TINY = 1e-300


def t_quantile(p: float, dof: float) -> float:
    """The value below which Student's t lies with probability `p`.

    Parameters
    ----------
    p : float, 0 < p < 1
    dof : float, degrees of freedom, > 0

    Returns
    -------
    float, relative error below 1e-9; symmetric: that of `1 - p` with the other sign

    Raises
    ------
    ValueError when `p` or `dof` lies outside of its range

    Notes
    -----
    The tail is half the regularised incomplete beta function I(dof / (dof + t^2); dof/2, 1/2), so
    that tails far out lose no digits; it is inverted by Newton's steps, halved where they leave the
    bracket.

    References
    ----------
    Abramowitz, Stegun (1964), 26.5.8 and 26.7.1
    """
    if not (0.0 < p < 1.0 and dof > 0.0):
        raise ValueError("t_quantile needs 0 < p < 1 and dof > 0")
    if p == 0.5:
        return 0.0
    tail = min(p, 1.0 - p)
    size = _solve(tail, dof)
    return size if p > 0.5 else -size


def _solve(tail: float, dof: float) -> float:
    """The positive t beyond which `tail` lies."""
    low, high = 0.0, 1.0
    while _tail(high, dof) > tail:
        low, high = high, 2.0 * high
    t = min(max(NormalDist().inv_cdf(1.0 - tail), low), high)
    for _ in range(MOST_STEPS):
        beyond = _tail(t, dof)
        low, high = (t, high) if beyond > tail else (low, t)
        # On the logarithm of the tail, which is nearly straight.
        step = beyond / _density(t, dof) * math.log(beyond / tail)
        following = t + step
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - t) <= TOLERANCE * max(1.0, t):
            return following
        t = following
    return t


def _tail(t: float, dof: float) -> float:
    """The probability beyond a positive t."""
    return 0.5 * _beta(dof / (dof + t * t), t * t / (dof + t * t), 0.5 * dof, 0.5)


def _density(t: float, dof: float) -> float:
    scale = math.lgamma(0.5 * (dof + 1.0)) - math.lgamma(0.5 * dof)
    power = -0.5 * (dof + 1.0) * math.log1p(t * t / dof)
    return math.exp(scale + power) / math.sqrt(dof * math.pi)


def _beta(x: float, y: float, a: float, b: float) -> float:
    """The regularised incomplete beta function; `y` is 1 - x, given so that no digit is lost."""
    if x <= 0.0 or y <= 0.0:
        return 0.0 if x <= 0.0 else 1.0
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(scale + a * math.log(x) + b * math.log(y))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(y, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Its continued fraction, by Lentz's method; it converges for x < (a + 1)/(a + b + 2)."""
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1.0))
    found = d
    for m in range(1, MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1.0 / _not_zero(1.0 + even * d), _not_zero(1.0 + even / c)
        found *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1.0 / _not_zero(1.0 + odd * d), _not_zero(1.0 + odd / c)
        found *= d * c
        if abs(d * c - 1.0) < 1e-16:
            break
    return found


def _not_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY
