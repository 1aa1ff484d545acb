"""Sentences about the analytics, by fixed rules."""

from __future__ import annotations

import math
from collections.abc import Iterator

from strategies.engine.figures.edge import UNFAVOURABLE, EdgeScores, Regimes
from strategies.engine.figures.markov import Markov

MOST_SENTENCES = 4
RISING, NOT_RISING = 70.0, 30.0
INCONSISTENT = 50.0
# Standard errors by which the shares after a win and after a loss must differ to be told.
CLEAR_ERRORS = 2.0


def insights(markov: Markov | None, edge: EdgeScores | None, regime: Regimes | None) -> list[str]:
    """At most four sentences, the gravest first.

    Notes
    -----
    An unfavourable regime; results that come in runs or take turns: the share of losses after a
    loss against that after a win, never against a fixed number, for a strategy that loses often
    loses often in a row; consistency below 50; a trend below 30 or above 70. Whether the edge is
    lost is not told: the rolling profit factor of a healthy strategy falls below 1 again and again.
    """
    return list(_sentences(markov, edge, regime))[:MOST_SENTENCES]


def _sentences(
    markov: Markov | None, edge: EdgeScores | None, regime: Regimes | None
) -> Iterator[str]:
    if regime and regime["current"] == UNFAVOURABLE:
        age = regime["age"]
        yield f"The strategy is in an unfavourable regime, for {age} trade{'s' * (age != 1)} now."
    if markov:
        yield from _runs(markov["counts"])
    if edge:
        yield from _scores(edge)


def _runs(counts: dict[str, int]) -> Iterator[str]:
    """Whether what follows a loss is another than what follows a win."""
    n_losses = counts["loss_loss"] + counts["loss_win"]
    n_wins = counts["win_win"] + counts["win_loss"]
    errors = errors_apart(counts["loss_loss"], n_losses, counts["win_loss"], n_wins)
    if abs(errors) <= CLEAR_ERRORS:
        return
    how = "come in runs" if errors > 0.0 else "take turns"
    after_loss, after_win = counts["loss_loss"] / n_losses, counts["win_loss"] / n_wins
    yield (
        f"Wins and losses {how}: a loss followed {100 * after_loss:.0f} % of losses and"
        f" {100 * after_win:.0f} % of wins."
    )


def errors_apart(n_one: int, of_one: int, n_other: int, of_other: int) -> float:
    """By how many standard errors two shares differ, 0 where one of them is of nothing.

    Notes
    -----
    The error is that of a difference of two shares that are in truth the same.

    References
    ----------
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, eq. 3.5, without
    the correction for continuity.
    """
    if not of_one or not of_other:
        return 0.0
    share = (n_one + n_other) / (of_one + of_other)
    variance = share * (1.0 - share) * (1.0 / of_one + 1.0 / of_other)
    apart = n_one / of_one - n_other / of_other
    return apart / math.sqrt(variance) if variance > 0.0 else 0.0


def _scores(edge: EdgeScores) -> Iterator[str]:
    if edge["consistency"] < INCONSISTENT:
        yield (
            f"Results are uneven: only {edge['consistency']:.0f} % of the windows have a profit"
            f" factor above {edge['threshold']:g}."
        )
    if edge["trend"] < NOT_RISING:
        yield "The rolling profit factor is not rising: it is flat or falling."
    if edge["trend"] > RISING:
        yield "The rolling profit factor is rising."
