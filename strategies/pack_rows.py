"""Packs as pages show them: label, summary of parameters, sections by family and category."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from strategies.engine.catalogue import TEMPLATES
from strategies.engine.risk import risk_configs
from strategies.engine.template import Template
from strategies.models import Pack
from strategies.protection import summary

FAMILY_NOTES = {
    "tf": "Indicators: their states become conditions, their triggers open and close trades.",
    "general": "Clock conditions that a strategy may require at entry.",
    "risk": "Presets for stop and target. Choosing one in the builder copies its values.",
}
FAMILY_TITLES = {
    "tf": "Timeframe confluence",
    "general": "General conditions",
    "risk": "Risk management",
}


def words_of(pack: Pack) -> str:
    """What a pack's parameters mean, where its template can say it shorter than their list."""
    template = TEMPLATES[pack.base_template]
    if template.words is None:
        return ""
    return template.words({**template.defaults(), **pack.parameters})


class PackRow:
    """A pack beside its template."""

    def __init__(self, pack: Pack, n_uses: int = 0) -> None:
        self.pack = pack
        self.template: Template = TEMPLATES[pack.base_template]
        self.n_uses = n_uses

    @property
    def label(self) -> str:
        return f"{self.template.name} ({self.pack.version})"

    @property
    def summary(self) -> str:
        if self.pack.family == "risk":
            stop, target = risk_configs(self.pack.base_template, self.pack.parameters)
            return f"Stop {summary(stop)} · target {summary(target)}"
        words = words_of(self.pack)
        if words:
            return words
        parts = [
            f"{parameter.label} {self.pack.parameters.get(parameter.name, parameter.default)}"
            for parameter in self.template.parameters
        ]
        return " · ".join(parts) or "No parameters"

    @property
    def colors(self) -> list[str]:
        chosen = self.pack.plot_settings.get("colors") or {}
        return [chosen.get(output.name, output.color) for output in self.template.outputs]


class Category(NamedTuple):
    name: str
    rows: list[PackRow]


class Section(NamedTuple):
    family: str
    title: str
    note: str
    categories: list[Category]


def family_sections(packs: Iterable[Pack], uses: Mapping[str, int]) -> list[Section]:
    """Families in their fixed order, each split by category; families without packs left out."""
    sections = []
    rows = [PackRow(pack, uses.get(pack.pack_id, 0)) for pack in packs]
    for family, title in FAMILY_TITLES.items():
        own = [row for row in rows if row.pack.family == family]
        names = list(dict.fromkeys(row.template.category for row in own))
        if own:
            sections.append(
                Section(
                    family,
                    title,
                    FAMILY_NOTES[family],
                    [Category(n, [r for r in own if r.template.category == n]) for n in names],
                )
            )
    return sections
