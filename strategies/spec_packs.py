"""The packs a strategy may name: the listed ones, and the defaults that always resolve."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from strategies.engine.catalogue import DEFAULT_PACKS, TEMPLATES
from strategies.engine.strategy import PackSpec
from strategies.engine.template import Parameter, Template
from strategies.spec_report import Faults, finite, shown

_FAMILIES_WITH_NODES = ("tf", "general")
_PACK_ID = re.compile(r"[A-Za-z0-9_]+")


@dataclass
class PackBook:
    """Packs by id, in listed order; seeded defaults are added when something names them."""

    by_id: dict[str, PackSpec]

    @property
    def packs(self) -> tuple[PackSpec, ...]:
        return tuple(self.by_id.values())

    @classmethod
    def read(
        cls, default_packs: Iterable[Mapping[str, Any]], listed: Any, faults: Faults
    ) -> PackBook:
        """Defaults first, then the record's own; the same id replaces in place."""
        book = cls({})
        for record in default_packs:
            book._add(record, f"packs[{record.get('id')}]", faults)
        if listed is not None and not isinstance(listed, list):
            faults.error("packs", "must be a list of pack objects")
            return book
        for i, record in enumerate(listed or []):
            book._add(record, f"packs[{i}]", faults)
        return book

    def _add(self, record: Any, field: str, faults: Faults) -> None:
        pack = _read_pack(record, field, faults)
        if pack is not None and pack.template.family in _FAMILIES_WITH_NODES:
            self.by_id[pack.id] = pack

    def peek(self, pack_id: str) -> PackSpec | None:
        """The pack of this id without adding a seeded one to the book."""
        return self.by_id.get(pack_id) or _SEEDED.get(pack_id)

    def find(self, pack_id: str) -> PackSpec | None:
        """The pack of this id; seeded default packs resolve even when not listed."""
        if pack_id not in self.by_id:
            seeded = _SEEDED.get(pack_id)
            if seeded is None:
                return None
            # Named but not listed: usable, yet no part of the stored record sets by itself.
            self.by_id[pack_id] = seeded
        return self.by_id[pack_id]

    def default_of(self, template: Template) -> PackSpec | None:
        """The default pack of a template, else its first listed pack."""
        default = self.find(f"{template.id}_default")
        if default is not None and default.base_template == template.id:
            return default
        listed = [pack for pack in self.packs if pack.base_template == template.id]
        seeded = [pack for pack in _SEEDED.values() if pack.base_template == template.id]
        return next(iter(listed + seeded), None)

    def ids(self) -> list[str]:
        """Every id that resolves, the longest first, so that prefixes match the right one."""
        return sorted({*self.by_id, *_SEEDED}, key=lambda pack_id: (-len(pack_id), pack_id))


def _seeded() -> dict[str, PackSpec]:
    packs = {}
    for default in DEFAULT_PACKS:
        if default.family in _FAMILIES_WITH_NODES:
            record = default.as_record()
            packs[default.id] = PackSpec(
                default.id, default.base_template, default.version, record["parameters"], False
            )
    for template in TEMPLATES.values():
        pack_id = f"{template.id}_default"
        if template.family in _FAMILIES_WITH_NODES and pack_id not in packs:
            packs[pack_id] = PackSpec(pack_id, template.id, "Default", template.defaults(), False)
    return packs


_SEEDED = _seeded()


def _read_pack(record: Any, field: str, faults: Faults) -> PackSpec | None:
    if not isinstance(record, Mapping) or not isinstance(record.get("id"), str):
        faults.error(field, "must be an object with id, base_template and parameters")
        return None
    if not _PACK_ID.fullmatch(record["id"]):
        faults.error(f"{field}.id", f"{shown(record['id'])} may hold letters, digits and _ only")
        return None
    template = TEMPLATES.get(str(record.get("base_template")))
    if template is None:
        faults.error(
            f"{field}.base_template",
            f"{shown(record.get('base_template'))} is not one of {', '.join(TEMPLATES)}",
        )
        return None
    parameters = record.get("parameters") or {}
    if not isinstance(parameters, Mapping):
        faults.error(f"{field}.parameters", "must be an object")
        return None
    return PackSpec(
        record["id"],
        template.id,
        str(record.get("version") or "Default"),
        read_parameters(template, parameters, f"{field}.parameters", faults),
        record.get("enabled", True) is not False,
    )


def read_parameters(
    template: Template, given: Mapping[str, Any], field: str, faults: Faults
) -> dict[str, Any]:
    """Complete, typed parameters of a template; what is out of range is an error."""
    names = [parameter.name for parameter in template.parameters]
    for name in given:
        if name not in names:
            known = ", ".join(names) or "none"
            faults.doubt(f"{field}.{name}", f"is no parameter of {template.id}; it has {known}")
    values = {p.name: _value(p, given.get(p.name), field, faults) for p in template.parameters}
    for smaller, larger in template.ordered:
        if not values[smaller] < values[larger]:
            faults.error(f"{field}.{smaller}", f"must be below {larger}")
    return values


def _value(parameter: Parameter, given: Any, field: str, faults: Faults) -> Any:
    if given is None:
        return parameter.default
    problem = parameter_problem(parameter, given)
    if problem:
        faults.error(f"{field}.{parameter.name}", f"{problem}, not {shown(given)}")
        return parameter.default
    return int(given) if parameter.type == "int" else given


def parameter_problem(parameter: Parameter, value: Any) -> str:
    """What a value of this parameter must be and is not; empty when it is fine."""
    if parameter.type == "bool":
        return "" if isinstance(value, bool) else "must be true or false"
    if parameter.type == "select":
        is_known = value in parameter.options
        return "" if is_known else f"must be one of {', '.join(parameter.options)}"
    if parameter.type in ("str", "color"):
        return "" if isinstance(value, str) else "must be a text"
    if finite(value) is None:
        return "must be a number"
    if parameter.type == "int" and value != int(value):
        return "must be a whole number"
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        return f"must be from {low:g} to {high:g}"
    return ""
