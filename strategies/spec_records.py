"""Confluence records: `{TF}-{KEY}-{STATE}` and `GEN-{PACK}-{STATE}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from market.timeframes import TIMEFRAMES, Timeframe
from strategies.engine.catalogue import TEMPLATES
from strategies.engine.strategy import DAY_SECONDS, PackSpec, RecordRef
from strategies.spec_packs import PackBook
from strategies.spec_report import Faults, shown

GENERAL = "GEN"
_FIRST_LABEL = "1M"


def parse_records(
    data: Mapping[str, Any], book: PackBook, timeframe: Timeframe, faults: Faults
) -> tuple[RecordRef, ...]:
    """The union of both lists, each record once, in canonical form."""
    found: dict[str, RecordRef] = {}
    for name in ("confluence", "general_confluences"):
        values = data.get(name) or []
        if not isinstance(values, list):
            faults.error(name, "must be a list of records")
            continue
        for i, text in enumerate(values):
            record = parse_record(text, book, timeframe, f"{name}[{i}]", faults)
            if record is not None:
                found[record.text] = record
    return tuple(found.values())


def parse_record(
    text: Any, book: PackBook, timeframe: Timeframe, field: str, faults: Faults
) -> RecordRef | None:
    """One record; None and an error when it names nothing this engine evaluates."""
    label, dash, rest = text.partition("-") if isinstance(text, str) else ("", "", "")
    if not dash:
        faults.error(
            field, f"{shown(text)} is not a record such as {timeframe.label_primary}-PACK-STATE"
        )
        return None
    is_general = label.upper() == GENERAL
    if not is_general and not _is_own_label(label, timeframe, field, text, faults):
        return None
    pack, state = _pack_and_state(rest, book, is_general)
    if pack is None:
        faults.error(
            field, f"{shown(text)} names no pack; known are {', '.join(_keys(book, is_general))}"
        )
        return None
    if is_general and timeframe.seconds >= DAY_SECONDS:
        faults.error(
            field, f"{shown(text)}: general conditions need bars shorter than a day; remove it"
        )
        return None
    state = dict(pack.template.state_aliases).get(state, state)
    if state not in pack.template.state_names():
        known = ", ".join(pack.template.state_names()) or "no states"
        faults.error(field, f"{shown(text)}: {pack.display} has {known}, not {shown(state)}")
        return None
    if timeframe.seconds >= DAY_SECONDS and pack.template.is_intraday_only:
        faults.doubt(field, f"{pack.template.name} has no state on bars of a day or longer")
    own = GENERAL if is_general else timeframe.label_primary
    return RecordRef(f"{own}-{pack.id.upper()}-{state}", pack, state)


def _is_own_label(label: str, timeframe: Timeframe, field: str, text: str, faults: Faults) -> bool:
    """Whether a label means the strategy's own timeframe; the others are refused by name."""
    own = timeframe.label_primary
    if label == own:
        return True
    if label.upper() == own or label == _FIRST_LABEL:
        faults.warn(field, f"{shown(text)} was read as the strategy's own timeframe, {own}")
        return True
    known = {t.label_primary for t in TIMEFRAMES.values()} | {"1MO", "1W"}
    if label.upper() in known:
        faults.error(
            field,
            f"{shown(text)} is a condition on another timeframe, which is not supported; "
            f"use one on {own}",
        )
    else:
        faults.error(field, f"{shown(text)} begins with no timeframe; use {own}- or {GENERAL}-")
    return False


def _pack_and_state(rest: str, book: PackBook, is_general: bool) -> tuple[PackSpec | None, str]:
    """The pack of the longest key that `rest` begins with, and what follows it."""
    for key in _keys(book, is_general):
        if rest.upper().startswith(f"{key}-"):
            return _pack_of_key(key, book), rest[len(key) + 1 :]
    return None, rest


def _keys(book: PackBook, is_general: bool) -> list[str]:
    """Pack ids and interpreter keys in upper case, the longest first."""
    family = "general" if is_general else "tf"
    keys = {
        pack_id.upper()
        for pack_id in book.ids()
        if (template := _template_of(pack_id, book)) and template.family == family
    }
    keys |= {t.interpreter for t in TEMPLATES.values() if t.interpreter and t.family == family}
    return sorted(keys, key=lambda key: (-len(key), key))


def _template_of(pack_id: str, book: PackBook) -> Any:
    pack = book.peek(pack_id)
    return pack.template if pack is not None and pack.template.states else None


def _pack_of_key(key: str, book: PackBook) -> PackSpec | None:
    for pack_id in book.ids():
        if pack_id.upper() == key:
            return book.find(pack_id)
    template = next(t for t in TEMPLATES.values() if t.interpreter == key)
    return book.default_of(template)
