"""Trigger ids: `{pack_id}_{base}` or the older `{prefix}_{base}`, each with its execution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from strategies.engine.spec import DAY_SECONDS, PackSpec, TriggerRef
from strategies.engine.template import Execution
from strategies.record.aliases import trigger_base
from strategies.record.faults import Faults, shown
from strategies.record.packs import NamedPack, PackBook

OnFailure = Literal["exit_market", "exit_limit"]

ENTRY_FIELD = "entry_trigger_confluence_id"
SUFFIX_OF: dict[Execution, str] = {"C": "", "L": "_ib", "LC": "_lc", "CC": "_cc"}
_EXECUTION_OF: dict[str, Execution] = {
    "_ib": "L",
    "_lc": "LC",
    "_cc": "CC",
    "_hm": "LC",
    "_hl": "LC",
}
_FAILURE_OF: dict[str, OnFailure] = {"_hm": "exit_market", "_hl": "exit_limit"}
_WORDS: dict[Execution, str] = {
    "C": "at the close",
    "L": "within the bar",
    "LC": "within the bar and confirmed at a close",
    "CC": "at the close and confirmed at the next one",
}
_DECORATIONS = ("trig_", "cid_")
# What files may list as an exit without naming a trigger.
EXIT_WORDS = ("opposite_signal", "fixed_r_2", "fixed_r_3", "time_exit_50", "trailing_stop")


class Entry(NamedTuple):
    """The entry trigger; `on_failure` is what an older id said about failed confirmations."""

    trigger: TriggerRef
    on_failure: OnFailure | None = None


class _Base(NamedTuple):
    """What follows the name of a pack in an id."""

    name: str
    execution: Execution
    on_failure: OnFailure | None
    is_old: bool


def parse_entry(
    data: Mapping[str, Any], book: PackBook, direction: str, seconds: int, faults: Faults
) -> Entry | None:
    """The entry trigger; its direction and type are checked."""
    trigger_id = data.get(ENTRY_FIELD) or data.get("entry_trigger")
    if not isinstance(trigger_id, str) or not trigger_id:
        faults.error(ENTRY_FIELD, "is missing; choose an entry trigger")
        return None
    if undecorated(trigger_id) in EXIT_WORDS:
        faults.error(ENTRY_FIELD, f"{shown(trigger_id)} is an exit; choose an entry trigger")
        return None
    found = resolve_trigger(trigger_id, book, ENTRY_FIELD, faults)
    if found is None:
        return None
    pack, trigger = found.trigger.pack, found.trigger.trigger
    if pack.base_template == "bar_count":
        faults.error(ENTRY_FIELD, f"{trigger_id} counts bars since an entry; choose an entry")
    elif trigger.type == "EXIT":
        faults.doubt(ENTRY_FIELD, f"{trigger_id} is an exit trigger; choose an entry trigger")
    if trigger.direction not in (direction, "BOTH"):
        other = trigger.direction
        faults.doubt(ENTRY_FIELD, f"{trigger_id} is a {other} trigger in a {direction} strategy")
    check_timeframe(pack, seconds, ENTRY_FIELD, faults)
    return found


def check_timeframe(pack: PackSpec, seconds: int, field: str, faults: Faults) -> None:
    """Doubt triggers that never fire on bars of a day or longer."""
    if seconds >= DAY_SECONDS and pack.template.is_intraday_only:
        faults.doubt(
            field,
            f"{pack.template.name} is undefined on bars of a day or longer; "
            "choose a shorter timeframe or another pack",
        )


def resolve_trigger(trigger_id: str, book: PackBook, field: str, faults: Faults) -> Entry | None:
    """The trigger an id names, with its execution; None and an error when there is none."""
    text = undecorated(trigger_id)
    first: NamedPack | None = None
    for named in _named_packs(text, book):
        first = first or named
        base = _base_of(named, text[len(named.name) + 1 :])
        if base is not None:
            return _trigger(trigger_id, named, base, book, field, faults)
    if first is None:
        known = ", ".join(sorted(named.name for named in book.by_id))
        faults.error(field, f"unknown trigger {shown(trigger_id)}; it begins with none of {known}")
    else:
        faults.error(field, _unknown_base(trigger_id, first.pack))
    return None


def undecorated(trigger_id: str) -> str:
    """The id without what older pages put before it."""
    for decoration in _DECORATIONS:
        trigger_id = trigger_id.removeprefix(decoration)
    return trigger_id


def _named_packs(text: str, book: PackBook) -> Iterator[NamedPack]:
    """The packs an id begins with: by pack id, then by template prefix, the longest first."""
    for named in (*book.by_id, *book.by_prefix):
        if text.startswith(f"{named.name}_"):
            yield named


def _base_of(named: NamedPack, rest: str) -> _Base | None:
    """A trigger of the pack, as it stands or else without the suffix of an execution."""
    template = named.pack.template
    whole = trigger_base(template, rest, named.alias)
    if whole is not None:
        return _Base(whole.name, "C", None, whole.is_old)
    for suffix, execution in _EXECUTION_OF.items():
        plain = trigger_base(template, rest.removesuffix(suffix), named.alias)
        if rest.endswith(suffix) and plain is not None:
            return _Base(plain.name, execution, _FAILURE_OF.get(suffix), plain.is_old)
    return None


def _trigger(
    trigger_id: str, named: NamedPack, base: _Base, book: PackBook, field: str, faults: Faults
) -> Entry | None:
    pack = book.use(named.pack)
    plain = f"{pack.id}_{base.name}"
    found = TriggerRef(f"{plain}{SUFFIX_OF[base.execution]}", pack, base.name, base.execution)
    if base.execution not in found.trigger.executions:
        offered = (f"{plain}{SUFFIX_OF[one]} ({_WORDS[one]})" for one in found.trigger.executions)
        faults.error(
            field,
            f"{shown(trigger_id)} can't be filled {_WORDS[base.execution]}, since it watches no "
            f"level; use {' or '.join(offered)}",
        )
        return None
    if base.on_failure is not None:
        faults.warn(
            field, f"{shown(trigger_id)} was read as {found.id} with on_failure {base.on_failure}"
        )
    elif base.is_old or named.alias is not None:
        faults.warn(field, f"{shown(trigger_id)} was read as {found.id}")
    return Entry(found, base.on_failure)


def _unknown_base(trigger_id: str, pack: PackSpec) -> str:
    bases = ", ".join(f"{pack.id}_{trigger.base}" for trigger in pack.template.triggers)
    return f"unknown trigger {shown(trigger_id)}; {pack.display} has {bases or 'no triggers'}"
