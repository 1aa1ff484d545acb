"""The per-user event sequence: every room writes here in the transaction of its change.

The row is the truth; whoever shows events to a browser reads rows. `on_published` holds what
wakes a reader early once the change has been committed.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from accounts.models import EventCounter, UserEvent

# Hints for readers, called with the user id after commit; composed above this room.
on_published: list[Callable[[int], None]] = []


def publish(user_id: int, type: str, data: dict[str, Any]) -> int:
    """Append one event and return its sequence number.

    Must run inside a transaction: the counter's row lock is held until commit, so numbers become
    visible in order and without gaps.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An event must be written in the transaction of its change.")
    seq = _next_seq(user_id)
    UserEvent.objects.create(user_id=user_id, seq=seq, type=type, data=data)
    transaction.on_commit(lambda: _hint(user_id))
    return seq


def publish_many(user_id: int, news: list[tuple[str, dict[str, Any]]]) -> None:
    """Append several events of one user, in order, at the cost of one."""
    if not news:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("An event must be written in the transaction of its change.")
    top = _next_seq(user_id, len(news))
    first = top - len(news) + 1
    UserEvent.objects.bulk_create(
        UserEvent(user_id=user_id, seq=seq, type=type, data=data)
        for seq, (type, data) in enumerate(news, first)
    )
    transaction.on_commit(lambda: _hint(user_id))


def _next_seq(user_id: int, n: int = 1) -> int:
    changed = EventCounter.objects.filter(pk=user_id).update(top_seq=F("top_seq") + n)
    if not changed:
        EventCounter.objects.get_or_create(pk=user_id)
        EventCounter.objects.filter(pk=user_id).update(top_seq=F("top_seq") + n)
    return EventCounter.objects.values_list("top_seq", flat=True).get(pk=user_id)


def _hint(user_id: int) -> None:
    for callback in on_published:
        callback(user_id)


def since(user_id: int, seq: int, limit: int = 500) -> list[UserEvent]:
    """Events after `seq`, oldest first."""
    rows = UserEvent.objects.filter(user_id=user_id, seq__gt=seq).order_by("seq")
    return list(rows[:limit])


def top(user_id: int) -> int:
    """The newest sequence number, 0 when nothing has happened yet."""
    row = EventCounter.objects.filter(pk=user_id).values_list("top_seq", flat=True).first()
    return row or 0
