"""What a message waits for, in words, and what waits for its owner."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from webhooks.models import Delivery, Lane
from webhooks.querysets import QUEUED_STATES

State = Delivery.State


def describe(deliveries: Iterable[Delivery], now: datetime) -> None:
    """Fill in `waits_for` of those that wait for another message, or for their owner."""
    deliveries = list(deliveries)
    for row in deliveries:
        row.waits_for = "waits for you to send or drop it" if row.is_held else ""
    waiting = [row for row in deliveries if row.state == State.PENDING and row.lane_id is not None]
    if not waiting:
        return
    ids = {row.lane_id for row in waiting if row.lane_id is not None}
    queued = Delivery.objects.filter(lane_id__in=ids, state__in=QUEUED_STATES)
    others: dict[int | None, list[Delivery]] = defaultdict(list)
    for other in queued.order_by("sequence"):
        others[other.lane_id].append(other)
    blocks = Lane.objects.filter(pk__in=ids, blocked_by__isnull=False).select_related("blocked_by")
    blocked: dict[int | None, Delivery | None] = {lane.pk: lane.blocked_by for lane in blocks}
    for row in waiting:
        exit = blocked.get(row.lane_id) if not row.is_exit else None
        row.waits_for = (
            f"waits for the exit no. {exit.sequence}, which did not arrive"
            if exit
            else _words(row, others[row.lane_id], now)
        )


def _words(row: Delivery, others: list[Delivery], now: datetime) -> str:
    for other in others:
        is_under_way = other.state == State.SENDING
        if other.pk == row.pk or not (other.sequence < row.sequence or is_under_way):
            continue
        kind = "exit" if other.is_exit else "entry" if other.is_entry else "message"
        if is_under_way:
            return f"waits for the answer to the {kind} before it, no. {other.sequence}"
        return f"waits for the {kind} before it, no. {other.sequence}"
    return ""


def blocked() -> QuerySet[Lane]:
    """Lanes in which an exit holds entries back."""
    return Lane.objects.filter(blocked_by__isnull=False)


def blocked_lanes(user: User) -> list[Lane]:
    """The exits that did not arrive and hold entries back; each with `n_waiting` entries."""
    waiting = Q(deliveries__state=State.PENDING, deliveries__is_exit=False)
    rows = blocked().filter(endpoint__user_id=user.pk)
    rows = rows.select_related("endpoint", "blocked_by__endpoint")
    return list(rows.annotate(n_waiting=Count("deliveries", filter=waiting)).order_by("blocked_at"))


def held_entries(user: User) -> list[Delivery]:
    """Entries above their endpoint's ceiling that wait for their owner."""
    rows = Delivery.objects.for_user(user).held()
    return list(rows.select_related("endpoint").order_by("deadline"))
