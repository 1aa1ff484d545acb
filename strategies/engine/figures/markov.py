"""How wins and losses follow each other. Axis 0 is the trade, in exit order; R net of costs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TypedDict

from strategies.engine.types import Floats

FEWEST_TRADES = 20


class Markov(TypedDict):
    """Probabilities of what follows a win or a loss, None where there was none to follow.

    Beside them the counts behind them, by the same names, and streaks with their sign.
    """

    win_win: float | None
    win_loss: float | None
    loss_win: float | None
    loss_loss: float | None
    counts: dict[str, int]
    streaks: list[int]


def streaks(rs: Sequence[float] | Floats) -> list[int]:
    """Lengths of runs of wins (positive) and of other trades (negative), in order."""
    found = []
    for is_win, run in groupby(r > 0.0 for r in rs):
        length = sum(1 for _ in run)
        found.append(length if is_win else -length)
    return found


def markov(rs: Floats) -> Markov | None:
    """How often a win or a loss follows a win or a loss.

    Returns
    -------
    None below 20 trades.

    Notes
    -----
    Relative frequencies of the n - 1 transitions, a draw counted as a loss. Where results are
    independent, both rows equal the win rate and its complement.

    References
    ----------
    Anderson and Goodman (1957), Statistical Inference about Markov Chains, Annals of Mathematical
    Statistics 28(1), eq. 2.8.
    """
    if rs.size < FEWEST_TRADES:
        return None
    before, after = rs[:-1] > 0.0, rs[1:] > 0.0
    counts: dict[str, int] = {
        "win_win": int((before & after).sum()),
        "win_loss": int((before & ~after).sum()),
        "loss_win": int((~before & after).sum()),
        "loss_loss": int((~before & ~after).sum()),
    }
    n_wins, n_losses = int(before.sum()), int((~before).sum())
    return {
        "win_win": _share(counts["win_win"], n_wins),
        "win_loss": _share(counts["win_loss"], n_wins),
        "loss_win": _share(counts["loss_win"], n_losses),
        "loss_loss": _share(counts["loss_loss"], n_losses),
        "counts": counts,
        "streaks": streaks(rs),
    }


def _share(count: int, total: int) -> float | None:
    return count / total if total else None
