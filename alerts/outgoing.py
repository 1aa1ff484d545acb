"""From an alert to the message that endpoints receive."""

from datetime import datetime

from alerts.kinds import Retry
from alerts.models import Alert
from alerts.models.quantities import quantity
from market.instruments.ticks import on_tick, price_tick
from trader.work.instants import iso
from webhooks.bodies.placeholders import MessageValues
from webhooks.outbound.dispatch import enqueue_message
from webhooks.profiles import RECORD

TEST = "test"


def subject_of(strategy_id: int) -> str:
    """How endpoints name a strategy they are limited to."""
    return f"strategy:{strategy_id}"


def _subject(alert: Alert) -> str:
    """A test is no strategy's; what concerns none goes to endpoints that are not limited."""
    if alert.is_test:
        return TEST
    return "" if alert.strategy_id is None else subject_of(alert.strategy_id)


def queue_message(alert: Alert, expires_at: datetime | None, exit_until: datetime | None) -> int:
    """Store one delivery per endpoint that wants this alert; returns how many.

    In the caller's transaction. `exit_until`: an exit is tried until then.
    """
    deliveries = enqueue_message(
        user_id=alert.user_id,
        event_type=alert.event_type,
        subject=_subject(alert),
        code=alert.code,
        values=message_values(alert),
        occurred_ts=int(alert.fill_at.timestamp()),
        received_at=alert.received_at,
        expires_at=expires_at,
        is_exit=alert.kind.retry is Retry.AS_EXIT,
        exit_until=exit_until,
        profile=RECORD if alert.kind.retry is Retry.AS_RECORD else "",
        position=position_of(alert),
    )
    return len(deliveries)


def position_of(alert: Alert) -> str:
    """What an entry has in common with its exit; empty for what concerns no position."""
    if alert.is_test or alert.strategy_id is None or alert.entry_bar_ts is None:
        return ""
    return f"{alert.strategy_id}:{alert.data_source}:{alert.entry_bar_ts}"


def message_values(alert: Alert) -> MessageValues:
    """The placeholders of a payload template. Prices are as a broker takes them; the alert keeps
    those that were computed."""
    details = alert.details
    return {
        "symbol": alert.symbol,
        "timeframe": alert.timeframe,
        "strategy_name": alert.strategy_name,
        "strategy_id": alert.strategy_id,
        "portfolio_id": None,
        "event_type": alert.alert_type,
        "order_action": alert.kind.action_of(alert.direction),
        "order_side": alert.kind.side_of(alert.direction),
        "market_position": alert.kind.position_of(alert.direction),
        "direction": alert.direction,
        "order_price": _ordered(alert, alert.price),
        "stop_price": _ordered(alert, alert.stop_price),
        "target_price": _ordered(alert, alert.target_price),
        "entry_price": _ordered(alert, _entry_price(alert)),
        "atr": details.get("atr"),
        "risk_per_trade": details.get("risk_per_trade"),
        "position_risk": None,
        "quantity": quantity(details),
        "quantity_signed": _signed(alert, quantity(details)),
        "trigger_name": alert.trigger,
        "exec_type": alert.exec_type,
        "exit_reason": alert.exit_reason or None,
        "confluence_met": ", ".join(details.get("confluence_met", [])),
        "portfolio_name": None,
        "timestamp": iso(alert.fill_at),
        "timestamp_ms": int(alert.fill_at.timestamp() * 1000),
        "rule_name": None,
        "rule_limit": None,
        "rule_value": None,
        # No placeholder: for the lines and the default message that people read.
        "price_decimals": alert.shown_decimals,
    }


def _ordered(alert: Alert, price: float | None) -> float | None:
    """On the tick of the instrument, as it was known when the alert fired."""
    if price is None:
        return None
    decimals = alert.details.get("price_decimals")
    return on_tick(price, price_tick(alert.symbol, alert.data_source, price, decimals))


def _entry_price(alert: Alert) -> float | None:
    return alert.price if alert.is_entry else alert.details.get("entry_price")


def _signed(alert: Alert, n: int | None) -> int | None:
    """Negative where the order is a sell."""
    return -n if n is not None and alert.kind.side_of(alert.direction) == "sell" else n
