"""Sentences about the analytics, by fixed rules."""

from __future__ import annotations

from collections.abc import Iterator

from strategies.engine.figures.edge import UNFAVOURABLE, EdgeScores, Regimes
from strategies.engine.figures.markov import Markov

MOST_SENTENCES = 4
STREAKY, CHOPPY, STICKY_LOSSES = 0.65, 0.4, 0.6
RISING, NOT_RISING = 70.0, 30.0
INCONSISTENT = 50.0


def insights(markov: Markov | None, edge: EdgeScores | None, regime: Regimes | None) -> list[str]:
    """At most four sentences, the gravest first.

    Notes
    -----
    An edge that is lost, an unfavourable regime, losses after losses over 60 %, consistency below
    50, a trend below 30, a strong edge, a trend above 70, wins after wins over 65 % or below 40 %.
    """
    return list(_sentences(markov, edge, regime))[:MOST_SENTENCES]


def _sentences(
    markov: Markov | None, edge: EdgeScores | None, regime: Regimes | None
) -> Iterator[str]:
    yield from _grave(edge, regime)
    if markov and (share := markov.get("loss_loss")) is not None and share > STICKY_LOSSES:
        yield f"Losses come in runs: {100 * share:.0f} % of losses were followed by another."
    if edge:
        yield from _scores(edge)
    if markov and (share := markov.get("win_win")) is not None:
        yield from _wins(share)


def _grave(edge: EdgeScores | None, regime: Regimes | None) -> Iterator[str]:
    if edge and edge["status"] == "lost":
        yield (
            f"The edge is lost for now: over the last {edge['window']} trades the losses are"
            " larger than the gains."
        )
    if regime and regime["current"] == UNFAVOURABLE:
        age = regime["age"]
        yield f"The strategy is in an unfavourable regime, for {age} trade{'s' * (age != 1)} now."


def _scores(edge: EdgeScores) -> Iterator[str]:
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


def _wins(share: float) -> Iterator[str]:
    if share > STREAKY:
        yield f"Wins come in runs: {100 * share:.0f} % of wins were followed by another."
    elif share < CHOPPY:
        yield f"Wins rarely repeat: {100 * share:.0f} % of wins were followed by another."
