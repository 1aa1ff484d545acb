"""A drill-down as pages show it: its cards narrowed and in order, with what each would change."""

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, cast
from urllib.parse import parse_qsl

from django.urls import reverse

from strategies.builder.part import texts_in
from strategies.drilldown.asking import DEPTHS, MORE, USUAL, Question
from strategies.drilldown.cards import Card, Effect
from strategies.drilldown.changing import changed_url, done_text
from strategies.drilldown.choices import (
    BARS_KEY,
    CONDITIONS_KEY,
    EXITS_KEY,
    GENERAL_KEY,
    Choice,
)
from strategies.drilldown.weighing import LuckFound
from strategies.engine.evidence.luck import annual, luck_p
from strategies.engine.figures.metrics import Kpis
from strategies.models import Drilldown
from strategies.packs.names import PackNames
from strategies.words.figures import ShownKpi, shown, written
from strategies.words.luck import often, tried_sentence
from trader.work.plural import counted

FIGURES = ("total_trades", "profit_factor", "win_rate", "avg_r", "daily_r", "r_squared")
_WITHOUT_FIELD = ("drill_tab", "drill_shown")
_LEAST = {
    "trades": "Trades",
    "win_rate": "Win rate, %",
    "profit_factor": "Profit factor",
    "daily_r": "R per day",
    "r_squared": "R²",
}
_BOUNDS = ("win_rate", "profit_factor", "daily_r", "r_squared")


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


def set_label(change: Mapping[str, object], names: PackNames) -> str:
    """Everything a set combines, in a line."""
    said = [names.trigger_text(one) for one in texts_in(change, EXITS_KEY)]
    bars = change.get(BARS_KEY)
    if isinstance(bars, int):
        said.append(f"After {counted(bars, 'bar')}")
    for key in (CONDITIONS_KEY, GENERAL_KEY):
        said += [names.condition_text(one) for one in texts_in(change, key)]
    return " + ".join(said) or "None of them"


