"""Alerts as the list shows them: each with what became of its deliveries, in one query."""

from collections import Counter, defaultdict
from uuid import UUID

from accounts.models import User
from alerts.models import Alert
from webhooks.models import Delivery

# The most telling state first: it stands for the alert when its deliveries differ.
ORDER = ("failed", "expired", "sending", "pending", "skipped", "delivered")


def attach_deliveries(user: User, alerts: list[Alert]) -> list[Alert]:
    """Set `delivery_state` and `n_deliveries` on each alert."""
    codes = [alert.code for alert in alerts]
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    rows = Delivery.objects.for_user(user).filter(message_code__in=codes)
    for code, state in rows.order_by().values_list("message_code", "state"):
        found[code][state] += 1
    for alert in alerts:
        states = found.get(alert.code, Counter())
        alert.n_deliveries = sum(states.values())
        alert.n_delivered = states["delivered"]
        alert.delivery_state = next((state for state in ORDER if states[state]), "")
    return alerts
