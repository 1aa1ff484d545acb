"""Placeholders of a message body and the rule for quoting them.

A token inside a JSON string is replaced by its escaped text. A token standing alone becomes a
bare number, `true` or `false`, a quoted string, or `null` when there is no value. Unknown tokens
are an error when a template is saved and stay as they are when a message is sent.
"""

import json
import math
import re
import sys
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import NamedTuple, TypedDict

MAX_BODY_BYTES = 64 * 1024
WARN_BODY_BYTES = 20 * 1024
MAX_NUMBER = sys.float_info.max
TOKEN = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class Placeholder(NamedTuple):
    """`sample` is that of an entry into a long position; the other events' are in `samples`."""

    name: str
    is_number: bool
    meaning: str
    sample: str | float


PLACEHOLDERS = {
    row.name: row
    for row in (
        Placeholder("symbol", False, "Instrument", "SPY"),
        Placeholder("timeframe", False, "Timeframe of the strategy", "1Min"),
        Placeholder("strategy_name", False, "Name of the strategy", 'SPY "Trend" long'),
        Placeholder("strategy_id", True, "Number of the strategy", 12),
        Placeholder("portfolio_id", True, "Number of the portfolio", 3),
        Placeholder(
            "event_type", False, "entry_signal, exit_signal, compliance_breach", "entry_signal"
        ),
        Placeholder("order_action", False, "buy, sell, close; empty for a breach", "buy"),
        Placeholder(
            "order_side", False, "Side of the order itself: an exit of a long is a sell", "buy"
        ),
        Placeholder("market_position", False, "Position afterwards: long, short, flat", "long"),
        Placeholder("direction", False, "LONG or SHORT", "LONG"),
        Placeholder("order_price", True, "Price of the fill, on the tick", 512.34),
        Placeholder("stop_price", True, "Stop price, on the tick", 509.87),
        Placeholder("target_price", True, "Target price, on the tick; null without one", 517.28),
        Placeholder("entry_price", True, "Price at which the trade was entered", 512.34),
        Placeholder("atr", True, "Average true range", 1.65),
        Placeholder("risk_per_trade", True, "Risk per trade, $", 100.0),
        Placeholder("position_risk", True, "Risk allocated in the portfolio, $", 100.0),
        Placeholder("quantity", True, "Risk divided by the distance to the stop, rounded down", 40),
        Placeholder("quantity_signed", True, "The same, negative when the order is a sell", 40),
        Placeholder("trigger_name", False, "Identifier of the trigger", "ema_cross_bull"),
        Placeholder("exec_type", False, "Execution type: C at the bar's close", "C"),
        Placeholder(
            "exit_reason", False, "stop_loss, target, signal_exit …; null on an entry", "target"
        ),
        Placeholder(
            "confluence_met",
            False,
            "Conditions that were met, separated by commas",
            "EMA-SML, VWAP-ABOVE",
        ),
        Placeholder("portfolio_name", False, "Name of the portfolio", "Evaluation"),
        Placeholder("timestamp", False, "Instant of the fill, ISO 8601", "2026-01-05T14:31:00Z"),
        Placeholder("timestamp_ms", True, "The same in milliseconds since 1970", 1_767_623_460_000),
        Placeholder(
            "expires_at",
            False,
            "When the message is stale, ISO 8601; null for record keeping",
            "2026-01-05T14:36:00Z",
        ),
        Placeholder(
            "message_id",
            False,
            "Id of the message, as in webhook-id: the same on every try",
            "8f14e45f-ceea-567f-9c3b-1a2b3c4d5e6f",
        ),
        Placeholder("sequence", True, "Number of the message, as in X-RoR-Sequence", 7),
        Placeholder("is_test", False, "true for a test, else false", False),
        Placeholder(
            "summary",
            False,
            "The message in one line",
            "ENTRY SIGNAL: SPY LONG @ $512.34 (Stop: $509.87)",
        ),
        Placeholder(
            "entry_state",
            False,
            "Of an exit, what became of its entry: accepted, refused, not-sent, unknown",
            "accepted",
        ),
        Placeholder("rule_name", False, "Breached rule", "Daily loss"),
        Placeholder("rule_limit", False, "Its limit", "-500"),
        Placeholder("rule_value", False, "Its value", "-512.40"),
    )
}
SAMPLE_VALUES: dict[str, str | float] = {row.name: row.sample for row in PLACEHOLDERS.values()}


class MessageValues(TypedDict, total=False):
    """What the placeholders of one message stand for; None and absent mean the same."""

    symbol: str
    timeframe: str
    strategy_name: str
    strategy_id: int | None
    portfolio_id: int | None
    event_type: str
    order_action: str | None
    order_side: str | None
    market_position: str | None
    direction: str
    order_price: float | None
    stop_price: float | None
    target_price: float | None
    entry_price: float | None
    atr: float | None
    risk_per_trade: float | None
    position_risk: float | None
    quantity: int | None
    quantity_signed: int | None
    trigger_name: str
    exec_type: str
    exit_reason: str | None
    confluence_met: str
    portfolio_name: str | None
    timestamp: str
    timestamp_ms: int | None
    entry_state: str | None
    rule_name: str | None
    rule_limit: str | None
    rule_value: str | None
    # Of the one message to the one endpoint: known when it is stored.
    expires_at: str | None
    message_id: str
    sequence: int
    is_test: bool
    summary: str
    # No placeholder: for the lines and the default message that people read.
    price_decimals: int | None


