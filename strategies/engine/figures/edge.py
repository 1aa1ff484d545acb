"""Whether the edge is still there: bands of the equity curve, scores and regimes.

Axis 0 is the trade, in exit order; R net of costs; closed trades only; nothing is annualised. All
of it is JSON-ready.
"""

from __future__ import annotations

import math
from itertools import groupby
from typing import NotRequired, TypedDict

import numpy as np

from strategies.engine.figures import rolling
from strategies.engine.figures.rolling import finite_list
from strategies.engine.types import Floats

FEWEST_TRADES = 30
DEFAULT_THRESHOLD = 1.2
SMALLEST_THRESHOLD, LARGEST_THRESHOLD = 0.8, 2.0
FEWEST_TREND_POINTS = 3
NO_TREND = 50.0
TREND_SCALE = 2000.0
STRONG_FACTOR = 1.25
REGIME_LIMIT = 0.5
FAVOURABLE, NEUTRAL, UNFAVOURABLE = "favourable", "neutral", "unfavourable"


class EdgeCheck(TypedDict):
    """Cumulative R (n,), and from trade `window` on its average and bands.

    `position` of the last value: below, inside or above the bands.
    """

    window: int
    cumulative_r: list[float | None]
    average: list[float | None]
    lower: list[float | None]
    upper: list[float | None]
    position: str


class EdgeScores(TypedDict):
    """Scores from 0 to 100 of the rolling profit factor, and the newest one with its status."""

    window: int
    threshold: float
    consistency: float
    stability: float | None
    trend: float
    profit_factor: float | None
    profit_factor_infinite: NotRequired[bool]
    status: str


class Regimes(TypedDict):
    """The current regime and its age in trades, windows in each regime, and how long one lasts."""

    window: int
    current: str
    age: int
    favourable_pct: float
    neutral_pct: float
    unfavourable_pct: float
    mean_duration: float


def _clip(value: float) -> float:
    return min(100.0, max(0.0, value))


def edge_check(rs: Floats) -> EdgeCheck | None:
    """Cumulative R beside its 21-trade average and bands; see `rolling.edge_bands`.

    Returns
    -------
    None below 21 trades.
    """
    curve, middle, lower, upper = rolling.edge_bands(rs)
    if not middle.size:
        return None
    last = curve[-1]
    position = "below" if last < lower[-1] else "above" if last > upper[-1] else "inside"
    return {
        "window": rolling.EDGE_WINDOW,
        "cumulative_r": finite_list(curve),
        "average": finite_list(middle),
        "lower": finite_list(lower),
        "upper": finite_list(upper),
        "position": position,
    }


def trend_strength(factors: Floats) -> float:
    """2000 times the slope of the rolling profit factor per trade, clipped to 0...100.

    Notes
    -----
    Least-squares slope on the number of the window; windows without a bound are left out. 50 with
    fewer than three windows; a flat or falling factor gives 0.
    """
    places = np.flatnonzero(np.isfinite(factors))
    if places.size < FEWEST_TREND_POINTS:
        return NO_TREND
    x = places - places.mean()
    y = factors[places] - factors[places].mean()
    return _clip(TREND_SCALE * float((x * y).sum() / (x * x).sum()))


def _stability(factors: Floats) -> float | None:
    """100 times one minus deviation over mean, clipped; None with fewer than two windows."""
    known = factors[np.isfinite(factors)]
    if known.size < 2 or not known.mean() > 0.0:
        return None
    return _clip(100.0 * (1.0 - float(known.std(ddof=1) / known.mean())))


def edge_status(factor: float, threshold: float) -> str:
    """In one word what the newest rolling profit factor says of the edge."""
    if factor >= STRONG_FACTOR * threshold:
        return "strong"
    if factor >= threshold:
        return "moderate"
    return "critical" if factor >= 1.0 else "lost"


def edge_scores(
    rs: Floats,
    window: int = rolling.DEFAULT_WINDOW,
    threshold: float = DEFAULT_THRESHOLD,
) -> EdgeScores | None:
    """Score the rolling profit factor.

    Returns
    -------
    None below 30 trades or below `window`.

    Notes
    -----
    consistency ``100 * share of windows with PF > T``; stability ``100 * (1 - s / mean)`` of the
    rolling PF, ddof 1, clipped; trend see `trend_strength`; status strong from 1.25 T, moderate
    from T, critical from 1, else lost. A window without a loss counts as above T and is left out
    of stability and trend.
    """
    if rs.size < max(FEWEST_TRADES, window):
        return None
    factors = rolling.rolling_profit_factor(rs, window)
    newest = float(factors[-1])
    scores: EdgeScores = {
        "window": window,
        "threshold": threshold,
        "consistency": 100.0 * float(np.mean(factors > threshold)),
        "stability": _stability(factors),
        "trend": trend_strength(factors),
        "profit_factor": newest if math.isfinite(newest) else None,
        "status": edge_status(newest, threshold),
    }
    if not math.isfinite(newest):
        scores["profit_factor_infinite"] = True
    return scores


def regime_names(rs: Floats, window: int = rolling.DEFAULT_WINDOW) -> list[str]:
    """The regime of each window: rolling mean beyond half a rolling deviation, or neutral."""
    parts = rolling.windows(rs, window)
    mean, limit = parts.mean(axis=1), REGIME_LIMIT * parts.std(axis=1, ddof=1)
    names = np.where(mean > limit, FAVOURABLE, np.where(mean < -limit, UNFAVOURABLE, NEUTRAL))
    return [str(name) for name in names]


def regimes(rs: Floats, window: int = rolling.DEFAULT_WINDOW) -> Regimes | None:
    """Stretches of good and bad going.

    Returns
    -------
    None below 30 trades or below `window`.

    Notes
    -----
    Favourable where ``mean(R) > 0.5 * s(R)`` of the window, unfavourable below the negative of
    that, else neutral; ddof 1. A regime lasts as long as windows in a row share it; the first and
    the last count with what is seen of them.
    """
    if rs.size < max(FEWEST_TRADES, window):
        return None
    names = regime_names(rs, window)
    runs = [(name, sum(1 for _ in run)) for name, run in groupby(names)]
    current, age = runs[-1]
    return {
        "window": window,
        "current": current,
        "age": age,
        "favourable_pct": 100.0 * names.count(FAVOURABLE) / len(names),
        "neutral_pct": 100.0 * names.count(NEUTRAL) / len(names),
        "unfavourable_pct": 100.0 * names.count(UNFAVOURABLE) / len(names),
        "mean_duration": len(names) / len(runs),
    }
