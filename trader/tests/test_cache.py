"""The Redis cache beside other users of the same Redis, and while Redis is away."""

import pytest
import redis
from django.conf import settings

from trader.cache import ForgivingRedisCache


@pytest.fixture(autouse=True)
def _forget_failures():
    yield
    ForgivingRedisCache._retry_at = 0.0


def cache_with(prefix: str, url: str) -> ForgivingRedisCache:
    options = {"socket_connect_timeout": 1, "socket_timeout": 1}
    return ForgivingRedisCache(url, {"KEY_PREFIX": prefix, "OPTIONS": options})


@pytest.mark.redis
def test_clearing_leaves_the_keys_of_others():
    own = cache_with("ror[a]", settings.REDIS_URL)
    other = cache_with("rora", settings.REDIS_URL)
    own.set("k", 1)
    other.set("k", 2)
    own.clear()
    assert own.get("k") is None
    assert other.get("k") == 2
    other.clear()


@pytest.mark.redis
def test_values_come_back_after_a_pause():
    cache = cache_with("back", settings.REDIS_URL)
    cache.set("k", 1)
    cache._guard(raise_away, None)
    assert cache.get("k", "missed") == "missed"
    ForgivingRedisCache._retry_at = 0.0
    assert cache.get("k") == 1
    cache.clear()


def raise_away():
    raise redis.ConnectionError("away")


def test_every_call_is_a_miss_while_redis_is_away():
    cache = cache_with("away", "redis://127.0.0.1:1/0")
    cache.set("k", 1)
    assert cache.get("k", "default") == "default"
    assert cache.add("k", 1)
    assert not cache.has_key("k")
    assert not cache.delete("k")
    assert not cache.touch("k")
    assert cache.get_many(["k"]) == {}
    cache.clear()
