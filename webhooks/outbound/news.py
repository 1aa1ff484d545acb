"""News of deliveries and endpoints for their owner's open pages; in the transaction of the
change."""

from typing import Literal, TypedDict

from accounts import events
from webhooks.models import Delivery, Endpoint

Trouble = Literal["failing", "disabled"]


class DeliveryNews(TypedDict):
    """The data of `delivery.updated`. `prominent`: the owner must see it, wherever they are;
    then the last two are what to say."""

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
    notice_title: str
    notice_text: str


class EndpointTrouble(TypedDict):
    """The data of `system.health` about an endpoint."""

    component: Literal["endpoint"]
    endpoint: str
    endpoint_name: str
    status: Trouble
    message: str


def publish_delivery(delivery: Delivery, endpoint: Endpoint) -> None:
    """Tell how the delivery stands."""
    title, text = notice(delivery, endpoint)
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
        prominent=bool(title),
        notice_title=title,
        notice_text=text,
    )
    events.publish(endpoint.user_id, "delivery.updated", data)


def notice(delivery: Delivery, endpoint: Endpoint) -> tuple[str, str]:
    """Title and text of an exit that did not arrive, or of an entry that its owner may want to
    act for, or on; empty for anything else."""
    what = f"{delivery.summary} to {endpoint.name}"
    match (delivery.is_exit, Delivery.State(delivery.state)):
        case True, Delivery.State.EXPIRED | Delivery.State.FAILED:
            open_still = "A position may still be open at your broker."
            return "An exit did not arrive", f"{what}. {open_still}"
        case False, Delivery.State.BLOCKED:
            return "An entry was not sent", f"{what}: {delivery.reason}."
        case False, Delivery.State.HELD:
            return "An entry waits for you", f"{what}: {delivery.reason}."
    return "", ""


def publish_endpoint_trouble(endpoint: Endpoint, status: Trouble, message: str) -> None:
    data = EndpointTrouble(
        component="endpoint",
        endpoint=str(endpoint.code),
        endpoint_name=endpoint.name,
        status=status,
        message=message,
    )
    events.publish(endpoint.user_id, "system.health", data)
