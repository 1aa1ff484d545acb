"""A synthetic alert that takes the whole way, so that a trader can see that it works."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts import events
from accounts.models import User
from alerts.kinds import ENTRY
from alerts.models import Alert
from alerts.outgoing import queue_message
from strategies.models import Strategy

SAMPLE_PRICE, SAMPLE_STOP = 100.0, 99.0


def send_test_alert(user: User, strategy: Strategy | None = None) -> Alert:
    """Store an alert marked as test and queue its message to every endpoint that takes entries."""
    now = timezone.now()
    with transaction.atomic():
        alert = Alert.objects.create(**_fields(user, strategy, now))
        events.publish(user.pk, "alert.fired", alert.as_event())
        queue_message(alert, now + timedelta(minutes=5), None)
    return alert


def _fields(user: User, strategy: Strategy | None, now: datetime) -> dict[str, object]:
    minute = int(now.timestamp()) // 60 * 60
    close = datetime.fromtimestamp(minute, UTC)
    return {
        "user": user,
        "code": uuid4(),
        "strategy": None,
        "alert_type": ENTRY.name,
        "source": Alert.Source.TEST,
        "strategy_name": strategy.name if strategy else "Test alert",
        "symbol": strategy.symbol if strategy else "SPY",
        "direction": strategy.direction if strategy else "LONG",
        "timeframe": strategy.timeframe if strategy else "1Min",
        "data_source": strategy.data_source if strategy else "test",
        "trigger": "test",
        "bar_ts": minute - 60,
        "trigger_at": close,
        "fill_at": close,
        "received_at": now,
        "price": SAMPLE_PRICE,
        "stop_price": SAMPLE_STOP,
        "data": {"risk": SAMPLE_PRICE - SAMPLE_STOP, "risk_per_trade": 100.0},
    }
