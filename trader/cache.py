"""The Redis cache, made to be a convenience: when Redis is away, everything is a miss."""

import re
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
PAUSE_SECONDS = 5.0
SCAN_COUNT = 1000
GLOB_CHARACTERS = re.compile(r"[\\*?\[\]^-]")
T = TypeVar("T")


class ForgivingRedisCache(RedisCache):
    """Answers as an empty cache while Redis fails, and asks it again after a pause.

    The failure is logged once per pause; readiness reports it as well.
    """

    _retry_at = 0.0

    def _guard(self, call: Callable[[], T], otherwise: T) -> T:
        if time.monotonic() < ForgivingRedisCache._retry_at:
            return otherwise
        try:
            return call()
        except (RedisError, OSError) as error:
            ForgivingRedisCache._retry_at = time.monotonic() + PAUSE_SECONDS
            log.warning("cache_unavailable", reason=str(error))
            return otherwise

    def add(
        self,
        key: str,
        value: object,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        return self._guard(
            lambda: super(ForgivingRedisCache, self).add(key, value, timeout, version), True
        )

    def get(self, key: str, default: object = None, version: int | None = None) -> object:
        return self._guard(
            lambda: super(ForgivingRedisCache, self).get(key, default, version), default
        )

    def set(
        self,
        key: str,
        value: object,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        self._guard(
            lambda: super(ForgivingRedisCache, self).set(key, value, timeout, version), None
        )

    def touch(
        self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return self._guard(
            lambda: super(ForgivingRedisCache, self).touch(key, timeout, version), False
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._guard(lambda: super(ForgivingRedisCache, self).delete(key, version), False)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, object]:
        return self._guard(lambda: super(ForgivingRedisCache, self).get_many(keys, version), {})

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self._guard(lambda: super(ForgivingRedisCache, self).has_key(key, version), False)

    def clear(self) -> None:
        """Drop the keys of this application only: a Redis may be shared with others."""
        self._guard(self._drop_own_keys, None)

    def _drop_own_keys(self) -> None:
        client = self._cache.get_client(None, write=True)
        own = GLOB_CHARACTERS.sub(r"\\\g<0>", self.key_prefix) + ":*"
        for key in client.scan_iter(match=own, count=SCAN_COUNT):
            client.unlink(key)
