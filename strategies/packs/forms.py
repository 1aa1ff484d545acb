"""Forms of packs: their fields come from the template's parameter schema."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django import forms
from django.http import QueryDict

from accounts.openings import Difference, differences
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.template import Parameter
from strategies.models import Pack
from strategies.packs.display import FAMILY_TITLES
from strategies.packs.parameters import is_shown, limits, option_text

PREFIX = "p_"


class NewPackForm(forms.Form):
    base_template = forms.ChoiceField(
        label="Template", widget=forms.Select(attrs={"class": "form-select"})
    )
    version = forms.CharField(
        label="Name",
        max_length=60,
        widget=forms.TextInput(attrs={"class": "form-control", "placeholder": "Scalping"}),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        field = self.fields["base_template"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(_by_family())


def _by_family() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for family, title in FAMILY_TITLES.items():
        found = [one for one in TEMPLATES.values() if one.family == family and one.parameters]
        if found:
            yield title, [(template.id, template.name) for template in found]


class ShownField(NamedTuple):
    """A parameter's field; `depends_on` and `values` say when it means anything."""

    field: forms.BoundField
    is_shown: bool
    is_switch: bool
    depends_on: str
    values: str


class PackForm(forms.Form):
    version = forms.CharField(label="Name", max_length=60)
    description = forms.CharField(max_length=300, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False, label="Start these forward tests anew")

    conflict: list[Difference] | None = None

    def __init__(self, pack: Pack, data: QueryDict | None = None) -> None:
        self.pack = pack
        self.template = TEMPLATES[pack.base_template]
        initial = {
            "version": pack.version,
            "description": pack.description,
            "revision": pack.revision,
            **{f"{PREFIX}{name}": value for name, value in pack.parameters.items()},
        }
        super().__init__(data, initial=initial)
        for parameter in self.template.parameters:
            self.fields[f"{PREFIX}{parameter.name}"] = field_of(parameter)
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "form-check-input"
            elif not isinstance(field.widget, forms.HiddenInput):
                is_select = isinstance(field.widget, forms.Select)
                css = "form-select" if is_select else "form-control"
                is_wrong = self.is_bound and name in self.errors
                field.widget.attrs["class"] = f"{css} is-invalid" if is_wrong else css

    @property
    def parameter_fields(self) -> list[ShownField]:
        """Every parameter; one that means nothing beside the others is there, but hidden."""
        values = {one.name: self[f"{PREFIX}{one.name}"].value() for one in self.template.parameters}
        return [self._shown(parameter, values) for parameter in self.template.parameters]

    def _shown(self, parameter: Parameter, values: Mapping[str, object]) -> ShownField:
        field = self[f"{PREFIX}{parameter.name}"]
        name, wanted = parameter.shown_when or ("", ())
        return ShownField(
            field,
            is_shown(parameter, values) or bool(self.is_bound and field.errors),
            parameter.type == "bool",
            f"{PREFIX}{name}" if name else "",
            " ".join(wanted),
        )

    @property
    def revision_shown(self) -> object:
        """What the next save will say it was opened with: renewed by a refused one only."""
        return self.pack.revision if self.conflict is not None else self["revision"].value()

    def show_conflict(self, stored: Pack) -> None:
        """Refused because the pack was saved since; the next save goes over it."""
        self.pack = stored
        own = {name: self[name].value() for name in self.fields}
        self.conflict = differences(self.fields, PackForm(stored).initial, own)

    @property
    def has_switches(self) -> bool:
        return any(parameter.type == "bool" for parameter in self.template.parameters)

    def changes(self) -> dict[str, object]:
        values = self.cleaned_data
        return {
            "version": values["version"],
            "description": values["description"],
            "parameters": {
                name.removeprefix(PREFIX): value
                for name, value in values.items()
                if name.startswith(PREFIX)
            },
        }

    def show_errors(self, errors: dict[str, str]) -> None:
        for name, message in errors.items():
            field = f"{PREFIX}{name}"
            self.add_error(field if field in self.fields else None, message)


def field_of(parameter: Parameter) -> forms.Field:
    """The form field of one parameter, its limits shown as the hint."""
    if parameter.type == "bool":
        return forms.BooleanField(label=parameter.label, required=False)
    if parameter.type == "select":
        options = [(option, option_text(option)) for option in parameter.options]
        return forms.ChoiceField(label=parameter.label, choices=options)
    if parameter.type in ("int", "float"):
        return number_field(parameter)
    return forms.CharField(label=parameter.label)


# Limits in few words, with the remedy, in place of the framework's sentences.
LIMITS = {
    "required": "Fill this in.",
    "invalid": "Enter a number.",
    "min_value": "At least %(limit_value)s.",
    "max_value": "At most %(limit_value)s.",
}


def number_field(parameter: Parameter) -> forms.Field:
    """A number within the parameter's limits."""
    hint = ". ".join(filter(None, (limits(parameter), parameter.note)))
    low, high = parameter.minimum, parameter.maximum
    if parameter.type == "int":
        field: forms.Field = forms.IntegerField(
            label=parameter.label,
            min_value=None if low is None else int(low),
            max_value=None if high is None else int(high),
            help_text=hint,
        )
    else:
        field = forms.FloatField(
            label=parameter.label, min_value=low, max_value=high, help_text=hint
        )
    field.error_messages.update(LIMITS)
    field.widget.attrs["step"] = "1" if parameter.type == "int" else "any"
    return field
