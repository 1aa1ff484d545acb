"""The builder: form state in the address, to and from the flat record of a strategy."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from market.calendar import SESSIONS
from market.timeframes import TIMEFRAMES
from strategies import offers
from strategies.builder_state import EXIT_NAMES, KEPT_OPTIONS, PLAIN_FIELDS
from strategies.checking import NOTES_LENGTH
from strategies.engine.risk import STOP_METHODS, TARGET_METHODS, Method
from strategies.models import Pack
from strategies.pack_forms import LIMITS, number_field
from strategies.records import COST_FIELDS, Record
from strategies.windows import BAR_COUNT_LIMITS, DATA_DAYS_LIMITS, LOOKBACK_MODES

# Where a fault of the flat record is shown.
FIELD_OF = {
    "entry_trigger_confluence_id": "entry",
    "entry_trigger": "entry",
    "exit_trigger_confluence_ids": "exit_1",
    "exit_triggers": "exit_1",
    "confluence": "conditions",
    "general_confluences": "generals",
    "stop_config": "stop_method",
    "target_config": "target_method",
    "costs": "commission_per_share",
}


class CalmField(forms.BoundField):
    """A field that is not called invalid before anything was entered."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        if getattr(self.form, "is_untouched", False):
            built.pop("aria-invalid", None)
        return built


