"""Hints through Redis: a user has new rows, so the web processes need not wait to look.

Published straight to Redis, without a channel layer: that costs a tenth of the time, and a socket
can be opened while Redis is away. A hint that is lost costs a second at most: every web process
looks by itself, and often again as soon as it notices that hints no longer come.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

import redis
import structlog
from django.conf import settings
from redis import asyncio as redis_asyncio
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
CHANNEL = "ror:feed.hints"
# In place of a user: a bar has closed, which pages of all of them follow.
EVERYBODY = 0
# A caller waits no longer than this for Redis, and then leaves it alone for a while.
SEND_SECONDS = 0.25
PAUSE_SECONDS = 5.0
# This long without a word a listener asks whether Redis is still there.
QUIET_SECONDS = 2.0


class _Sender:
    retry_at = 0.0


def hint(user_id: int) -> None:
    """Wake the sockets of `user_id`; does nothing without Redis. Never fails, hardly ever waits."""
    if not settings.REDIS_URL or time.monotonic() < _Sender.retry_at:
        return
    try:
        _client(settings.REDIS_URL).publish(CHANNEL, user_id)
    except (RedisError, OSError) as error:
        _Sender.retry_at = time.monotonic() + PAUSE_SECONDS
        log.warning("live_feed_hint_failed", user_id=user_id, error=str(error))


@lru_cache(maxsize=2)
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(
        url,
        socket_timeout=SEND_SECONDS,
        socket_connect_timeout=SEND_SECONDS,
        retry=redis.retry.Retry(NoBackoff(), 0),
    )


async def listen(on_ready: Callable[[], None], on_hint: Callable[[int], None]) -> None:
    """Call `on_hint` with each user id that is hinted at, until Redis goes away or is silent.

    `on_ready` is called once hints arrive for sure. Returns or raises RedisError or OSError.
    """
    client = redis_asyncio.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=QUIET_SECONDS,
        retry=redis_asyncio.retry.Retry(NoBackoff(), 0),
    )
    try:
        async with client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            heed_cancellation()
            on_ready()
            is_asked = False
            while True:
                message = await pubsub.get_message(timeout=QUIET_SECONDS)
                heed_cancellation()
                if message is None and is_asked:
                    return
                is_asked = message is None
                if message is None:
                    await pubsub.ping()
                elif message["type"] == "message":
                    with suppress(ValueError):
                        on_hint(int(message["data"]))
    finally:
        await client.aclose()


def heed_cancellation() -> None:
    """End a cancelled task whose cancellation met the Redis client while it was connecting.

    The client swallows some of those; a task that then goes on would hold up its loop's end.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
