"""What the placeholders stand for in previews and tests: one trade of each direction, in figures
that fit each other."""

from webhooks.bodies.payloads import summary_line
from webhooks.bodies.placeholders import SAMPLE_VALUES, MessageValues
from webhooks.events import EventType

_ENTRY_LONG: MessageValues = {**SAMPLE_VALUES, "exit_reason": None, "entry_state": None}  # type: ignore[typeddict-item]
_EXIT: MessageValues = {
    "event_type": "exit_signal",
    "order_action": "close",
    "market_position": "flat",
    "exit_reason": "target",
    "entry_state": "accepted",
    "trigger_name": "target",
    "timestamp": "2026-01-05T15:12:00Z",
    "timestamp_ms": 1_767_625_920_000,
    "expires_at": "2026-01-05T15:17:00Z",
    "sequence": 8,
    "message_id": "c9f0f895-fb98-5b91-8d3a-6f7e8d9c0b1a",
}
_SHORT: MessageValues = {
    "strategy_name": 'SPY "Fade" short',
    "direction": "SHORT",
    "stop_price": 514.81,
    "target_price": 507.4,
    "trigger_name": "ema_cross_bear",
    "confluence_met": "EMA-LMS, VWAP-BELOW",
}
SAMPLES: dict[str, MessageValues] = {
    EventType.ENTRY_LONG: _ENTRY_LONG,
    EventType.ENTRY_SHORT: {
        **_ENTRY_LONG,
        **_SHORT,
        "order_action": "sell",
        "order_side": "sell",
        "market_position": "short",
        "quantity_signed": -40,
    },
    EventType.EXIT_LONG: {
        **_ENTRY_LONG,
        **_EXIT,
        "order_side": "sell",
        "order_price": 517.28,
        "quantity_signed": -40,
    },
    EventType.EXIT_SHORT: {
        **_ENTRY_LONG,
        **_SHORT,
        **_EXIT,
        "order_side": "buy",
        "order_price": 507.4,
        "quantity_signed": 40,
    },
    # Of no strategy, and an order of nothing.
    EventType.COMPLIANCE_BREACH: {
        "event_type": "compliance_breach",
        "portfolio_id": 3,
        "portfolio_name": "Evaluation",
        "timestamp": "2026-01-05T15:12:00Z",
        "timestamp_ms": 1_767_625_920_000,
        "message_id": "45c48cce-2e2d-5fbd-8a1a-fc51c7c6ad26",
        "sequence": 9,
        "rule_name": "Daily loss",
        "rule_limit": "-500",
        "rule_value": "-512.40",
    },
}


def sample_values(event_type: str, is_test: bool = False) -> MessageValues:
    """Those of an event; of an entry into a long position for any other name."""
    values = SAMPLES.get(event_type, _ENTRY_LONG)
    return {**values, "is_test": is_test, "summary": summary_line(values, is_test)}
