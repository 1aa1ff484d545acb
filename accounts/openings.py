"""Two tabs at one form: a save knows what the form was opened with, and shows both texts otherwise.

A model with a version of its own compares that; the others are compared by the values of the form.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, TypeVar

from django import forms
from django.db import models

M = TypeVar("M", bound=models.Model)
NOTHING = "–"


class Difference(NamedTuple):
    """A field whose stored text is not the one that was typed."""

    label: str
    stored: str
    own: str


def differences(
    fields: Mapping[str, forms.Field], stored: Mapping[str, object], own: Mapping[str, object]
) -> list[Difference]:
    found = (
        Difference(
            str(field.label or name.replace("_", " ").capitalize()),
            worded(field, stored.get(name)),
            worded(field, own.get(name)),
        )
        for name, field in fields.items()
        if not isinstance(field.widget, forms.HiddenInput)
    )
    return [one for one in found if one.stored != one.own]


def worded(field: forms.Field, value: object) -> str:
    """A value as the form words it: choices by their label, ticks as yes and no."""
    if isinstance(field, forms.BooleanField):
        return "yes" if value in (True, "on", "true", "True") else "no"
    if isinstance(value, list | tuple):
        return ", ".join(worded(field, one) for one in sorted(map(str, value))) or NOTHING
    text = "" if value is None else str(value)
    labels = dict(_flat(getattr(field, "choices", ())))
    return (labels.get(text, text) if text else "") or NOTHING


def _flat(choices: object) -> Iterator[tuple[str, str]]:
    if not isinstance(choices, list | tuple) and not hasattr(choices, "__iter__"):
        return
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), str(label)


class OpenedForm(forms.ModelForm[M]):
    """A form that notices when its row was saved by another one since it was opened.

    Its template includes `partials/_opened.html`. The second save is refused and shows both texts;
    saving once more puts one's own in their place.
    """

    conflict: list[Difference] | None = None

    @cached_property
    def stored(self) -> dict[str, object]:
        """What the row says, in the fields of this form."""
        return {name: self.get_initial_for_field(one, name) for name, one in self.fields.items()}

    @property
    def opened_mark(self) -> str:
        """Recognises the stored values; nothing for a row that is yet to come."""
        if self.instance.pk is None or self.instance._state.adding:
            return ""
        text = json.dumps(self.stored, default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        opened_with = self.data.get("opened_with")
        if opened_with and self.opened_mark not in ("", opened_with):
            own = {name: self[name].value() for name in self.fields}
            self.conflict = differences(self.fields, self.stored, own)
            self.add_error(None, "Saved elsewhere meanwhile. Save again to put yours in its place.")
        return cleaned


def locked(row: M) -> M:
    """The row as it is now, held until the end of the transaction."""
    fresh: M = type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    return fresh
