"""The packs that come with a record: `packs`. They join the user's own; the same id replaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.spec import PackSpec
from strategies.record.aliases import current_parameters, template_named
from strategies.record.book import NamedPack, PackBook
from strategies.record.faults import Faults, shown
from strategies.record.parameters import read_parameters
from strategies.record.part import Key, Part, Reading, Values
from strategies.record.shape import Unread

FIELD = "packs"
_PACK_ID = re.compile(r"[A-Za-z0-9_]+")


def _read(reading: Reading) -> Values:
    """Fills the book. The spec's packs follow when everything that may name one is read."""
    faults = reading.faults
    _add_all(reading.book, _named(reading.default_packs), faults)
    listed = reading.data.get(FIELD)
    if isinstance(listed, list):
        _add_all(reading.book, ((f"{FIELD}[{i}]", pack) for i, pack in enumerate(listed)), faults)
    elif listed is not None:
        faults.error(FIELD, "must be a list of pack objects")
    return {}


def _named(packs: Iterable[Unread]) -> Iterable[tuple[str, object]]:
    return ((f"{FIELD}[{pack.get('id')}]", pack) for pack in packs)


def _add_all(book: PackBook, packs: Iterable[tuple[str, object]], faults: Faults) -> None:
    for field, record in packs:
        found = _read_pack(record, field, faults)
        if found is not None:
            book.add(found)


def _read_pack(record: object, field: str, faults: Faults) -> NamedPack | None:
    pack_id = record.get("id") if isinstance(record, Mapping) else None
    if not isinstance(record, Mapping) or not isinstance(pack_id, str):
        faults.error(field, "must be an object with id, base_template and parameters")
        return None
    if not _PACK_ID.fullmatch(pack_id):
        faults.error(f"{field}.id", f"{shown(pack_id)} may hold letters, digits and _ only")
        return None
    template, alias = template_named(str(record.get("base_template")))
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
    if alias is not None:
        parameters = current_parameters(alias, parameters)
        faults.warn(f"{field}.base_template", f"{shown(alias.id)} was read as {template.id}")
    pack = PackSpec(
        pack_id,
        template.id,
        str(record.get("version") or "Default"),
        dict(read_parameters(template, parameters, f"{field}.parameters", faults)),
        record.get("enabled", True) is not False,
    )
    return NamedPack(pack.id, pack, alias)


PARTS = (Part((Key(FIELD),), order=20, read=_read),)
