"""The trigger that opens a trade: `entry_trigger_confluence_id`."""

from __future__ import annotations

from strategies.engine.spec import StrategySpec
from strategies.record.faults import shown
from strategies.record.ids import EXIT_WORDS, undecorated
from strategies.record.part import Key, Part, Reading, Values
from strategies.record.shape import Unread
from strategies.record.spelling import canonical
from strategies.record.triggers import NamedTrigger, check_timeframe, resolve_trigger

FIELD = "entry_trigger_confluence_id"
_OLDER = "entry_trigger"

KEYS = (
    Key(FIELD, "", "entry trigger", 50, is_text=True),
    # Its name as pages show it, kept with results.
    Key("entry_trigger_name"),
    Key(_OLDER, is_older=True),
)


def _read(reading: Reading) -> Values:
    found = _entry(reading)
    if found is None:
        return {}
    reading.entry, reading.on_failure = found.trigger, found.on_failure
    return {"entry": found.trigger}


def _entry(reading: Reading) -> NamedTrigger | None:
    """The entry trigger; its direction and type are checked."""
    faults, direction = reading.faults, reading.direction
    trigger_id = reading.data.get(FIELD) or reading.data.get(_OLDER)
    if not isinstance(trigger_id, str) or not trigger_id:
        faults.error(FIELD, "is missing; choose an entry trigger")
        return None
    if undecorated(trigger_id) in EXIT_WORDS:
        faults.error(FIELD, f"{shown(trigger_id)} is an exit; choose an entry trigger")
        return None
    found = resolve_trigger(trigger_id, reading.book, FIELD, faults)
    if found is None:
        return None
    pack, trigger = found.trigger.pack, found.trigger.trigger
    if pack.base_template == "bar_count":
        faults.error(FIELD, f"{trigger_id} counts bars since an entry; choose an entry")
    elif trigger.type == "EXIT":
        faults.doubt(FIELD, f"{trigger_id} is an exit trigger; choose an entry trigger")
    if trigger.direction not in (direction, "BOTH"):
        other = trigger.direction
        faults.doubt(FIELD, f"{trigger_id} is a {other} trigger in a {direction} strategy")
    check_timeframe(pack, reading.timeframe, FIELD, faults)
    return found


def _spell(record: Unread, spec: StrategySpec) -> Values:
    return {FIELD: spec.entry.id, "entry_trigger_name": spec.entry.display}


def _decide(record: Unread) -> Values:
    return {FIELD: canonical(str(record.get(FIELD) or record.get(_OLDER) or ""))}


PARTS = (Part(KEYS, order=30, read=_read, spell=_spell, decide=_decide),)
