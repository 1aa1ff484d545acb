"""The choices that the builder always has, as form fields."""

from typing import Any

from django import forms

from market.calendar import SESSIONS
from strategies.builder.fields import PartlyClosedSelect
from strategies.record.lookback import BAR_COUNT_LIMITS, DATA_DAYS_LIMITS, LOOKBACK_MODES
from strategies.record.parts.series import NOTES_LENGTH


class CalmField(forms.BoundField):
    """A field that is not called invalid before anything was entered."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        if getattr(self.form, "is_untouched", False):
            built.pop("aria-invalid", None)
        return built


class BuilderInputs(forms.Form):
    """Their pickers are filled by who knows the packs and sources."""

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
    time_preset = forms.ChoiceField(required=False, label="Time pack", widget=PartlyClosedSelect)
    conditions = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Timeframe conditions"
    )
    condition_timeframe = forms.ChoiceField(required=False, label="Timeframe of the condition")
    add_condition = forms.ChoiceField(required=False, label="Add a condition")
    generals = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="General conditions"
    )
    add_general = forms.ChoiceField(required=False, label="Add a general condition")
    preset = forms.ChoiceField(required=False, label="Risk pack")
    hifi = forms.BooleanField(
        required=False,
        label="Resolve bars that held both stop and target by finer bars",
        help_text="Otherwise, and where there are none, the stop counts.",
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
