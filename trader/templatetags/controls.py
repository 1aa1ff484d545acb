"""One look for every form field: label above, control, hint, errors beside it."""

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


def css_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


@register.inclusion_tag("partials/_field.html")
def control(
    field: BoundField, label: str = "", hint: bool = True, **attributes: str | bool
) -> dict[str, object]:
    """Render a field. Further arguments become attributes: `inputmode="decimal"`."""
    return {
        "field": field,
        "label": label or field.label,
        "hint": field.help_text if hint else "",
        "widget": widget_html(field, hint, attributes),
        "is_check": isinstance(field.field.widget, forms.CheckboxInput),
    }


def widget_html(field: BoundField, hint: bool, attributes: dict[str, str | bool]) -> SafeString:
    described = [f"{field.auto_id}_hint"] if field.help_text and hint else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    attrs: dict[str, str | bool] = {"class": css_class(field.field.widget)}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs | {k.replace("_", "-"): v for k, v in attributes.items()})
