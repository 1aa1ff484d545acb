"""Filters of the alert list and the choices of a replay."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from alerts.models import Alert
from alerts.querysets import AlertQuerySet
from strategies.models import Strategy

DEFAULT_DAYS = 30
YES_NO = [("", "All"), ("yes", "Yes"), ("no", "No")]


class AlertFilterForm(forms.Form):
    strategy = forms.ModelChoiceField(
        Strategy.objects.none(), required=False, empty_label="All strategies"
    )
    type = forms.ChoiceField(
        choices=[("", "All types"), *Alert.Type.choices[:2], ("test", "Test")], required=False
    )
    symbol = forms.CharField(max_length=20, required=False)
    since = forms.DateField(required=False, label="From")
    until = forms.DateField(required=False, label="To")
    acknowledged = forms.ChoiceField(choices=YES_NO, required=False)
    late = forms.ChoiceField(choices=YES_NO, required=False)

    def __init__(self, user: User, data: Any) -> None:
        super().__init__(data)
        choice = self.fields["strategy"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Strategy.objects.for_user(user).order_by("name")
        self.user = user

    def rows(self) -> AlertQuerySet:
        """The user's alerts that pass; a filter that isn't valid passes nothing through it."""
        self.is_valid()
        chosen = self.cleaned_data
        rows: AlertQuerySet = Alert.objects.for_user(self.user)
        if chosen.get("strategy"):
            rows = rows.filter(strategy=chosen["strategy"])
        if chosen.get("symbol"):
            rows = rows.filter(symbol__iexact=chosen["symbol"].strip())
        rows = _of_type(rows, chosen.get("type") or "")
        rows = _flagged(rows, "acknowledged", chosen.get("acknowledged") or "")
        rows = _flagged(rows, "is_late", chosen.get("late") or "")
        return self._within_dates(rows)

    def _within_dates(self, rows: AlertQuerySet) -> AlertQuerySet:
        since: date | None = self.cleaned_data.get("since")
        until: date | None = self.cleaned_data.get("until")
        if since is None:
            since = (until or timezone.localdate()) - timedelta(days=DEFAULT_DAYS)
        rows = rows.filter(created_at__gte=_midnight(since))
        if until is not None:
            rows = rows.filter(created_at__lt=_midnight(until + timedelta(days=1)))
        return rows

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)


def _of_type(rows: AlertQuerySet, kind: str) -> AlertQuerySet:
    if kind == "test":
        return rows.filter(source=Alert.Source.TEST)
    if kind:
        return rows.filter(alert_type=kind).exclude(source=Alert.Source.TEST)
    return rows


def _flagged(rows: AlertQuerySet, column: str, choice: str) -> AlertQuerySet:
    return rows.filter(**{column: choice == "yes"}) if choice else rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
