"""Storing how a try ended: the delivery's next state, the attempt, the endpoint's health."""

from datetime import datetime

from django.db import transaction

from accounts import events
from webhooks.models import Attempt, Delivery
from webhooks.outbound import lanes
from webhooks.outbound.answers import read_answer
from webhooks.outbound.circuit import after_failed_attempt, after_success
from webhooks.outbound.closing import block_after
from webhooks.outbound.news import publish_delivery
from webhooks.outbound.schedule import Situation, after_failure
from webhooks.outbound.transport import SendResult
from webhooks.profiles import PROFILES

# 408, 425 and 429 ask for patience, they don't call the request wrong.
PATIENT_STATUSES = (408, 425, 429)


def record_result(
    delivery: Delivery, attempt: Attempt, result: SendResult, owner: str, now: datetime
) -> bool:
    """Store one result. False when the lease was lost: then only the attempt is written."""
    result = read_answer(delivery, result)
    with transaction.atomic():
        events.lock(delivery.user_id)
        _decide(delivery, result, now)
        is_mine = _store_delivery(delivery, owner)
        _store_attempt(attempt, result)
        if is_mine:
            publish_delivery(delivery, delivery.endpoint)
            _update_lane(delivery)
            _store_endpoint(delivery, result, now)
    return is_mine


def _decide(delivery: Delivery, result: SendResult, now: datetime) -> None:
    delivery.last_status = result.status
    if result.is_success:
        delivery.state, delivery.reason = Delivery.State.DELIVERED, ""
        if result.is_accepted:
            delivery.reason = "the receiver says that there is no position"
        delivery.delivered_at, delivery.next_attempt_at = now, None
        return
    if is_refusal(result):
        delivery.n_client_errors += 1
    if lanes.overtaken([delivery]):
        delivery.state, delivery.next_attempt_at = Delivery.State.SUPERSEDED, None
        delivery.reason = joined(result.error, "its exit was decided meanwhile")
        return
    retry = after_failure(_situation(delivery, result), now)
    delivery.next_attempt_at = retry.at
    if retry.at is not None:
        delivery.state, delivery.reason = Delivery.State.PENDING, joined(result.error)
    else:
        delivery.state = Delivery.State.FAILED
        delivery.reason = joined(result.error, retry.reason)


def joined(error: str, *more: str) -> str:
    """A reason as one clause, which whoever shows it ends."""
    return "; ".join([error.rstrip(" ."), *more])[:300]


def _update_lane(delivery: Delivery) -> None:
    """What an exit's end means for the entries after it."""
    if not delivery.is_exit or delivery.lane_id is None:
        return
    if delivery.state == Delivery.State.DELIVERED:
        lanes.unblock(delivery)
    else:
        # Its owner may have said meanwhile that the position is closed.
        delivery.refresh_from_db(fields=["settled_at"])
        block_after(delivery)


def is_refusal(result: SendResult) -> bool:
    """An answer that calls the message itself wrong, by its status or by its body."""
    is_ok = result.status is not None and 200 <= result.status < 300
    return is_ok or is_client_error(result.status)


def is_client_error(status: int | None) -> bool:
    return status is not None and 400 <= status < 500 and status not in PATIENT_STATUSES


def _situation(delivery: Delivery, result: SendResult) -> Situation:
    return Situation(
        profile=PROFILES[delivery.profile],
        is_exit=delivery.is_exit,
        is_test=delivery.is_test,
        first_due_at=delivery.first_due_at,
        deadline=delivery.deadline,
        n_attempts=delivery.n_attempts_in_schedule,
        n_client_errors=delivery.n_client_errors,
        status=result.status,
        is_permanent=result.is_permanent,
        retry_after_seconds=result.retry_after_seconds,
    )


def _store_delivery(delivery: Delivery, owner: str) -> bool:
    """Compare-and-set on lease and attempt: a sender that lost its lease changes nothing."""
    mine = Delivery.objects.filter(
        pk=delivery.pk,
        state=Delivery.State.SENDING,
        lease_owner=owner,
        n_attempts=delivery.n_attempts,
    )
    return bool(
        mine.update(
            state=delivery.state,
            reason=delivery.reason,
            next_attempt_at=delivery.next_attempt_at,
            lease_owner="",
            last_status=delivery.last_status,
            n_client_errors=delivery.n_client_errors,
            delivered_at=delivery.delivered_at,
        )
    )


def _store_attempt(attempt: Attempt, result: SendResult) -> None:
    outcome = Attempt.Outcome.SUCCESS if result.is_success else Attempt.Outcome.FAILURE
    if result.is_unsent:
        outcome = Attempt.Outcome.UNSENT
    Attempt.objects.filter(pk=attempt.pk).update(
        outcome=outcome,
        dns_ms=result.dns_ms,
        connect_ms=result.connect_ms,
        first_byte_ms=result.first_byte_ms,
        total_ms=result.total_ms,
        address=result.address,
        status=result.status,
        response=result.response,
        error=result.error[:300],
    )


def _store_endpoint(delivery: Delivery, result: SendResult, now: datetime) -> None:
    if result.is_success:
        after_success(delivery.endpoint, now)
    else:
        after_failed_attempt(delivery.endpoint_id, result, now, is_test=delivery.is_test)
