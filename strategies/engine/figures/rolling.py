"""Figures of a window that moves over the trades: value k is of trades k .. k + window - 1.

Axis 0 is the trade, in exit order; R net of costs. Deviations are sample deviations (ddof 1).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypedDict

import numpy as np

from strategies.engine.types import Floats

SMALLEST_WINDOW, LARGEST_WINDOW, DEFAULT_WINDOW = 10, 100, 20
EDGE_WINDOW = 21
EDGE_DEVIATIONS = 2.0


class RollingFigures(TypedDict):
    """Columns of n - window + 1 values; `n_lossless` windows have a profit factor without bound."""

    window: int
    win_rate: list[float | None]
    profit_factor: list[float | None]
    quality: list[float | None]
    n_lossless: int


def windows(values: Sequence[float] | Floats, window: int) -> Floats:
    """(n - window + 1, window) view of all windows; no rows when there are too few values."""
    column = np.asarray(values, np.float64)
    if column.size < window:
        return np.empty((0, window))
    return np.lib.stride_tricks.sliding_window_view(column, window)


def finite_list(values: Iterable[float]) -> list[float | None]:
    """Plain numbers, None for those that JSON has no word for."""
    return [float(value) if math.isfinite(value) else None for value in values]


def rolling_win_rate(rs: Sequence[float] | Floats, window: int = DEFAULT_WINDOW) -> Floats:
    """Share of wins in each window, in percent; a draw is not a win."""
    wins: Floats = 100.0 * (windows(rs, window) > 0.0).mean(axis=1)
    return wins


def rolling_profit_factor(rs: Sequence[float] | Floats, window: int = DEFAULT_WINDOW) -> Floats:
    """Profit factor of each window; infinite without a loss, 0 without a win and a loss."""
    parts = windows(rs, window)
    gain = np.where(parts > 0.0, parts, 0.0).sum(axis=1)
    loss = -np.where(parts < 0.0, parts, 0.0).sum(axis=1)
    factor: Floats = np.where(gain > 0.0, np.inf, 0.0)
    np.divide(gain, loss, out=factor, where=loss > 0.0)
    return factor


def rolling_quality(rs: Sequence[float] | Floats, window: int = DEFAULT_WINDOW) -> Floats:
    """Mean R over its deviation in each window; NaN where all R of the window are equal."""
    parts = windows(rs, window)
    if not parts.size:
        return np.empty(0)
    quality: Floats = np.full(len(parts), np.nan)
    varies = parts.min(axis=1) < parts.max(axis=1)
    np.divide(parts.mean(axis=1), parts.std(axis=1, ddof=1), out=quality, where=varies)
    return quality


def rolling_figures(rs: Floats, window: int = DEFAULT_WINDOW) -> RollingFigures | None:
    """Win rate (%), profit factor and mean over deviation of R in a moving window.

    Returns
    -------
    None below `window` trades. A profit factor without bound and a mean over no deviation are
    None.
    """
    if rs.size < window:
        return None
    factor = rolling_profit_factor(rs, window)
    return {
        "window": window,
        "win_rate": finite_list(rolling_win_rate(rs, window)),
        "profit_factor": finite_list(factor),
        "quality": finite_list(rolling_quality(rs, window)),
        "n_lossless": int(np.isinf(factor).sum()),
    }


def edge_bands(
    rs: Sequence[float] | Floats,
    window: int = EDGE_WINDOW,
    deviations: float = EDGE_DEVIATIONS,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Compare cumulative R with its own recent course.

    Parameters
    ----------
    rs : net R of each closed trade, in exit order
    window : trades in the moving average
    deviations : distance of the bands from it, in deviations of cumulative R in the window

    Returns
    -------
    Cumulative R (n,), and from trade `window` on its moving average and lower and upper band, each
    (n - window + 1,), in R.

    Notes
    -----
    ``mean(C) +- 2 s(C)`` over the last 21 values of cumulative R, the newest included; ddof 1.
    Below the lower band is unusual underperformance.

    References
    ----------
    Bollinger (2002), Bollinger on Bollinger Bands, ch. 7; on the equity curve here, ddof 1.
    """
    curve: Floats = np.cumsum(np.asarray(rs, np.float64))
    parts = windows(curve, window)
    if not parts.size:
        return curve, np.empty(0), np.empty(0), np.empty(0)
    middle, spread = parts.mean(axis=1), deviations * parts.std(axis=1, ddof=1)
    return curve, middle, middle - spread, middle + spread
