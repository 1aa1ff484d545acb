"""Moving mean of the close with deviation bands, which both Bollinger packs share. Not a pack."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from strategies.engine.indicators.building_blocks import hide_nb
from strategies.engine.jit import kernel

if TYPE_CHECKING:
    from strategies.engine.types import Floats

# close, mean, upper band, lower band, band width as a fraction of the mean
Row = tuple[float, float, float, float, float]


@kernel
def means_nb(values: Floats, n: int, means: Floats) -> None:
    """Mean of each window of n values, summed oldest first and anew for each window.

    Windows are summed side by side: each keeps its order, and the loop is vectorised.
    """
    for k in range(means.shape[0]):
        means[k] = values[k]
    for j in range(1, n):
        for k in range(means.shape[0]):
            means[k] += values[k + j]
    for k in range(means.shape[0]):
        means[k] /= n


@kernel
def deviations_nb(values: Floats, n: int, means: Floats, deviations: Floats) -> None:
    """Population deviation of each window from its mean, in a pass of its own."""
    for k in range(means.shape[0]):
        deviations[k] = 0.0
    for j in range(n):
        for k in range(means.shape[0]):
            off = values[k + j] - means[k]
            deviations[k] += off * off
    for k in range(means.shape[0]):
        deviations[k] = math.sqrt(deviations[k] / n)


@kernel
def bands_nb(
    closes: Floats, n: int, multiple: float, seen: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean, upper band, lower band and relative width of every window of n closes.

    Missing (NaN) until n bars were seen; the first window ends at bar number `seen`. The width is
    also missing where the mean is zero.
    """
    count = closes.shape[0] - n + 1
    means, deviations = np.empty(count), np.empty(count)
    upper, lower, width = np.empty(count), np.empty(count), np.empty(count)
    means_nb(closes, n, means)
    deviations_nb(closes, n, means, deviations)
    hide_nb(means, seen - 1.0, n)
    for k in range(count):
        reach = multiple * deviations[k]
        upper[k], lower[k] = means[k] + reach, means[k] - reach
        width[k] = (upper[k] - lower[k]) / means[k] if means[k] != 0.0 else math.nan
    return means, upper, lower, width
