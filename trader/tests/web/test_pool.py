"""The thread pool behind HTTP, driven as an ASGI application."""

import asyncio
import json
import threading

from tests.waiting import PATIENCE_SECONDS
from trader.web.pool import WsgiPool

SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/käse",
    "query_string": b"a=1",
    "headers": [(b"host", b"x"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-id", b"7")],
    "client": ["10.0.0.9", 4711],
    "server": ["127.0.0.1", 80],
}


class Streaming(list):
    """As Django marks a response that must not be gathered."""

    streaming = True
    is_closed = False

    def close(self):
        self.is_closed = True


async def call(pool, *messages, scope=SCOPE):
    """Send the messages, then stay connected; returns what was sent back."""
    incoming: asyncio.Queue = asyncio.Queue()
    for message in messages or ({"type": "http.request", "body": b"", "more_body": False},):
        incoming.put_nowait(message)
    sent = []

    async def send(message):
        sent.append(message)

    async with asyncio.timeout(PATIENCE_SECONDS):
        await pool(scope, incoming.get, send)
    await asyncio.sleep(0.05)
    return sent


def pool_of(application, threads=1, backlog=10, max_body_bytes=1000):
    return WsgiPool(application, threads, backlog, max_body_bytes)


def body_of(sent):
    return b"".join(message.get("body", b"") for message in sent)


async def test_request_reaches_the_application():
    seen = {}

    def application(environ, start_response):
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("201 Created", [("X-Answer", "yes")])
        return [b"he", b"llo"]

    parts = (
        {"type": "http.request", "body": b"ab", "more_body": True},
        {"type": "http.request", "body": b"c", "more_body": False},
    )
    sent = await call(pool_of(application), *parts)
    assert sent[0]["status"] == 201
    assert (b"x-answer", b"yes") in sent[0]["headers"]
    assert body_of(sent) == b"hello"
    assert seen["body"] == b"abc"
    assert seen["CONTENT_LENGTH"] == "3"
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["REMOTE_ADDR"] == "10.0.0.9"
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/käse"


async def test_body_over_the_limit_is_refused():
    def application(environ, start_response):
        raise AssertionError("must not be called")

    big = {"type": "http.request", "body": b"x" * 1001, "more_body": False}
    sent = await call(pool_of(application), big)
    assert sent[0]["status"] == 413
    assert body_of(sent) == b"The request is too large.\n"


async def test_api_is_refused_in_the_shape_of_its_errors():
    scope = SCOPE | {"path": "/api/v1/bars/", "headers": [(b"x-request-id", b"mine-12345")]}
    big = {"type": "http.request", "body": b"x" * 1001, "more_body": False}
    sent = await call(pool_of(lambda *_: []), big, scope=scope)
    error = json.loads(body_of(sent))["error"]
    assert (error["code"], error["request_id"]) == ("PAYLOAD_TOO_LARGE", "mine-12345")
    assert (b"x-request-id", b"mine-12345") in sent[0]["headers"]


async def test_stream_arrives_chunk_by_chunk():
    result = Streaming([b"1,", b"2,", b"3"])

    def application(environ, start_response):
        start_response("200 OK", [])
        return result

    sent = await call(pool_of(application))
    assert [m["body"] for m in sent[1:]] == [b"1,", b"2,", b"3", b""]
    assert result.is_closed


async def test_stream_stops_when_the_client_is_gone():
    produced = []

    class Endless:
        streaming = True

        def __iter__(self):
            while True:
                produced.append(1)
                yield b"x"

        def close(self):
            produced.append("closed")

    def application(environ, start_response):
        start_response("200 OK", [])
        return Endless()

    gone = {"type": "http.disconnect"}
    whole = {"type": "http.request", "body": b"", "more_body": False}
    await call(pool_of(application), whole, gone)
    assert produced[-1] == "closed"


async def test_client_gone_before_the_body_ended_calls_nothing():
    def application(environ, start_response):
        raise AssertionError("must not be called")

    half = {"type": "http.request", "body": b"x", "more_body": True}
    assert await call(pool_of(application), half, {"type": "http.disconnect"}) == []


async def test_full_backlog_says_come_again():
    release = threading.Event()

    def application(environ, start_response):
        release.wait(PATIENCE_SECONDS)
        start_response("200 OK", [])
        return [b""]

    pool = pool_of(application, threads=1, backlog=1)
    waiting = [asyncio.create_task(call(pool)) for _ in range(2)]
    await asyncio.sleep(0.05)
    sent = await call(pool)
    assert sent[0]["status"] == 503
    assert (b"retry-after", b"2") in sent[0]["headers"]
    release.set()
    for task in waiting:
        assert (await task)[0]["status"] == 200
