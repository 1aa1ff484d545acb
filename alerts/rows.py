"""Alerts as the list shows them: each with what became of its deliveries, in one query."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC
from typing import TypedDict
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from alerts.models import Alert
from webhooks.models import Delivery

# The most telling state first: it stands for the alert when its deliveries differ.
ORDER = ("failed", "expired", "sending", "pending", "skipped", "delivered")


class AlertRow(TypedDict):
    """One line of the list. What it says is decided here: a template takes ten times as long."""

    alert: Alert
    key: str
    url: str
    acknowledge_url: str
    # Empty when the strategy is gone.
    strategy_url: str
    kind: str
    label: str
    # How its bars came, empty for a market's own.
    origin: str
    acknowledged_at: str
    delivery_state: str
    deliveries: str


def rows_of(user: User, alerts: Iterable[Alert]) -> list[AlertRow]:
    """The lines of some of the user's alerts."""
    alerts = list(alerts)
    states = _delivery_states(user, alerts)
    url, acknowledge_url, strategy_url = (
        _address_of(name)
        for name in (
            "alerts:alert-detail",
            "alerts:alert-acknowledge",
            "strategies:strategy-detail",
        )
    )
    return [
        {
            "alert": alert,
            "key": str(alert.pk),
            "url": url(alert.pk),
            "acknowledge_url": acknowledge_url(alert.pk),
            "strategy_url": strategy_url(alert.strategy_id) if alert.strategy_id else "",
            "kind": "test" if alert.is_test else "entry" if alert.is_entry else "exit",
            "label": "Test" if alert.is_test else alert.get_alert_type_display(),
            "origin": _origin(alert),
            "acknowledged_at": _acknowledged_at(alert),
            **_deliveries(states[alert.code]),
        }
        for alert in alerts
    ]


def _address_of(name: str) -> Callable[[int], str]:
    """Addresses that differ in a number only, reversed once for a whole list."""
    before, after = reverse(name, args=[0]).rsplit("0", 1)
    return lambda pk: f"{before}{pk}{after}"


def _delivery_states(user: User, alerts: list[Alert]) -> dict[UUID, Counter[str]]:
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    codes = [alert.code for alert in alerts]
    rows = Delivery.objects.for_user(user).filter(message_code__in=codes)
    for code, state in rows.order_by().values_list("message_code", "state"):
        found[code][state] += 1
    return found


class Deliveries(TypedDict):
    delivery_state: str
    deliveries: str


def _deliveries(states: Counter[str]) -> Deliveries:
    state = next((one for one in ORDER if states[one]), "")
    total = sum(states.values())
    if total <= 1:
        return {"delivery_state": state, "deliveries": state}
    text = f"{states['delivered']} of {total}"
    if state != "delivered":
        text += f", {state}"
    return {"delivery_state": state, "deliveries": text}


def _origin(alert: Alert) -> str:
    if not alert.is_simulated:
        return ""
    return "simulated" if alert.data_source == "simulated" else "replay"


def _acknowledged_at(alert: Alert) -> str:
    at = alert.acknowledged_at
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else ""
