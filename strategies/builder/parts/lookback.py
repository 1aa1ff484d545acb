"""How much of the past a backtest reads."""

from collections.abc import Iterator, Mapping
from datetime import date

from django import forms

from market import calendar, clock, eastern
from market.bars import stored_series
from market.gaps import stretches
from market.sources import SAMPLE
from market.store.counting import held_dates
from strategies.builder.part import Chosen, Fields, Part, Record, Start, State, Values
from strategies.record.lookback import BAR_COUNT_LIMITS, DATA_DAYS_LIMITS, LOOKBACK_MODES
from strategies.record.shape import Unread
from strategies.saving.sample import SAMPLE_WINDOW

DATES = ("lookback_start_date", "lookback_end_date")
USUAL_DATES = 252
USUAL_DAYS = 365
# A newer stretch of dates is shorter than an older one would have to be to be left for it.
FEW_DATES = 10
FIELDS_OF = {
    "Date Range": DATES,
    "Bars/Candles": ("bar_count",),
    "Days": ("data_days",),
}


def _whole_number(label: str, limits: tuple[int, int]) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=limits[0],
        max_value=limits[1],
        help_text=f"{limits[0]} to {limits[1]:,}",
    )


def _date(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


class Lookback(Part):
    order = 20
    following = ("lookback_mode", "data_days", "bar_count", *DATES)
    inputs = {
        "lookback_mode": forms.ChoiceField(
            label="Lookback", choices=[(mode, mode) for mode in LOOKBACK_MODES]
        ),
        "data_days": _whole_number("Days", DATA_DAYS_LIMITS),
        "bar_count": _whole_number("Bars", BAR_COUNT_LIMITS),
        "lookback_start_date": _date("From"),
        "lookback_end_date": _date("To", "Empty: up to now"),
    }

    def defaults(self, start: Start) -> State:
        plain = {"lookback_mode": "Days", "data_days": 30, "bar_count": 1000}
        source, symbol = (str(start.series.get(name) or "") for name in ("data_source", "symbol"))
        return {**plain, **usual_window(source, symbol)}

    def state_of(self, record: Unread) -> State:
        dates = {name: str(record.get(name) or "")[:10] for name in DATES}
        return {**super().state_of(record), **dates}

    def fields(self, chosen: Chosen) -> Fields:
        """Those of the chosen way to look back."""
        shown = FIELDS_OF.get(chosen.text("lookback_mode"), FIELDS_OF["Days"])
        return {
            name: field
            for name, field in super().fields(chosen).items()
            if name == "lookback_mode" or name in shown
        }

    def refusals(self, values: Values, chosen: Chosen) -> Iterator[tuple[str, str]]:
        if values.get("lookback_mode") != "Date Range":
            return
        start, end = (values.get(name) for name in DATES)
        if not isinstance(start, date):
            yield "lookback_start_date", "Choose the first date of the backtest."
        elif isinstance(end, date) and end <= start:
            yield "lookback_end_date", "Choose a date after the first one."

    def record_of(self, values: Values, stored: Unread) -> Record:
        texts = {name: _text(values[name]) for name in DATES if name in values}
        return {**super().record_of(values, stored), **texts}

    def shown(self, form: forms.BaseForm, chosen: Chosen) -> Mapping[str, object]:
        names = [name for names in FIELDS_OF.values() for name in names]
        return {"lookback_fields": [form[name] for name in names if name in form.fields]}


def usual_window(source: str, symbol: str) -> State:
    """The last 252 trading dates, or all there are of them without a hole."""
    if source == SAMPLE:
        return dict(SAMPLE_WINDOW)
    now_ts = clock.now(source)
    if not now_ts:
        return {}
    timeframe = "1Min" if "1Min" in stored_series(source, symbol) else "1Day"
    first = calendar.previous_sessions(eastern.date_of(now_ts), USUAL_DATES)[0]
    since_ts = eastern.midnight(first.toordinal())
    parts = stretches(held_dates(source, symbol, timeframe, since_ts))
    chosen = next((part for part in reversed(parts) if part.size >= FEW_DATES), parts[-1])
    if not chosen.size:
        return {}
    if chosen[0] == first.toordinal():
        return {"lookback_mode": "Days", "data_days": USUAL_DAYS}
    ends = "" if chosen is parts[-1] else date.fromordinal(int(chosen[-1])).isoformat()
    starts = date.fromordinal(int(chosen[0])).isoformat()
    return {"lookback_mode": "Date Range", DATES[0]: starts, DATES[1]: ends}


def _text(day: object) -> str | None:
    return day.isoformat() if isinstance(day, date) else None


PART = Lookback()
