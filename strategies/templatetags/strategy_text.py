"""Words of this room in templates."""

from django import template

from strategies.run_rows import REASONS

register = template.Library()


@register.filter
def exit_reason(reason: str) -> str:
    """`Stop` for `stop_loss`; an unknown reason as it is stored."""
    return REASONS.get(reason, reason.replace("_", " "))
