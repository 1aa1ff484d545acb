"""When the strategy rests: by trades of a date, losses, R, and bars between trades."""

from collections.abc import Mapping

from django import forms

from strategies.builder.part import Chosen, Part, Record, State, Values, block_in
from strategies.engine.template import Parameter
from strategies.packs.forms import number_field
from strategies.record.parameters import parameter_problem
from strategies.record.parts.limits import FIELD, FIELDS, NAMES
from strategies.record.shape import Unread
from strategies.words.limits import limits_text

NOTES = {
    "max_trades_per_day": "At most so many entries.",
    "stop_after_losses": "Then no more that day; 0 R is a loss.",
    "stop_after_loss_r": "Net; then no more that day.",
    "stop_after_profit_r": "Net; then no more that day.",
    "cooldown_bars": "After the bar of an exit.",
}


def _input(name: str) -> forms.Field:
    """A number that may be left empty: no limit."""
    field = number_field(next(one for one in FIELDS if one.name == name))
    field.required = False
    field.help_text = NOTES[name]
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
        said = {field.name: _number(field, chosen.text(field.name)) for field in FIELDS}
        return {
            "limits_text": limits_text(said),
            "has_limits": any(map(chosen.text, NAMES)),
        }


def _number(field: Parameter, text: str) -> float | None:
    """What stands in a field, where it is a value that it may have."""
    try:
        value = float(text)
    except ValueError:
        return None
    return None if parameter_problem(field, value) else value


PART = Limits()
