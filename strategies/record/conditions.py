"""Confluence records: `{TF}-{KEY}-{STATE}` and `GEN-{PACK}-{STATE}`.

The label of the strategy's own timeframe is in upper case, those of others are in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from market.timeframes import TIMEFRAMES, Timeframe
from strategies.engine.spec import ConditionRef, PackSpec
from strategies.record.aliases import state_name
from strategies.record.faults import Faults, shown
from strategies.record.packs import PackBook

GENERAL = "GEN"
_FIRST_LABEL = "1M"


def parse_records(
    data: Mapping[str, Any], book: PackBook, timeframe: Timeframe, faults: Faults
) -> tuple[ConditionRef, ...]:
    """The union of both lists, each record once, in canonical form."""
    found: dict[str, ConditionRef] = {}
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
) -> ConditionRef | None:
    """One record; None and an error when it names nothing this engine evaluates."""
    label, dash, rest = text.partition("-") if isinstance(text, str) else ("", "", "")
    if not dash:
        faults.error(
            field, f"{shown(text)} is not a record such as {timeframe.label_primary}-PACK-STATE"
        )
        return None
    is_general = label.upper() == GENERAL
    read_on = timeframe if is_general else _timeframe(label, timeframe, field, text, faults)
    if read_on is None:
        return None
    found = _pack_and_state(rest, book, is_general, field, text, faults)
    if found is None:
        return None
    pack, state = found
    if is_general and timeframe.is_daily:
        faults.error(
            field, f"{shown(text)}: general conditions need bars shorter than a day; remove it"
        )
        return None
    if read_on.is_daily and pack.template.is_intraday_only:
        faults.doubt(field, f"{pack.template.name} has no state on bars of a day or longer")
    key = f"{pack.id.upper()}-{state}"
    if is_general:
        return ConditionRef(f"{GENERAL}-{key}", pack, state)
    if read_on == timeframe:
        return ConditionRef(f"{timeframe.label_primary}-{key}", pack, state)
    return ConditionRef(
        f"{read_on.label_secondary}-{key}", pack, state, read_on.name, read_on.seconds
    )


def _timeframe(
    label: str, own: Timeframe, field: str, text: str, faults: Faults
) -> Timeframe | None:
    """The timeframe a label means: its own in upper case, another one in lower case."""
    if label == own.label_primary:
        return own
    found = _labelled(label, own)
    if found is None:
        labels = ", ".join(t.label_secondary for t in TIMEFRAMES.values() if t != own)
        faults.error(
            field,
            f"{shown(text)} begins with no timeframe; use {own.label_primary} for the strategy's "
            f"own, one of {labels} for another, or {GENERAL}",
        )
    elif found == own:
        faults.warn(
            field, f"{shown(text)} was read as the strategy's own timeframe, {own.label_primary}"
        )
    elif label != found.label_secondary:
        faults.warn(field, f"{shown(text)} was read as a condition on {found.label_secondary} bars")
    return found


def _labelled(label: str, own: Timeframe) -> Timeframe | None:
    if label == _FIRST_LABEL:
        # Older files write it whatever the timeframe of the strategy is.
        return own
    for timeframe in TIMEFRAMES.values():
        if label in (timeframe.label_secondary, timeframe.label_primary):
            return timeframe
    folded = label.upper()
    spelled = (t for t in TIMEFRAMES.values() if folded in (t.label_primary, t.name.upper()))
    return next(spelled, None)


def _pack_and_state(
    rest: str, book: PackBook, is_general: bool, field: str, text: str, faults: Faults
) -> tuple[PackSpec, str] | None:
    """The pack whose key `rest` begins with, and its state; keys hold no dash, states may."""
    key, _, given = rest.partition("-")
    keys = book.by_record_key["general" if is_general else "tf"]
    named = keys.get(key.upper())
    if named is None:
        kind = "general pack" if is_general else "pack"
        faults.error(field, f"{shown(text)} names no {kind}; known are {', '.join(sorted(keys))}")
        return None
    template = named.pack.template
    state = state_name(template, given, named.alias)
    if state is None:
        known = ", ".join(template.state_names())
        faults.error(field, f"{shown(text)}: {named.pack.display} has {known}, not {shown(given)}")
        return None
    pack = book.use(named.pack)
    if state.is_old or named.alias is not None:
        faults.warn(field, f"{shown(text)} was read as {pack.id.upper()}-{state.name}")
    return pack, state.name
