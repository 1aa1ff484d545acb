"""News of deliveries and endpoints for their owner's open pages; in the transaction of the
change."""

from typing import Literal, TypedDict

from accounts import events
from webhooks.models import Delivery, Endpoint

Trouble = Literal["failing", "disabled"]


class DeliveryNews(TypedDict):
    """The data of `delivery.updated`. `prominent`: the owner must see it, wherever they are."""

    delivery: str
    message: str
    endpoint: str
    endpoint_name: str
    event_type: str
    state: str
    attempts: int
    summary: str
    is_late: bool
    prominent: bool


class EndpointTrouble(TypedDict):
    """The data of `system.health` about an endpoint."""

    component: Literal["endpoint"]
    endpoint: str
    endpoint_name: str
    status: Trouble
    message: str


def publish_delivery(delivery: Delivery, endpoint: Endpoint) -> None:
    """Tell how the delivery stands."""
    data = DeliveryNews(
        delivery=str(delivery.code),
        message=str(delivery.message_code),
        endpoint=str(endpoint.code),
        endpoint_name=endpoint.name,
        event_type=delivery.event_type,
        state=delivery.state,
        attempts=delivery.n_attempts,
        summary=delivery.summary,
        is_late=delivery.is_late,
        prominent=is_prominent(delivery),
    )
    events.publish(endpoint.user_id, "delivery.updated", data)


def is_prominent(delivery: Delivery) -> bool:
    """An exit that did not arrive; an entry that its owner may want to act for, or on."""
    state = Delivery.State(delivery.state)
    if delivery.is_exit:
        return state in (Delivery.State.EXPIRED, Delivery.State.FAILED)
    return state in (Delivery.State.BLOCKED, Delivery.State.HELD)


def publish_endpoint_trouble(endpoint: Endpoint, status: Trouble, message: str) -> None:
    data = EndpointTrouble(
        component="endpoint",
        endpoint=str(endpoint.code),
        endpoint_name=endpoint.name,
        status=status,
        message=message,
    )
    events.publish(endpoint.user_id, "system.health", data)
