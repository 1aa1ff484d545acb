"""One reader of the event table per process: every socket of every user gets its rows from here.

Rows are the truth and the tail finds them by itself; a hint only makes it look sooner. Without
Redis, or while it is away, it looks every 50 ms while there are sockets, with Redis once a second.
"""

import asyncio
import contextlib
from typing import Protocol
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error
from redis.exceptions import RedisError

from accounts.models import EventCounter, UserEvent
from alerts.socket import hints
from alerts.socket.clocks import Clocks, as_message, read_clocks

FAST_INTERVAL_S = 0.05
SLOW_INTERVAL_S = 1.0
RETRY_INTERVAL_S = 1.0
MAX_ROWS = 500

log = structlog.get_logger(__name__)
Message = dict[str, object]


class Listener(Protocol):
    """A socket: takes messages without waiting."""

    user_id: int
    follows_clocks: bool

    def offer(self, messages: list[Message]) -> None: ...


class Tail:
    """Follows the sequences of the users who have sockets in this event loop."""

    def __init__(self) -> None:
        self.listeners: dict[int, set[Listener]] = {}
        self.top: dict[int, int] = {}
        self.clocks: Clocks = {}
        self.interval_s = FAST_INTERVAL_S
        self._hint = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._ear: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        return self._task is not None and not self._task.done()

    async def join(self, listener: Listener) -> None:
        """From here on `listener` is offered every row newer than those already committed."""
        user_id = listener.user_id
        self.listeners.setdefault(user_id, set()).add(listener)
        if user_id not in self.top:
            seqs = await read_tops([user_id])
            self.top.setdefault(user_id, seqs.get(user_id, 0))
        if listener.follows_clocks and self.clocks:
            listener.offer([as_message(*one) for one in self.clocks.items()])
        if not self.is_running:
            self._task = asyncio.create_task(self._run())
        if settings.REDIS_URL and (self._ear is None or self._ear.done()):
            self._ear = asyncio.create_task(self._hear())

    def leave(self, listener: Listener) -> None:
        group = self.listeners.get(listener.user_id, set())
        group.discard(listener)
        if not group:
            self.listeners.pop(listener.user_id, None)
            self.top.pop(listener.user_id, None)
        if not self.listeners:
            for task in filter(None, (self._task, self._ear)):
                task.cancel()
            self._task = self._ear = None

    async def _hear(self) -> None:
        """Take hints while Redis is there, and look often while it is not."""
        while True:
            try:
                await hints.listen(self._rely_on_hints, self._take_hint)
            except (RedisError, OSError) as error:
                hints.heed_cancellation()
                log.warning("live_feed_without_redis", error=str(error))
            self.interval_s = FAST_INTERVAL_S
            self._hint.set()
            await asyncio.sleep(RETRY_INTERVAL_S)

    def _rely_on_hints(self) -> None:
        self.interval_s = SLOW_INTERVAL_S
        # What was committed while nobody listened.
        self._hint.set()

    def _take_hint(self, user_id: int) -> None:
        if user_id in self.listeners or user_id == hints.EVERYBODY:
            self._hint.set()

    async def _run(self) -> None:
        while self.listeners:
            wait_s = self.interval_s
            try:
                await self._look()
            except Error as error:
                log.warning("live_feed_read_failed", error=str(error))
                wait_s = RETRY_INTERVAL_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._hint.wait()
            self._hint.clear()

    async def _look(self) -> None:
        for user_id, seq in (await read_tops(list(self.listeners))).items():
            known = self.top.get(user_id)
            if known is None or seq <= known:
                continue
            rows = await read_rows(user_id, known)
            if rows and user_id in self.top:
                self.top[user_id] = rows[-1].seq
                messages = [row.as_message() for row in rows]
                for listener in tuple(self.listeners.get(user_id, ())):
                    listener.offer(messages)
        await self._look_at_clocks()

    async def _look_at_clocks(self) -> None:
        groups = tuple(self.listeners.values())
        followers = [one for group in groups for one in group if one.follows_clocks]
        if not followers:
            self.clocks = {}
            return
        known, self.clocks = self.clocks, await read_clocks()
        moved = [as_message(*one) for one in self.clocks.items() if known.get(one[0]) != one[1]]
        for follower in followers if moved else ():
            follower.offer(moved)


@database_sync_to_async  # type: ignore[untyped-decorator,unused-ignore]
def read_tops(user_ids: list[int]) -> dict[int, int]:
    rows = EventCounter.objects.filter(pk__in=user_ids)
    return dict(rows.values_list("pk", "top_seq"))


@database_sync_to_async  # type: ignore[untyped-decorator,unused-ignore]
def read_rows(user_id: int, after: int) -> list[UserEvent]:
    rows = UserEvent.objects.filter(user_id=user_id, seq__gt=after).order_by("seq")
    return list(rows[:MAX_ROWS])


_tails: WeakKeyDictionary[asyncio.AbstractEventLoop, Tail] = WeakKeyDictionary()


def current_tail() -> Tail:
    """The tail of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _tails:
        _tails[loop] = Tail()
    return _tails[loop]
