"""Filters of the alert list and the choices of a replay."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from html import escape

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import User, UserSettings
from alerts import kinds
from alerts.models import Alert
from alerts.querysets import AlertQuerySet
from alerts.replays import recorded_sources
from market.replays import MAX_STEPS, days_to_replay
from market.sources import KINDS, REPLAY
from strategies.models import Strategy
from trader.api.digits import whole_number
from trader.work.instants import day_text

SPEEDS = [
    ("1", "Real time"),
    ("10", "10 × real time"),
    ("60", "60 × real time: a session in 6 ½ minutes"),
    ("300", "300 × real time: a session in 80 seconds"),
    ("1200", "1200 × real time: a session in 20 seconds"),
    ("0", "As fast as it goes"),
]
DEFAULT_SPEED = "60"
DEFAULT_DAYS = 30
# Midnights, the next one included, that every time zone and database can tell.
DAYS = (MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(2199, 12, 31)))
YES_NO = [("", "All"), ("yes", "Yes"), ("no", "No")]
ALL_STRATEGIES = "All strategies"
SELECTED = " selected"


def type_choices() -> list[tuple[str, str]]:
    """The kinds that a user can have; a test is one to whoever filters."""
    return [*kinds.offered(), (Alert.Source.TEST.value, Alert.Source.TEST.label)]


@dataclass(frozen=True)
class AlertFilter:
    """What alerts are narrowed to; what is empty lets all of them pass."""

    strategy: Strategy | None = None
    type: str = ""
    symbol: str = ""
    since: date | None = None
    until: date | None = None
    acknowledged: str = ""
    late: str = ""
    # Whose midnights the dates begin at.
    zone: tzinfo = UTC


class AlertFilterForm(forms.Form):
    strategy = forms.ModelChoiceField(
        Strategy.objects.none(), required=False, empty_label=ALL_STRATEGIES
    )
    type = forms.ChoiceField(choices=lambda: [("", "All types"), *type_choices()], required=False)
    symbol = forms.CharField(max_length=20, required=False)
    since = forms.DateField(required=False, label="From", validators=DAYS)
    until = forms.DateField(required=False, label="To", validators=DAYS)
    acknowledged = forms.ChoiceField(choices=YES_NO, required=False)
    late = forms.ChoiceField(choices=YES_NO, required=False)

    def __init__(self, user: User, data: Mapping[str, object]) -> None:
        super().__init__(data)
        choice = self.fields["strategy"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Strategy.objects.for_user(user).order_by("name")
        self.user = user

    def rows(self) -> AlertQuerySet:
        """The user's alerts that pass; a filter that isn't valid passes nothing through it."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if chosen.keys() & {"since", "until"}:
            own = UserSettings.objects.filter(user=self.user).first()
            chosen["zone"] = (own or UserSettings()).zone
        return alerts_passing(self.user, AlertFilter(**chosen))

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)

    @property
    def strategy_options(self) -> SafeString:
        """The choices by name, made from two columns: a user may have thousands of strategies."""
        rows = Strategy.objects.for_user(self.user).listed().order_by("name", "pk")
        chosen = str(self["strategy"].value() or "")
        options = [("", ALL_STRATEGIES), *rows.values_list("pk", "name")]
        # Ids are our own numbers: only names need escaping, once and by the plain function.
        lines = [
            f'<option value="{pk}"{SELECTED if str(pk) == chosen else ""}>{escape(name)}</option>'
            for pk, name in options
        ]
        return SafeString("\n".join(lines))


def alerts_passing(user: User, chosen: AlertFilter) -> AlertQuerySet:
    rows: AlertQuerySet = Alert.objects.for_user(user)
    if chosen.strategy:
        rows = rows.filter(strategy=chosen.strategy)
    if chosen.symbol:
        rows = rows.filter(symbol__iexact=chosen.symbol.strip())
    rows = _of_type(rows, chosen.type)
    rows = _flagged(rows, "acknowledged", chosen.acknowledged)
    rows = _flagged(rows, "is_late", chosen.late)
    return _within_dates(rows, chosen)


def _within_dates(rows: AlertQuerySet, chosen: AlertFilter) -> AlertQuerySet:
    """Between the dates, both included; of the last days where none is named."""
    since, until = chosen.since, chosen.until
    if since is None:
        today = timezone.localdate(timezone=chosen.zone)
        since = (until or today) - timedelta(days=DEFAULT_DAYS)
    rows = rows.filter(created_at__gte=_midnight(since, chosen.zone))
    if until is not None:
        rows = rows.filter(created_at__lt=_midnight(until + timedelta(days=1), chosen.zone))
    return rows


def _of_type(rows: AlertQuerySet, kind: str) -> AlertQuerySet:
    if kind == Alert.Source.TEST:
        return rows.filter(source=Alert.Source.TEST)
    if kind:
        return rows.filter(alert_type=kind).exclude(source=Alert.Source.TEST)
    return rows


def _flagged(rows: AlertQuerySet, column: str, choice: str) -> AlertQuerySet:
    return rows.filter(**{column: choice == "yes"}) if choice else rows


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)


class ReplayForm(forms.Form):
    strategy = forms.ModelChoiceField(Strategy.objects.none(), empty_label=None)
    dataset = forms.ChoiceField(label="Recorded bars")
    day = forms.TypedChoiceField(coerce=date.fromisoformat)
    speed = forms.ChoiceField(choices=SPEEDS)
    webhooks = forms.BooleanField(required=False, label="Send its alerts to my webhooks")

    def __init__(self, user: User, data: Mapping[str, object]) -> None:
        super().__init__({"speed": DEFAULT_SPEED, **{name: data.get(name) for name in data}})
        self.user = user
        self.show_errors = False
        choice = self.fields["strategy"]
        assert isinstance(choice, forms.ModelChoiceField)
        # Copies made for earlier replays would only clutter the list.
        rows = Strategy.objects.for_user(user).exclude(data_source__startswith=KINDS[REPLAY].prefix)
        choice.queryset = rows.order_by("name", "pk")
        self.chosen = self._chosen_strategy()
        self.datasets = recorded_sources(user)
        self._choices("dataset").choices = self.datasets
        dataset = self.chosen_dataset
        days = days_to_replay(dataset, self.chosen.symbol) if self.chosen and dataset else []
        self._choices("day").choices = [(d.isoformat(), f"{d:%a}, {day_text(d)}") for d in days]
        self.has_days = bool(days)

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def _chosen_strategy(self) -> Strategy | None:
        choice = self.fields["strategy"]
        assert isinstance(choice, forms.ModelChoiceField)
        rows = choice.queryset
        assert rows is not None
        number = whole_number(str(self.data.get("strategy") or ""))
        found: Strategy | None = rows.filter(pk=number).first() if number is not None else None
        return found or rows.first()

    @property
    def chosen_dataset(self) -> str:
        """The chosen source, else the first one."""
        names = [name for name, _ in self.datasets]
        asked = str(self.data.get("dataset") or "")
        return asked if asked in names else (names[0] if names else "")


class ReplayControlForm(forms.Form):
    """One of three: another state, so many minutes more, another speed."""

    state = forms.ChoiceField(choices=[("running", "Go on"), ("paused", "Pause")], required=False)
    step = forms.IntegerField(min_value=1, max_value=MAX_STEPS, required=False)
    speed = forms.ChoiceField(choices=SPEEDS, required=False)

    def clean(self) -> dict[str, object]:
        given = [name for name in self.fields if self.cleaned_data.get(name)]
        if len(given) != 1:
            raise forms.ValidationError("Give a state, a number of minutes or a speed.")
        return self.cleaned_data
