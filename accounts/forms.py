"""Forms of the settings page."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

from accounts import timezones
from accounts.cost_defaults import MOST, OWN_LABELS, PLAN_CHOICES, SPREAD_CHOICES
from accounts.cost_presets import OWN_PLAN, default_config
from accounts.models import ApiKey, User, UserSettings
from accounts.openings import OpenedForm
from accounts.risk_defaults import (
    STOP_METHODS,
    TARGET_METHODS,
    Config,
    Method,
    from_config,
    to_config,
)

Data = Mapping[str, object]
CANDLES = [(50, "50"), (100, "100"), (200, "200"), (400, "400"), (0, "All loaded")]
MAX_KEYS = 20
KEY_DAYS = [("", "until revoked"), (30, "for 30 days"), (90, "for 90 days"), (365, "for a year")]


def method_choices(methods: dict[str, Method], none: str = "") -> list[tuple[str, str]]:
    head = [("", none)] if none else []
    return head + [(name, method.label) for name, method in methods.items()]


def limits_of(methods: dict[str, Method]) -> str:
    return "; ".join(f"{m.label} {m.low:g} to {m.high:g}" for m in methods.values()) + "."


class ProfileForm(OpenedForm[User]):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": "Name"}
        help_texts = {"name": "Shown in your account menu, above your e-mail; nobody else sees it."}


class DisplayForm(OpenedForm[UserSettings]):
    display_timezone = forms.ChoiceField(
        label="Time zone",
        choices=timezones.CHOICES,
        help_text="Pages and charts show times in this zone; the exact UTC instant is on hover.",
    )
    chart_visible_candles = forms.TypedChoiceField(
        label="Candles shown when a chart opens", choices=CANDLES, coerce=int
    )

    class Meta:
        model = UserSettings
        fields = ["display_timezone", "theme", "chart_visible_candles", "alert_sound"]
        labels = {"theme": "Theme", "alert_sound": "Play a sound with each alert"}


class DefaultsForm(OpenedForm[UserSettings]):
    stop_method = forms.ChoiceField(label="Stop", choices=method_choices(STOP_METHODS))
    stop_amount = forms.FloatField(label="Stop amount", help_text=limits_of(STOP_METHODS))
    target_method = forms.ChoiceField(
        label="Target",
        choices=method_choices(TARGET_METHODS, none="As usual: 2 × the risk"),
        required=False,
    )
    target_amount = forms.FloatField(
        label="Target amount", required=False, help_text=limits_of(TARGET_METHODS)
    )

    class Meta:
        model = UserSettings
        fields: tuple[str, ...] = ()

    def __init__(self, data: Data | None = None, *, instance: UserSettings) -> None:
        super().__init__(data, instance=instance)
        row = self.instance
        stop = from_config(row.default_stop_config, STOP_METHODS)
        target = from_config(row.default_target_config, TARGET_METHODS)
        self.initial.update(stop_method=stop[0], stop_amount=stop[1])
        self.initial.update(target_method=target[0], target_amount=target[1])

    def clean(self) -> dict[str, object]:
        data: dict[str, object] = super().clean() or {}
        self.instance.default_stop_config = self._config("stop", STOP_METHODS)
        self.instance.default_target_config = self._config("target", TARGET_METHODS) or None
        return data

    def _config(self, name: str, methods: dict[str, Method]) -> Config:
        method = self.cleaned_data.get(f"{name}_method")
        if not method or f"{name}_amount" in self.errors:
            return {}
        try:
            return to_config(method, self.cleaned_data.get(f"{name}_amount"), methods)
        except ValueError as error:
            self.add_error(f"{name}_amount", str(error))
            return {}


class CostsForm(OpenedForm[UserSettings]):
    """Which costs new strategies begin with; own figures count when they are chosen."""

    plan = forms.ChoiceField(label="Broker", choices=PLAN_CHOICES)
    spread = forms.ChoiceField(
        label="Half-spread and slippage",
        choices=SPREAD_CHOICES,
        help_text="By the instrument: a fund on an index, a large company, or any other.",
    )
    us_fees = forms.BooleanField(required=False, label="SEC and FINRA fees on sales, by date")

    class Meta:
        model = UserSettings
        fields: tuple[str, ...] = ()

    def __init__(self, data: Data | None = None, *, instance: UserSettings) -> None:
        super().__init__(data, instance=instance)
        config: Mapping[str, object] = self.instance.default_costs_config or default_config()
        own = config.get("own")
        for name, label in OWN_LABELS.items():
            self.fields[name] = forms.FloatField(
                label=label, required=False, min_value=0, max_value=MOST
            )
            self.initial[name] = own.get(name) if isinstance(own, Mapping) else None
        self.initial.update({key: config.get(key) for key in ("plan", "spread", "us_fees")})

    @property
    def own_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in OWN_LABELS]

    def clean(self) -> dict[str, object]:
        data = super().clean()
        own = {name: data.get(name) for name in OWN_LABELS if data.get(name)}
        if data.get("plan") == OWN_PLAN and not (own or data.get("us_fees") or self.errors):
            self.add_error("plan", "Enter at least one figure below, or choose “No costs”.")
        kept = (self.instance.default_costs_config or {}).get("own") or {}
        others = {name: value for name, value in kept.items() if name not in OWN_LABELS}
        config = {key: data.get(key) for key in ("plan", "spread", "us_fees")}
        if not self.errors:
            self.instance.default_costs_config = {**config, "own": {**others, **own}}
        return data


class ApiKeyForm(forms.ModelForm[ApiKey]):
    days = forms.ChoiceField(
        label="Works",
        choices=KEY_DAYS,
        required=False,
        help_text="A key that a bot lives by should not end in the middle of a trade.",
    )

    class Meta:
        model = ApiKey
        fields = ["name"]
        labels = {"name": "Name of the new key"}
        help_texts = {"name": "What will use it, for example: notebook on my laptop."}

    def __init__(self, user: User, data: Data | None = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_name(self) -> str:
        if ApiKey.objects.for_user(self.user).usable().count() >= MAX_KEYS:
            raise forms.ValidationError(
                f"You have {MAX_KEYS} keys, which is the limit. Revoke one that is not used."
            )
        return str(self.cleaned_data["name"]).strip()

    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=int(days)) if days else None


class PreferenceForm(forms.ModelForm[UserSettings]):
    """One preference at a time, as the switches in the frame send them."""

    alert_sound = forms.BooleanField(required=False)

    class Meta:
        model = UserSettings
        fields = ["theme", "alert_sound"]

    def __init__(self, data: Data, *, instance: UserSettings) -> None:
        super().__init__(data, instance=instance)
        for name in [name for name in self.fields if name not in self.data]:
            del self.fields[name]
