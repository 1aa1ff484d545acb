"""Taking due deliveries for sending: fairly among endpoints, each under a lease.

A claim is a compare-and-set on the number of attempts, so two senders never send the same try;
on PostgreSQL rows another one is looking at are skipped rather than waited for. No endpoint gets
more than its share of places, however many of its rows are due.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Count

from trader.work.trouble import PASSING_TROUBLE
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.outbound.news import publish_delivery
from webhooks.profiles import PROFILES

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=8)
SET_ASIDE = timedelta(minutes=1)
MAX_PER_ENDPOINT = 2
BURST_SECONDS = 2
PAGE = 200
MAX_PAGES = 5


def claim_due(
    owner: str, now: datetime, limit: int, profiles: Iterable[str] = PROFILES
) -> list[tuple[Delivery, Attempt]]:
    """Deliveries to send now, each with the attempt just opened. Expired ones are closed.

    A row that can't be claimed is set aside for a minute, in full view; the others go out.
    """
    candidates = _choose(now, limit, list(profiles))
    try:
        return _claim_all(candidates, owner, now)
    except PASSING_TROUBLE:
        raise
    except Exception:
        log.exception("webhook_batch_not_claimed", n=len(candidates))
    claimed = []
    for pk in candidates:
        try:
            claimed += _claim_all([pk], owner, now)
        except PASSING_TROUBLE:
            raise
        except Exception as error:  # Whatever is wrong with one row must not stop the others.
            log.exception("webhook_not_claimed", delivery=pk)
            _set_aside(pk, error, now)
    return claimed


def _set_aside(pk: int, error: Exception, now: datetime) -> None:
    reason = f"It could not be sent ({type(error).__name__}); the operators were told."
    rows = Delivery.objects.due(now).filter(pk=pk)
    rows.update(
        state=Delivery.State.PENDING,
        next_attempt_at=now + SET_ASIDE,
        reason=reason,
        lease_owner="",
    )


def _claim_all(candidates: list[int], owner: str, now: datetime) -> list[tuple[Delivery, Attempt]]:
    if not candidates:
        return []
    with transaction.atomic():
        rows = _lock(candidates, now)
        overdue = [row for row in rows if row.deadline is not None and row.deadline <= now]
        muted = [
            row
            for row in rows
            if not row.endpoint.is_enabled and not row.is_test and row not in overdue
        ]
        closed = {row.pk for row in (*overdue, *muted)}
        claimed = [
            (row, attempt)
            for row in rows
            if row.pk not in closed and (attempt := _claim(row, owner, now)) is not None
        ]
        for row in sorted((*overdue, *muted), key=lambda row: row.user_id):
            if row in overdue:
                _close(row, Delivery.State.EXPIRED, _expiry_reason(row))
            else:
                _close(row, Delivery.State.SKIPPED, "the endpoint is disabled")
        _use_endpoints([row for row, _ in claimed], now)
    return claimed


def _choose(now: datetime, limit: int, profiles: list[str]) -> list[int]:
    """Ids of due rows in the order they became due, without a row that finds no free place."""
    places = _places_taken(now)
    chosen: list[int] = []
    for _ in range(MAX_PAGES):
        full = [pk for pk, taken in places.items() if taken >= MAX_PER_ENDPOINT]
        page = list(
            Delivery.objects.sendable(now)
            .filter(profile__in=profiles)
            .exclude(endpoint_id__in=full)
            .exclude(pk__in=chosen)
            .order_by("next_attempt_at", "id")
            .values_list("pk", "endpoint_id", "endpoint__circuit_state")[:PAGE]
        )
        for pk, endpoint_id, circuit in page:
            share = MAX_PER_ENDPOINT if circuit == Endpoint.Circuit.CLOSED else 1
            if places[endpoint_id] < share and len(chosen) < limit:
                places[endpoint_id] += 1
                chosen.append(pk)
        if len(page) < PAGE or len(chosen) >= limit:
            break
    return chosen


def _places_taken(now: datetime) -> Counter[int]:
    rows = Delivery.objects.in_flight(now).values("endpoint_id").annotate(n=Count("id"))
    return Counter({row["endpoint_id"]: row["n"] for row in rows.order_by()})


def _lock(ids: list[int], now: datetime) -> list[Delivery]:
    rows = Delivery.objects.due(now).filter(pk__in=ids).order_by("next_attempt_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return list(rows.select_related("endpoint"))


def _claim(row: Delivery, owner: str, now: datetime) -> Attempt | None:
    """Put the row under our lease and open its next attempt."""
    due_at = row.next_attempt_at or now
    is_late = row.is_exit and row.expires_at is not None and now >= row.expires_at
    changes = {
        "state": Delivery.State.SENDING,
        "lease_owner": owner,
        "next_attempt_at": now + LEASE,
        "n_attempts": row.n_attempts + 1,
        "is_late": row.is_late or is_late,
    }
    before = Delivery.objects.filter(pk=row.pk, n_attempts=row.n_attempts)
    if not before.update(**changes):
        return None
    if row.state == Delivery.State.SENDING:
        _mark_interrupted(row)
    for name, value in changes.items():
        setattr(row, name, value)
    return Attempt.objects.create(
        delivery=row,
        endpoint_id=row.endpoint_id,
        number=row.n_attempts,
        started_at=now,
        queue_ms=round(max(0.0, (now - due_at).total_seconds() * 1000), 1),
    )


def _mark_interrupted(row: Delivery) -> None:
    Attempt.objects.filter(delivery=row, outcome=Attempt.Outcome.SENDING).update(
        outcome=Attempt.Outcome.INTERRUPTED,
        error="The sender stopped before the outcome was known; the same message goes out again.",
    )


def _use_endpoints(rows: list[Delivery], now: datetime) -> None:
    """Count the requests against each endpoint's rate and turn an open breaker half open."""
    counts = Counter(row.endpoint_id for row in rows if not row.is_test)
    endpoints = {row.endpoint_id: row.endpoint for row in rows}
    for pk in sorted(counts):
        endpoint = endpoints[pk]
        changes: dict[str, object] = {"next_send_at": next_send_at(endpoint, counts[pk], now)}
        if endpoint.circuit_state == Endpoint.Circuit.OPEN:
            changes["circuit_state"] = Endpoint.Circuit.HALF_OPEN
        Endpoint.objects.filter(pk=pk).update(**changes)


def next_send_at(endpoint: Endpoint, n_sent: int, now: datetime) -> datetime:
    """When the endpoint takes another request: its rate, with bursts of two seconds' worth."""
    interval = endpoint.send_interval
    tolerance = timedelta(seconds=BURST_SECONDS) - interval
    used = max(now, (endpoint.next_send_at or now - tolerance) + tolerance)
    return used + interval * n_sent - tolerance


def _close(row: Delivery, state: Delivery.State, reason: str) -> None:
    if row.state == Delivery.State.SENDING:
        _mark_interrupted(row)
    row.state, row.reason, row.next_attempt_at, row.lease_owner = state, reason, None, ""
    publish_delivery(row, row.endpoint)
    row.save(update_fields=["state", "reason", "next_attempt_at", "lease_owner", "updated_at"])


def _expiry_reason(row: Delivery) -> str:
    if row.is_exit:
        return "the session closed before the endpoint accepted this exit"
    return "the message was too old to be sent"


def renew_leases(owner: str, now: datetime) -> None:
    """Keep what is in flight from being taken for the work of a dead sender."""
    mine = Delivery.objects.filter(lease_owner=owner, state=Delivery.State.SENDING)
    mine.update(next_attempt_at=now + LEASE)
