"""Holds the places of this process's sockets for as long as they are open."""

import asyncio
from typing import Protocol
from uuid import uuid4
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from django.db import Error

from alerts.socket import places

# A third of the lease: two renewals may fail before another process takes a place over.
RENEW_S = 10.0
RETRY_S = 1.0
COME_AGAIN = 4000

log = structlog.get_logger(__name__)
_take = database_sync_to_async(places.take)
_give_back = database_sync_to_async(places.give_back)
_renew = database_sync_to_async(places.renew)


class Holding(Protocol):
    """A socket: can be told that its place is gone."""

    user_id: int

    def end(self, code: int) -> None: ...


class Keeper:
    """One per event loop; renews all its places with one statement."""

    def __init__(self) -> None:
        self.holder = str(uuid4())
        self.held: dict[int, Holding] = {}
        self._task: asyncio.Task[None] | None = None

    async def take(self, socket: Holding, most: int) -> bool:
        place_id = await _take(socket.user_id, self.holder, most)
        if place_id is None:
            return False
        self.held[place_id] = socket
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return True

    async def give_back(self, socket: Holding) -> None:
        """What can't be given back now is free when its lease ends."""
        for place_id in [key for key, holding in self.held.items() if holding is socket]:
            del self.held[place_id]
            try:
                await _give_back(place_id, self.holder)
            except Error as error:
                log.warning("socket_place_not_given_back", error=str(error))
        if not self.held and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        wait_s = RENEW_S
        while True:
            await asyncio.sleep(wait_s)
            try:
                await self._renew()
                wait_s = RENEW_S
            except Error as error:
                log.warning("socket_places_not_renewed", error=str(error))
                wait_s = RETRY_S

    async def _renew(self) -> None:
        """Sockets whose place somebody else took, after an outage, have to ask for a new one."""
        before = dict(self.held)
        kept = await _renew(self.holder)
        for place_id, socket in before.items():
            if place_id not in kept and self.held.get(place_id) is socket:
                del self.held[place_id]
                socket.end(COME_AGAIN)


_keepers: WeakKeyDictionary[asyncio.AbstractEventLoop, Keeper] = WeakKeyDictionary()


def current_keeper() -> Keeper:
    """The keeper of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _keepers:
        _keepers[loop] = Keeper()
    return _keepers[loop]
