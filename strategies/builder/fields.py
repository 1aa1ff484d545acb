"""Fields and widgets that the parts of the builder are made of."""

from collections.abc import Collection, Iterable, Sequence

from django import forms

from strategies.builder.offers import Choice, PackChoices


class CalmField(forms.BoundField):
    """A field that is not called invalid before anything was entered."""

    def build_widget_attrs(
        self, attrs: dict[str, str | bool], widget: forms.Widget | None = None
    ) -> dict[str, str | bool]:
        built = super().build_widget_attrs(attrs, widget)
        if getattr(self.form, "is_untouched", False):
            built.pop("aria-invalid", None)
        return built


class PartlyClosedSelect(forms.Select):
    """A select of which some options can't be chosen now, though they are there to be seen."""

    closed: Collection[str] = ()

    def create_option(
        self,
        name: str,
        value: object,
        label: int | str,
        selected: bool,
        index: int,
        subindex: int | None = None,
        attrs: dict[str, str | bool] | None = None,
    ) -> dict[str, object]:
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        if str(value) in self.closed:
            option["attrs"]["disabled"] = True
        return option


def choose_from(field: forms.Field, choices: Iterable[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def choose_from_packs(
    field: forms.Field,
    first: Iterable[Choice],
    packs: Sequence[PackChoices],
    last: Iterable[Choice] = (),
) -> None:
    """Offer what packs have, each under its name, between single choices; there are many."""
    assert isinstance(field, forms.ChoiceField)
    field.widget.attrs["data-search"] = True
    offered = [(pack.label, pack.choices) for pack in packs if pack.choices]
    field.choices = [*first, *offered, *last]


def fill_field(label: str, choices: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    """How an order is filled."""
    return forms.ChoiceField(label=label, required=False, choices=list(choices))


def style(field: forms.Field, is_wrong: bool) -> None:
    widget = field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return
    if isinstance(widget, forms.CheckboxInput):
        widget.attrs["class"] = "form-check-input"
        return
    css = "form-select" if isinstance(widget, forms.Select) else "form-control"
    widget.attrs["class"] = f"{css} is-invalid" if is_wrong else css
