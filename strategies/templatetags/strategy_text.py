"""Words of this room in templates."""

from collections.abc import Mapping

from django import template

from strategies import trade_words
from strategies.models import Trade

register = template.Library()

register.filter("exit_reason", trade_words.reason_text)
register.filter("fills", trade_words.fills_text)
register.filter("fills_note", trade_words.fills_note)


@register.filter
def exit_note(trade: Trade, triggers: Mapping[str, str] | str) -> str:
    """Why the trade was left, in a sentence."""
    return trade_words.reason_note(trade, triggers if isinstance(triggers, Mapping) else {})
