"""How an entry within a bar is confirmed: `entry_confirmation`."""

from __future__ import annotations

from collections.abc import Mapping

from strategies.engine.spec import Confirmation, StrategySpec
from strategies.record.faults import Faults, finite, shown
from strategies.record.ids import OnFailure
from strategies.record.part import Key, Part, Reading, Values
from strategies.record.shape import Unread
from strategies.record.spelling import canonical

FIELD = "entry_confirmation"
_NAMES = ("confirm_bar_offset", "on_failure")
_OFFSETS = (0, 1)
_FAILURES: tuple[OnFailure, ...] = ("exit_market", "exit_limit")

KEYS = (Key(FIELD, None, "entry confirmation", 60),)


def _read(reading: Reading) -> Values:
    return {"confirmation": _confirmation(reading)}


def _confirmation(reading: Reading) -> Confirmation:
    """The confirmation of an `LC` entry; for every other entry the block means nothing."""
    entry, said, faults = reading.entry, reading.on_failure, reading.faults
    given = _block(reading.data.get(FIELD), faults)
    if entry is None:
        return Confirmation()
    if entry.execution != "LC":
        if given not in (None, Confirmation()):
            faults.warn(FIELD, f"is ignored, since {entry.id} is not confirmed by a level")
        return Confirmation()
    if said is None:
        return given or Confirmation()
    if given is not None and given.on_failure != said:
        faults.doubt(
            f"{FIELD}.on_failure",
            f"the entry trigger says {said}; use {entry.id} to say otherwise",
        )
    return Confirmation(given.bar_offset if given else 0, said)


def _block(block: object, faults: Faults) -> Confirmation | None:
    if block is None:
        return None
    if not isinstance(block, Mapping):
        faults.error(FIELD, f"must be an object with any of {', '.join(_NAMES)}")
        return None
    for name in block:
        if name not in _NAMES:
            faults.doubt(f"{FIELD}.{name}", f"is not one of {', '.join(_NAMES)}")
    return Confirmation(
        _offset(block.get("confirm_bar_offset"), faults),
        _on_failure(block.get("on_failure"), faults),
    )


def _offset(value: object, faults: Faults) -> int:
    number = None if value is None else finite(value)
    if value is not None and number not in _OFFSETS:
        faults.error(
            f"{FIELD}.confirm_bar_offset",
            f"must be 0 (the bar of the entry) or 1 (the next), not {shown(value)}",
        )
        return 0
    return int(number or 0)


def _on_failure(value: object, faults: Faults) -> OnFailure:
    for failure in _FAILURES:
        if value == failure:
            return failure
    if value is not None:
        faults.error(f"{FIELD}.on_failure", f"{shown(value)} is not one of {', '.join(_FAILURES)}")
    return _FAILURES[0]


def _spell(record: Unread, spec: StrategySpec) -> Values:
    is_confirmed = spec.entry.execution == "LC"
    return {FIELD: _spelled_out(spec.confirmation) if is_confirmed else None}


def _spelled_out(confirmation: Confirmation) -> Values:
    values = (confirmation.bar_offset, confirmation.on_failure)
    return dict(zip(_NAMES, values, strict=True))


def _decide(record: Unread) -> Values:
    """Nothing when the block only says the defaults."""
    block, usual = record.get(FIELD), _spelled_out(Confirmation())
    given = block if isinstance(block, Mapping) else {}
    chosen = {**usual, **{name: given[name] for name in usual if given.get(name) is not None}}
    return {FIELD: None if chosen == usual else canonical(chosen)}


PARTS = (Part(KEYS, order=60, read=_read, spell=_spell, decide=_decide),)
