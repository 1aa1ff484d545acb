"""Putting messages on their way: one delivery per endpoint, stored with whatever caused it."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts import events
from accounts.crypto import Unreadable
from trader.work.instants import iso
from webhooks.bodies.frozen import freeze_body, why_not_sent
from webhooks.bodies.payloads import summary_line
from webhooks.bodies.placeholders import ENTRY_STATE_MARK, MessageValues, finite
from webhooks.bodies.samples import sample_values
from webhooks.events import TEST, EventType
from webhooks.models import Delivery, Endpoint, EndpointSequence
from webhooks.outbound.closing import block_after, close
from webhooks.outbound.kick import kick_on_commit
from webhooks.outbound.lanes import facts_of, locked_lane
from webhooks.outbound.news import publish_delivery
from webhooks.outbound.schedule import MAX_EXIT_AGE
from webhooks.outbound.sequence import has_nothing_to_close, nothing_to_close_reason
from webhooks.profiles import PROFILES
from webhooks.signing import new_secret, retire

WAITING_STATES = (Delivery.State.PENDING, Delivery.State.HELD)
TEST_TTL = timedelta(seconds=60)


def enqueue_message(
    *,
    user_id: int,
    event_type: str,
    subject: str,
    code: uuid.UUID,
    values: MessageValues,
    occurred_ts: int,
    received_at: datetime,
    expires_at: datetime | None = None,
    is_exit: bool = False,
    exit_until: datetime | None = None,
    profile: str = "",
    position: str = "",
) -> list[Delivery]:
    """Store one delivery per endpoint that wants this message; must run in the caller's
    transaction.

    Called twice with the same `code` it returns the rows of the first call. Bodies are rendered
    and frozen here. An order lives for its endpoint's time to live after `received_at`,
    and no longer than `expires_at` when that is given; an exit is tried until `exit_until`
    (None: for a day). A message that orders nothing names a `profile` of its own, whatever that
    of its endpoints. For a disabled endpoint the delivery is stored as skipped.

    An entry and its exits share a `position`, an opaque key. Storing the exit ends the entry
    wherever it was not accepted yet; what becomes of the exit: `sequence.py`.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A message must be stored in the transaction of its cause.")
    owned = Endpoint.objects.filter(user_id=user_id).select_related("template").order_by("pk")
    endpoints = [row for row in owned if row.accepts(event_type, subject)]
    if not endpoints:
        return []
    # Before any row that a sender may be changing: it tells of its change as well.
    events.lock(user_id)
    stored = Delivery.objects.filter(message_code=code).select_related("endpoint")
    deliveries = {row.endpoint_id: row for row in stored}
    missing = [row for row in endpoints if row.pk not in deliveries]
    for endpoint in missing:
        known: MessageValues = {**values, "entry_state": ENTRY_STATE_MARK} if is_exit else values
        delivery = _new_delivery(endpoint, event_type, code, known, received_at)
        delivery.subject, delivery.position = subject, position
        delivery.occurred_at = datetime.fromtimestamp(occurred_ts, UTC)
        delivery.is_exit = is_exit
        delivery.profile = profile or endpoint.profile
        _set_lifetime(delivery, endpoint, received_at, expires_at, exit_until)
        if subject and PROFILES[delivery.profile].is_in_sequence:
            _put_in_lane(delivery, values)
        _store(delivery, endpoint, event_type, known)
        deliveries[endpoint.pk] = delivery
    if missing:
        kick_on_commit()
    return [deliveries[row.pk] for row in endpoints]


def delivery_code(message_code: uuid.UUID, endpoint: Endpoint) -> uuid.UUID:
    """The same message to the same endpoint has the same id, whoever computes it and when."""
    return uuid.uuid5(message_code, str(endpoint.code))


def _new_delivery(
    endpoint: Endpoint,
    event_type: str,
    code: uuid.UUID,
    values: MessageValues,
    due_at: datetime,
) -> Delivery:
    return Delivery(
        user_id=endpoint.user_id,
        endpoint=endpoint,
        code=delivery_code(code, endpoint),
        message_code=code,
        event_type=event_type,
        summary=summary_line(values)[:200],
        profile=endpoint.profile,
        occurred_at=due_at,
        received_at=due_at,
        first_due_at=due_at,
        next_attempt_at=due_at,
    )


def _set_lifetime(
    delivery: Delivery,
    endpoint: Endpoint,
    start: datetime,
    expires_at: datetime | None,
    exit_until: datetime | None,
) -> None:
    """`expires_at` is when the message is stale, `deadline` when nothing is sent any more."""
    if not PROFILES[delivery.profile].has_ttl:
        return
    stale_at = start + timedelta(seconds=endpoint.ttl_seconds)
    delivery.expires_at = min(stale_at, expires_at) if expires_at else stale_at
    delivery.deadline = delivery.expires_at
    if delivery.is_exit:
        delivery.deadline = max(exit_until or start + MAX_EXIT_AGE, delivery.expires_at)


