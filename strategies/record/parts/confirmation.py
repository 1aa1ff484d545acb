"""How an entry within a bar is confirmed: `entry_confirmation`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategies.engine.spec import Confirmation
from strategies.record.faults import Faults, finite, shown
from strategies.record.triggers import Entry

FIELD = "entry_confirmation"
_NAMES = ("confirm_bar_offset", "on_failure")
_OFFSETS = (0, 1)
_FAILURES = ("exit_market", "exit_limit")


def parse_confirmation(
    data: Mapping[str, Any], entry: Entry | None, faults: Faults
) -> Confirmation:
    """The confirmation of an `LC` entry; for every other entry the block means nothing."""
    given = _block(data.get(FIELD), faults)
    if entry is None:
        return Confirmation()
    if entry.trigger.execution != "LC":
        if given not in (None, Confirmation()):
            faults.warn(FIELD, f"is ignored, since {entry.trigger.id} is not confirmed by a level")
        return Confirmation()
    if entry.on_failure is None:
        return given or Confirmation()
    if given is not None and given.on_failure != entry.on_failure:
        faults.doubt(
            f"{FIELD}.on_failure",
            f"the entry trigger says {entry.on_failure}; use {entry.trigger.id} to say otherwise",
        )
    offset = given.bar_offset if given else 0
    return Confirmation(offset, entry.on_failure)


def _block(block: Any, faults: Faults) -> Confirmation | None:
    if block is None:
        return None
    if not isinstance(block, Mapping):
        faults.error(FIELD, f"must be an object with any of {', '.join(_NAMES)}")
        return None
    for name in block:
        if name not in _NAMES:
            faults.doubt(f"{FIELD}.{name}", f"is not one of {', '.join(_NAMES)}")
    offset, on_failure = (block.get(name) for name in _NAMES)
    if offset is not None and finite(offset) not in _OFFSETS:
        faults.error(
            f"{FIELD}.confirm_bar_offset",
            f"must be 0 (the bar of the entry) or 1 (the next), not {shown(offset)}",
        )
        offset = None
    if on_failure is not None and on_failure not in _FAILURES:
        faults.error(
            f"{FIELD}.on_failure", f"{shown(on_failure)} is not one of {', '.join(_FAILURES)}"
        )
        on_failure = None
    return Confirmation(int(offset or 0), on_failure or "exit_market")
