"""How results in R are spread: histogram, box and violin.

Axis 0 is the trade; R net of costs; closed trades only. All of it is JSON-ready.
"""

from __future__ import annotations

import math
from typing import TypedDict

import numpy as np

from strategies.engine.figures.metrics_daily import deviation
from strategies.engine.figures.metrics_trades import LOW_PERCENT, kurtosis, skewness
from strategies.engine.types import Floats

FEWEST_TRADES = 5
N_BINS = 30
N_DENSITY_POINTS = 60


class Density(TypedDict):
    """Heights of a smooth density at points of R."""

    r: list[float]
    density: list[float]


class Distribution(TypedDict):
    """How results are spread: a histogram, a box of quantiles by name, a violin, call-outs."""

    edges: list[float]
    counts: list[int]
    box: dict[str, float]
    violin: Density | None
    skewness: float | None
    kurtosis: float | None
    percentile_5: float


def histogram(rs: Floats, n_bins: int = N_BINS) -> tuple[list[float], list[int]]:
    """Edges (n_bins + 1) and counts (n_bins) of equally wide bins from the least to the largest R.

    Notes
    -----
    A bin holds its left edge but not its right one, the last bin both. Equal values get bins
    around them that are one R wide in all.
    """
    low, high = float(rs.min()), float(rs.max())
    if high - low <= 1e-9 * max(1.0, abs(low)):
        low, high = low - 0.5, high + 0.5
    place = np.floor((rs - low) / (high - low) * n_bins).astype(np.int64)
    counts = np.bincount(np.clip(place, 0, n_bins - 1), minlength=n_bins)
    return np.linspace(low, high, n_bins + 1).tolist(), counts.tolist()


def density(rs: Floats, n_points: int = N_DENSITY_POINTS) -> Density | None:
    """Smooth density of R, for a violin: Gaussian kernels of Silverman's width.

    Notes
    -----
    Width ``0.9 * min(s, IQR / 1.34) * n^(-1/5)``, with s alone where the quartiles coincide; from
    three widths below the least R to three above the largest. None when all R are equal.

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, eq. 3.31.
    """
    spread = deviation(rs)
    if spread is None:
        return None
    first, third = np.percentile(rs, [25.0, 75.0])
    core = min(spread, float(third - first) / 1.34) or spread
    width = 0.9 * core * rs.size**-0.2
    at = np.linspace(rs.min() - 3.0 * width, rs.max() + 3.0 * width, n_points)
    # Results closer than a tenth of a width share a kernel; many are equal anyway.
    places, counts = np.unique(np.round(10.0 * rs / width), return_counts=True)
    distance = at[:, None] / width - places / 10.0
    heights = (counts * np.exp(-0.5 * distance**2)).sum(axis=1)
    heights /= rs.size * width * math.sqrt(2.0 * math.pi)
    return {"r": at.tolist(), "density": heights.tolist()}


def distribution(rs: Floats) -> Distribution | None:
    """How results in R are spread: histogram, box, violin, and three call-outs.

    Returns
    -------
    None below 5 trades; else `edges` and `counts` of 30 bins, `box` (least, quartiles, largest,
    mean; quantiles linear between ranks), `violin` (see `density`), `skewness` (G1), `kurtosis`
    (excess, G2) and `percentile_5`.
    """
    if rs.size < FEWEST_TRADES:
        return None
    edges, counts = histogram(rs)
    names = ("minimum", "lower_quartile", "median", "upper_quartile", "maximum")
    points = np.percentile(rs, [0.0, 25.0, 50.0, 75.0, 100.0])
    return {
        "edges": edges,
        "counts": counts,
        "box": {**dict(zip(names, points.tolist(), strict=True)), "mean": float(rs.mean())},
        "violin": density(rs),
        "skewness": skewness(rs),
        "kurtosis": kurtosis(rs),
        "percentile_5": float(np.percentile(rs, LOW_PERCENT)),
    }
