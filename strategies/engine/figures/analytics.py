"""The analytics of a list of trades as one document.

Axis 0 is the trade, in exit order; R net of costs; closed trades only; nothing is annualised. Every
part is None below its minimum number of trades. All of it is JSON-ready: no NaN, no infinity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np

from strategies.engine.figures import distribution, edge, markov, rolling
from strategies.engine.figures.insights import insights

# Closed trades below which a part is None, with the default window.
MINIMUM_TRADES = {
    "edge_check": rolling.EDGE_WINDOW,
    "rolling": rolling.DEFAULT_WINDOW,
    "distribution": distribution.FEWEST_TRADES,
    "markov": markov.FEWEST_TRADES,
    "edge": edge.FEWEST_TRADES,
    "regimes": edge.FEWEST_TRADES,
}


class ShortParts(TypedDict):
    """The parts without a value for every trade, and at most four sentences."""

    n_trades: int
    distribution: distribution.Distribution | None
    markov: markov.Markov | None
    edge: edge.EdgeScores | None
    regimes: edge.Regimes | None
    insights: list[str]


class Analytics(ShortParts):
    """All parts, each None below its minimum number of trades."""

    edge_check: edge.EdgeCheck | None
    rolling: rolling.RollingFigures | None


def _finite(part: Any) -> Any:
    """The same with None for what JSON has no word for, as sums without bound leave it."""
    if isinstance(part, dict):
        return {name: _finite(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_finite(value) for value in part]
    return None if isinstance(part, float) and not math.isfinite(part) else part


def analytics(
    r_multiples: Sequence[float],
    window: int = rolling.DEFAULT_WINDOW,
    threshold: float = edge.DEFAULT_THRESHOLD,
) -> Analytics:
    """Compute every part of the analytics.

    Parameters
    ----------
    r_multiples : net R of each closed trade, in exit order
    window : trades of the moving window, 10 to 100; values outside are brought inside
    threshold : profit factor that counts as an edge, 0.8 to 2.0; likewise
    """
    window = min(max(window, rolling.SMALLEST_WINDOW), rolling.LARGEST_WINDOW)
    threshold = min(max(threshold, edge.SMALLEST_THRESHOLD), edge.LARGEST_THRESHOLD)
    rs = np.asarray(r_multiples, np.float64)
    with np.errstate(all="ignore"):
        chain, regimes = markov.markov(rs), edge.regimes(rs, window)
        scores: edge.EdgeScores | None = _finite(edge.edge_scores(rs, window, threshold))
        return {
            "n_trades": int(rs.size),
            "edge_check": edge.edge_check(rs),
            "rolling": rolling.rolling_figures(rs, window),
            "distribution": _finite(distribution.distribution(rs)),
            "markov": chain,
            "edge": scores,
            "regimes": regimes,
            "insights": insights(chain, scores, regimes),
        }
