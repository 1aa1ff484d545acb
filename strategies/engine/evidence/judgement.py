"""Proven, contradicted or not proven: one function of what is known of a result."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from strategies.engine.evidence.intervals import LEAST_TRADES
from strategies.engine.evidence.luck import LEAST_DATES

LEVEL = 0.05


class Known(NamedTuple):
    """What the judgement rests on, and nothing else; R is net of costs.

    without_best_r : total R without the best trade
    double_r : total R at twice the costs, None where they are not known
    luck_p : over everything the user tried on the dates of the choice, None where it is not shown
    reveal_p, forward_p : one-sided p of the sealed and of the forward dates, already times the
        square of the number of the look; None without such a part
    forward_dates : dates of the forward part
    has_alarm : whether the forward alarm rang
    """

    is_real: bool
    n_trades: int
    n_dates: int
    has_costs: bool
    net_r: float
    double_r: float | None
    without_best_r: float
    luck_p: float | None
    reveal_p: float | None = None
    forward_p: float | None = None
    forward_dates: int = 0
    has_alarm: bool = False


class Word(Enum):
    PROVEN = "Proven"
    CONTRADICTED = "Contradicted"
    NOT_PROVEN = "Not proven"


class Need(Enum):
    """What a proof needs, in the order in which the first that fails is named."""

    REAL_BARS = "real bars"
    TRADES = "trades"
    DATES = "dates"
    COSTS = "costs"
    DOUBLE_COSTS = "twice the costs"
    WITHOUT_BEST = "without the best trade"
    CHANCE = "chance"


class Judgement(NamedTuple):
    """The word, and what is missing where it is not proven: the first need that fails."""

    word: Word
    missing: Need | None = None


def judged(known: Known) -> Judgement:
    """The verdict on a result; a result without a trade has lost nothing yet."""
    if known.has_alarm or (known.n_trades > 0 and known.net_r <= 0.0):
        return Judgement(Word.CONTRADICTED)
    missing = next((need for need, is_met in _needs(known) if not is_met), None)
    return Judgement(Word.PROVEN if missing is None else Word.NOT_PROVEN, missing)


def _needs(known: Known) -> tuple[tuple[Need, bool], ...]:
    return (
        (Need.REAL_BARS, known.is_real),
        (Need.TRADES, known.n_trades >= LEAST_TRADES),
        (Need.DATES, known.n_dates >= LEAST_DATES),
        (Need.COSTS, known.has_costs),
        (Need.DOUBLE_COSTS, known.double_r is not None and known.double_r > 0.0),
        (Need.WITHOUT_BEST, known.without_best_r > 0.0),
        (Need.CHANCE, is_beyond_chance(known)),
    )


def is_beyond_chance(known: Known) -> bool:
    """By luck p, by sealed dates, or by at least 60 dates of a forward test."""
    forward_p = known.forward_p if known.forward_dates >= LEAST_DATES else None
    return any(p is not None and p < LEVEL for p in (known.luck_p, known.reveal_p, forward_p))
