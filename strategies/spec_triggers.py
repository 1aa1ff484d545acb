"""Trigger ids: `{pack_id}_{base}` or the older `{prefix}_{base}`, and the list of exits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategies.engine.catalogue import TEMPLATES
from strategies.engine.strategy import DAY_SECONDS, PackSpec, TriggerRef
from strategies.engine.template import Template
from strategies.spec_packs import PackBook
from strategies.spec_report import Faults, finite, shown

ENTRY_FIELD = "entry_trigger_confluence_id"
EXIT_FIELD = "exit_trigger_confluence_ids"
_DECORATIONS = ("trig_", "cid_")
_SUFFIXES = {
    "_ib": "intra-bar",
    "_lc": "level-then-close",
    "_cc": "close-then-close",
    "_hm": "intra-bar (market)",
    "_hl": "intra-bar (limit)",
}
_LEGACY_EXITS = {
    "opposite_signal": "name the opposite trigger in exit_trigger_confluence_ids instead",
    "fixed_r_2": "use target_config risk_reward with rr_ratio 2 instead",
    "fixed_r_3": "use target_config risk_reward with rr_ratio 3 instead",
    "time_exit_50": "use bar_count_exit 50 instead",
    "trailing_stop": "use a fixed stop_config instead",
}


def parse_entry(
    data: Mapping[str, Any], book: PackBook, direction: str, seconds: int, faults: Faults
) -> TriggerRef | None:
    """The entry trigger; its direction and type are checked."""
    trigger_id = data.get(ENTRY_FIELD) or data.get("entry_trigger")
    if not isinstance(trigger_id, str) or not trigger_id:
        faults.error(ENTRY_FIELD, "is missing; choose an entry trigger")
        return None
    found = resolve_trigger(trigger_id, book, ENTRY_FIELD, faults)
    if found is None:
        return None
    trigger = found.pack.template.triggers[found.bit]
    if found.pack.base_template == "bar_count":
        faults.error(ENTRY_FIELD, f"{trigger_id} counts bars since an entry; choose an entry")
    elif trigger.type == "EXIT":
        faults.doubt(ENTRY_FIELD, f"{trigger_id} is an exit trigger; choose an entry trigger")
    if trigger.direction not in (direction, "BOTH"):
        other = trigger.direction
        faults.doubt(ENTRY_FIELD, f"{trigger_id} is a {other} trigger in a {direction} strategy")
    _check_timeframe(found.pack, seconds, ENTRY_FIELD, faults)
    return found


def parse_exits(
    data: Mapping[str, Any], book: PackBook, seconds: int, faults: Faults
) -> tuple[list[TriggerRef], int | None]:
    """Signal exits in list order and the bar count; a bar-count trigger becomes the count."""
    bar_count = _bar_count(data.get("bar_count_exit"), faults)
    exits: list[TriggerRef] = []
    for i, trigger_id in enumerate(_exit_ids(data, faults)):
        field = f"{EXIT_FIELD}[{i}]"
        found = resolve_trigger(trigger_id, book, field, faults)
        if found is None:
            continue
        if found.pack.base_template == "bar_count":
            bar_count = _merged_count(found.pack, bar_count, field, faults)
            continue
        _check_timeframe(found.pack, seconds, field, faults)
        exits.append(found)
    return exits, bar_count


def _exit_ids(data: Mapping[str, Any], faults: Faults) -> list[str]:
    """The exits from whichever of the four spellings the record uses."""
    for name in (EXIT_FIELD, "exit_triggers"):
        if data.get(name):
            ids = data[name]
            if not isinstance(ids, list) or not all(isinstance(i, str) for i in ids):
                faults.error(name, "must be a list of trigger ids")
                return []
            return list(ids)
    single = data.get("exit_trigger_confluence_id") or data.get("exit_trigger")
    return [str(single)] if single else []


def _bar_count(value: Any, faults: Faults) -> int | None:
    if value is None:
        return None
    number = finite(value)
    if number is None or number != int(number):
        faults.error("bar_count_exit", f"must be a whole number of bars, not {shown(value)}")
        return None
    if not 1 <= number <= 500:
        faults.error("bar_count_exit", f"must be from 1 to 500, not {shown(value)}")
        return None
    return int(number)


def _merged_count(pack: PackSpec, given: int | None, field: str, faults: Faults) -> int:
    count = int(pack.parameters["candle_count"])
    if given is not None and given != count:
        faults.error(field, f"a bar-count exit of {given} is set already; keep one of them")
    return count


def _check_timeframe(pack: PackSpec, seconds: int, field: str, faults: Faults) -> None:
    if seconds >= DAY_SECONDS and pack.template.is_intraday_only:
        faults.doubt(
            field,
            f"{pack.template.name} is undefined on bars of a day or longer; "
            "choose a shorter timeframe or another pack",
        )


def resolve_trigger(
    trigger_id: str, book: PackBook, field: str, faults: Faults
) -> TriggerRef | None:
    """The trigger an id names; None and an error when there is none."""
    text = _undecorated(trigger_id)
    if text in _LEGACY_EXITS:
        faults.error(field, f"{shown(text)} is not supported; {_LEGACY_EXITS[text]}")
        return None
    named = _named_pack(text, book)
    if named is None:
        known = ", ".join(sorted(book.ids()))
        faults.error(field, f"unknown trigger {shown(trigger_id)}; it begins with none of {known}")
        return None
    pack, base = named
    if pack.template.trigger(base) is not None:
        return TriggerRef(f"{pack.id}_{base}", pack, base)
    faults.error(field, _unknown_base(trigger_id, pack, base))
    return None


def _undecorated(trigger_id: str) -> str:
    for decoration in _DECORATIONS:
        trigger_id = trigger_id.removeprefix(decoration)
    return trigger_id


def _named_pack(text: str, book: PackBook) -> tuple[PackSpec, str] | None:
    """The pack an id begins with and the rest of it: by pack id, else by template prefix."""
    for pack_id in book.ids():
        if text.startswith(f"{pack_id}_"):
            pack = book.find(pack_id)
            if pack is not None:
                return pack, text[len(pack_id) + 1 :]
    for template in _by_prefix():
        if text.startswith(f"{template.prefix}_"):
            default = book.default_of(template)
            if default is not None:
                return default, text[len(template.prefix) + 1 :]
    return None


def _by_prefix() -> list[Template]:
    with_prefix = [template for template in TEMPLATES.values() if template.prefix]
    return sorted(with_prefix, key=lambda template: -len(template.prefix))


def _unknown_base(trigger_id: str, pack: PackSpec, base: str) -> str:
    for suffix, word in _SUFFIXES.items():
        plain = base.removesuffix(suffix)
        if plain != base and pack.template.trigger(plain) is not None:
            return (
                f"{shown(trigger_id)} is an {word} execution, which is not supported; "
                f"use {pack.id}_{plain}, which fills at the close"
            )
    bases = ", ".join(f"{pack.id}_{trigger.base}" for trigger in pack.template.triggers)
    return f"unknown trigger {shown(trigger_id)}; {pack.display} has {bases or 'no triggers'}"
