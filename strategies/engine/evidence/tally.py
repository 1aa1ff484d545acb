"""The kernels of luck: what chance does to one variant after the other, and the most it ever did.

Sums over dates go one date after the other, for each sample by itself, in float32 without
contraction. So a variant gives the same bits whatever stands beside it, and a maximum doesn't mind
the order in which it is formed.
"""

# Items of arrays have no static types.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

import numpy as np

from strategies.engine.jit import Kernel, inlined

if TYPE_CHECKING:
    from strategies.engine.evidence.resamples import Float32s, Resamples
    from strategies.engine.types import Floats, Int64s

P = ParamSpec("P")
R = TypeVar("R")

# Dates added up at a time.
STRIDE = 8
LEAST_TRADING_DATES = 10
# Where less is left of a sum of squares, the sample is constant and the rest is rounding.
_ROUNDING = np.float32(1e-5)
_ZERO = np.float32(0.0)


def _spread(python: Callable[P, R]) -> Kernel[P, R]:
    """A lean kernel that divides several samples at a time."""
    return Kernel(python, _nrt=False, error_model="numpy")


class Tally(NamedTuple):
    """What is moved along, and the variant that is being weighed.

    counts : (D, w) float32, see `Resamples`
    most : (w,) float32, square of the largest statistic of each sample so far
    top : (1,) float64, largest statistic of the dates themselves, at least 0
    n : (2,) int64, variants tried, and those of them that are in the maximum
    dates, r : (D + STRIDE,) int64 and float64, places of dates with R and the net R of each
    sums, squares : (w,) float32, scratch
    """

    counts: Float32s
    most: Float32s
    top: Floats
    n: Int64s
    dates: Int64s
    r: Floats
    sums: Float32s
    squares: Float32s


def new_tally(resamples: Resamples) -> Tally:
    """Before the first variant."""
    n_dates, width = resamples.counts.shape
    room = n_dates + STRIDE
    most, sums, squares = (np.zeros(width, np.float32) for _ in range(3))
    return Tally(
        resamples.counts,
        most,
        np.zeros(1),
        np.zeros(2, np.int64),
        np.zeros(room, np.int64),
        np.zeros(room),
        sums,
        squares,
    )


@inlined
def total_nb(r: Floats, n: int) -> float:
    """Sum of the first n, two at a time: half as long a wait for the sum before."""
    even, odd = 0.0, 0.0
    for i in range(0, n - 1, 2):
        even += r[i]
        odd += r[i + 1]
    if n % 2 == 1:
        even += r[n - 1]
    return even + odd


@inlined
def statistic_nb(r: Floats, n: int, n_dates: int, total: float) -> float:
    """Root of D times mean over sample deviation of D dates, n of them with R; NaN for s = 0."""
    n_same = 0
    while n_same < n and r[n_same] == r[0]:
        n_same += 1
    # All dates with R have the same, and there are no others, or no dates with R at all.
    if n_dates < 2 or n == 0 or (n == n_dates and n_same == n):
        return math.nan
    mean = total / n_dates
    even, odd = (n_dates - n) * mean * mean, 0.0
    for i in range(0, n - 1, 2):
        even += (r[i] - mean) * (r[i] - mean)
        odd += (r[i + 1] - mean) * (r[i + 1] - mean)
    if n % 2 == 1:
        even += (r[n - 1] - mean) * (r[n - 1] - mean)
    return math.sqrt(n_dates) * mean / math.sqrt((even + odd) / (n_dates - 1))


@inlined
def is_centred_nb(t: float, n_dates: int) -> bool:
    """Whether chance is taken around the variant's own mean: not for one that surely loses."""
    if n_dates < 3:
        return t >= 0.0
    return t >= -math.sqrt(2.0 * math.log(math.log(n_dates)))


