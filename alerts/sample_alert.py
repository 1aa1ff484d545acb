"""A synthetic alert that takes the whole way, so that a trader can see that it works.

It goes to the endpoints that its sender chose, to none when none was chosen, and it is marked as
a test wherever it goes.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts import events
from accounts.models import User
from alerts.kinds import ENTRY, EXIT, Kind, Order
from alerts.models import Alert
from alerts.outgoing import message_values
from webhooks.models import Endpoint
from webhooks.outbound.dispatch import send_test
from webhooks.previews import Trial, trial

PRICE, RISK, TARGET_R = 100.0, 1.0, 2.0
DIRECTIONS = ("LONG", "SHORT")
# By the name of the event that it stands for.
TESTED: dict[str, tuple[Kind, str]] = {
    kind.event_type_of(direction): (kind, direction)
    for kind in (ENTRY, EXIT)
    for direction in DIRECTIONS
}
FIRST = next(iter(TESTED))


def trials(user: User, event: str) -> list[Trial]:
    """What each endpoint of the user would get, were it chosen."""
    values = message_values(_alert(user, event, timezone.now()))
    rows = Endpoint.objects.for_user(user).select_related("template").order_by("name", "id")
    return [trial(endpoint, event, values) for endpoint in rows]


def send_test_alert(user: User, event: str = FIRST, endpoints: Iterable[Endpoint] = ()) -> Alert:
    """Store an alert marked as test and queue its message to these endpoints."""
    with transaction.atomic():
        alert = _alert(user, event, timezone.now())
        alert.save(force_insert=True)
        events.publish(user.pk, "alert.fired", alert.as_event())
        for endpoint in endpoints:
            send_test(endpoint, event, message_values(alert), alert.code)
    return alert


def _alert(user: User, event: str, now: datetime) -> Alert:
    kind, direction = TESTED[event]
    minute = int(now.timestamp()) // 60 * 60
    close = datetime.fromtimestamp(minute, UTC)
    up = RISK if direction == "LONG" else -RISK
    is_exit = kind.order is Order.CLOSE
    return Alert(
        user=user,
        code=uuid4(),
        alert_type=kind.name,
        source=Alert.Source.TEST,
        strategy_name="Test alert",
        symbol="SPY",
        direction=direction,
        timeframe="1Min",
        data_source="test",
        trigger="test",
        exit_reason="target" if is_exit else "",
        bar_ts=minute - 60,
        trigger_at=close,
        fill_at=close,
        received_at=now,
        price=PRICE + TARGET_R * up if is_exit else PRICE,
        stop_price=PRICE - up,
        target_price=PRICE + TARGET_R * up,
        data={"risk": RISK, "risk_per_trade": 100.0, "entry_price": PRICE},
    )
