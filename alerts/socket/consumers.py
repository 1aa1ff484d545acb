"""A socket to a browser: missed rows first, then new ones as they are committed.

Close codes: 4400 message not understood, 4401 not logged in (any more), 4008 the reader is too
slow, 4029 too many sockets, 4000 old connection, come again, 4011 a fault of ours, 4013 the
database does not answer, come again later.

Whatever ends a socket, an exception or a cancelled task included, it is forgotten and its place is
free.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import Error

from alerts.socket.asking import seq_asked_for
from alerts.socket.catch_up import CatchUp, catch_up
from alerts.socket.identity import ends, find_user_id
from alerts.socket.keeper import COME_AGAIN, Keeper, current_keeper
from alerts.socket.tail import Message, Tail, current_tail

MAX_SOCKETS = 10
MAX_QUEUED = 256
HEARTBEAT_S = 20.0
RECHECK_S = 60.0
# A check that fails, or says nothing for as long, is made again; the socket ends when none has
# succeeded for this long.
RECHECK_RETRY_S = 5.0
RECHECK_PATIENCE_S = 60.0
MAX_AGE_S = 12 * 3600.0
COME_AGAIN_LATER = 4013
# The server sends codes of the application only.
FAILED = 4011

log = structlog.get_logger(__name__)
read_catch_up = database_sync_to_async(catch_up)


class SocketConsumer(AsyncWebsocketConsumer):  # type: ignore[misc,unused-ignore]
    user_id: int
    tail: Tail
    keeper: Keeper

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.last_sent = 0
        self.follows_clocks = False
        self.is_live = False
        self.is_ending = False
        self.has_place = False
        self.has_joined = False
        self.queue: asyncio.Queue[list[Message]] = asyncio.Queue(MAX_QUEUED)
        self.order = asyncio.Lock()
        self.jobs: list[asyncio.Task[None]] = []

    async def __call__(self, *args: object) -> None:
        try:
            await super().__call__(*args)
        finally:
            await self._leave()

    async def connect(self) -> None:
        await self.accept()
        try:
            await self._enter()
        except Error as error:
            await self._close_for_trouble(error)

    async def _enter(self) -> None:
        user_id = await find_user_id(self.scope)
        if user_id is None:
            await self.close(4401)
            return
        self.user_id = user_id
        self.follows_clocks = self._asked("clocks") == "1"
        self.tail, self.keeper = current_tail(), current_keeper()
        self.has_place = await self.keeper.take(self, MAX_SOCKETS)
        if not self.has_place:
            await self.close(4029)
            return
        await self._join()
        await self._replay(self._requested_seq())
        self.is_live = True
        for job in (self._send_queued, self._beat, self._recheck):
            self.jobs.append(asyncio.create_task(self._watched(job)))

    async def _join(self) -> None:
        """Listen before reading what was missed: nothing can fall in between."""
        self.has_joined = True
        await self.tail.join(self)

    async def _leave(self) -> None:
        for job in self.jobs:
            job.cancel()
        if self.has_joined:
            self.tail.leave(self)
        if self.has_place:
            await self.keeper.give_back(self)

    async def _watched(self, job: Callable[[], Awaitable[None]]) -> None:
        """A socket whose job has failed would stay open and silent."""
        try:
            await job()
        except Exception:
            log.exception("socket_job_failed", user_id=self.user_id)
            await self.close(FAILED)

    async def _close_for_trouble(self, error: Error) -> None:
        log.warning("socket_without_database", error=str(error))
        await self.close(COME_AGAIN_LATER)

    def _asked(self, name: str) -> str:
        query: dict[str, list[str]] = parse_qs(self.scope["query_string"].decode("latin1"))
        return query.get(name, [""])[0]

    def _requested_seq(self) -> int | None:
        text = self._asked("since")
        return int(text) if text.isdecimal() and len(text) < 19 else None

    async def _replay(self, since: int | None) -> None:
        """Send what came after `since`; None is a client that wants only what comes."""
        if since is None:
            self.last_sent = self.tail.top.get(self.user_id, 0)
            return
        async with self.order:
            missed: CatchUp = await read_catch_up(self.user_id, since)
            if missed.is_reset:
                await self._send({"type": "reset", "top": missed.top})
            for message in missed.messages:
                await self._send(message)
            self.last_sent = max(self.last_sent, missed.top)

    def offer(self, messages: list[Message]) -> None:
        try:
            self.queue.put_nowait(messages)
        except asyncio.QueueFull:
            self.end(4008)

    def end(self, code: int) -> None:
        """Close from outside of this socket's own jobs, once."""
        if not self.is_ending:
            self.is_ending = True
            self.jobs.append(asyncio.create_task(self.close(code)))

    async def _send_queued(self) -> None:
        while True:
            messages = await self.queue.get()
            async with self.order:
                for message in messages:
                    await self._send_once(message)

    async def _send_once(self, message: Message) -> None:
        seq = message.get("seq")
        if isinstance(seq, int) and seq <= self.last_sent:
            return
        if ends(message, self.scope):
            await self.close(4401)
            return
        await self._send(message)
        if isinstance(seq, int):
            self.last_sent = seq

    async def _beat(self) -> None:
        started = time.monotonic()
        max_age_s = MAX_AGE_S * random.uniform(0.9, 1.1)
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            if time.monotonic() - started > max_age_s or not self.tail.is_running:
                await self.close(COME_AGAIN)
                return
            top = self.tail.top.get(self.user_id, self.last_sent)
            self.offer([{"type": "heartbeat", "top": top}])

    async def _recheck(self) -> None:
        """Ask every minute who this is; a failure says nothing about that, and is asked again."""
        known_at, wait_s = time.monotonic(), RECHECK_S
        while True:
            await asyncio.sleep(wait_s)
            try:
                async with asyncio.timeout(RECHECK_RETRY_S):
                    user_id = await find_user_id(self.scope)
            except (Error, TimeoutError) as error:
                wait_s = RECHECK_RETRY_S
                log.warning("socket_not_rechecked", user_id=self.user_id, error=str(error))
                if time.monotonic() - known_at > RECHECK_S + RECHECK_PATIENCE_S:
                    await self.close(COME_AGAIN_LATER)
                    return
                continue
            if user_id != self.user_id:
                await self.close(4401)
                return
            known_at, wait_s = time.monotonic(), RECHECK_S

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        seq = seq_asked_for(text_data)
        if seq is None or not self.is_live:
            await self.close(4400)
            return
        try:
            await self._replay(seq)
        except Error as error:
            await self._close_for_trouble(error)

    async def _send(self, message: Message) -> None:
        await self.send(text_data=json.dumps(message, separators=(",", ":")))
