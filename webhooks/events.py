"""The kinds of message an endpoint can receive, and news of deliveries for the owner's pages."""

from typing import TYPE_CHECKING, Any

from django.db import models

from accounts import events

if TYPE_CHECKING:
    from webhooks.models import Delivery, Endpoint


class EventType(models.TextChoices):
    """What a user can subscribe an endpoint to; `test` goes to the endpoint under test only."""

    ENTRY_LONG = "entry_long", "Entry, long"
    ENTRY_SHORT = "entry_short", "Entry, short"
    EXIT_LONG = "exit_long", "Exit, long"
    EXIT_SHORT = "exit_short", "Exit, short"
    COMPLIANCE_BREACH = "compliance_breach", "Compliance breach"


TEST = "test"


def all_events() -> list[str]:
    return list(EventType.values)


def publish_delivery(delivery: "Delivery", endpoint: "Endpoint") -> None:
    """Tell the owner's open pages how the delivery stands; in the transaction of the change."""
    data: dict[str, Any] = {
        "delivery": str(delivery.code),
        "message": str(delivery.message_code),
        "endpoint": str(endpoint.code),
        "endpoint_name": endpoint.name,
        "event_type": delivery.event_type,
        "state": delivery.state,
        "attempts": delivery.n_attempts,
        "summary": delivery.summary,
        "is_late": delivery.is_late,
        "prominent": delivery.state == "expired" and delivery.is_exit,
    }
    events.publish(endpoint.user_id, "delivery.updated", data)


def publish_endpoint_trouble(endpoint: "Endpoint", status: str, message: str) -> None:
    """`status` is failing or disabled."""
    data = {
        "component": "endpoint",
        "endpoint": str(endpoint.code),
        "endpoint_name": endpoint.name,
        "status": status,
        "message": message,
    }
    events.publish(endpoint.user_id, "system.health", data)
