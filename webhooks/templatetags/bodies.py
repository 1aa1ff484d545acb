"""Message bodies for reading."""

from django import template

from webhooks.bodies.payloads import pretty

register = template.Library()
register.filter("pretty", pretty)
LINE = 200


@register.filter
def one_line(body: str) -> str:
    """The beginning of a body, for a row that is folded."""
    text = " ".join(body.split())
    return text if len(text) <= LINE else f"{text[:LINE]}…"
