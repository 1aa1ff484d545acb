"""One card: figures, a small curve and what the change did, as JSON."""

from typing import NotRequired, TypedDict

import numpy as np

from strategies.engine.figures.metrics import Kpis, primary_kpis
from strategies.engine.search.changes import Taken
from strategies.engine.types import Floats, Int64s

CURVE_POINTS = 48
CURVE_DECIMALS = 2


class Effect(TypedDict):
    """Marginal effect on mean R with 95 % intervals: alone, and for all cards of the tab.

    Without an interval `reason` says why.
    """

    effect: float
    alone: tuple[float, float] | None
    among_all: tuple[float, float] | None
    reason: str


class Card(TypedDict):
    """`fault` stands in place of everything else where the change makes no strategy.

    `t` is the statistic that luck is compared with; absent on too few dates with trades.
    """

    key: str
    fault: NotRequired[str]
    figures: NotRequired[Kpis]
    curve: NotRequired[list[float]]
    n_dates: NotRequired[int]
    effect: NotRequired[Effect | None]
    t: NotRequired[float]


class Dates:
    """The dates of a window, and what trades sum up to on each of them."""

    def __init__(self, days: Int64s) -> None:
        self.days = days

    @property
    def n(self) -> int:
        return int(self.days.size)

    def sums(self, taken: Taken) -> tuple[Floats, Int64s]:
        """R and number of trades left on each date, (D,) each.

        What is left on a date without a session counts on the next, after the last on the last.
        """
        places = np.minimum(np.searchsorted(self.days, taken.exit_day), max(self.n - 1, 0))
        r: Floats = np.bincount(places, weights=taken.r, minlength=self.n).astype(np.float64)
        return r, np.bincount(places, minlength=self.n).astype(np.int64)


def figures_of(taken: Taken, n_dates: int) -> Kpis:
    """The figures that are shown first, without money."""
    found = primary_kpis(taken.r.tolist(), n_dates, 0.0, 0.0)
    return {name: value for name, value in found.items() if name not in _MONEY}


_MONEY = ("total_pnl", "final_balance")


def curve_of(taken: Taken) -> list[float]:
    """Cumulative R at so many trades at most, the last one among them."""
    total = np.cumsum(taken.r)
    if total.size > CURVE_POINTS:
        total = total[np.linspace(0, total.size - 1, CURVE_POINTS).round().astype(np.int64)]
    curve: list[float] = np.round(total, CURVE_DECIMALS).tolist()
    return curve


def card_of(key: str, taken: Taken, dates: Dates, effect: Effect | None = None) -> Card:
    return {
        "key": key,
        "figures": figures_of(taken, max(1, dates.n)),
        "curve": curve_of(taken),
        "n_dates": int(np.unique(taken.exit_day).size),
        "effect": effect,
    }
