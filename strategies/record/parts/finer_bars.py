"""Whether finer bars decide a bar that held both stop and target: `hifi`."""

from __future__ import annotations

from strategies.engine.spec import StrategySpec
from strategies.record.faults import shown
from strategies.record.part import Key, Part, Reading, Values
from strategies.record.shape import Unread

FIELD = "hifi"

KEYS = (Key(FIELD, False, "use of finer bars", 140),)


def _read(reading: Reading) -> Values:
    value = reading.data.get(FIELD)
    if value is not None and not isinstance(value, bool):
        reading.faults.error(FIELD, f"must be true or false, not {shown(value)}")
    return {FIELD: value is True}


def _spell(record: Unread, spec: StrategySpec) -> Values:
    return {FIELD: spec.hifi}


def _decide(record: Unread) -> Values:
    return {FIELD: True if record.get(FIELD) else None}


PARTS = (Part(KEYS, order=100, read=_read, spell=_spell, decide=_decide),)
