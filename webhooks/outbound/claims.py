"""Taking due deliveries for sending: fairly among endpoints, each under a lease.

A claim is made under the locks of its endpoint and of its lane, where everything that speaks
against it is looked at once more: whose turn it is, whether a place is free, whether the rate
allows it. What another sender, or whoever stores a message, has locked is skipped rather than
waited for. No endpoint gets more than its share of places, however many of its rows are due.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from trader.work.trouble import PASSING_TROUBLE
from webhooks.bodies.placeholders import with_entry_state
from webhooks.models import Attempt, Delivery, Endpoint, Lane
from webhooks.outbound.closing import close_ended, mark_interrupted
from webhooks.outbound.lanes import facts_of
from webhooks.outbound.pace import n_allowed, next_send_at
from webhooks.outbound.sequence import Facts, ending_of
from webhooks.profiles import PROFILES

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=8)
SET_ASIDE = timedelta(minutes=1)
MAX_PER_ENDPOINT = 2
PAGE = 200
MAX_PAGES = 5
Claimed = list[tuple[Delivery, Attempt]]


def claim_due(owner: str, now: datetime, limit: int, profiles: Iterable[str] = PROFILES) -> Claimed:
    """Deliveries to send now, each with the attempt just opened. What ends unsent is closed.

    A row that can't be claimed is set aside for a minute, in full view; the others go out.
    """
    candidates = _choose(now, limit, list(profiles))
    try:
        return _claim_or_close(candidates, owner, now)
    except PASSING_TROUBLE:
        raise
    except Exception:
        log.exception("webhook_batch_not_claimed", n=len(candidates))
    claimed: Claimed = []
    for pk in candidates:
        try:
            claimed += _claim_or_close([pk], owner, now)
        except PASSING_TROUBLE:
            raise
        except Exception as error:  # Whatever is wrong with one row must not stop the others.
            log.exception("webhook_not_claimed", delivery=pk)
            _set_aside(pk, error, now)
    return claimed


def _claim_or_close(candidates: list[int], owner: str, now: datetime) -> Claimed:
    """What fails after the claims are stored must not lose them: they are under our lease."""
    claimed, ended = _claim_all(candidates, owner, now)
    try:
        for pk, error in close_ended(ended, now):
            _set_aside(pk, error, now)
    except PASSING_TROUBLE as trouble:  # The rows are still due, and closed by the next look.
        log.warning("webhooks_not_closed", n=len(ended), error=str(trouble))
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


def _claim_all(candidates: list[int], owner: str, now: datetime) -> tuple[Claimed, list[Delivery]]:
    """What was claimed, and what ends unsent."""
    if not candidates:
        return [], []
    with transaction.atomic():
        rows = _lock(candidates, now)
        facts = facts_of(rows, now)
        ended = [row for row in rows if ending_of(facts[row.pk]) is not None]
        room = _Room(rows, now)
        claimed = [
            (row, attempt)
            for row in rows
            if row not in ended and room.has_place(row)
            if (attempt := _claim(row, facts[row.pk], owner, now)) is not None
        ]
        _use_endpoints([row for row, _ in claimed], now)
    return claimed, ended


class _Room:
    """What each endpoint still takes: its places, and its rate; asked once per row."""

    def __init__(self, rows: list[Delivery], now: datetime) -> None:
        self._now = now
        self._places = _places_taken(now)
        self._left = {
            row.endpoint_id: n_allowed(row.endpoint, now) for row in rows if not row.is_test
        }
        self._lanes: set[int] = set()

    def has_place(self, row: Delivery) -> bool:
        """Whether the row may go out now; its place is then taken."""
        if self._places[row.endpoint_id] >= share_of(row.endpoint.circuit_state):
            return False
        if row.lane_id in self._lanes or not (row.is_test or self._may_send(row.endpoint)):
            return False
        self._places[row.endpoint_id] += 1
        if not row.is_test:
            self._left[row.endpoint_id] -= 1
        if row.lane_id is not None:
            self._lanes.add(row.lane_id)
        return True

    def _may_send(self, endpoint: Endpoint) -> bool:
        paused_until = endpoint.circuit_open_until
        is_paused = paused_until is not None and paused_until > self._now
        return not is_paused and self._left[endpoint.pk] > 0


def share_of(circuit_state: str) -> int:
    """The places of an endpoint; one that fails gets a probe."""
    return MAX_PER_ENDPOINT if circuit_state == Endpoint.Circuit.CLOSED else 1


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
            .values_list("pk", "endpoint_id", "endpoint__circuit_state", "deadline")[:PAGE]
        )
        for pk, endpoint_id, circuit, deadline in page:
            is_overdue = deadline is not None and deadline <= now
            has_place = is_overdue or places[endpoint_id] < share_of(circuit)
            if has_place and len(chosen) < limit:
                # What is over is closed, and takes no place.
                places[endpoint_id] += not is_overdue
                chosen.append(pk)
        if len(page) < PAGE or len(chosen) >= limit:
            break
    return chosen


def _places_taken(now: datetime) -> Counter[int]:
    rows = Delivery.objects.in_flight(now).values("endpoint_id").annotate(n=Count("id"))
    return Counter({row["endpoint_id"]: row["n"] for row in rows.order_by()})


def _lock(ids: list[int], now: datetime) -> list[Delivery]:
    """The rows that are still due, and at their turn or to be closed; locked, with their
    endpoints and lanes.

    Each lock is a statement of its own: what the last one reads, it reads under the others.
    """
    rows = Delivery.objects.due(now).filter(pk__in=ids)
    if connection.features.has_select_for_update_skip_locked:
        places = list(rows.values_list("endpoint_id", "lane_id"))
        endpoints = Endpoint.objects.filter(pk__in={pk for pk, _ in places})
        lanes = Lane.objects.filter(pk__in={pk for _, pk in places if pk is not None})
        rows = rows.filter(endpoint_id__in=_unlocked(endpoints))
        rows = rows.filter(Q(lane__isnull=True) | Q(lane_id__in=_unlocked(lanes)))
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    rows = rows.at_turn(now).select_related("endpoint__template", "lane")
    return list(rows.order_by("next_attempt_at", "id"))


def _unlocked(rows: QuerySet[Endpoint] | QuerySet[Lane]) -> set[int]:
    """The ids of those that nobody else holds, from now on held by us."""
    mine = rows.order_by("pk").select_for_update(skip_locked=True, no_key=True)
    return set(mine.values_list("pk", flat=True))


def _claim(row: Delivery, facts: Facts, owner: str, now: datetime) -> Attempt | None:
    """Put the row under our lease and open its next attempt."""
    due_at = row.next_attempt_at or now
    changes = {
        "state": Delivery.State.SENDING,
        "lease_owner": owner,
        "next_attempt_at": now + LEASE,
        "n_attempts": row.n_attempts + 1,
        "is_late": row.is_late or is_late(row, now),
    }
    if facts.entry_state is not None:
        # Told once: every later try carries the same body.
        changes["entry_state"] = facts.entry_state.value
        changes["body"] = with_entry_state(row.body, facts.entry_state.value)
    before = Delivery.objects.filter(pk=row.pk, n_attempts=row.n_attempts)
    if not before.update(**changes):
        return None
    if row.state == Delivery.State.SENDING:
        mark_interrupted(row)
    for name, value in changes.items():
        setattr(row, name, value)
    return Attempt.objects.create(
        delivery=row,
        endpoint_id=row.endpoint_id,
        number=row.n_attempts,
        started_at=now,
        queue_ms=round(max(0.0, (now - due_at).total_seconds() * 1000), 1),
    )


def is_late(row: Delivery, now: datetime) -> bool:
    """Whether it goes out long after the bar behind it was stored."""
    late_after = timedelta(seconds=row.endpoint.late_after_seconds)
    return not row.is_test and now >= row.received_at + late_after


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


def renew_leases(owner: str, now: datetime) -> None:
    """Keep what is in flight from being taken for the work of a dead sender."""
    mine = Delivery.objects.filter(lease_owner=owner, state=Delivery.State.SENDING)
    mine.update(next_attempt_at=now + LEASE)
