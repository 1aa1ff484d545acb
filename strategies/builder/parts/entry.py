"""What opens a trade, how it is filled, and how a fill at the level is confirmed."""

from collections.abc import Mapping

from django import forms

from strategies.builder import offers
from strategies.builder.fields import fill_field
from strategies.builder.part import Chosen, Fields, Part, Record, Start, State, Values, block_in
from strategies.builder.triggers import Picker, trigger_field
from strategies.packs.names import PackNames
from strategies.record import ids
from strategies.record.shape import Unread
from strategies.words import fills

ENTRY = Picker("entry", is_entry=True)
CONFIRMATION: Record = {"confirm_bar_offset": 0, "on_failure": "exit_market"}


class Entry(Part):
    order = 30
    inputs = {"entry": trigger_field("Entry trigger", "Choose what opens a trade.")}
    fault_fields = {
        "entry_trigger_confluence_id": "entry",
        "entry_trigger": "entry",
        "entry_confirmation": "entry_exec",
    }

    def defaults(self, start: Start) -> State:
        return {"entry": "", **ENTRY.defaults(), **CONFIRMATION}

    def state_of(self, record: Unread) -> State:
        confirmation = block_in(record, "entry_confirmation") or {}
        return {
            **ENTRY.state_of(_trigger_in(record)),
            **{name: confirmation.get(name, plain) for name, plain in CONFIRMATION.items()},
        }

    def fit(self, state: State, names: PackNames) -> None:
        ENTRY.fit(state, names)

    def fields(self, chosen: Chosen) -> Fields:
        fields = super().fields(chosen)
        direction, timeframe = chosen.text("direction"), chosen.own_timeframe
        offered = offers.entry_triggers(chosen.names.offered, direction, timeframe)
        stored = [ids.split(_trigger_in(chosen.stored))[0]]
        first = [offers.Choice("", "Choose an entry trigger")]
        ENTRY.offer(fields["entry"], chosen, offered, stored, first)
        return fields

    def details(self, chosen: Chosen) -> Fields:
        field = ENTRY.fill_field(chosen)
        if field is None:
            return {}
        field.help_text = _fill_note(chosen)
        fields: Fields = {"entry_exec": field}
        if chosen.text("entry_exec") == "LC":
            confirming, otherwise = fills.CONFIRMATION_LABELS.items(), fills.FAILURE_LABELS.items()
            fields["confirm_bar_offset"] = fill_field("Confirming close", confirming)
            fields["on_failure"] = fill_field("Otherwise left at", otherwise)
        return fields

    def record_of(self, values: Values, stored: Unread) -> Record:
        return {
            "entry_trigger_confluence_id": ENTRY.id_of(values),
            "entry_confirmation": _confirmation(values),
        }

    def shown(self, form: forms.BaseForm, chosen: Chosen) -> Mapping[str, object]:
        names = (ENTRY.fill_name, *CONFIRMATION)
        return {"fill_fields": [form[name] for name in names if name in form.fields]}


def _trigger_in(record: Unread) -> str:
    return str(record.get("entry_trigger_confluence_id") or "")


def _fill_note(chosen: Chosen) -> str:
    execution = chosen.text("entry_exec") or "C"
    fill, found = fills.fill_of(execution), chosen.names.trigger(chosen.text("entry"))
    note = fill.note if fill else ""
    level = found.level_label if found else ""
    return f"{note} Level: {level}." if level and execution in ("L", "LC") else note


def _confirmation(values: Values) -> Record | None:
    """That of an `LC` entry; others have none."""
    if values.get("entry_exec") != "LC":
        return None
    return {
        "confirm_bar_offset": int(str(values.get("confirm_bar_offset") or 0)),
        "on_failure": values.get("on_failure") or "exit_market",
    }


PART = Entry()
