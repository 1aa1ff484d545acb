"""What the owner decides about single messages: send again, send or drop what is held, say that a
position is closed. Whatever is sent again keeps its id and body and takes the next place in the
sequence.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import events
from webhooks.bodies.frozen import INSUFFICIENT_QUANTITY
from webhooks.models import Delivery, Endpoint
from webhooks.outbound import lanes
from webhooks.outbound.closing import close
from webhooks.outbound.dispatch import next_sequence
from webhooks.outbound.kick import kick_on_commit
from webhooks.outbound.news import publish_delivery
from webhooks.outbound.sequence import SETTLED
from webhooks.profiles import PROFILES

MAX_RESENT_AT_ONCE = 500
ACCEPTED_ORDER = (
    "The endpoint took it over, and an order that was taken over is not sent again: a bot might "
    "fill it twice."
)
State = Delivery.State


class ResendError(Exception):
    """Why the owner's wish can't be fulfilled; in words for the owner."""


def resend(delivery: Delivery, confirmed: bool = False) -> None:
    """Send a closed delivery again: same id, same body, a new schedule, marked as replayed."""
    with transaction.atomic():
        current = _locked(delivery)
        _check_resendable(current, confirmed)
        _reopen(current, timezone.now())
        kick_on_commit()
    delivery.refresh_from_db()


def _locked(delivery: Delivery) -> Delivery:
    """The row as it is now, in the order of locks that everything follows."""
    events.lock(delivery.user_id)
    if delivery.lane is not None:
        lanes.locked_lane(delivery.endpoint, delivery.lane.subject)
    rows = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery.pk)
    current: Delivery = rows.select_related("endpoint", "lane").get()
    return current


def _check_resendable(delivery: Delivery, confirmed: bool) -> None:
    if delivery.is_test:
        raise ResendError("A test is not sent again; send a new one.")
    if delivery.reason.startswith(INSUFFICIENT_QUANTITY):
        raise ResendError("This entry orders nothing: its quantity is 0.")
    if delivery.state == State.DELIVERED and not delivery.is_resendable:
        raise ResendError(f"It was delivered. {ACCEPTED_ORDER}")
    if not delivery.is_resendable:
        state = delivery.get_state_display().lower()
        raise ResendError(f"Only what failed, expired or was never sent goes out again ({state}).")
    if not delivery.endpoint.is_enabled:
        raise ResendError("The endpoint is disabled. Enable it first.")
    if delivery.needs_confirmation and not confirmed:
        raise ResendError(_question(delivery))
    if delivery.is_entry and delivery.lane is not None and delivery.lane.blocked_by_id:
        raise ResendError(
            "An exit before it did not arrive. Send that exit again first, "
            "or say that you are flat."
        )


def _question(delivery: Delivery) -> str:
    if lanes.overtaken([delivery]):
        return (
            "The trade of this entry is closed: nothing would ever close what it opens. "
            "Confirm that it is to be sent now."
        )
    if delivery.state == State.NOTHING_TO_CLOSE:
        return "There is nothing to close, as far as is known. Confirm that it is to be sent now."
    return "This message is of the past. Confirm that it is to be sent now."


def _reopen(delivery: Delivery, now: datetime) -> None:
    delivery.state, delivery.reason, delivery.is_replayed = State.PENDING, "", True
    delivery.settled_at = None
    delivery.first_due_at = delivery.next_attempt_at = now
    delivery.n_attempts_before, delivery.n_client_errors = delivery.n_attempts, 0
    if PROFILES[delivery.profile].has_ttl:
        lifetime = timedelta(seconds=delivery.endpoint.ttl_seconds)
        delivery.deadline = max(delivery.deadline or now, now + lifetime)
    _put_last(delivery)


def _put_last(delivery: Delivery) -> None:
    """Give it the next place; entries that wait for this exit go on standing behind it."""
    delivery.sequence = next_sequence(delivery.endpoint)
    publish_delivery(delivery, delivery.endpoint)
    delivery.save()
    if delivery.lane_id is None or not delivery.is_exit:
        return
    waiting = Delivery.objects.filter(
        lane_id=delivery.lane_id, state=State.PENDING, is_exit=False, n_attempts=0
    )
    for pk in waiting.order_by("sequence").values_list("pk", flat=True):
        Delivery.objects.filter(pk=pk).update(sequence=next_sequence(delivery.endpoint))


def resend_failed_since(
    endpoint: Endpoint, since: datetime, include_entries: bool = False
) -> tuple[int, int]:
    """Send again what did not arrive since then, oldest first: (sent again, left alone).

    Stale messages, entries and whatever expired, are left alone unless they are included; an
    entry whose trade is closed always is.
    """
    if not endpoint.is_enabled:
        raise ResendError("The endpoint is disabled. Enable it first.")
    rows = Delivery.objects.resendable().filter(endpoint=endpoint, created_at__gte=since)
    rows = rows.exclude(reason__startswith=INSUFFICIENT_QUANTITY)
    found = list(rows.select_related("endpoint", "lane").order_by("id")[:MAX_RESENT_AT_ONCE])
    closed = lanes.overtaken(found)
    n_sent = n_left = 0
    for delivery in found:
        is_left = delivery.needs_confirmation and not include_entries
        if is_left or delivery.pk in closed or not _is_sent_again(delivery):
            n_left += 1
        else:
            n_sent += 1
    return n_sent, n_left


def _is_sent_again(delivery: Delivery) -> bool:
    try:
        resend(delivery, confirmed=True)
    except ResendError:
        return False
    return True


def release(delivery: Delivery) -> None:
    """Send a held entry now."""
    with transaction.atomic():
        current = _locked(delivery)
        now = timezone.now()
        _check_held(current, now)
        if not current.endpoint.is_enabled:
            raise ResendError("The endpoint is disabled. Enable it first.")
        current.state, current.reason, current.next_attempt_at = State.PENDING, "", now
        _put_last(current)
        kick_on_commit()
    delivery.refresh_from_db()


def drop(delivery: Delivery) -> None:
    """End a held entry; its exit will have nothing to close."""
    with transaction.atomic():
        current = _locked(delivery)
        _check_held(current, timezone.now())
        close(current, State.DROPPED, "dropped by you")
    delivery.refresh_from_db()


def _check_held(delivery: Delivery, now: datetime) -> None:
    if not delivery.is_held:
        state = delivery.get_state_display().lower()
        raise ResendError(f"This message is not held any more ({state}).")
    if delivery.deadline is not None and delivery.deadline <= now:
        raise ResendError("Its time to live is over.")


def settle(delivery: Delivery) -> None:
    """The owner says that the position of this exit is closed: entries wait for it no longer."""
    with transaction.atomic():
        current = _locked(delivery)
        if not current.is_settleable:
            raise ResendError("This message holds nothing back.")
        current.settled_at = timezone.now()
        current.save(update_fields=["settled_at", "updated_at"])
        lanes.unblock(current)
        if current.state == State.PENDING:
            close(current, State.NOTHING_TO_CLOSE, SETTLED)
        else:
            publish_delivery(current, current.endpoint)
        kick_on_commit()
    delivery.refresh_from_db()