@_spread
def add_up_nb(tally: Tally, n: int) -> None:
    """Sums of R and of its squares over each sample, from the first n dates with R.

    Eight dates at a time are added in the order in which they come, so that a sum is read and
    written once for all of them; what fills up the last eight adds zeros.
    """
    sums, squares, dates, r = tally.sums, tally.squares, tally.dates, tally.r
    for i in range(n, n + STRIDE):
        dates[i] = 0
        r[i] = 0.0
    for b in range(sums.shape[0]):
        sums[b] = _ZERO
        squares[b] = _ZERO
    for i in range(0, n, STRIDE):
        x0, x1 = np.float32(r[i]), np.float32(r[i + 1])
        x2, x3 = np.float32(r[i + 2]), np.float32(r[i + 3])
        x4, x5 = np.float32(r[i + 4]), np.float32(r[i + 5])
        x6, x7 = np.float32(r[i + 6]), np.float32(r[i + 7])
        y0, y1, y2, y3 = x0 * x0, x1 * x1, x2 * x2, x3 * x3
        y4, y5, y6, y7 = x4 * x4, x5 * x5, x6 * x6, x7 * x7
        d0, d1 = tally.counts[dates[i]], tally.counts[dates[i + 1]]
        d2, d3 = tally.counts[dates[i + 2]], tally.counts[dates[i + 3]]
        d4, d5 = tally.counts[dates[i + 4]], tally.counts[dates[i + 5]]
        d6, d7 = tally.counts[dates[i + 6]], tally.counts[dates[i + 7]]
        for b in range(sums.shape[0]):
            c0, c1, c2, c3 = d0[b], d1[b], d2[b], d3[b]
            c4, c5, c6, c7 = d4[b], d5[b], d6[b], d7[b]
            total = sums[b] + c0 * x0 + c1 * x1 + c2 * x2 + c3 * x3
            sums[b] = total + c4 * x4 + c5 * x5 + c6 * x6 + c7 * x7
            square = squares[b] + c0 * y0 + c1 * y1 + c2 * y2 + c3 * y3
            squares[b] = square + c4 * y4 + c5 * y5 + c6 * y6 + c7 * y7


@_spread
def raise_nb(tally: Tally, centre: float) -> None:
    """Raise the maxima by what the samples make of the variant, its total taken away from each.

    Notes
    -----
    With S and Q the sums over a sample, ``T* = sqrt(D) (S / D - g) / s*`` squared is
    ``(S - D g)^2 (D - 1) / (D Q - S^2)``.
    """
    sums, squares, most = tally.sums, tally.squares, tally.most
    n_dates, shift = np.float32(tally.counts.shape[0]), np.float32(centre)
    for b in range(most.shape[0]):
        gap, whole = sums[b] - shift, n_dates * squares[b]
        left = whole - sums[b] * sums[b]
        found = gap * gap * (n_dates - np.float32(1.0)) / left
        is_more = (gap > _ZERO) & (left > _ROUNDING * whole) & (found > most[b])
        most[b] = found if is_more else most[b]


@_spread
def weigh_nb(tally: Tally, n: int, n_trading_dates: int) -> float:
    """Weigh the variant whose first n dates with R are filled in; answers its statistic.

    Parameters
    ----------
    n_trading_dates : dates on which it traded, those included whose R adds up to 0

    Returns
    -------
    NaN for a variant that is counted and stays out of the maximum: one with less than ten trading
    dates or without a deviation.
    """
    n_dates = tally.counts.shape[0]
    tally.n[0] += 1
    total = total_nb(tally.r, n)
    t = statistic_nb(tally.r, n, n_dates, total)
    if n_trading_dates < LEAST_TRADING_DATES or math.isnan(t):
        return math.nan
    tally.n[1] += 1
    tally.top[0] = max(tally.top[0], t)
    add_up_nb(tally, n)
    raise_nb(tally, total if is_centred_nb(t, n_dates) else 0.0)
    return t


@_spread
def weigh_rows_nb(tally: Tally, rows: Floats, n_trading_dates: Int64s, found: Floats) -> None:
    """Weigh each row of net R per date, (k, D); fills the statistic of each, (k,)."""
    for k in range(rows.shape[0]):
        n = 0
        for date in range(rows.shape[1]):
            # Written in any case: a guess at which dates have R is often wrong and costs more.
            tally.dates[n] = date
            tally.r[n] = rows[k, date]
            n += rows[k, date] != 0.0
        found[k] = weigh_nb(tally, n, n_trading_dates[k])
