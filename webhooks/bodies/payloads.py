"""The body of a message: an endpoint's template filled in, or the default chat message."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple, TypedDict

from webhooks.bodies.placeholders import finite, parse_json, render

GREEN, RED, AMBER = 0x2FB344, 0xD63939, 0xF59F00
USUAL_DECIMALS, DIGITS = 2, 9


class Payload(NamedTuple):
    body: str
    is_fallback: bool


class EmbedField(TypedDict):
    """One line of the embed that Discord shows."""

    name: str
    value: str
    inline: bool


def render_payload(template_text: str, values: Mapping[str, object]) -> Payload:
    """The body to freeze. Text that is no JSON goes out as the content of a chat message."""
    if not template_text.strip():
        return Payload(default_body(values), False)
    text = render(template_text, values)
    try:
        parse_json(text)
    except (ValueError, RecursionError):
        return Payload(json.dumps({"content": text}, ensure_ascii=False), True)
    return Payload(text, False)


def summary_line(values: Mapping[str, object], is_test: bool = False) -> str:
    """One line for people: what happened, to what, at which price; a test says that it is one."""
    return f"TEST: {_what_happened(values)}" if is_test else _what_happened(values)


def _what_happened(values: Mapping[str, object]) -> str:
    kind = values.get("event_type")
    if kind == "compliance_breach":
        return (
            f"COMPLIANCE BREACH: {_text(values, 'portfolio_name')} - {_text(values, 'rule_name')}"
        )
    title = "EXIT SIGNAL" if kind == "exit_signal" else "ENTRY SIGNAL"
    line = f"{title}: {_text(values, 'symbol')} {_text(values, 'direction')}"
    if price := _price(values, "order_price"):
        line += f" @ ${price}"
    if stop := _price(values, "stop_price"):
        line += f" (Stop: ${stop})"
    return line


def default_body(values: Mapping[str, object]) -> str:
    """What Discord shows as a message with one embed; Slack reads `text`."""
    line = summary_line(values, values.get("is_test") is True)
    fields = [
        _field("Trigger", values.get("trigger_name")),
        _field("Price", _price(values, "order_price")),
        _field("Stop", _price(values, "stop_price")),
        _field("Confluence", values.get("confluence_met"), is_inline=False),
        _field("Portfolios", values.get("portfolio_name"), is_inline=False),
    ]
    embed = {
        "title": str(values.get("strategy_name") or values.get("portfolio_name") or "RoR Trader"),
        "color": _colour(values),
        "fields": [field for field in fields if field],
        "timestamp": _text(values, "timestamp") or None,
    }
    return json.dumps({"content": line, "text": line, "embeds": [embed]}, ensure_ascii=False)


def _field(name: str, value: object, is_inline: bool = True) -> EmbedField | None:
    return EmbedField(name=name, value=str(value), inline=is_inline) if value else None


def _colour(values: Mapping[str, object]) -> int:
    if values.get("event_type") == "compliance_breach":
        return AMBER
    return GREEN if values.get("direction") == "LONG" else RED


def _price(values: Mapping[str, object], name: str) -> str:
    """As it is sent, with no less than the instrument's decimals; empty for what is no number.

    A price that lies on no tick is cut to the digits that tell it from its neighbours.
    """
    price, decimals = finite(values.get(name)), values.get("price_decimals")
    if price is None:
        return ""
    fewest = decimals if isinstance(decimals, int) else USUAL_DECIMALS
    exact = Decimal(str(price))
    most = max(fewest, DIGITS - 1 - (exact.adjusted() if exact else 0))
    whole, _, fraction = f"{exact:.{most}f}".partition(".")
    digits = fraction[:fewest] + fraction[fewest:].rstrip("0")
    return f"{whole}.{digits}" if digits else whole


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    return "" if value is None else str(value)


def pretty(text: str) -> str:
    """JSON indented for reading; anything else as it came."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
