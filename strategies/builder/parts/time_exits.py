"""The exit by the clock or after a number of bars."""

from collections.abc import Iterator, Mapping, Sequence

from django import forms

from market.timeframes import TIMEFRAMES
from strategies.builder import offers
from strategies.builder.blocks import Block
from strategies.builder.fields import PartlyClosedSelect, choose_from
from strategies.builder.part import Chosen, Fields, Part, Record, Start, State, Values, block_in
from strategies.engine.indicators.time_exits import TIME_METHODS, time_exit_config
from strategies.models import Pack
from strategies.packs.names import PackNames
from strategies.record.shape import Unread

TIME_EXIT = Block("time_exit", "Time exit", TIME_METHODS, none="None")
USUAL_EXIT: Record = {"method": "eod_exit", "minutes_before_close": 15}
CLOCK = {name for name, method in TIME_METHODS.items() if method.is_clock}
NOTES = {
    "eod_exit": "Of the session; early closes count.",
    "time_of_day_exit": "New York time, read when a bar closes.",
    "session_exit": "New York time: left at the first close outside of it.",
}


class TimeExit(Part):
    order = 70
    following = tuple(TIME_EXIT.state_of(USUAL_EXIT))
    inputs = {
        "time_preset": forms.ChoiceField(
            required=False, label="Time pack", widget=PartlyClosedSelect
        ),
    }
    fault_fields = {"time_exit_config": "time_exit_method"}

    def defaults(self, start: Start) -> State:
        """Before the close, where a session has one."""
        has_close = not no_clock(start.series)
        return {
            **dict.fromkeys(self.following),
            **TIME_EXIT.state_of(USUAL_EXIT if has_close else None),
        }

    def state_of(self, record: Unread) -> State:
        return TIME_EXIT.state_of(block_in(record, "time_exit_config"))

    def fit(self, state: State, names: PackNames) -> None:
        """A picked pack writes its values into the fields."""
        pack = names.pack(state.pop("time_preset", ""))
        if pack is not None and pack.family == Pack.Family.TIME:
            state.update(TIME_EXIT.state_of(time_exit_config(pack.base_template, pack.parameters)))
        TIME_EXIT.fit(state)

    def fields(self, chosen: Chosen) -> Fields:
        fields = super().fields(chosen)
        packs = offers.presets(chosen.names.packs, Pack.Family.TIME)
        choose_from(fields["time_preset"], [("", "Take from a time pack"), *packs])
        if no_clock(chosen.state):
            by_clock = (one for one in chosen.names.packs if one.base_template in CLOCK)
            _close(fields["time_preset"], {one.pack_id for one in by_clock})
        return fields

    def details(self, chosen: Chosen) -> Fields:
        fields = TIME_EXIT.fields(chosen.state)
        field, method = fields[TIME_EXIT.chooser], chosen.text(TIME_EXIT.chooser)
        reason = no_clock(chosen.state)
        field.help_text = reason or NOTES.get(method, "")
        if reason:
            # What is chosen stays choosable: a closed option would be lost with the next change.
            _close(field, CLOCK - {method})
        return fields

    def refusals(self, values: Values, chosen: Chosen) -> Iterator[tuple[str, str]]:
        if values.get("time_exit_method") in CLOCK and no_clock(chosen.state):
            yield "time_exit_method", "Choose a number of bars, or none."

    def record_of(self, values: Values, stored: Unread) -> Record:
        return {"time_exit_config": TIME_EXIT.block_of(values, stored.get("time_exit_config"))}

    def fields_of(self, fault: Sequence[str], filled: Sequence[str]) -> Iterator[str]:
        yield from (TIME_EXIT.field_of(name) for name in fault[1:2])
        yield TIME_EXIT.chooser

    def shown(self, form: forms.BaseForm, chosen: Chosen) -> Mapping[str, object]:
        return {"time_exit_sizes": TIME_EXIT.bound_sizes(form, chosen.state)}


def no_clock(series: Values) -> str:
    """Why no exit can go by the clock on these bars; empty when it can."""
    timeframe = TIMEFRAMES.get(str(series.get("timeframe")))
    if timeframe is not None and timeframe.is_daily:
        return "Exits by the clock need bars shorter than a day."
    if series.get("trading_session") == "24/7":
        return "Exits by the clock need a session; 24/7 has none."
    return ""


def _close(field: forms.Field, options: set[str]) -> None:
    assert isinstance(field.widget, PartlyClosedSelect)
    field.widget.closed = options


PART = TimeExit()
