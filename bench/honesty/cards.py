"""Tabs of the builder without any effect, and looks at sealed dates without any edge."""

from __future__ import annotations

import numpy as np

from bench.honesty.generator import GAIN, LOSS, WIN_SHARE
from bench.honesty.searches import LEVEL, Share
from strategies.engine.evidence.intervals import card_intervals
from strategies.engine.evidence.reveals import sealed_p, shown_p
from strategies.engine.types import Floats, Int64s

N_CARDS, CARD_DATES, TRADES_A_DATE = 60, 63, 4.0
N_LOOKS, SEALED_DATES, SEALED_SHARE = 10, 63, 0.6


class TabShare(Share):
    """`alone`: what share would have a coloured card if each card stood for itself."""

    alone: float


class RevealShare(Share):
    """`unpaid`: the same if looks cost nothing."""

    unpaid: float


def coloured_tabs(n: int, seed: int) -> TabShare:
    """Tabs of 60 conditions without any effect that show a coloured card."""
    coloured = alone = 0
    for number in range(n):
        found = card_intervals(*_tab(np.random.default_rng([seed, number])), N_CARDS)
        coloured += bool(found.signs.any())
        alone += bool(((found.single_low > 0.0) | (found.single_high < 0.0)).any())
    return {"n": n, "share": coloured / n, "alone": alone / n}


def _tab(rng: np.random.Generator) -> tuple[Floats, Int64s, Floats, Int64s]:
    """A strategy and 60 conditions that each keep some of its trades, whatever comes of them."""
    base_n = rng.poisson(TRADES_A_DATE, CARD_DATES)
    dates = np.repeat(np.arange(CARD_DATES), base_n)
    r = np.where(rng.random(dates.size) < WIN_SHARE, GAIN, LOSS)
    kept = rng.random((N_CARDS, dates.size)) < rng.uniform(0.2, 0.9, (N_CARDS, 1))
    is_of_date = dates[:, None] == np.arange(CARD_DATES)
    base_r = r @ is_of_date
    return base_r, base_n, (kept * r) @ is_of_date, kept.astype(np.int64) @ is_of_date


def reveals(n: int, seed: int) -> RevealShare:
    """Ten looks at sealed dates of strategies without an edge, any of which shows p below 5 %."""
    shown = unpaid = 0
    for number in range(n):
        rng = np.random.default_rng([seed, number])
        shape = (SEALED_DATES, N_LOOKS)
        trades = rng.random(shape) < SEALED_SHARE
        r = np.where(trades, np.where(rng.random(shape) < WIN_SHARE, GAIN, LOSS), 0.0)
        found = [sealed_p(r[:, k]) for k in range(N_LOOKS)]
        p_values = [1.0 if p is None else p for p in found]
        shown += any(shown_p(p, look) < LEVEL for look, p in enumerate(p_values, start=1))
        unpaid += min(p_values) < LEVEL
    return {"n": n, "share": shown / n, "unpaid": unpaid / n}
