"""The per-user event sequence: every room writes here in the transaction of its change.

The row is the truth; whoever shows events to a browser reads rows. `on_published` holds what
wakes a reader early once the change has been committed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from django.db.models import F

from accounts.models import EventCounter, UserEvent

Data = Mapping[str, object]

# Hints for readers, called with the user id after commit; composed above this room.
on_published: list[Callable[[int], None]] = []

# What a block of `written_last` has held back so far: user, type and data.
_held_back: ContextVar[list[tuple[int, str, Data]] | None] = ContextVar("held_back", default=None)


@contextmanager
def written_last() -> Iterator[None]:
    """Hold back what is published inside, and write it when the block ends well.

    For a transaction that takes further row locks after its first news: a user's counter is
    locked after everything else, everywhere, so that two writers never wait for each other. Must
    stand directly inside of the transaction; a block within another leaves writing to the outer.
    """
    outer = _held_back.get()
    news = outer if outer is not None else []
    n_before = len(news)
    token = _held_back.set(news)
    try:
        yield
    except BaseException:
        del news[n_before:]
        raise
    finally:
        _held_back.reset(token)
    if outer is None:
        for user_id in sorted({user_id for user_id, _, _ in news}):
            publish_many(user_id, [(kind, data) for to, kind, data in news if to == user_id])


def lock(user_id: int) -> None:
    """Take the lock of the user's counter now: for a transaction that changes rows which others
    may change too, and tells of it afterwards."""
    if not connection.in_atomic_block:
        raise RuntimeError("A lock holds until the end of a transaction; there is none.")
    rows = EventCounter.objects.select_for_update(no_key=True).filter(pk=user_id)
    if not list(rows):
        EventCounter.objects.get_or_create(pk=user_id)
        list(rows.all())


def publish(user_id: int, type: str, data: Data) -> int | None:
    """Append one event and return its sequence number; None while events are held back.

    Must run inside a transaction: the counter's row lock is held until commit, so numbers become
    visible in order and without gaps.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An event must be written in the transaction of its change.")
    held_back = _held_back.get()
    if held_back is not None:
        held_back.append((user_id, type, data))
        return None
    seq = _next_seq(user_id)
    UserEvent.objects.create(user_id=user_id, seq=seq, type=type, data=data)
    transaction.on_commit(lambda: _hint(user_id))
    return seq


def publish_many(user_id: int, news: Sequence[tuple[str, Data]]) -> None:
    """Append several events of one user, in order, at the cost of one."""
    if not news:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("An event must be written in the transaction of its change.")
    held_back = _held_back.get()
    if held_back is not None:
        held_back.extend((user_id, type, data) for type, data in news)
        return
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
