"""How sure one may be of the cards of a tab: what each change did, and what luck does."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from strategies.drilldown.cards import Card, Dates, Effect, card_of
from strategies.engine.evidence.intervals import Intervals, card_intervals
from strategies.engine.evidence.luck import Luck, reached
from strategies.engine.search.changes import Taken


class LuckFound(TypedDict):
    """Luck p of a tab or search: `t` of its best, what luck alone reaches as an annual Sharpe.

    `maxima` are the largest statistic of each sample, to be merged with other runs over `digest`.
    """

    n_tried: int
    n_dates: int
    digest: str
    t: float
    p: float | None
    reached: float
    maxima: list[float]


class Weighing:
    """Cards made of trades, chunk by chunk; `n_cards` is known at the start.

    `luck` is what it does among all that is tried: these cards, or all of which a search has
    kept these.
    """

    def __init__(
        self, dates: Dates, base: Taken | None, n_cards: int, luck: Luck, *, is_search: bool
    ) -> None:
        self.dates, self.base, self.n_cards = dates, base, n_cards
        self.sums = None if base is None else dates.sums(base)
        self.luck = luck
        # A search has weighed its cards among the rest.
        self.own = Luck.over(dates.days) if is_search else luck

    @property
    def base_card(self) -> Card | None:
        return None if self.base is None else card_of("", self.base, self.dates)

    def cards(self, found: Sequence[tuple[str, Taken]]) -> list[Card]:
        sums = [self.dates.sums(taken) for _, taken in found]
        r, n = np.array([one for one, _ in sums]), np.array([one for _, one in sums])
        statistics = self.own.add(np.ascontiguousarray(r.T), (n > 0).sum(axis=1)).tolist()
        effects = self._effects(r, n)
        cards = []
        for (key, taken), t, effect in zip(found, statistics, effects, strict=True):
            card = card_of(key, taken, self.dates, effect)
            cards.append(card if t != t else {**card, "t": t})
        return cards

    def _effects(self, r: np.ndarray, n: np.ndarray) -> list[Effect | None]:
        if self.sums is None:
            return [None] * len(r)
        found = card_intervals(*self.sums, r, n, self.n_cards)
        return [effect_of(found, i) for i in range(len(r))]

    def luck_found(self) -> LuckFound:
        luck = self.luck
        return {
            "n_tried": luck.n_tried,
            "n_dates": luck.n_dates,
            "digest": luck.digest,
            "t": luck.best,
            "p": luck.p() if luck.n_in_maximum else None,
            "reached": reached(luck.maxima, luck.n_dates),
            "maxima": luck.maxima.tolist(),
        }


def effect_of(found: Intervals, i: int) -> Effect | None:
    """None where there is no mean to compare."""
    effect = float(found.effect[i])
    if effect != effect:
        return None
    if found.refusals[i]:
        return {"effect": effect, "alone": None, "among_all": None, "reason": found.refusals[i]}
    alone = (float(found.single_low[i]), float(found.single_high[i]))
    together = (float(found.low[i]), float(found.high[i]))
    return {"effect": effect, "alone": alone, "among_all": together, "reason": ""}
