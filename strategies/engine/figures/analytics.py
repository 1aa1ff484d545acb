"""The analytics of a list of trades as one record.

Axis 0 is the trade, in exit order; R net of costs; closed trades only; nothing is annualised. Every
part is None below its minimum number of trades. All of it is JSON-ready: no NaN, no infinity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np

from strategies.engine.figures import distribution, edge, rolling
from strategies.engine.figures.insights import insights
from strategies.engine.types import Floats

Part = dict[str, Any]
FEWEST_MARKOV_TRADES = 20
# Closed trades below which a part is None, with the default window.
MINIMUM_TRADES = {
    "edge_check": rolling.EDGE_WINDOW,
    "rolling": rolling.DEFAULT_WINDOW,
    "distribution": distribution.FEWEST_TRADES,
    "markov": FEWEST_MARKOV_TRADES,
    "edge": edge.FEWEST_TRADES,
    "regimes": edge.FEWEST_TRADES,
}


def _finite(part: Any) -> Any:
    """The same with None for what JSON has no word for, as sums without bound leave it."""
    if isinstance(part, dict):
        return {name: _finite(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_finite(value) for value in part]
    return None if isinstance(part, float) and not math.isfinite(part) else part


def streaks(rs: Sequence[float] | Floats) -> list[int]:
    """Lengths of runs of wins (positive) and of other trades (negative), in order."""
    found = []
    for is_win, run in groupby(r > 0.0 for r in rs):
        length = sum(1 for _ in run)
        found.append(length if is_win else -length)
    return found


def markov(rs: Floats) -> Part | None:
    """How often a win or a loss follows a win or a loss.

    Returns
    -------
    None below 20 trades; else the probabilities `win_win`, `win_loss`, `loss_win`, `loss_loss`
    (None where the first of the two never came), the `counts` behind them, and signed `streaks`.

    Notes
    -----
    Relative frequencies of the n - 1 transitions, a draw counted as a loss. Where results are
    independent, both rows equal the win rate and its complement.

    References
    ----------
    Anderson and Goodman (1957), Statistical Inference about Markov Chains, Annals of Mathematical
    Statistics 28(1), eq. 2.8.
    """
    if rs.size < FEWEST_MARKOV_TRADES:
        return None
    before, after = rs[:-1] > 0.0, rs[1:] > 0.0
    names = {True: "win", False: "loss"}
    counts = {
        f"{names[a]}_{names[b]}": int(((before == a) & (after == b)).sum())
        for a in (True, False)
        for b in (True, False)
    }
    rows = {name: counts[f"{name}_win"] + counts[f"{name}_loss"] for name in ("win", "loss")}
    shares = {
        pair: count / rows[pair.split("_")[0]] if rows[pair.split("_")[0]] else None
        for pair, count in counts.items()
    }
    return {**shares, "counts": counts, "streaks": streaks(rs)}


def analytics(
    r_multiples: Sequence[float],
    window: int = rolling.DEFAULT_WINDOW,
    threshold: float = edge.DEFAULT_THRESHOLD,
) -> Part:
    """Compute every part of the analytics.

    Parameters
    ----------
    r_multiples : net R of each closed trade, in exit order
    window : trades of the moving window, 10 to 100; values outside are brought inside
    threshold : profit factor that counts as an edge, 0.8 to 2.0; likewise

    Returns
    -------
    `n_trades`; `edge_check`, `rolling`, `distribution`, `markov`, `edge` and `regimes`, each a
    record or None below its minimum number of trades; `insights`, at most four sentences.
    """
    window = min(max(window, rolling.SMALLEST_WINDOW), rolling.LARGEST_WINDOW)
    threshold = min(max(threshold, edge.SMALLEST_THRESHOLD), edge.LARGEST_THRESHOLD)
    rs = np.asarray(r_multiples, np.float64)
    with np.errstate(all="ignore"):
        parts = {
            "edge_check": edge.edge_check(rs),
            "rolling": rolling.rolling_figures(rs, window),
            "distribution": _finite(distribution.distribution(rs)),
            "markov": markov(rs),
            "edge": _finite(edge.edge_scores(rs, window, threshold)),
            "regimes": edge.regimes(rs, window),
        }
    sentences = insights(parts["markov"], parts["edge"], parts["regimes"])
    return {"n_trades": int(rs.size), **parts, "insights": sentences}
