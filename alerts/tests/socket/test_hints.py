"""Hints of new rows through a real Redis."""

import asyncio

import pytest

from alerts.socket import hints
from alerts.socket.tail import Tail
from tests.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.redis


async def until(condition, seconds=PATIENCE_SECONDS):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_hint_reaches_a_listener():
    ready, heard = [], []
    listening = asyncio.create_task(hints.listen(lambda: ready.append(1), heard.append))
    await until(lambda: ready)
    await asyncio.to_thread(hints.hint, 7)
    await until(lambda: 7 in heard)
    listening.cancel()


async def test_a_listener_ends_whenever_it_is_cancelled():
    """The client swallows a cancellation that meets it while it connects."""
    for step in range(200):
        listening = asyncio.create_task(hints.listen(lambda: None, lambda _: None))
        await asyncio.sleep(step * 0.00005)
        listening.cancel()
        _, pending = await asyncio.wait([listening], timeout=PATIENCE_SECONDS)
        assert not pending


async def test_an_ear_without_redis_ends_when_it_is_cancelled(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    ear = asyncio.create_task(Tail()._hear())
    await asyncio.sleep(0.1)
    ear.cancel()
    _, pending = await asyncio.wait([ear], timeout=PATIENCE_SECONDS)
    assert not pending
