"""Names of older files: of templates, and of the parameters, states and triggers they had."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.template import Alias, Template
from strategies.record.shape import Unread

Pairs = tuple[tuple[str, str], ...]


class Current(NamedTuple):
    """What a name means today; `is_old` when an alias had to say so."""

    name: str
    is_old: bool


def aliases() -> Iterator[tuple[Template, Alias]]:
    """Every older name with the template it means."""
    for template in TEMPLATES.values():
        for alias in template.aliases:
            yield template, alias


def template_named(name: str) -> tuple[Template | None, Alias | None]:
    """The template of this id, with the alias by which it was found."""
    if name in TEMPLATES:
        return TEMPLATES[name], None
    found = (pair for pair in aliases() if pair[1].id == name)
    return next(found, (None, None))


def current_parameters(alias: Alias, given: Unread) -> dict[str, object]:
    """Parameters under their names of today; where both names are given, today's counts."""
    names = dict(alias.parameters)
    renamed = {names.get(name, name): value for name, value in given.items()}
    return renamed | {name: value for name, value in given.items() if name not in names}


def current_pack(record: Unread) -> dict[str, object]:
    """A pack record, in today's names when it was written for an older template."""
    template, alias = template_named(str(record.get("base_template")))
    if template is None or alias is None:
        return dict(record)
    given = record.get("parameters")
    renamed = current_parameters(alias, given) if isinstance(given, Mapping) else given
    return {**record, "base_template": template.id, "parameters": renamed}


def trigger_base(template: Template, name: str, alias: Alias | None) -> Current | None:
    """The base of the trigger that this name means in a pack of the template."""
    known = [trigger.base for trigger in template.triggers]
    old = (alias.triggers if alias else (), *(other.triggers for other in template.aliases))
    return _current(name, known, old)


def state_name(template: Template, name: str, alias: Alias | None) -> Current | None:
    """The state that this name means; another spelling is no old name, two states made one are."""
    spellings = dict(template.state_aliases)
    spelled = spellings.get(name, name)
    old = (alias.states if alias else (), *(other.states for other in template.aliases))
    found = _current(spelled, template.state_names(), old)
    is_merged = name in spellings and list(spellings.values()).count(spelled) > 1
    return found._replace(is_old=True) if found is not None and is_merged else found


def _current(name: str, known: Collection[str], old: tuple[Pairs, ...]) -> Current | None:
    """By the alias in use first, then as a name of today, then by any alias there is."""
    meant = dict(old[0]).get(name)
    if meant in known:
        return Current(str(meant), is_old=True)
    if name in known:
        return Current(name, is_old=False)
    others = (dict(pairs).get(name) for pairs in old[1:])
    return next((Current(str(one), is_old=True) for one in others if one in known), None)
