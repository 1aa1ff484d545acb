"""A socket to a browser: missed rows first, then new ones as they are committed.

Close codes: 4400 message not understood, 4401 not logged in (any more), 4008 the reader is too
slow, 4029 too many sockets, 4000 old connection, come again.
"""

import asyncio
import json
import random
import time
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from alerts.socket.catch_up import CatchUp, catch_up
from alerts.socket.identity import ends, find_user_id
from alerts.socket.tail import Message, Tail, current_tail

MAX_SOCKETS = 10
MAX_QUEUED = 256
MAX_INCOMING_CHARS = 1024
HEARTBEAT_S = 20.0
RECHECK_S = 60.0
MAX_AGE_S = 12 * 3600.0

read_catch_up = database_sync_to_async(catch_up)


class SocketConsumer(AsyncWebsocketConsumer):  # type: ignore[misc,unused-ignore]
    user_id: int
    tail: Tail

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.last_sent = 0
        self.is_live = False
        self.has_joined = False
        self.queue: asyncio.Queue[list[Message]] = asyncio.Queue(MAX_QUEUED)
        self.order = asyncio.Lock()
        self.jobs: list[asyncio.Task[None]] = []

    async def connect(self) -> None:
        await self.accept()
        user_id = await find_user_id(self.scope)
        if user_id is None:
            await self.close(4401)
            return
        self.user_id = user_id
        self.tail = current_tail()
        if self.tail.count(user_id) >= MAX_SOCKETS:
            await self.close(4029)
            return
        await self._join()
        await self._replay(self._requested_seq())
        self.is_live = True
        self.jobs = [
            asyncio.create_task(self._send_queued()),
            asyncio.create_task(self._beat()),
        ]

    async def _join(self) -> None:
        """Listen before reading what was missed: nothing can fall in between."""
        self.has_joined = True
        await self.tail.join(self)

    def _requested_seq(self) -> int | None:
        query = parse_qs(self.scope.get("query_string", b"").decode("latin1"))
        text = query.get("since", [""])[0]
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
            self.jobs.append(asyncio.create_task(self.close(4008)))

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
        started = checked = time.monotonic()
        max_age_s = MAX_AGE_S * random.uniform(0.9, 1.1)
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            top = self.tail.top.get(self.user_id, self.last_sent)
            self.offer([{"type": "heartbeat", "top": top}])
            now = time.monotonic()
            if now - started > max_age_s:
                await self.close(4000)
                return
            if now - checked >= RECHECK_S - HEARTBEAT_S / 2:
                checked = now
                if await find_user_id(self.scope) != self.user_id:
                    await self.close(4401)
                    return

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        seq = _seq_asked_for(text_data)
        if seq is None or not self.is_live:
            await self.close(4400)
            return
        await self._replay(seq)

    async def disconnect(self, code: int) -> None:
        for job in self.jobs:
            if job is not asyncio.current_task():
                job.cancel()
        if self.has_joined:
            self.tail.leave(self)

    async def _send(self, message: Message) -> None:
        await self.send(text_data=json.dumps(message, separators=(",", ":")))


def _seq_asked_for(text: str | None) -> int | None:
    """The number in `{"type": "since", "seq": n}`, None for anything else."""
    if text is None or len(text) > MAX_INCOMING_CHARS:
        return None
    try:
        message = json.loads(text)
    except ValueError:
        return None
    if not isinstance(message, dict) or message.get("type") != "since":
        return None
    seq = message.get("seq")
    if not isinstance(seq, int) or isinstance(seq, bool):
        return None
    return seq if seq >= 0 else None
