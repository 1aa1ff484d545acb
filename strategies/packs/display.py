"""Packs as pages show them: label, summary of parameters, sections by family and category."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.indicators.risk import risk_configs
from strategies.engine.indicators.time_exits import time_exit_config
from strategies.engine.template import Output, Parameter, Template, Trigger
from strategies.models import Pack
from strategies.packs.implied import default_id
from strategies.packs.parameters import is_shown, option_text
from strategies.packs.plots import stored_plot
from strategies.record import ids
from strategies.words import fills
from strategies.words.protection import summary, time_exit_text

FAMILY_NOTES = {
    "tf": "Indicators: their states become conditions, their triggers open and close trades.",
    "general": "Clock conditions that a strategy may require at entry.",
    "risk": "Presets for stop and target. Choosing one in the builder copies its values.",
    "time": "Presets for leaving by the clock or after a number of bars. Choosing one copies it.",
}
FAMILY_TITLES = {
    "tf": "Timeframe",
    "general": "General",
    "risk": "Risk",
    "time": "Time exit",
}


def pack_label(pack: Pack) -> str:
    """`EMA Stack (Default)`."""
    return f"{TEMPLATES[pack.base_template].name} ({pack.version})"


def words_of(pack: Pack) -> str:
    """What a pack's parameters mean, where its template can say it shorter than their list."""
    template = TEMPLATES[pack.base_template]
    if template.words is None:
        return ""
    return template.words({**template.defaults(), **pack.parameters})


def state_text(pack: Pack, name: str) -> str:
    """A state with what it means: `SML – short over mid over long average`."""
    states = TEMPLATES[pack.base_template].states
    meaning = next((state.meaning for state in states if state.name == name), "")
    return f"{name} – {meaning}" if meaning else name


def place_of(pack: Pack) -> tuple[int, bool, list[tuple[int, str]]]:
    """In the order of the catalogue, default packs first, `…_4` before `…_10`."""
    pieces = re.findall(r"\d+|\D+", pack.pack_id)
    natural = [(int(one), "") if one.isdecimal() else (0, one) for one in pieces]
    return _PLACES[pack.base_template], not pack.is_default, natural


class ShownTrigger(NamedTuple):
    """A trigger of a pack in words."""

    id: str
    name: str
    direction: str
    type: str
    executions: str
    level: str
    execution_words: list[str]


class ShownPack:
    """A pack beside its template."""

    def __init__(self, pack: Pack, n_uses: int = 0) -> None:
        self.pack = pack
        self.template: Template = TEMPLATES[pack.base_template]
        self.n_uses = n_uses

    @property
    def label(self) -> str:
        return pack_label(self.pack)

    @property
    def summary(self) -> str:
        values = {**self.template.defaults(), **self.pack.parameters}
        if self.pack.family == "risk":
            stop, target = risk_configs(self.pack.base_template, values)
            aim = f"target {summary(target)}" if target else "no target"
            return f"Stop {summary(stop)} · {aim}"
        if self.pack.family == "time":
            return time_exit_text(time_exit_config(self.pack.base_template, values))
        return words_of(self.pack) or _listed(self.template, values)

    @property
    def family_title(self) -> str:
        return FAMILY_TITLES[self.template.family]

    @property
    def kind(self) -> str:
        """Whether everybody starts with it, its owner made it, or a choice did; then empty."""
        if self.pack.is_default:
            return "default"
        return "" if self.pack.pack_id == default_id(self.template) else "custom"

    @property
    def is_preset(self) -> bool:
        """Whether strategies copy its values instead of reading it."""
        return self.template.family in ("risk", "time")

    @property
    def triggers(self) -> list[ShownTrigger]:
        return [self._trigger(trigger) for trigger in self.template.triggers]

    def _trigger(self, trigger: Trigger) -> ShownTrigger:
        labels = {output.name: output.label for output in self.template.outputs}
        level = trigger.level.output if trigger.level else ""
        offered = fills.EXIT_EXECUTIONS if trigger.type == "EXIT" else fills.OFFERED
        possible = [one for one in offered if one in trigger.executions]
        return ShownTrigger(
            ids.trigger_id(self.pack.pack_id, trigger.base),
            trigger.name,
            {"BOTH": "Either"}.get(trigger.direction, trigger.direction.capitalize()),
            {"BOTH": "Entry, exit"}.get(trigger.type, trigger.type.capitalize()),
            " ".join(fills.short(one) for one in possible),
            labels.get(level, level),
            [fills.ENTRY_LABELS[one] for one in possible],
        )

    @property
    def colors(self) -> list[str]:
        return [color for _, color in self.lines]

    @property
    def lines(self) -> list[tuple[Output, str]]:
        """What charts draw of it, each with the colour its user has chosen."""
        chosen = stored_plot(self.template, self.pack.plot_settings)["colors"]
        return [(output, chosen[output.name]) for output in self.template.shown_outputs]


def _listed(template: Template, values: Mapping[str, object]) -> str:
    """Each parameter with its value; of boxes those that are ticked."""
    shown = [parameter for parameter in template.parameters if is_shown(parameter, values)]
    texts = (_value_text(parameter, values[parameter.name]) for parameter in shown)
    return " · ".join(text for text in texts if text) or "No parameters"


def _value_text(parameter: Parameter, value: object) -> str:
    if parameter.type == "bool":
        return parameter.label if value else ""
    if parameter.type == "select":
        return f"{parameter.label} {option_text(str(value))}"
    return f"{parameter.label} {value}"


_PLACES = {template_id: place for place, template_id in enumerate(TEMPLATES)}