# Stands in the body of an exit until its first try, when the state of its entry is known.
ENTRY_STATE_MARK = "{{entry_state}}"


def with_entry_state(body: str, entry_state: str) -> str:
    return body.replace(ENTRY_STATE_MARK, entry_state)


class TemplateError(Exception):
    """The template can't be saved; the message says where and why."""


def render(text: str, values: Mapping[str, object]) -> str:
    """Fill in the tokens. Never fails; whether the outcome is JSON is for the caller to check."""
    pieces: list[str] = []
    position, is_inside = 0, False
    for match in TOKEN.finditer(text):
        between = text[position : match.start()]
        is_inside = _is_inside_string(between, is_inside)
        pieces += [between, _replacement(match, values, is_inside)]
        position = match.end()
    return "".join([*pieces, text[position:]])


def _is_inside_string(text: str, is_inside: bool) -> bool:
    """Whether the end of `text` lies within a JSON string, given whether its start does."""
    is_escaped = False
    for char in text:
        if is_escaped:
            is_escaped = False
        elif char == "\\" and is_inside:
            is_escaped = True
        elif char == '"':
            is_inside = not is_inside
    return is_inside


def _replacement(match: re.Match[str], values: Mapping[str, object], is_inside: bool) -> str:
    placeholder = PLACEHOLDERS.get(match[1])
    if placeholder is None:
        return match[0]
    value = values.get(placeholder.name)
    if placeholder.is_number:
        number = number_text(value)
        return number if number is not None else ("" if is_inside else "null")
    if value is None:
        return "" if is_inside else "null"
    if isinstance(value, bool):
        return json.dumps(value)
    quoted = json.dumps(str(value), ensure_ascii=False)
    return quoted[1:-1] if is_inside else quoted


def number_text(value: object) -> str | None:
    """A number in plain decimals, which JSON and every receiver reads; None for what is no finite
    number. Never with an exponent: in text many receivers would stop reading at the `e`."""
    number = finite(value)
    if number is None:
        return None
    if isinstance(number, float):
        text = f"{Decimal(repr(number)):f}"
        return text if "." in text else f"{text}.0"
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def finite(value: object) -> int | float | Decimal | None:
    """The value when it is a number that receivers can read."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    # Whole numbers beyond a float's size: `isfinite` raises, and receivers can't read them.
    if isinstance(value, int) and abs(value) > MAX_NUMBER:
        return None
    return value if math.isfinite(value) else None


def parse_json(text: str) -> object:
    """Strict JSON: NaN and Infinity, which Python would take, are errors here."""

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is not JSON")

    try:
        return json.loads(text, parse_constant=refuse)
    except RecursionError as error:
        raise ValueError("the JSON nests too deeply") from error


def names_in(text: str) -> set[str]:
    """The placeholders that a template uses."""
    return set(TOKEN.findall(text)) & PLACEHOLDERS.keys()


def check_template(text: str) -> str:
    """Raise `TemplateError` unless the template yields JSON; returns a warning or nothing."""
    for name in TOKEN.findall(text):
        if name not in PLACEHOLDERS:
            raise TemplateError(_unknown_message(name))
    if "{{" in TOKEN.sub("", text):
        raise TemplateError("A placeholder is opened with {{ but not closed with }}.")
    for values in (SAMPLE_VALUES, {}):
        _check_renders(render(text, values))
    size = len(render(text, SAMPLE_VALUES).encode())
    if size > MAX_BODY_BYTES:
        raise TemplateError(f"The body is {size:,} bytes; the limit is {MAX_BODY_BYTES:,}.")
    if size > WARN_BODY_BYTES:
        return f"The body is {size:,} bytes; many receivers refuse more than {WARN_BODY_BYTES:,}."
    return ""


def _check_renders(rendered: str) -> None:
    try:
        parse_json(rendered)
    except json.JSONDecodeError as problem:
        raise TemplateError(
            f"Filled with sample values this is not JSON: {problem.msg} "
            f"(line {problem.lineno}, column {problem.colno})."
        ) from None
    except (ValueError, RecursionError) as problem:
        raise TemplateError(f"Filled with sample values this is not JSON: {problem}.") from None


def _unknown_message(name: str) -> str:
    near = get_close_matches(name.strip().lower(), list(PLACEHOLDERS), n=1, cutoff=0.5)
    hint = f" Did you mean {{{{{near[0]}}}}}?" if near else " The list names them all."
    return f"Unknown placeholder {{{{{name}}}}}.{hint}"
