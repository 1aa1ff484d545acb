"""A drill-down as pages show it: its cards narrowed and in order, with what each would change."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from strategies.drilldown.cards import Card, Effect
from strategies.drilldown.changing import done_text
from strategies.drilldown.choices import (
    Choice,
)
from strategies.drilldown.weighing import LuckFound
from strategies.engine.evidence.luck import luck_p
from strategies.engine.figures.metrics import Kpis
from strategies.words.figures import ShownKpi, shown, written
from strategies.words.luck import often

FIGURES = ("total_trades", "profit_factor", "win_rate", "avg_r", "daily_r", "r_squared")


class Scale(NamedTuple):
    """What all intervals of a tab are drawn over, in R."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """In hundredths of the width."""
        return round(100 * (value - self.low) / ((self.high - self.low) or 1.0), 2)


class ShownEffect(NamedTuple):
    """The marginal effect in words and as places on its scale."""

    text: str
    words: str
    zero: float
    at: float
    alone: tuple[float, float]
    among_all: tuple[float, float]


class ShownCard:
    def __init__(
        self,
        card: Card,
        choice: Choice,
        base: Card | None,
        scale: Scale,
        luck: LuckFound | None = None,
    ) -> None:
        self.card, self.choice, self.base, self.scale = card, choice, base, scale
        self.luck = luck

    @property
    def key(self) -> str:
        return self.choice["key"]

    @property
    def label(self) -> str:
        return self.choice["label"]

    @property
    def group(self) -> str:
        return self.choice["group"]

    @property
    def verb(self) -> str:
        return self.choice["verb"]

    @property
    def done(self) -> str:
        return done_text(self.choice)

    @property
    def fault(self) -> str:
        return self.card.get("fault", "")

    @property
    def figures(self) -> Kpis:
        return self.card.get("figures") or {}

    @property
    def kpis(self) -> list[ShownKpi]:
        return shown(FIGURES, self.figures)

    @property
    def points(self) -> str:
        """The curve from zero on, as an SVG line in a box of 100 by 30; empty without trades."""
        curve = self.card.get("curve") or []
        if not curve:
            return ""
        values = [0.0, *curve]
        low, high = min(values), max(values)
        span = (high - low) or 1.0
        step = 100 / (len(values) - 1)
        places = (28 - 26 * (value - low) / span for value in values)
        return " ".join(f"{i * step:.1f},{y:.1f}" for i, y in enumerate(places))

    @property
    def changes(self) -> list[tuple[str, str]]:
        """Of profit factor and win rate, from the strategy as it is."""
        before = self.base.get("figures") if self.base else None
        if not before or not self.figures.get("total_trades"):
            return []
        factor = _factor(self.figures) - _factor(before)
        rate = (self.figures["win_rate"] or 0.0) - (before["win_rate"] or 0.0)
        # Differences between infinities are nothing.
        factor = 0.0 if math.isnan(factor) else factor
        text = "∞" if math.isinf(factor) else f"{abs(factor):.2f}"
        return [("PF", _signed(factor, text)), ("win rate", _signed(rate, f"{abs(rate):.1f} pts"))]

    @property
    def chance(self) -> str:
        """How often luck does as well among all cards; empty where it can't be said."""
        if self.luck is None or "t" not in self.card:
            return ""
        p = luck_p(self.luck["maxima"], self.card["t"], self.luck["n_dates"])
        return "" if p is None else often(p)

    @property
    def effect(self) -> Effect | None:
        return self.card.get("effect")

    @property
    def too_few(self) -> str:
        return self.effect["reason"] if self.effect else ""

    @property
    def tone(self) -> str:
        """Colour only where the interval for all cards of the tab leaves out zero."""
        among = self.effect["among_all"] if self.effect else None
        if among is None or among[0] <= 0.0 <= among[1]:
            return ""
        return "gain" if among[0] > 0.0 else "loss"

    @property
    def interval(self) -> ShownEffect | None:
        found = self.effect
        if found is None or found["alone"] is None or found["among_all"] is None:
            return None
        (low, high), (least, most) = found["alone"], found["among_all"]
        place = self.scale.place
        return ShownEffect(
            text=f"{written('r', found['effect'])} per trade",
            words=f"95 %: {written('r', low)} to {written('r', high)} alone,"
            f" {written('r', least)} to {written('r', most)} among all cards of this tab",
            zero=place(0.0),
            at=place(found["effect"]),
            alone=(place(low), round(place(high) - place(low), 2)),
            among_all=(place(least), round(place(most) - place(least), 2)),
        )


def _signed(value: float, text: str) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{text}"


def _factor(figures: Mapping[str, object]) -> float:
    if figures.get("profit_factor_infinite"):
        return math.inf
    value = figures.get("profit_factor")
    return float(value) if isinstance(value, int | float) else math.nan


def score(figures: Mapping[str, object], name: str) -> float:
    """What cards are in order by; what is not known comes last."""
    if name == "profit_factor":
        value = _factor(figures)
        return -math.inf if math.isnan(value) else value
    found = figures.get(name)
    return float(found) if isinstance(found, int | float) else -math.inf


def scale_of(cards: Sequence[Card]) -> Scale:
    """Wide enough for every interval of the tab, and for zero."""
    effects = [card.get("effect") for card in cards]
    ends = [one["among_all"] for one in effects if one and one["among_all"]]
    return Scale(min([0.0, *(low for low, _ in ends)]), max([0.0, *(high for _, high in ends)]))
