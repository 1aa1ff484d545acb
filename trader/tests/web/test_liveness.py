"""Whoever asks whether the process lives waits for nobody."""

import asyncio
import json
import threading

import pytest
from django.core.wsgi import get_wsgi_application

from tests.waiting import PATIENCE_SECONDS
from trader.tests.web.test_pool import SCOPE, body_of, call
from trader.web.liveness import PATHS, LivenessFirst
from trader.web.pool import WsgiPool

THREADS = 2


class Held:
    """An application whose every call waits, as one does for a mail server that says nothing."""

    def __init__(self):
        self.release = threading.Event()
        self.django = get_wsgi_application()
        self.n_held = 0

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] in PATHS:
            return self.django(environ, start_response)
        self.n_held += 1
        self.release.wait(PATIENCE_SECONDS)
        start_response("200 OK", [])
        return [b""]


def scope_of(path, method="GET", headers=()):
    return SCOPE | {"path": path, "method": method, "query_string": b"", "headers": [*headers]}


@pytest.fixture
def held():
    application = Held()
    yield application
    application.release.set()


async def test_health_answers_while_every_thread_is_held(held):
    door = LivenessFirst(held, WsgiPool(held, THREADS, 10, 1000))
    waiting = [asyncio.create_task(call(door, scope=scope_of("/slow/"))) for _ in range(6)]
    while held.n_held < THREADS:
        await asyncio.sleep(0.01)
    for path in sorted(PATHS):
        sent = await call(door, scope=scope_of(path))
        assert sent[0]["status"] == 200
        assert json.loads(body_of(sent))["status"] == "ok"
    held.release.set()
    assert [(await one)[0]["status"] for one in waiting] == [200] * 6


async def test_health_answers_when_the_backlog_is_full(held):
    door = LivenessFirst(held, WsgiPool(held, 1, 0, 1000))
    waiting = asyncio.create_task(call(door, scope=scope_of("/slow/")))
    while not held.n_held:
        await asyncio.sleep(0.01)
    assert (await call(door, scope=scope_of("/slow/")))[0]["status"] == 503
    assert (await call(door, scope=scope_of("/health")))[0]["status"] == 200
    held.release.set()
    await waiting


# No database is allowed here, so a look at a session or a key would fail.
@pytest.mark.parametrize("header", [(b"cookie", b"sessionid=abc"), (b"x-api-key", b"ror_abc")])
async def test_health_asks_for_no_session(held, header):
    door = LivenessFirst(held, WsgiPool(held, 1, 0, 1000))
    sent = await call(door, scope=scope_of("/health", headers=[header]))
    names = {name for name, _ in sent[0]["headers"]}
    assert sent[0]["status"] == 200
    assert {b"x-request-id", b"x-api-version", b"cache-control"} <= names


async def test_health_is_only_read(held):
    door = LivenessFirst(held, WsgiPool(held, 1, 0, 1000))
    assert (await call(door, scope=scope_of("/health", "POST")))[0]["status"] == 405
