"""The reader that all sockets of a process share."""

import asyncio

import pytest

from alerts.socket import tail
from tests.waiting import PATIENCE_SECONDS


class Socket:
    user_id = 1
    follows_clocks = False

    def offer(self, messages):
        raise AssertionError("there are no rows")


@pytest.fixture
def no_rows(monkeypatch):
    looks = asyncio.Queue()

    async def read_tops(user_ids):
        looks.put_nowait(user_ids)
        return {}

    monkeypatch.setattr(tail, "read_tops", read_tops)
    return looks


async def test_a_cancellation_that_meets_a_hint_is_not_lost(no_rows):
    """A reader that goes on would hold up the end of its process."""
    reader = tail.Tail()
    reader.listeners[1] = {Socket()}
    reader.interval_s = 10 * PATIENCE_SECONDS
    running = asyncio.create_task(reader._run())
    await no_rows.get()
    await asyncio.sleep(0.01)
    reader._take_hint(1)
    running.cancel()
    _, pending = await asyncio.wait([running], timeout=PATIENCE_SECONDS)
    reader.listeners.clear()
    reader._hint.set()
    assert not pending