def _number_text(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else ""


def score(figures: Mapping[str, object], name: str) -> float:
    """What cards are in order by; what is not known comes last."""
    if name == "profit_factor":
        value = _factor(figures)
        return -math.inf if math.isnan(value) else value
    found = figures.get(name)
    return float(found) if isinstance(found, int | float) else -math.inf


class Panel:
    """One tab of the drill-down on the builder's page."""

    def __init__(self, question: Question, row: Drilldown | None) -> None:
        self.question, self.row = question, row

    @cached_property
    def base(self) -> Card | None:
        return self.row.result.get("base") if self.row else None

    @cached_property
    def cards(self) -> list[ShownCard]:
        """All that are known so far."""
        if self.row is None:
            return []
        known = [card for part in self.row.parts.all() for card in part.cards]
        choices = {choice["key"]: self._worded(choice) for choice in self._choices}
        scale = scale_of(known)
        luck = self.luck
        return [ShownCard(one, choices[one["key"]], self.base, scale, luck) for one in known]

    @property
    def _choices(self) -> list[Choice]:
        return cast(list[Choice], self.row.shown_choices) if self.row else []

    def _worded(self, choice: Choice) -> Choice:
        """A set with the names of what it combines."""
        if choice["label"]:
            return choice
        return {**choice, "label": set_label(choice["change"], self.question.draft.names)}

    @cached_property
    def matching(self) -> list[ShownCard]:
        drill = self.question.drill
        kept = [one for one in self.cards if not one.fault and self._is_wanted(one)]
        name, is_down = drill.text("sort"), drill.text("order") != "up"
        ordered = sorted(kept, key=lambda one: one.label)
        return sorted(ordered, key=lambda one: self._score(one, name), reverse=is_down)

    def _score(self, card: ShownCard, name: str) -> tuple[float, float]:
        if name == "effect":
            found = card.effect
            first = found["effect"] if found and found["alone"] else -math.inf
        else:
            first = score(card.figures, name)
        return first, score(card.figures, "total_trades")

    def _is_wanted(self, card: ShownCard) -> bool:
        drill = self.question.drill
        if score(card.figures, "total_trades") < drill.number("trades"):
            return False
        words = drill.text("words").lower().split()
        text = f"{card.label} {card.group}".lower()
        if not all(word in text for word in words):
            return False
        bounds = ((name, drill.bound(name)) for name in _BOUNDS)
        return all(least is None or score(card.figures, name) >= least for name, least in bounds)

    @property
    def shown(self) -> list[ShownCard]:
        return self.matching[: self.question.drill.number("shown")]

    @property
    def as_it_is(self) -> ShownCard | None:
        """The strategy that all cards are compared with."""
        if self.base is None:
            return None
        none: Choice = {"key": "", "label": "As it is now", "group": "", "verb": "", "change": {}}
        return ShownCard(self.base, none, None, scale_of([]))

    @property
    def has_intervals(self) -> bool:
        return any(one.interval for one in self.shown)

    @property
    def with_urls(self) -> list[tuple[ShownCard, str]]:
        return [(one, changed_url(self.question, one.choice["change"])) for one in self.shown]

    @property
    def faults(self) -> list[ShownCard]:
        return [one for one in self.cards if one.fault]

    @property
    def n_left_out(self) -> int:
        return len(self.cards) - len(self.faults) - len(self.matching)

    @property
    def n_more(self) -> int:
        return len(self.matching) - len(self.shown)

    @property
    def more_url(self) -> str:
        return self.question.address(shown=self.question.drill.number("shown") + MORE)

    @property
    def panel_url(self) -> str:
        return self._url("strategies:drill-panel")

    @property
    def start_url(self) -> str:
        return self._url("strategies:drill-start")

    def _url(self, name: str) -> str:
        strategy = self.question.strategy
        return reverse(name, args=[strategy.pk] if strategy else [])

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the address says of the drill-down and no field in sight does."""
        said = parse_qsl(self.question.drill.encoded())
        return [pair for pair in said if self.row is None or pair[0] in _WITHOUT_FIELD]

    @property
    def filter_values(self) -> Mapping[str, object]:
        return self.question.drill.values

    @property
    def bounds(self) -> list[tuple[str, str, str]]:
        """Name, label and value of every bound."""
        said = self.question.drill.values
        return [(name, label, _number_text(said.get(name))) for name, label in _LEAST.items()]

    @property
    def has_bounds(self) -> bool:
        drill = self.question.drill
        is_other = drill.number("trades") != USUAL["trades"]
        return is_other or any(drill.bound(name) is not None for name in _BOUNDS)

    @property
    def depths(self) -> list[tuple[int, str]]:
        """How many choices may be combined; empty where they are looked at alone."""
        asked = self.question.asked
        most = DEPTHS.get(asked.tab, 0) if asked else 0
        words = [
            (n, f"Best sets of up to {n}" if n > 1 else "Best one alone")
            for n in range(1, most + 1)
        ]
        return [(0, "One at a time"), *words] if most else []

    @property
    def luck(self) -> LuckFound | None:
        return self.row.result.get("luck") if self.row else None

    @property
    def sentence(self) -> str:
        """What was tried, over what, and how often chance does as well as the best of it."""
        luck = self.luck
        if luck is None:
            return f"{counted(len(self.cards), 'choice')} tried."
        noun = "combination" if self.row and self.row.is_search else "choice"
        best = annual(luck["t"], luck["n_dates"])
        return tried_sentence(
            luck["n_tried"], noun, luck["n_dates"], best, luck["p"], luck["reached"]
        )

    @property
    def n_choices(self) -> int:
        return len(self.row.choices) if self.row else len(self.question.choices)


def scale_of(cards: Sequence[Card]) -> Scale:
    """Wide enough for every interval of the tab, and for zero."""
    effects = [card.get("effect") for card in cards]
    ends = [one["among_all"] for one in effects if one and one["among_all"]]
    return Scale(min([0.0, *(low for low, _ in ends)]), max([0.0, *(high for _, high in ends)]))
