"""The body of one message to one endpoint, frozen when its delivery is stored."""

from trader.work.instants import iso
from webhooks.bodies.payloads import Payload, render_payload
from webhooks.bodies.placeholders import MessageValues, names_in
from webhooks.models import Delivery, Endpoint

# Begins the reason of an entry whose risk buys nothing; it goes out by no resend either.
INSUFFICIENT_QUANTITY = "insufficient_quantity"
BRACKET = {"stop_price", "target_price"}
QUANTITIES = {"quantity", "quantity_signed"}


def freeze_body(
    delivery: Delivery, endpoint: Endpoint, event_type: str, values: MessageValues
) -> None:
    """Fill in what its event is sent as. Id, sequence and expiry of the delivery must be known."""
    payload = filled_in(
        endpoint,
        event_type,
        {
            **values,
            "message_id": str(delivery.code),
            "sequence": delivery.sequence,
            "is_test": delivery.is_test,
            "expires_at": iso(delivery.expires_at) if delivery.expires_at else None,
            "summary": delivery.summary,
        },
    )
    delivery.body, delivery.is_fallback_body = payload.body, payload.is_fallback


def filled_in(endpoint: Endpoint, event_type: str, values: MessageValues) -> Payload:
    """The body as the endpoint gets it: where stops live here, no entry carries one."""
    text = endpoint.body_text(event_type)
    if text and event_type.startswith("entry") and endpoint.stops_at == Endpoint.StopsAt.HERE:
        values = {**values, "stop_price": None, "target_price": None}
    return render_payload(text, values)


def why_not_sent(endpoint: Endpoint, event_type: str, values: MessageValues) -> str:
    """The reason for which an entry is stored and not sent; empty when it is sent.

    An order of nothing is refused at best. Whatever names no quantity goes out all the same, and
    so does every exit.
    """
    if values.get("quantity") != 0 or not event_type.startswith("entry"):
        return ""
    if not QUANTITIES & names_in(endpoint.body_text(event_type)):
        return ""
    return (
        f"{INSUFFICIENT_QUANTITY}: the risk per trade is less than one share or contract loses at "
        "the stop. Raise the risk of the strategy or bring its stop nearer"
    )