class BuilderForm(forms.Form):
    """All choices of the builder. Pickers hold what the user's packs and the sources offer."""

    bound_field_class = CalmField
    name = forms.CharField(
        max_length=120, required=False, help_text="Left empty, it is named for you."
    )
    data_source = forms.ChoiceField(label="Bars")
    symbol = forms.ChoiceField()
    timeframe = forms.ChoiceField()
    direction = forms.ChoiceField(choices=[("LONG", "Long"), ("SHORT", "Short")])
    trading_session = forms.ChoiceField(
        label="Session", choices=[(name, name) for name in SESSIONS]
    )
    lookback_mode = forms.ChoiceField(
        label="Lookback", choices=[(mode, mode) for mode in LOOKBACK_MODES]
    )
    data_days = forms.IntegerField(
        label="Days",
        required=False,
        min_value=DATA_DAYS_LIMITS[0],
        max_value=DATA_DAYS_LIMITS[1],
        help_text=f"{DATA_DAYS_LIMITS[0]} to {DATA_DAYS_LIMITS[1]:,}",
    )
    bar_count = forms.IntegerField(
        label="Bars",
        required=False,
        min_value=BAR_COUNT_LIMITS[0],
        max_value=BAR_COUNT_LIMITS[1],
        help_text=f"{BAR_COUNT_LIMITS[0]} to {BAR_COUNT_LIMITS[1]:,}",
    )
    lookback_start_date = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    lookback_end_date = forms.DateField(
        label="To",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: up to now",
    )
    entry = forms.ChoiceField(
        label="Entry trigger", error_messages={"required": "Choose what opens a trade."}
    )
    exit_1 = forms.ChoiceField(label="Exit trigger", required=False)
    exit_2 = forms.ChoiceField(label="Second exit", required=False)
    exit_3 = forms.ChoiceField(label="Third exit", required=False)
    bar_count_exit = forms.IntegerField(
        label="Exit after bars",
        required=False,
        min_value=1,
        max_value=500,
        help_text="1 to 500; empty for none",
    )
    conditions = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Timeframe conditions"
    )
    add_condition = forms.ChoiceField(required=False, label="Add a condition")
    generals = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="General conditions"
    )
    add_general = forms.ChoiceField(required=False, label="Add a general condition")
    preset = forms.ChoiceField(required=False, label="Risk pack")
    stop_method = forms.ChoiceField(
        label="Stop", choices=[(key, method.label) for key, method in STOP_METHODS.items()]
    )
    target_method = forms.ChoiceField(
        label="Target",
        required=False,
        choices=[("", "None: signals only")]
        + [(key, method.label) for key, method in TARGET_METHODS.items()],
    )
    risk_per_trade = forms.FloatField(label="Risk per trade ($)", min_value=0.01)
    starting_balance = forms.FloatField(label="Starting balance ($)", min_value=0.01)
    commission_per_share = forms.FloatField(required=False, min_value=0)
    commission_per_order = forms.FloatField(required=False, min_value=0)
    slippage_bps = forms.FloatField(required=False, min_value=0, label="Slippage (bps)")
    slippage_per_share = forms.FloatField(required=False, min_value=0)
    notes = forms.CharField(
        required=False, max_length=NOTES_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )

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
        self.state = dict(state)
        self.packs = packs
        self.sources = sources
        self._offer_series()
        self._offer_signals()
        self._add_sizes("stop", STOP_METHODS)
        self._add_sizes("target", TARGET_METHODS)
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.error_messages.update(LIMITS)
        for name, field in self.fields.items():
            _style(field, not is_untouched and name in self.errors)

    def _offer_series(self) -> None:
        chosen = self.state.get("data_source")
        source = next((one for one in self.sources if one.name == chosen), None)
        self._choices("data_source", [(one.name, one.label) for one in self.sources])
        self._choices("symbol", [(s, s) for s in source.symbols] if source else [])
        self._choices("timeframe", [tuple(choice) for choice in offers.timeframe_choices()])

    def _offer_signals(self) -> None:
        timeframe = self.state.get("timeframe", "1Min")
        timeframe = timeframe if timeframe in TIMEFRAMES else "1Min"
        direction = str(self.state.get("direction", "LONG"))
        enabled = [pack for pack in self.packs if pack.enabled]
        entries = offers.entry_groups(enabled, direction, timeframe)
        self._choices("entry", self._grouped(entries, "entry", "Choose an entry trigger"))
        exits = offers.exit_groups(enabled, timeframe)
        for name in EXIT_NAMES:
            self._choices(name, self._grouped(exits, name, "None"))
        for chosen, adding, groups in (
            ("conditions", "add_condition", offers.condition_groups(enabled, timeframe)),
            ("generals", "add_general", offers.general_groups(enabled, timeframe)),
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
        risk = [pack for pack in enabled if pack.family == Pack.Family.RISK]
        self._choices(
            "preset",
            [("", "Take from a risk pack"), *((p.pack_id, offers.pack_label(p)) for p in risk)],
        )

    def _choices(self, name: str, choices: Iterable[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def _grouped(self, groups: list[offers.Group], name: str, empty: str) -> list[Any]:
        """Choices by pack; a chosen trigger of a pack that is now disabled stays choosable."""
        rows: list[Any] = [("", empty)]
        rows += [(g.label, [tuple(choice) for choice in g.choices]) for g in groups if g.choices]
        chosen = str(self.state.get(name) or "")
        offered = {choice.value for group in groups for choice in group.choices}
        if chosen and chosen not in offered and self.kept_trigger(name) == chosen:
            rows.append((chosen, f"{offers.trigger_text(self.packs, chosen)} (disabled)"))
        return rows

    def kept_trigger(self, name: str) -> str:
        """What the stored strategy has in this picker."""
        if name == "entry":
            return str(self.kept.get("entry_trigger_confluence_id") or "")
        exits = list(self.kept.get("exit_trigger_confluence_ids") or [])
        return str(self.state.get(name)) if self.state.get(name) in exits else ""

    def _add_sizes(self, side: str, methods: Mapping[str, Method]) -> None:
        method = methods.get(str(self.state.get(f"{side}_method") or ""))
        for parameter in method.fields if method else ():
            self.fields[f"{side}_{parameter.name}"] = number_field(parameter)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        mode = cleaned.get("lookback_mode")
        start, end = cleaned.get("lookback_start_date"), cleaned.get("lookback_end_date")
        if mode == "Date Range" and not start:
            self.add_error("lookback_start_date", "Choose the first date of the backtest.")
        elif mode == "Date Range" and end and end <= start:
            self.add_error("lookback_end_date", "Choose a date after the first one.")
        return cleaned

    def show_errors(self, errors: Iterable[tuple[str, str]]) -> None:
        """Put the faults that the strategy check found beside their fields."""
        for field, message in errors:
            base = field.split(".")[0].split("[")[0]
            name = FIELD_OF.get(base, base)
            self.add_error(name if name in self.fields else None, message)
            if name in self.fields:
                _style(self.fields[name], True)

    def sizes(self, side: str) -> list[forms.BoundField]:
        own = [n for n in self.fields if n.startswith(f"{side}_") and n != f"{side}_method"]
        return [self[name] for name in own]

    @property
    def stop_sizes(self) -> list[forms.BoundField]:
        return self.sizes("stop")

    @property
    def target_sizes(self) -> list[forms.BoundField]:
        return self.sizes("target")

    @property
    def has_costs(self) -> bool:
        return any(self.state.get(name) for name in COST_FIELDS)

    def record(self) -> Record:
        """The flat record these choices stand for."""
        values = self.cleaned_data
        exits = [values[name] for name in EXIT_NAMES if values.get(name)]
        return {
            **{key: values[key] for key in PLAIN_FIELDS if values.get(key) is not None},
            "entry_trigger_confluence_id": values["entry"],
            "exit_trigger_confluence_ids": list(dict.fromkeys(exits)),
            "bar_count_exit": values.get("bar_count_exit"),
            "confluence": values["conditions"],
            "general_confluences": values["generals"],
            "stop_config": self._protection("stop"),
            "target_config": self._protection("target"),
            "lookback_start_date": _iso(values.get("lookback_start_date")),
            "lookback_end_date": _iso(values.get("lookback_end_date")),
            "costs": {key: values.get(key) or 0.0 for key in COST_FIELDS},
        }

    def _protection(self, side: str) -> Record | None:
        method = self.cleaned_data.get(f"{side}_method")
        if not method:
            return None
        config = {"method": method}
        for bound in self.sizes(side):
            config[bound.name.removeprefix(f"{side}_")] = self.cleaned_data[bound.name]
        old = self.kept.get(f"{side}_config") or {}
        return {**{key: old[key] for key in KEPT_OPTIONS if key in old}, **config}


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def _style(field: forms.Field, is_wrong: bool) -> None:
    widget = field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return
    css = "form-select" if isinstance(widget, forms.Select) else "form-control"
    widget.attrs["class"] = f"{css} is-invalid" if is_wrong else css
