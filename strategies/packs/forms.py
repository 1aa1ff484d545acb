"""Forms of packs: their fields come from the template's parameter schema."""

from collections.abc import Mapping
from typing import NamedTuple

from django import forms
from django.http import QueryDict

from accounts.openings import Difference, differences
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.template import Parameter, Template
from strategies.models import Pack
from strategies.packs.parameters import is_shown, limits, option_text
from strategies.packs.plots import WIDTH_LIMITS, stored_plot

PREFIX = "p_"
COLOR_PREFIX = "color_"


class ShownField(NamedTuple):
    """A parameter's field; `depends_on` and `values` say when it means anything."""

    field: forms.BoundField
    is_shown: bool
    is_switch: bool
    depends_on: str
    values: str


class ParametersForm(forms.Form):
    """A field for each parameter of a template."""

    def __init__(
        self,
        template: Template,
        data: QueryDict | None = None,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        self.template = template
        super().__init__(data, initial=dict(initial or initial_of(template.defaults())))
        for parameter in template.parameters:
            self.fields[f"{PREFIX}{parameter.name}"] = field_of(parameter)
        self.complete_fields()
        for name, field in self.fields.items():
            _style(field.widget, is_wrong=self.is_bound and name in self.errors)

    def complete_fields(self) -> None:
        """What other fields lack, before the first of them is judged."""

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
    def has_switches(self) -> bool:
        return any(parameter.type == "bool" for parameter in self.template.parameters)

    @property
    def order_hint(self) -> str:
        """Which of them have to ascend, before somebody finds out."""
        labels = {parameter.name: parameter.label for parameter in self.template.parameters}
        pairs = [f"{labels[small]} < {labels[large]}" for small, large in self.template.ordered]
        return f"These must ascend: {', '.join(pairs)}." if pairs else ""

    def parameters(self) -> dict[str, object]:
        return {
            name.removeprefix(PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX)
        }

    def show_errors(self, errors: Mapping[str, str]) -> None:
        for name, message in errors.items():
            field = f"{PREFIX}{name}"
            self.add_error(field if field in self.fields else None, message)
            if field in self.fields:
                _style(self.fields[field].widget, is_wrong=True)


def initial_of(parameters: Mapping[str, object]) -> dict[str, object]:
    return {f"{PREFIX}{name}": value for name, value in parameters.items()}


def _style(widget: forms.Widget, *, is_wrong: bool) -> None:
    if isinstance(widget, forms.CheckboxInput):
        widget.attrs["class"] = "form-check-input"
    elif not isinstance(widget, forms.HiddenInput):
        css = "form-select" if isinstance(widget, forms.Select) else "form-control"
        widget.attrs["class"] = f"{css} is-invalid" if is_wrong else css


class NewPackForm(ParametersForm):
    """A new version of a template, its parameters as they are at first."""

    version = forms.CharField(
        label="Name",
        max_length=60,
        help_text="Shown behind the name of the template.",
        widget=forms.TextInput(attrs={"placeholder": "Scalping"}),
    )
    description = forms.CharField(max_length=300, required=False)

    def changes(self) -> dict[str, object]:
        names = ("version", "description")
        return {
            **{name: self.cleaned_data[name] for name in names},
            "parameters": self.parameters(),
        }


class PackForm(NewPackForm):
    revision = forms.IntegerField(widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False, label="Start these forward tests anew")

    conflict: list[Difference] | None = None

    def __init__(
        self,
        pack: Pack,
        data: QueryDict | None = None,
        typed: Mapping[str, object] | None = None,
    ) -> None:
        self.pack = pack
        initial = {
            "version": pack.version,
            "description": pack.description,
            "revision": pack.revision,
            **initial_of(pack.parameters),
            **(typed or {}),
        }
        super().__init__(TEMPLATES[pack.base_template], data, initial)

    @property
    def revision_shown(self) -> object:
        """What the next save will say it was opened with: renewed by a refused one only."""
        return self.pack.revision if self.conflict is not None else self["revision"].value()

    def show_conflict(self, stored: Pack) -> None:
        """Refused because the pack was saved since; the next save goes over it."""
        self.pack = stored
        own = {name: self[name].value() for name in self.fields}
        self.conflict = differences(self.fields, PackForm(stored).initial, own)


def typed_values(pack: Pack, data: QueryDict) -> dict[str, object]:
    """Parameters in an address that are other than the stored ones; unknown ones are left out."""
    names = [f"{PREFIX}{one.name}" for one in TEMPLATES[pack.base_template].parameters]
    return {name: data[name] for name in names if name in data}


class PlotForm(forms.Form):
    """A colour for each line, the width of all, and whether charts show them."""

    # Why what was sent was not stored, when the pack was saved meanwhile.
    conflict = ""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    line_width = forms.TypedChoiceField(
        label="Line width",
        coerce=int,
        choices=[(n, str(n)) for n in range(WIDTH_LIMITS[0], WIDTH_LIMITS[1] + 1)],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    visible = forms.BooleanField(
        label="Show its lines on charts",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, pack: Pack, data: QueryDict | None = None) -> None:
        template = TEMPLATES[pack.base_template]
        stored = stored_plot(template, pack.plot_settings)
        colors = {f"{COLOR_PREFIX}{name}": color for name, color in stored["colors"].items()}
        super().__init__(data, initial={**stored, **colors, "revision": pack.revision})
        widget = forms.TextInput(attrs={"type": "color", "class": "form-control pack-color"})
        for output in template.shown_outputs:
            self.fields[f"{COLOR_PREFIX}{output.name}"] = forms.RegexField(
                "^#[0-9a-fA-F]{6}$",
                label=output.label,
                widget=widget,
                error_messages={"invalid": "Write a colour as #rrggbb."},
            )

    @property
    def color_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(COLOR_PREFIX)]

    def settings(self) -> dict[str, object]:
        values = self.cleaned_data
        colors = {
            name.removeprefix(COLOR_PREFIX): color
            for name, color in values.items()
            if name.startswith(COLOR_PREFIX)
        }
        return {
            "colors": colors,
            "line_width": values["line_width"],
            "visible": values["visible"],
        }


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
