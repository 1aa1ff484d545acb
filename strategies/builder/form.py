"""The builder's form: the fields of all parts as one, and the record that they describe."""

from collections.abc import Iterable
from functools import cached_property

from django import forms

from strategies.builder.faults import fields_of
from strategies.builder.fields import CalmField, style
from strategies.builder.offers import SourceOffer
from strategies.builder.part import Chosen, Record, Values
from strategies.builder.parts import PARTS
from strategies.packs.forms import LIMITS
from strategies.packs.names import PackNames
from strategies.record.shape import Unread


class BuilderForm(forms.Form):
    """All choices of the builder. Pickers hold what the user's packs and the sources offer."""

    bound_field_class = CalmField

    def __init__(
        self,
        names: PackNames,
        sources: list[SourceOffer],
        state: Values,
        stored: Unread | None = None,
        *,
        is_untouched: bool = False,
    ) -> None:
        super().__init__(data=state)
        # Nothing was entered yet: what is missing is no fault.
        self.is_untouched = is_untouched
        self.sources = sources
        self.state = dict(state)
        self.chosen = Chosen(self.state, names, sources, stored or {})
        for part in PARTS:
            self.fields.update(part.fields(self.chosen))
        for part in PARTS:
            self.fields.update(part.details(self.chosen))
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.error_messages.update(LIMITS)
        for name, field in self.fields.items():
            style(field, not is_untouched and name in self.errors)

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        refused = [one for part in PARTS for one in part.refusals(dict(cleaned), self.chosen)]
        for name, message in refused:
            self.add_error(name, message)
        return cleaned

    def show_errors(self, errors: Iterable[tuple[str, str]]) -> None:
        """Put the faults that the strategy check found beside their fields."""
        filled = [name for name, value in self.cleaned_data.items() if value]
        for fault, message in errors:
            places = (name for name in fields_of(fault, filled) if name in self.fields)
            place = next(places, None)
            self.add_error(place, message)
            if place is not None:
                style(self.fields[place], True)

    @cached_property
    def shown(self) -> dict[str, object]:
        """What the templates of the parts walk over."""
        found = (part.shown(self, self.chosen) for part in PARTS)
        return {name: value for part in found for name, value in part.items()}

    def as_record(self) -> Record:
        """The flat record these choices stand for."""
        values, stored = self.cleaned_data, self.chosen.stored
        said = (part.record_of(values, stored) for part in PARTS)
        return {key: value for part in said for key, value in part.items()}
