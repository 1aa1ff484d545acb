"""Sentences about the analytics, by fixed rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from strategies.engine.figures.edge import UNFAVOURABLE

MOST_SENTENCES = 4
STREAKY, CHOPPY, STICKY_LOSSES = 0.65, 0.4, 0.6
RISING, NOT_RISING = 70.0, 30.0
INCONSISTENT = 50.0
Part = dict[str, Any]


def insights(markov: Part | None, edge: Part | None, regime: Part | None) -> list[str]:
    """At most four sentences, the gravest first.

    Notes
    -----
    An edge that is lost, an unfavourable regime, losses after losses over 60 %, consistency below
    50, a trend below 30, a strong edge, a trend above 70, wins after wins over 65 % or below 40 %.
    """
    return list(_sentences(markov or {}, edge or {}, regime or {}))[:MOST_SENTENCES]


def _sentences(markov: Part, edge: Part, regime: Part) -> Iterator[str]:
    yield from _grave(edge, regime)
    if (share := markov.get("loss_loss")) is not None and share > STICKY_LOSSES:
        yield f"Losses come in runs: {100 * share:.0f} % of losses were followed by another."
    yield from _scores(edge)
    yield from _wins(markov.get("win_win"))


def _grave(edge: Part, regime: Part) -> Iterator[str]:
    if edge.get("status") == "lost":
        yield (
            f"The edge is lost for now: over the last {edge['window']} trades the losses are"
            " larger than the gains."
        )
    if regime.get("current") == UNFAVOURABLE:
        age = regime["age"]
        yield f"The strategy is in an unfavourable regime, for {age} trade{'s' * (age != 1)} now."


def _scores(edge: Part) -> Iterator[str]:
    if not edge:
        return
    if edge["consistency"] < INCONSISTENT:
        yield (
            f"Results are uneven: only {edge['consistency']:.0f} % of the windows have a profit"
            f" factor above {edge['threshold']:g}."
        )
    if edge["trend"] < NOT_RISING:
        yield "The rolling profit factor is not rising: it is flat or falling."
    if edge["status"] == "strong":
        yield f"The edge is strong over the last {edge['window']} trades."
    if edge["trend"] > RISING:
        yield "The rolling profit factor is rising."


def _wins(share: float | None) -> Iterator[str]:
    if share is None:
        return
    if share > STREAKY:
        yield f"Wins come in runs: {100 * share:.0f} % of wins were followed by another."
    elif share < CHOPPY:
        yield f"Wins rarely repeat: {100 * share:.0f} % of wins were followed by another."
