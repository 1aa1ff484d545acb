"""Words of this room in templates."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from strategies.models import Trade
from strategies.runs.trade_table import Head, TradeTable
from strategies.words import exits, trades

register = template.Library()

register.filter("exit_reason", exits.reason_text)
register.filter("entered_short", trades.entered_short)
register.filter("left_short", trades.left_short)
register.filter("shares", trades.shares_text)
register.filter("fills_note", trades.fills_note)


@register.filter
def exit_note(trade: Trade, triggers: Mapping[str, str] | str) -> str:
    """Why the trade was left, in a sentence."""
    return trades.reason_note(trade, triggers if isinstance(triggers, Mapping) else {})


@register.simple_tag
def trades_address(table: TradeTable, **changes: str | int) -> str:
    """The page of a table of trades with another order, page or marked trade."""
    return table.address(**changes)


@register.simple_tag
def sorted_by(*heads: Head) -> SafeString:
    """That a column is in order by one of its heads, as an attribute of it."""
    ways = [head.direction for head in heads if head.direction]
    return format_html(' aria-sort="{}"', ways[0]) if ways else SafeString()
