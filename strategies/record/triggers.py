"""The triggers that ids name, by the packs a strategy may name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from market.timeframes import Timeframe
from strategies.engine.spec import PackSpec, TriggerRef
from strategies.engine.template import Execution
from strategies.record import ids
from strategies.record.aliases import trigger_base
from strategies.record.book import NamedPack, PackBook
from strategies.record.faults import Faults, shown

_WORDS: dict[Execution, str] = {
    "C": "at the close",
    "L": "within the bar",
    "LC": "within the bar and confirmed at a close",
    "CC": "at the close and confirmed at the next one",
}


class NamedTrigger(NamedTuple):
    """A trigger; `on_failure` is what an older id said about failed confirmations."""

    trigger: TriggerRef
    on_failure: ids.OnFailure | None = None


class _Base(NamedTuple):
    """What follows the name of a pack in an id."""

    name: str
    execution: Execution
    on_failure: ids.OnFailure | None
    is_old: bool


def check_timeframe(pack: PackSpec, timeframe: Timeframe, field: str, faults: Faults) -> None:
    """Doubt triggers that never fire on bars of a day or longer."""
    if timeframe.is_daily and pack.template.is_intraday_only:
        faults.doubt(
            field,
            f"{pack.template.name} is undefined on bars of a day or longer; "
            "choose a shorter timeframe or another pack",
        )


def resolve_trigger(
    trigger_id: str, book: PackBook, field: str, faults: Faults
) -> NamedTrigger | None:
    """The trigger an id names, with its execution; None and an error when there is none."""
    first: NamedPack | None = None
    for named, rest in _named_packs(ids.undecorated(trigger_id), book):
        first = first or named
        base = _base_of(named, rest)
        if base is not None:
            return _trigger(trigger_id, named, base, book, field, faults)
    if first is None:
        known = ", ".join(sorted(named.name for named in book.by_id))
        faults.error(field, f"unknown trigger {shown(trigger_id)}; it begins with none of {known}")
    else:
        faults.error(field, _unknown_base(trigger_id, first.pack))
    return None


def _named_packs(text: str, book: PackBook) -> Iterator[tuple[NamedPack, str]]:
    """The packs an id begins with, by pack id, then by template prefix, and what follows each."""
    for named in (*book.by_id, *book.by_prefix):
        rest = ids.base_in(text, named.name)
        if rest is not None:
            yield named, rest


def _base_of(named: NamedPack, rest: str) -> _Base | None:
    """A trigger of the pack, as it stands or else without the suffix of an execution."""
    template = named.pack.template
    whole = trigger_base(template, rest, named.alias)
    if whole is not None:
        return _Base(whole.name, "C", None, whole.is_old)
    suffix = ids.suffix_of(rest)
    name, execution = ids.split(rest)
    plain = trigger_base(template, name, named.alias) if suffix else None
    if plain is None:
        return None
    return _Base(plain.name, execution, ids.FAILURE_OF.get(suffix), plain.is_old)


def _trigger(
    trigger_id: str, named: NamedPack, base: _Base, book: PackBook, field: str, faults: Faults
) -> NamedTrigger | None:
    pack = book.use(named.pack)
    text = ids.trigger_id(pack.id, base.name, base.execution)
    found = TriggerRef(text, pack, base.name, base.execution)
    if base.execution not in found.trigger.executions:
        offered = (
            f"{ids.trigger_id(pack.id, base.name, one)} ({_WORDS[one]})"
            for one in found.trigger.executions
        )
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
    return NamedTrigger(found, base.on_failure)


def _unknown_base(trigger_id: str, pack: PackSpec) -> str:
    bases = ", ".join(ids.trigger_id(pack.id, one.base) for one in pack.template.triggers)
    return f"unknown trigger {shown(trigger_id)}; {pack.display} has {bases or 'no triggers'}"
