"""When the strategy rests: by trades of a date, losses, R, and bars between trades."""

from collections.abc import Mapping

from django import forms

from strategies.builder.part import Chosen, Part, Record, State, Values, block_in
from strategies.packs.forms import number_field
from strategies.record.parts.limits import FIELD, FIELDS, NAMES
from strategies.record.shape import Unread
from strategies.words.limits import limits_text

NOTES = {
    "max_trades_per_day": "Entries filled on one trading date.",
    "stop_after_losses": "0 R and less is a loss. Until the next date.",
    "stop_after_loss_r": "Net R of the date's trades. Until the next date.",
    "stop_after_profit_r": "Net R of the date's trades. Until the next date.",
    "cooldown_bars": "At least so many after an exit, before the next entry.",
}


def _input(name: str) -> forms.Field:
    """A number that may be left empty: no limit."""
    field = number_field(next(one for one in FIELDS if one.name == name))
    field.required = False
    field.help_text = f"{NOTES[name]} Empty is no limit."
    return field


class Limits(Part):
    order = 85
    inputs = {name: _input(name) for name in NAMES}
    fault_fields = {FIELD: NAMES[0]}

    def state_of(self, record: Unread) -> State:
        block = block_in(record, FIELD) or {}
        return {name: block.get(name) for name in NAMES}

    def record_of(self, values: Values, stored: Unread) -> Record:
        """Nothing where no limit is set and none was."""
        said = {name: values[name] for name in NAMES if values.get(name) is not None}
        return {FIELD: said or None} if said or stored.get(FIELD) else {}

    def shown(self, form: forms.BaseForm, chosen: Chosen) -> Mapping[str, object]:
        said = {name: _number(chosen.text(name)) for name in NAMES}
        return {
            "limits_text": limits_text(said),
            "has_limits": any(map(chosen.text, NAMES)),
        }


def _number(value: object) -> float | None:
    """What stands in a field, as far as it is a number."""
    try:
        return float(str(value))
    except ValueError:
        return None


PART = Limits()
