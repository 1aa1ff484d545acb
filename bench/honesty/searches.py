"""The luck of whole searches, and the strict bound over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

import numpy as np

from bench.honesty.generator import dense, is_planted, planted, sparse
from strategies.engine.evidence.deflated import moments_of, strict_bound
from strategies.engine.evidence.luck import Luck, exceedance
from strategies.engine.types import Floats

LEVEL = 0.05
FIRST_DAY = 738_000
PLANTED_DATES, PLANTED_SHARPE = 252, 2.5
BOUND_DATES, BOUND_SHARPE = 756, 4.0
SPARSE_EDGE_R = 0.25


class Share(TypedDict):
    """How often something happened."""

    n: int
    share: float


class Bounds(TypedDict):
    n: int
    held: int
    is_changed_by_losers_only_through_n: bool


Draw = Callable[[np.random.Generator], Floats]


def best_of(luck: Luck, columns: Floats) -> int:
    """Weigh a search; the place of its best variant."""
    return int(np.nanargmax(luck.add(columns)))


def luck_of(columns: Floats, n_dates: int) -> tuple[float, int]:
    """Luck p of a search, and the place of its best variant."""
    luck = Luck.over(range(FIRST_DAY, FIRST_DAY + n_dates))
    place = best_of(luck, columns)
    return exceedance(luck.maxima, luck.best), place


def null_searches(n: int, n_dates: int, is_sparse: bool, seed: int) -> Share:
    """Searches without any edge whose luck p is below 5 %."""
    found = 0
    for number in range(n):
        rng = np.random.default_rng([seed, n_dates, is_sparse, number])
        columns = sparse(rng, n_dates) if is_sparse else dense(rng, n_dates)
        p, _ = luck_of(columns, n_dates)
        found += p < LEVEL
    return {"n": n, "share": found / n}


def planted_searches(n: int, is_sparse: bool, seed: int) -> Share:
    """Searches with an edge in one family of 40 that are found, and the best is of that family."""
    found = 0
    for number in range(n):
        rng = np.random.default_rng([seed, number])
        columns = (
            sparse(rng, PLANTED_DATES, SPARSE_EDGE_R)
            if is_sparse
            else planted(rng, PLANTED_DATES, PLANTED_SHARPE)
        )
        p, best = luck_of(columns, PLANTED_DATES)
        found += p < LEVEL and bool(is_planted()[best])
    return {"n": n, "share": found / n}


def bounds(n: int, seed: int) -> Bounds:
    """A Sharpe ratio of 4 on 756 dates among 800 losing variants, by the strict bound."""
    held, is_same = 0, True
    for number in range(n):
        rng = np.random.default_rng([seed, number])
        columns = planted(rng, BOUND_DATES, BOUND_SHARPE)
        of_family = columns[:, is_planted()]
        best = of_family[:, int(np.argmax(of_family.mean(axis=0) / of_family.std(axis=0)))]
        held += _dsr(best, columns) >= 0.95
        # Worse losers, the same number of them.
        worse = np.where(is_planted(), columns, columns - 5.0)
        is_same = is_same and _dsr(best, worse) == _dsr(best, columns)
        is_same = is_same and _dsr(best, columns[:, :100]) > _dsr(best, columns)
    return {"n": n, "held": held, "is_changed_by_losers_only_through_n": is_same}


def _dsr(best: Floats, columns: Floats) -> float:
    moments = moments_of(best)
    bound = None if moments is None else strict_bound(moments, columns.shape[1])
    return bound.dsr if bound is not None else 0.0
