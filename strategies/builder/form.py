"""The builder: form state in the address, to and from the flat record of a strategy."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from market.timeframes import TIMEFRAMES
from strategies.builder import offers
from strategies.builder.faults import fields_of
from strategies.builder.fields import (
    PartlyClosedSelect,
    execution_fields,
    exit_fields,
    has_finer_bars,
    no_clock,
)
from strategies.builder.inputs import BuilderInputs
from strategies.builder.protection import PARTS, sizes
from strategies.builder.record import record_of
from strategies.builder.state import EXIT_NAMES, MULTIPLE, TRIGGER_NAMES, is_other
from strategies.engine.indicators.time_exits import TIME_METHODS
from strategies.models import Pack
from strategies.packs.display import pack_label
from strategies.packs.forms import LIMITS
from strategies.record import ids
from strategies.record.ids import OPPOSITE
from strategies.record.parts.costs import COST_FIELDS
from strategies.record.sameness import Record

LOOKBACK_FIELDS = {
    "Date Range": ("lookback_start_date", "lookback_end_date"),
    "Bars/Candles": ("bar_count",),
    "Days": ("data_days",),
}

NOT_OFFERED = "Not offered with this direction and timeframe. Choose another."


class BuilderForm(BuilderInputs):
    """All choices of the builder. Pickers hold what the user's packs and the sources offer."""

    def __init__(
        self,
        packs: list[Pack],
        sources: list[offers.SourceOffer],
        state: Mapping[str, Any],
        kept: Record | None = None,
        *,
        is_untouched: bool = False,
    ) -> None:
        super().__init__(data=state)
        # Nothing was entered yet: what is missing is no fault.
        self.is_untouched = is_untouched
        self.kept = kept or {}
        # Pickers whose trigger no longer goes with the other choices.
        self.refused: set[str] = set()
        self.state = dict(state)
        self.packs = packs
        self.sources = sources
        self._keep_what_matters()
        self._offer_series()
        self._offer_signals()
        self._offer_conditions()
        self._offer_packs()
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.error_messages.update(LIMITS)
        for name, field in self.fields.items():
            _style(field, not is_untouched and name in self.errors)

    def _keep_what_matters(self) -> None:
        """Only fields that mean something with what is chosen; the others are carried along."""
        state = self.state
        mode = str(state.get("lookback_mode"))
        shown = LOOKBACK_FIELDS.get(mode, LOOKBACK_FIELDS["Days"])
        hidden = {name for names in LOOKBACK_FIELDS.values() for name in names} - set(shown)
        for name, before in zip(EXIT_NAMES[1:], EXIT_NAMES, strict=False):
            if not (state.get(name) or state.get(before)):
                hidden.add(name)
        if not has_finer_bars(state):
            hidden.add("hifi")
        for name in hidden:
            del self.fields[name]
        self.fields.update(exit_fields(state))
        self.fields.update(execution_fields(state, self.packs, TRIGGER_NAMES))

    def carried(self, base: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """What was entered in fields that are not shown now, to be there when they are again."""
        return [
            (name, value)
            for name, value in self.state.items()
            if name not in self.fields and name not in MULTIPLE and is_other(value, base.get(name))
        ]

    def _offer_series(self) -> None:
        chosen = self.state.get("data_source")
        source = next((one for one in self.sources if one.name == chosen), None)
        self._choices("data_source", [(one.name, one.label) for one in self.sources])
        self._choices("symbol", [(s, s) for s in source.symbols] if source else [])
        self._choices("timeframe", [tuple(choice) for choice in offers.timeframe_choices()])

    def _offer_signals(self) -> None:
        timeframe = _known(self.state.get("timeframe"), "1Min")
        direction = str(self.state.get("direction", "LONG"))
        enabled = [pack for pack in self.packs if pack.enabled]
        entries = offers.entry_groups(enabled, direction, timeframe)
        self._choices("entry", self._grouped(entries, "entry", "Choose an entry trigger"))
        exits = offers.exit_groups(enabled, timeframe)
        for name in EXIT_NAMES:
            if name in self.fields:
                self._choices(name, self._exits(exits, name))
        for name in TRIGGER_NAMES:
            chosen = str(self.state.get(name) or "")
            if chosen and name in self.fields:
                # The whole text of what a narrow picker cuts off.
                title = offers.trigger_text(self.packs, self._executed(name, chosen))
                self.fields[name].widget.attrs["title"] = title

    def _exits(self, groups: list[offers.Group], name: str) -> list[Any]:
        """No exit, the opposite of the entry where it has one, then every trigger."""
        none, *others = self._grouped(groups, name, "None")
        opposite = offers.opposite_choice(self.packs, str(self.state.get("entry") or ""))
        if opposite is not None:
            return [none, tuple(opposite), *others]
        if self.state.get(name) == OPPOSITE:
            self.refused.add(name)
            others.append((OPPOSITE, "Opposite of the entry (it has none)"))
        return [none, *others]

    def _executed(self, name: str, trigger: str) -> str:
        return ids.joined(trigger, str(self.state.get(f"{name}_exec") or "C"))

    def _offer_conditions(self) -> None:
        own = _known(self.state.get("timeframe"), "1Min")
        other = _known(self.state.get("condition_timeframe"), own)
        self._choices("condition_timeframe", _timeframes_of_conditions(own))
        enabled = [pack for pack in self.packs if pack.enabled]
        for chosen, adding, groups in (
            ("conditions", "add_condition", offers.condition_groups(enabled, other, own)),
            ("generals", "add_general", offers.general_groups(enabled, own)),
        ):
            taken = list(self.state.get(chosen) or [])
            self._choices(chosen, [(r, offers.record_text(self.packs, r)) for r in taken])
            free = [
                offers.Group(
                    group.label, [choice for choice in group.choices if choice.value not in taken]
                )
                for group in groups
            ]
            self._choices(adding, self._grouped(free, adding, "Add a condition"))

    def _offer_packs(self) -> None:
        """Packs of values to take over, of stops and targets and of time exits."""
        for name, family, empty in (
            ("preset", Pack.Family.RISK, "Take from a risk pack"),
            ("time_preset", Pack.Family.TIME, "Take from a time pack"),
        ):
            packs = [pack for pack in self.packs if pack.enabled and pack.family == family]
            labels = [(pack.pack_id, pack_label(pack)) for pack in packs]
            self._choices(name, [("", empty), *labels])
        widget = self.fields["time_preset"].widget
        if no_clock(self.state) and isinstance(widget, PartlyClosedSelect):
            clock = {name for name, method in TIME_METHODS.items() if method.is_clock}
            widget.closed = {pack.pack_id for pack in self.packs if pack.base_template in clock}

    def _choices(self, name: str, choices: Iterable[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        if name in TRIGGER_NAMES:
            field.error_messages["invalid_choice"] = NOT_OFFERED
        field.choices = list(choices)

    def _grouped(self, groups: list[offers.Group], name: str, empty: str) -> list[Any]:
        """Choices by pack; a stored trigger of a pack that is now disabled stays choosable.

        Any other that is not offered stays in sight, and is refused.
        """
        rows: list[Any] = [("", empty)]
        rows += [(g.label, [tuple(choice) for choice in g.choices]) for g in groups if g.choices]
        chosen = str(self.state.get(name) or "")
        offered = {choice.value for group in groups for choice in group.choices}
        if chosen and chosen not in offered and chosen != OPPOSITE:
            if self.kept_trigger(name) == chosen:
                rows.append((chosen, offers.kept_text(self.packs, chosen)))
            elif offers.find_trigger(self.packs, chosen) is not None:
                self.refused.add(name)
                rows.append((chosen, f"{offers.trigger_name(self.packs, chosen)} (not offered)"))
        return rows

    def kept_trigger(self, name: str) -> str:
        """What the stored strategy has in this picker."""
        if name == "entry":
            return ids.split(str(self.kept.get("entry_trigger_confluence_id") or ""))[0]
        exits = list(self.kept.get("exit_trigger_confluence_ids") or [])
        chosen = str(self.state.get(name))
        return chosen if chosen in [ids.split(str(one))[0] for one in exits] else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.refused:
            self.add_error(name, NOT_OFFERED)
        mode = cleaned.get("lookback_mode")
        start, end = cleaned.get("lookback_start_date"), cleaned.get("lookback_end_date")
        if mode == "Date Range" and not start:
            self.add_error("lookback_start_date", "Choose the first date of the backtest.")
        elif mode == "Date Range" and end and end <= start:
            self.add_error("lookback_end_date", "Choose a date after the first one.")
        method = TIME_METHODS.get(str(cleaned.get("time_exit_method") or ""))
        if method is not None and method.is_clock and no_clock(self.state):
            self.add_error("time_exit_method", "Choose a number of bars, or none.")
        return cleaned

    def show_errors(self, errors: Iterable[tuple[str, str]]) -> None:
        """Put the faults that the strategy check found beside their fields."""
        exits = [name for name in EXIT_NAMES if self.cleaned_data.get(name)]
        for fault, message in errors:
            shown = [name for name in fields_of(fault, exits) if name in self.fields]
            self.add_error(shown[0] if shown else None, message)
            if shown:
                _style(self.fields[shown[0]], True)

    @property
    def part_sizes(self) -> dict[str, list[forms.BoundField]]:
        """The sizes of stop, target, trailing, breakeven and time exit as chosen."""
        return {
            part: [self[f"{part}_{parameter.name}"] for parameter in sizes(part, self.state)]
            for part in PARTS
        }

    @property
    def exit_rows(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """Each exit with its fill, where that leaves a choice."""
        return [
            (self[name], self[f"{name}_exec"] if f"{name}_exec" in self.fields else None)
            for name in EXIT_NAMES
            if name in self.fields
        ]

    @property
    def fill_fields(self) -> list[forms.BoundField]:
        """How the entry is filled, and how an `LC` one is confirmed."""
        names = ("entry_exec", "confirm_bar_offset", "on_failure")
        return [self[name] for name in names if name in self.fields]

    @property
    def offers_hifi(self) -> bool:
        return "hifi" in self.fields

    @property
    def lookback_fields(self) -> list[forms.BoundField]:
        names = [name for names in LOOKBACK_FIELDS.values() for name in names]
        return [self[name] for name in names if name in self.fields]

    @property
    def has_costs(self) -> bool:
        return any(self.state.get(name) for name in COST_FIELDS)

    def record(self) -> Record:
        """The flat record these choices stand for."""
        return record_of(self.cleaned_data, self.kept)


def _known(timeframe: object, otherwise: str) -> str:
    return str(timeframe) if timeframe in TIMEFRAMES else otherwise


def _timeframes_of_conditions(own: str) -> list[tuple[str, str]]:
    return [("", f"{own}, own"), *((name, name) for name in TIMEFRAMES if name != own)]


def _style(field: forms.Field, is_wrong: bool) -> None:
    widget = field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return
    if isinstance(widget, forms.CheckboxInput):
        widget.attrs["class"] = "form-check-input"
        return
    css = "form-select" if isinstance(widget, forms.Select) else "form-control"
    widget.attrs["class"] = f"{css} is-invalid" if is_wrong else css
