"""What the forms of endpoints and templates share: a text for each event, and the question whether
words that contradict an event are meant so."""

from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

from django import forms

from webhooks import rules
from webhooks.events import EventType
from webhooks.meaning_rules import CONFIRM, MeaningError

P = ParamSpec("P")
T = TypeVar("T")
CHECK = {"class": "form-check-input"}
CODE_AREA = {"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "form-control mono"}
PREFIX = "body_"


def by_rule(rule: Callable[P, T], *values: P.args, **named: P.kwargs) -> T:
    """Apply a rule; what it refuses becomes the field's error."""
    try:
        return rule(*values, **named)
    except rules.RuleError as problem:
        raise forms.ValidationError(str(problem)) from None


def texts_in(data: Mapping[str, object]) -> dict[str, str]:
    """The texts by event as a form posts them, unchecked; empty ones are left out."""
    found = {event: str(data.get(f"{PREFIX}{event}") or "") for event in EventType.values}
    return {event: text for event, text in found.items() if text.strip()}


class BodyFields(forms.BaseForm):
    """Mixed into a model form: a field for each event's own text."""

    def add_body_fields(self, bodies: Mapping[str, str]) -> None:
        for event in EventType:
            self.fields[f"{PREFIX}{event.value}"] = forms.CharField(
                label=event.label,
                required=False,
                strip=False,
                initial=bodies.get(event.value, ""),
                widget=forms.Textarea(attrs={**CODE_AREA, "rows": 5}),
            )
        self.fields[CONFIRM] = forms.BooleanField(
            label="My receiver means it so: save it as it is",
            required=False,
            widget=forms.CheckboxInput(attrs=CHECK),
        )

    def body_fields(self) -> list[forms.BoundField]:
        return [self[f"{PREFIX}{event}"] for event in EventType.values]

    def has_bodies(self) -> bool:
        """Whether an event has a text of its own, or one that is refused."""
        return any(field.value() or field.errors for field in self.body_fields())

    def clean_bodies(self) -> dict[str, str]:
        """The texts by event; what is refused becomes its field's error."""
        cleaned = {}
        for event in EventType.values:
            try:
                text = rules.clean_template_text(str(self.cleaned_data.get(f"{PREFIX}{event}", "")))
            except rules.RuleError as problem:
                self.add_error(f"{PREFIX}{event}", str(problem))
                continue
            if text:
                cleaned[event] = text
        return cleaned

    def check_meaning(self, check: Callable[[bool], None]) -> None:
        """Hold the whole against its events, once the parts are right."""
        try:
            check(bool(self.cleaned_data.get(CONFIRM)))
        except MeaningError as problem:
            self.add_error(problem.field, str(problem))
