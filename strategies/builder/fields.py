"""Fields of the builder that come and go with what is chosen."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms

from market.timeframes import TIMEFRAMES
from strategies.builder import offers
from strategies.builder.protection import METHODS, PARTS, sizes
from strategies.engine.indicators.time_exits import TIME_METHODS
from strategies.engine.template import Execution
from strategies.models import Pack
from strategies.packs.forms import number_field
from strategies.words import fills

State = Mapping[str, Any]
Fields = dict[str, forms.Field]
OFF = {"target": "None: signals only", "trailing": "Off: the stop stays", "time_exit": "None"}
LABELS = {"stop": "Stop", "target": "Target", "trailing": "Trailing stop", "time_exit": "Time exit"}
TIME_NOTES = {
    "eod_exit": "Of the session; early closes count.",
    "time_of_day_exit": "New York time, read when a bar closes.",
    "session_exit": "New York time: left at the first close outside of it.",
}
FINEST_SECONDS = min(timeframe.seconds for timeframe in TIMEFRAMES.values())


class PartlyClosedSelect(forms.Select):
    """A select of which some options can't be chosen now, though they are there to be seen."""

    closed: Collection[str] = ()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.closed:
            option["attrs"]["disabled"] = True
        return option


def exit_fields(state: State) -> Fields:
    """Methods of stop, target, trailing and time exit with their sizes, in reading order."""
    fields: Fields = {}
    for part in PARTS:
        if part == "breakeven":
            fields[part] = forms.BooleanField(
                required=False,
                label="Move the stop to breakeven",
                help_text="It goes to the entry price once the trade is ahead enough.",
            )
        else:
            fields[f"{part}_method"] = _method_field(part)
        for parameter in sizes(part, state):
            fields[f"{part}_{parameter.name}"] = number_field(parameter)
    fields["stop_exec_type"] = _choice("Stop filled", fills.STOP_LABELS)
    if state.get("target_method"):
        fields["target_exec_type"] = _choice("Target filled", fills.STOP_LABELS)
    if state.get("trailing_method"):
        fields["trailing_activation_r"].help_text += "; 0: at once"
    _close_clock_exits(fields["time_exit_method"], state)
    return fields


def _method_field(part: str) -> forms.ChoiceField:
    off = [("", OFF[part])] if part in OFF else []
    methods = [(name, method.label) for name, method in METHODS[part].items()]
    return forms.ChoiceField(
        label=LABELS[part],
        required=part not in OFF,
        choices=off + methods,
        widget=PartlyClosedSelect if part == "time_exit" else forms.Select,
    )


def _close_clock_exits(field: forms.Field, state: State) -> None:
    field.help_text = TIME_NOTES.get(str(state.get("time_exit_method")), "")
    reason = no_clock(state)
    if not reason:
        return
    clock = {name for name, method in TIME_METHODS.items() if method.is_clock}
    assert isinstance(field.widget, PartlyClosedSelect)
    # One that is chosen stays choosable: a closed option would be lost with the next change.
    field.widget.closed = clock - {str(state.get("time_exit_method"))}
    field.help_text = reason


def no_clock(state: State) -> str:
    """Why no exit can go by the clock; empty when it can."""
    timeframe = TIMEFRAMES.get(str(state.get("timeframe")))
    if timeframe is not None and timeframe.is_daily:
        return "Exits by the clock need bars shorter than a day."
    if state.get("trading_session") == "24/7":
        return "Exits by the clock need a session; 24/7 has none."
    return ""


def execution_fields(state: State, packs: list[Pack], names: Collection[str]) -> Fields:
    """How each chosen trigger is filled, where it leaves a choice."""
    fields: Fields = {}
    for name in names:
        is_entry = name == "entry"
        possible = offers.executions_of(packs, str(state.get(name) or ""), is_entry=is_entry)
        if len(possible) < 2:
            continue
        labels = fills.ENTRY_LABELS if is_entry else fills.EXIT_LABELS
        field = _choice("Entry filled" if is_entry else "Filled", labels, possible)
        field.help_text = _execution_note(state, packs) if is_entry else ""
        fields[f"{name}_exec"] = field
    if "entry_exec" in fields and state.get("entry_exec") == "LC":
        fields["confirm_bar_offset"] = _choice("Confirming close", fills.CONFIRMATION_LABELS)
        fields["on_failure"] = _choice("Otherwise left at", fills.FAILURE_LABELS)
    return fields


def _execution_note(state: State, packs: list[Pack]) -> str:
    execution = str(state.get("entry_exec") or "C")
    fill = fills.fill_of(execution)
    note = fill.note if fill else ""
    level = offers.level_label(packs, str(state.get("entry") or ""))
    return f"{note} Level: {level}." if level and execution in ("L", "LC") else note


def _choice(
    label: str, labels: Mapping[Any, str], names: Collection[Execution] | None = None
) -> forms.ChoiceField:
    offered = [(name, labels[name]) for name in (names or labels)]
    return forms.ChoiceField(label=label, required=False, choices=offered)


def has_finer_bars(state: State) -> bool:
    timeframe = TIMEFRAMES.get(str(state.get("timeframe")))
    return timeframe is not None and timeframe.seconds > FINEST_SECONDS
