"""What a message must know of the others in its lane, asked for many at once."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from webhooks.models import Attempt, Delivery, Endpoint, Lane
from webhooks.outbound.sequence import EntryState, Facts, Try, entry_state_of
from webhooks.querysets import QUEUED_STATES

# Endpoint and position.
Place = tuple[int, str]


def locked_lane(endpoint: Endpoint, subject: str) -> Lane:
    """The lane, locked until the end of the transaction: no sender claims in it meanwhile."""
    rows = Lane.objects.select_for_update(no_key=True).filter(endpoint=endpoint, subject=subject)
    lane = rows.first()
    if lane is None:
        Lane.objects.get_or_create(endpoint=endpoint, subject=subject)
        lane = rows.get()
    return lane


def entry_states(exits: Iterable[Delivery]) -> dict[Place, EntryState]:
    """What became of the entries of these exits, by endpoint and position."""
    wanted = {_place(row) for row in exits}
    tries: dict[Place, list[Try] | None] = dict.fromkeys(wanted)
    entries = Delivery.objects.filter(
        position__in={position for _, position in wanted if position},
        endpoint_id__in={endpoint_id for endpoint_id, _ in wanted},
        is_exit=False,
        is_test=False,
    )
    places = {row.pk: _place(row) for row in entries.only("endpoint_id", "position")}
    for place in wanted & set(places.values()):
        tries[place] = []
    rows = Attempt.objects.filter(delivery_id__in=places).order_by()
    for delivery_id, outcome, status in rows.values_list("delivery_id", "outcome", "status"):
        known = tries.get(places[delivery_id])
        if known is not None:
            known.append(Try(outcome, status))
    return {place: entry_state_of(found) for place, found in tries.items()}


def entry_state(exit: Delivery) -> EntryState:
    """The one its endpoint was told, or what it would be told now."""
    if exit.entry_state:
        return EntryState(exit.entry_state)
    return entry_states([exit])[_place(exit)]


def overtaken(entries: Iterable[Delivery]) -> set[int]:
    """Ids of the entries whose exit is stored behind them."""
    entries = [row for row in entries if row.is_entry and row.position]
    exits = Delivery.objects.filter(
        position__in={row.position for row in entries},
        endpoint_id__in={row.endpoint_id for row in entries},
        is_exit=True,
        # The exit of a record supersedes nothing.
        lane__isnull=False,
    )
    numbers: dict[Place, int] = {}
    for endpoint_id, position, number in exits.order_by("sequence").values_list(
        "endpoint_id", "position", "sequence"
    ):
        numbers[endpoint_id, position] = number
    return {row.pk for row in entries if numbers.get(_place(row), 0) > row.sequence}


def facts_of(rows: Iterable[Delivery], now: datetime) -> dict[int, Facts]:
    """By id; the rows come with their endpoint, its template and their lane."""
    rows = list(rows)
    past, waiting = overtaken(rows), _waiting(rows, now)
    states = entry_states([row for row in rows if _decides_now(row)])
    return {
        row.pk: Facts(
            is_entry=row.is_entry,
            is_exit=row.is_exit,
            is_in_sequence=row.lane_id is not None,
            is_held=row.is_held,
            is_overdue=_is_overdue(row, now),
            is_muted=not row.endpoint.is_enabled and not row.is_test,
            is_overtaken=row.pk in past,
            is_blocked=row.lane is not None and row.lane.blocked_by_id is not None,
            has_waited=row.pk in waiting,
            is_replayed=row.is_replayed,
            is_settled=row.settled_at is not None,
            is_exit_safe=row.endpoint.is_exit_safe(row.event_type),
            entry_state=states[_place(row)] if _decides_now(row) else None,
        )
        for row in rows
    }


def _waiting(rows: list[Delivery], now: datetime) -> set[int]:
    """Those that are over and still wait for others of their lane."""
    late = [row for row in rows if row.pk is not None and _is_overdue(row, now)]
    ids = {row.lane_id for row in late if row.lane_id is not None}
    if not ids:
        return set()
    queued = Delivery.objects.filter(lane_id__in=ids, state__in=QUEUED_STATES).order_by("-sequence")
    first = dict(queued.values_list("lane_id", "sequence"))
    return {row.pk for row in late if first.get(row.lane_id or 0, row.sequence) < row.sequence}


def _is_overdue(row: Delivery, now: datetime) -> bool:
    return row.deadline is not None and row.deadline <= now


def _decides_now(row: Delivery) -> bool:
    """An exit that was never on the wire."""
    return row.is_exit and not row.is_test and not row.entry_state


def _place(row: Delivery) -> Place:
    return row.endpoint_id, row.position


def block(exit: Delivery) -> None:
    """No entry of its lane leaves until this exit is accepted, or its position said closed."""
    if exit.lane_id is not None:
        rows = Lane.objects.filter(pk=exit.lane_id)
        rows.update(blocked_by=exit, blocked_at=timezone.now())


def unblock(exit: Delivery) -> bool:
    rows = Lane.objects.filter(blocked_by=exit)
    return bool(rows.update(blocked_by=None, blocked_at=None))
