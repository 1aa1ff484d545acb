"""The packs a strategy may name: the listed ones, and the defaults that always resolve."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from strategies.engine.indicators.catalogue import DEFAULT_PACKS, TEMPLATES
from strategies.engine.spec import PackSpec
from strategies.engine.template import Alias, Family, Template
from strategies.record.aliases import aliases

_FAMILIES_WITH_NODES = ("tf", "general")


class NamedPack(NamedTuple):
    """A pack as some text names it, with the alias of older files that this name belongs to."""

    name: str
    pack: PackSpec
    alias: Alias | None = None


@dataclass
class PackBook:
    """Listed packs by id in listed order; seeded defaults join when something names them.

    What names mean is worked out once: nothing is listed any more when the first is looked up.
    """

    listed: dict[str, PackSpec] = field(default_factory=dict)
    # Named but not listed: usable, yet no part of the stored record sets by themselves.
    named: dict[str, PackSpec] = field(default_factory=dict)
    # The older template a listed pack was written for, by pack id.
    aliases: dict[str, Alias] = field(default_factory=dict)

    @property
    def packs(self) -> tuple[PackSpec, ...]:
        return (*self.listed.values(), *self.named.values())

    def add(self, found: NamedPack) -> None:
        """List a pack; the same id replaces in place. Those that only preset fields are left."""
        if found.pack.template.family not in _FAMILIES_WITH_NODES:
            return
        self.listed[found.name] = found.pack
        self.aliases.pop(found.name, None)
        if found.alias is not None:
            self.aliases[found.name] = found.alias

    def use(self, pack: PackSpec) -> PackSpec:
        """The pack, which is part of the strategy from now on."""
        if pack.id not in self.listed:
            self.named.setdefault(pack.id, pack)
        return pack

    def default_of(self, template: Template, alias: Alias | None = None) -> PackSpec:
        """The pack meant by a template's own key: of the alias used, the default, or a listed one.

        A template that no new user has a pack of means the first listed one, if there is any.
        """
        default_id = f"{template.id}_default"
        own = [pack for pack in self.listed.values() if pack.base_template == template.id]
        by_alias = [p for p in own if alias is not None and self.aliases.get(p.id) == alias]
        first = [p for p in by_alias if alias is not None and p.id == f"{alias.id}_default"]
        default = [p for p in own if p.id == default_id]
        if default_id in (seed.id for seed in template.seeds) and default_id not in self.listed:
            default.append(_SEEDED[default_id])
        seeded = [p for p in _SEEDED.values() if p.base_template == template.id]
        return next(iter([*first, *by_alias, *default, *own, *seeded]))

    @cached_property
    def by_id(self) -> list[NamedPack]:
        """Everything a pack id may name, the longest first, as prefixes are matched."""
        packs = {**_SEEDED, **self.listed}
        found = {i: NamedPack(i, pack, self.aliases.get(i)) for i, pack in packs.items()}
        for template, alias in aliases():
            name = f"{alias.id}_default"
            if name not in found and template.family in _FAMILIES_WITH_NODES:
                found[name] = NamedPack(name, self.default_of(template, alias), alias)
        return _longest_first(found.values())

    @cached_property
    def by_prefix(self) -> list[NamedPack]:
        """The packs that the prefixes of templates and aliases mean, the longest prefix first."""
        real = [(t.prefix, t, None) for t in TEMPLATES.values() if t.prefix]
        old = [(alias.prefix, template, alias) for template, alias in aliases() if alias.prefix]
        return self._defaults([*real, *old])

    @cached_property
    def by_interpreter(self) -> list[NamedPack]:
        """The packs that interpreter keys mean."""
        real = [(t.interpreter, t, None) for t in TEMPLATES.values() if t.interpreter]
        old = [(a.interpreter, template, a) for template, a in aliases() if a.interpreter]
        return self._defaults([*real, *old])

    @cached_property
    def by_condition_key(self) -> dict[Family, dict[str, NamedPack]]:
        """Packs with states by upper-case key and family; an id counts before an interpreter."""
        found: dict[Family, dict[str, NamedPack]] = {"tf": {}, "general": {}}
        for named in (*self.by_interpreter, *reversed(self.by_id)):
            if named.pack.template.states:
                found[named.pack.template.family][named.name.upper()] = named
        return found

    def _defaults(self, keys: Iterable[tuple[str, Template, Alias | None]]) -> list[NamedPack]:
        return _longest_first(
            NamedPack(key, self.default_of(template, alias), alias)
            for key, template, alias in keys
            if template.family in _FAMILIES_WITH_NODES
        )


def _longest_first(named: Iterable[NamedPack]) -> list[NamedPack]:
    return sorted(named, key=lambda one: (-len(one.name), one.name))


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
