"""Words of this room in templates."""

from collections.abc import Mapping

from django import template

from strategies.models import Trade
from strategies.words import exits, trades

register = template.Library()

register.filter("exit_reason", exits.reason_text)
register.filter("fills", trades.fills_text)
register.filter("fills_note", trades.fills_note)


@register.filter
def exit_note(trade: Trade, triggers: Mapping[str, str] | str) -> str:
    """Why the trade was left, in a sentence."""
    return trades.reason_note(trade, triggers if isinstance(triggers, Mapping) else {})
