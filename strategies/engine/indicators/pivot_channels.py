"""Pivots and the channels around them, as the Support Resistance Channels pack rebuilds them.

Not a pack. A pivot is confirmed some bars after it; only then are channels built anew, so all of
this runs on few bars.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from strategies.engine.jit import kernel

if TYPE_CHECKING:
    from strategies.engine.types import Floats

# Channels are at most this many, and their width is a part of the range of so many bars.
MOST_CHANNELS = 10
RANGE_BARS = 300
PIVOT_STRENGTH = 20.0


class Pivots(NamedTuple):
    """Values of the latest pivots and the numbers of their confirming bars, newest first."""

    values: Floats
    confirmed: Floats


class Channels(NamedTuple):
    """Tops and bottoms, strongest first."""

    tops: Floats
    bottoms: Floats


class Candidates(NamedTuple):
    """A channel around each pivot; a strength of -1 is out of the running."""

    tops: Floats
    bottoms: Floats
    strengths: Floats


@kernel
def is_peak_nb(values: Floats, p: int, n: int) -> bool:
    """Whether values[p] is above the n before it and not below the n after it."""
    j = 1
    while j <= n and values[p] > values[p - j] and values[p] >= values[p + j]:
        j += 1
    return j > n


@kernel
def is_trough_nb(values: Floats, p: int, n: int) -> bool:
    """Whether values[p] is below the n before it and not above the n after it."""
    j = 1
    while j <= n and values[p] < values[p - j] and values[p] <= values[p + j]:
        j += 1
    return j > n


@kernel
def add_pivot_nb(pivots: Pivots, count: int, value: float, bar: float, loopback: int) -> int:
    """Put a pivot in front and drop those confirmed more than `loopback` bars ago.

    Peaks lie more than a pivot period apart, troughs too: `pivot_capacity_nb` holds all of them.
    """
    for i in range(count, 0, -1):
        pivots.values[i] = pivots.values[i - 1]
        pivots.confirmed[i] = pivots.confirmed[i - 1]
    pivots.values[0], pivots.confirmed[0] = value, bar
    count += 1
    while bar - pivots.confirmed[count - 1] > loopback:
        count -= 1
    return count


@kernel
def touches_nb(highs: Floats, lows: Floats, bottom: float, top: float) -> int:
    """Number of bars whose high or low lies in the channel."""
    total = 0
    for i in range(highs.shape[0]):
        is_high_inside = (highs[i] <= top) & (highs[i] >= bottom)
        is_low_inside = (lows[i] <= top) & (lows[i] >= bottom)
        total += int(is_high_inside | is_low_inside)
    return total


@kernel
def grown_nb(values: Floats, centre: int, limit: float) -> tuple[float, float, float]:
    """Bottom, top and strength of the channel that grows around one pivot, newest first."""
    bottom, top, strength = values[centre], values[centre], 0.0
    for i in range(values.shape[0]):
        value = values[i]
        width = top - value if value <= top else value - bottom
        if width <= limit:
            bottom, top = min(bottom, value), max(top, value)
            strength += PIVOT_STRENGTH
    return bottom, top, strength


@kernel
def strongest_nb(candidates: Candidates, least: float) -> int:
    """The first of the strongest candidates that reach `least`, -1 without one."""
    best, strength = -1, -1.0
    for i in range(candidates.strengths.shape[0]):
        if candidates.strengths[i] > strength and candidates.strengths[i] >= least:
            best, strength = i, candidates.strengths[i]
    return best


@kernel
def strike_out_nb(candidates: Candidates, bottom: float, top: float) -> None:
    """Take every candidate with a boundary inside the channel out of the running."""
    for i in range(candidates.strengths.shape[0]):
        is_top_inside = bottom <= candidates.tops[i] <= top
        if is_top_inside or bottom <= candidates.bottoms[i] <= top:
            candidates.strengths[i] = -1.0


@kernel
def rebuild_nb(
    values: Floats, highs: Floats, lows: Floats, limit: float, least: float, channels: Channels
) -> int:
    """Write the channels of these pivots, strongest first, and return their number.

    Parameters
    ----------
    values : pivots, newest first
    highs, lows : of the bars that may touch a channel
    limit : the greatest width of a channel
    least : the least strength of a channel
    channels : written to; their length is the greatest number
    """
    n = values.shape[0]
    candidates = Candidates(np.empty(n), np.empty(n), np.empty(n))
    for i in range(n):
        bottom, top, strength = grown_nb(values, i, limit)
        candidates.bottoms[i], candidates.tops[i] = bottom, top
        candidates.strengths[i] = strength + touches_nb(highs, lows, bottom, top)
    count = 0
    while count < channels.tops.shape[0]:
        best = strongest_nb(candidates, least)
        if best < 0:
            break
        bottom, top = candidates.bottoms[best], candidates.tops[best]
        channels.bottoms[count], channels.tops[count] = bottom, top
        strike_out_nb(candidates, bottom, top)
        count += 1
    return count


@kernel
def nearest_nb(tops: Floats, bottoms: Floats, close: float) -> tuple[float, float, float]:
    """Top and bottom of the channel whose middle is nearest, and the way to the nearest channel.

    The way is 0 inside a channel; all are NaN without channels.
    """
    top, bottom, way, least = math.nan, math.nan, math.nan, math.inf
    for i in range(tops.shape[0]):
        distance = abs(close - (tops[i] + bottoms[i]) / 2.0)
        if distance < least:
            top, bottom, least = tops[i], bottoms[i], distance
        outside = max(0.0, close - tops[i], bottoms[i] - close)
        way = outside if math.isnan(way) else min(way, outside)
    return top, bottom, way


def pivot_capacity(pivot_period: int, loopback: int) -> int:
    """Pivots that can be confirmed within `loopback` bars, and the one that pushes them out."""
    return 2 * (loopback // (pivot_period + 1) + 1) + 1


def history_bars(loopback: int) -> int:
    """Bars whose highs and lows channels are built from."""
    return max(RANGE_BARS, loopback + 1)


# Whoever asks for the size of a memory calls the plain functions and has no need of numba.
pivot_capacity_nb, history_bars_nb = kernel(pivot_capacity), kernel(history_bars)
