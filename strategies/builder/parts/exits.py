"""What ends a trade by a trigger or after a number of bars."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from django import forms

from strategies.builder import offers
from strategies.builder.part import Chosen, Fields, Part, Record, Start, State, Values, texts_in
from strategies.builder.triggers import Picker, TriggerField, trigger_field
from strategies.packs.names import PackNames
from strategies.record import ids
from strategies.record.shape import Unread
from trader.api.digits import whole_number

EXITS = tuple(Picker(f"exit_{number}") for number in (1, 2, 3))
EXIT_NAMES = tuple(picker.name for picker in EXITS)
KEYS = (
    "exit_trigger_confluence_ids",
    "exit_trigger_confluence_id",
    "exit_triggers",
    "exit_trigger",
)


class Exits(Part):
    order = 40
    inputs = {
        "exit_1": trigger_field("Exit trigger"),
        "exit_2": trigger_field("Second exit"),
        "exit_3": trigger_field("Third exit"),
        "bar_count_exit": forms.IntegerField(
            label="Exit after bars",
            required=False,
            min_value=1,
            max_value=500,
            help_text="1 to 500; empty for none",
        ),
    }
    fault_fields = dict.fromkeys(KEYS, EXIT_NAMES[0])

    def defaults(self, start: Start) -> State:
        return {name: value for picker in EXITS for name, value in picker.defaults().items()}

    def state_of(self, record: Unread) -> State:
        state: State = {"bar_count_exit": record.get("bar_count_exit")}
        triggers = texts_in(record, KEYS[0])
        for place, picker in enumerate(EXITS):
            state.update(picker.state_of(triggers[place] if place < len(triggers) else ""))
        return state

    def fit(self, state: State, names: PackNames) -> None:
        for picker in EXITS:
            picker.fit(state, names)

    def fields(self, chosen: Chosen) -> Fields:
        """A further exit is asked for after the one before."""
        fields = super().fields(chosen)
        for before, name in pairwise(EXIT_NAMES):
            if not (chosen.text(before) or chosen.text(name)):
                del fields[name]
        offered = offers.exit_triggers(chosen.names.offered, chosen.own_timeframe)
        for picker in EXITS:
            if picker.name in fields:
                _offer(picker, fields[picker.name], chosen, offered)
        return fields

    def details(self, chosen: Chosen) -> Fields:
        found = ((picker.fill_name, picker.fill_field(chosen)) for picker in EXITS)
        return {name: field for name, field in found if field is not None}

    def record_of(self, values: Values, stored: Unread) -> Record:
        triggers = [picker.id_of(values) for picker in EXITS if values.get(picker.name)]
        return {
            "exit_trigger_confluence_ids": list(dict.fromkeys(triggers)),
            "bar_count_exit": values.get("bar_count_exit"),
        }

    def fields_of(self, fault: Sequence[str], filled: Sequence[str]) -> Iterator[str]:
        """The listed exits stand in the fields in which one was chosen, in their order."""
        exits = [name for name in EXIT_NAMES if name in filled]
        place = (whole_number(fault[1]) if len(fault) > 1 else None) or 0
        yield from exits[place : place + 1] or exits[:1] or EXIT_NAMES[:1]

    def shown(self, form: forms.BaseForm, chosen: Chosen) -> Mapping[str, object]:
        """Each exit with its fill, where that leaves a choice."""
        fields = form.fields
        return {
            "exit_fields": [
                (form[one.name], form[one.fill_name] if one.fill_name in fields else None)
                for one in EXITS
                if one.name in fields
            ]
        }


def _offer(
    picker: Picker, field: forms.Field, chosen: Chosen, offered: list[offers.PackChoices]
) -> None:
    """No exit, the opposite of the entry where it has one, then every trigger."""
    assert isinstance(field, TriggerField)
    entry = chosen.names.trigger(chosen.text("entry"))
    first, last = [offers.Choice("", "None")], []
    if entry and entry.opposite_label:
        first.append(offers.Choice(ids.OPPOSITE, entry.opposite_label))
    elif chosen.text(picker.name) == ids.OPPOSITE:
        field.refused = ids.OPPOSITE
        last = [offers.Choice(ids.OPPOSITE, "Opposite of the entry (it has none)")]
    stored = [ids.split(one)[0] for one in texts_in(chosen.stored, KEYS[0])]
    picker.offer(field, chosen, offered, stored, first, last)


PART = Exits()
