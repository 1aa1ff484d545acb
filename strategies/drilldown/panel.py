"""One tab of the drill-down as the builder's page shows it: narrowed, in order, with its luck."""

import math
from collections.abc import Mapping
from functools import cached_property
from typing import cast
from urllib.parse import parse_qsl

from django.urls import reverse

from strategies.builder.part import texts_in
from strategies.drilldown.asking import DEPTHS, MORE, USUAL, Question
from strategies.drilldown.cards import Card
from strategies.drilldown.changing import changed_url
from strategies.drilldown.choices import (
    BARS_KEY,
    CONDITIONS_KEY,
    EXITS_KEY,
    GENERAL_KEY,
    Choice,
)
from strategies.drilldown.shown import ShownCard, scale_of, score
from strategies.drilldown.weighing import LuckFound
from strategies.engine.evidence.luck import annual
from strategies.models import Drilldown
from strategies.packs.names import PackNames
from strategies.words.luck import tried_sentence
from trader.work.plural import counted

_WITHOUT_FIELD = ("drill_tab", "drill_shown")
_LEAST = {
    "trades": "Trades",
    "win_rate": "Win rate, %",
    "profit_factor": "Profit factor",
    "daily_r": "R per day",
    "r_squared": "R²",
}
_BOUNDS = ("win_rate", "profit_factor", "daily_r", "r_squared")


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
