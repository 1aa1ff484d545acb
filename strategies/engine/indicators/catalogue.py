"""Every template and the packs a new user starts with. Plain data: importing it loads no numba.

Templates are found, not listed: each other module of this folder adds its `TEMPLATE`, or all of
its `TEMPLATES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple, TypedDict

from strategies.engine import indicators
from strategies.engine.template import Family, Parameters, Template, Value

_FAMILIES: tuple[Family, ...] = ("tf", "general", "risk", "time")


def _found() -> Iterator[Template]:
    for found in iter_modules(indicators.__path__, f"{indicators.__name__}."):
        if found.name != __name__:
            names = vars(import_module(found.name))
            yield from names.get("TEMPLATES", ())
            if "TEMPLATE" in names:
                yield names["TEMPLATE"]


def _in_order(template: Template) -> tuple[int, int, str]:
    return _FAMILIES.index(template.family), template.order, template.id


_ALL = sorted(_found(), key=_in_order)
TEMPLATES: dict[str, Template] = {t.id: t for t in _ALL if not t.is_internal}
# Nodes that stops and targets need; nobody picks them.
INTERNAL: dict[str, Template] = {t.id: t for t in _ALL if t.is_internal}


def node_template(template_id: str) -> Template:
    """The template of a node, internal ones included."""
    return INTERNAL.get(template_id) or TEMPLATES[template_id]


def templates(family: Family) -> list[Template]:
    """The templates of one family, in the order they are offered."""
    return [template for template in TEMPLATES.values() if template.family == family]


class PackRecord(TypedDict):
    """A pack in the form strategy JSON uses."""

    id: str
    base_template: str
    version: str
    enabled: bool
    parameters: dict[str, Value]


class DefaultPack(NamedTuple):
    id: str
    base_template: str
    version: str
    parameters: Parameters
    enabled: bool

    @property
    def family(self) -> Family:
        return TEMPLATES[self.base_template].family

    def as_record(self) -> PackRecord:
        """The pack with every parameter spelled out."""
        return {
            "id": self.id,
            "base_template": self.base_template,
            "version": self.version,
            "enabled": self.enabled,
            "parameters": TEMPLATES[self.base_template].defaults() | dict(self.parameters),
        }


DEFAULT_PACKS = tuple(
    DefaultPack(seed.id, template.id, seed.version, seed.parameters, seed.enabled)
    for template in TEMPLATES.values()
    for seed in template.seeds
)


def default_pack_records() -> list[PackRecord]:
    """The packs of a new user as records, in the order they are listed."""
    return [pack.as_record() for pack in DEFAULT_PACKS]