def _put_in_lane(delivery: Delivery, values: MessageValues) -> None:
    """What its coming means for the messages before it, and they for it."""
    endpoint = delivery.endpoint
    delivery.lane = locked_lane(endpoint, delivery.subject)
    if delivery.is_exit:
        _supersede_entries(delivery)
        # Its entry may be under way: then it is only known at the first try of the exit.
        facts = facts_of([delivery], delivery.received_at)[delivery.pk]
        if has_nothing_to_close(facts):
            delivery.state = Delivery.State.NOTHING_TO_CLOSE
            delivery.reason = nothing_to_close_reason(facts.entry_state)
            delivery.next_attempt_at = None
    elif delivery.is_entry and (worth := excess(endpoint, values)):
        delivery.state = Delivery.State.HELD
        delivery.reason = (
            f"worth {worth:,.2f}, above the ceiling of {endpoint.max_entry_notional:,.2f}"
        )
        delivery.next_attempt_at = delivery.deadline


def _supersede_entries(exit: Delivery) -> None:
    """End its entry, unless it is under way: then its answer is awaited first."""
    entries = Delivery.objects.select_for_update(of=("self",)).filter(
        lane=exit.lane,
        state__in=WAITING_STATES,
        is_exit=False,
        # What was stored without a position can only be of the same one, or of one before.
        position__in={exit.position, ""},
    )
    for entry in entries.select_related("endpoint", "lane").order_by("sequence"):
        reason = "its exit was decided before the endpoint accepted it"
        close(entry, Delivery.State.SUPERSEDED, reason)


def excess(endpoint: Endpoint, values: MessageValues) -> Decimal | None:
    """What an entry is worth, when that is above its endpoint's ceiling."""
    quantity, price = finite(values.get("quantity")), finite(values.get("order_price"))
    if endpoint.max_entry_notional is None or quantity is None or price is None:
        return None
    worth = abs(Decimal(str(quantity)) * Decimal(str(price)))
    return worth if worth > endpoint.max_entry_notional else None


def _store(delivery: Delivery, endpoint: Endpoint, event_type: str, values: MessageValues) -> None:
    """`event_type` chooses the body: that of a test is one of the events that it stands for."""
    reason = why_not_sent(endpoint, event_type, values)
    if not endpoint.is_enabled and not delivery.is_test:
        reason = f"the endpoint is disabled: {endpoint.disabled_reason}"
    if reason and delivery.state in WAITING_STATES:
        delivery.state = Delivery.State.SKIPPED
        delivery.reason = reason[:300]
        delivery.next_attempt_at = None
    publish_delivery(delivery, endpoint)
    delivery.sequence = next_sequence(endpoint)
    freeze_body(delivery, endpoint, event_type, values)
    delivery.save(force_insert=True)
    block_after(delivery)


def next_sequence(endpoint: Endpoint) -> int:
    """Counts up per endpoint; the counter's row lock keeps the order of commits."""
    rows = EndpointSequence.objects.filter(pk=endpoint.pk)
    if not rows.update(top=F("top") + 1):
        EndpointSequence.objects.get_or_create(endpoint=endpoint)
        rows.update(top=F("top") + 1)
    return rows.values_list("top", flat=True).get()


def send_test(
    endpoint: Endpoint,
    event_type: str = EventType.ENTRY_LONG,
    values: MessageValues | None = None,
    code: uuid.UUID | None = None,
) -> Delivery:
    """A message with the body of an event, sent once by the ordinary path, even when disabled.

    It is marked as a test in its headers, its summary and `{{is_test}}`. Without `values` it
    carries the samples of the event; `code` is that of what caused it.
    """
    now = timezone.now()
    if values is None:
        values = {
            **sample_values(event_type),
            "timestamp": iso(now, "seconds"),
            "timestamp_ms": int(now.timestamp() * 1000),
        }
    with transaction.atomic():
        delivery = _new_delivery(endpoint, TEST, code or uuid.uuid4(), values, now)
        delivery.is_test = True
        delivery.summary = summary_line(values, is_test=True)[:200]
        delivery.deadline = delivery.expires_at = now + TEST_TTL
        _store(delivery, endpoint, event_type, values)
        kick_on_commit()
    return delivery


def rotate_secret(endpoint: Endpoint) -> None:
    """A new secret at once; the old one goes on signing beside it for 24 hours."""
    with transaction.atomic():
        # Two rotations at once would retire the same secret twice and lose the one between.
        current = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
        if isinstance(current.secret, Unreadable):
            endpoint.old_secrets = current.old_secrets
        else:
            endpoint.old_secrets = retire(current.secret, current.old_secrets, timezone.now())
        endpoint.secret = new_secret()
        endpoint.save(update_fields=["secret", "old_secrets_json", "updated_at"])


def delete_endpoint(endpoint: Endpoint) -> None:
    """Delete it with its log. On PostgreSQL a sender may open an attempt meanwhile, which the
    first try did not know of; the next one finds it."""
    pk = endpoint.pk
    for is_last in (False, False, True):
        try:
            with transaction.atomic():
                endpoint.delete()
            return
        except IntegrityError:
            endpoint.pk = pk
            if is_last:
                raise
