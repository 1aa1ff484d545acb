"""Django's WSGI handler inside an ASGI server, on a fixed number of threads.

Under ASGI each synchronous middleware and view costs thread hops; one hop per request is several
times faster, and a fixed set of threads keeps a fixed set of database connections. The decision
and its figures: `docs/decisions/http-thread-pool.md`.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Literal, TypedDict, cast
from wsgiref.types import WSGIApplication, WSGIEnvironment

import structlog
from asgiref.typing import HTTPDisconnectEvent, HTTPRequestEvent, HTTPScope

from trader.api.errors import MESSAGES
from trader.web.environ import wsgi_environ
from trader.web.refusals import refusal

log = structlog.get_logger(__name__)
SPOOL_BYTES = 1_000_000
STREAM_WAIT_SECONDS = 60.0


class ResponseStart(TypedDict):
    type: Literal["http.response.start"]
    status: int
    headers: list[tuple[bytes, bytes]]


class ResponseBody(TypedDict):
    type: Literal["http.response.body"]
    body: bytes
    more_body: bool


Receive = Callable[[], Awaitable[HTTPRequestEvent | HTTPDisconnectEvent]]
Send = Callable[[ResponseStart | ResponseBody], Awaitable[None]]


class ClientGoneError(Exception):
    """The reader closed the connection; nobody is left to answer."""


class WsgiPool:
    """An ASGI application for HTTP scopes.

    At most `backlog` requests wait for a thread; further ones are told to come again, so that a
    stalled database can't fill the memory.
    """

    def __init__(
        self, application: WSGIApplication, threads: int, backlog: int, max_body_bytes: int
    ) -> None:
        self.application = application
        self.max_body_bytes = max_body_bytes
        self.limit = threads + backlog
        self.n_running = 0
        self.executor = ThreadPoolExecutor(threads, thread_name_prefix="http")

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        if self.n_running >= self.limit:
            await _refuse(scope, send, 503, "The server is busy. Try again shortly.", retry_after=2)
            return
        self.n_running += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            self.n_running -= 1

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        with SpooledTemporaryFile(SPOOL_BYTES) as body:
            length = await self._read_body(receive, cast(BinaryIO, body))
            if length is None:
                return
            if length > self.max_body_bytes:
                await _refuse(scope, send, 413, MESSAGES[413])
                return
            body.seek(0)
            environ = wsgi_environ(scope, cast(BinaryIO, body), length)
            reply = Reply(asyncio.get_running_loop(), send)
            watch = asyncio.ensure_future(_watch_disconnect(receive, reply))
            try:
                await self._run(reply, environ)
            finally:
                watch.cancel()

    async def _run(self, reply: "Reply", environ: WSGIEnvironment) -> None:
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self.executor, reply.run, self.application, environ)
        try:
            # The thread uses the request body, so it must end before the body is closed.
            body = await asyncio.shield(future)
        except asyncio.CancelledError:
            reply.gone.set()
            await asyncio.wait([future])
            raise
        if body is not None and not reply.gone.is_set():
            await reply.deliver(body, more=False, is_first=True)

    async def _read_body(self, receive: Receive, body: BinaryIO) -> int | None:
        """The number of bytes read, None when the client left before the end."""
        length = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunk = message.get("body", b"")
            length += len(chunk)
            if length <= self.max_body_bytes:
                body.write(chunk)
            if not message.get("more_body", False):
                return length

    def close(self) -> None:
        """Stop taking work. Running requests end by themselves."""
        self.executor.shutdown(wait=False, cancel_futures=False)


class Reply:
    """One response on its way from a thread to the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self.loop = loop
        self.send = send
        self.gone = threading.Event()
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], None]:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [
            (name.encode("latin-1").lower(), value.encode("latin-1")) for name, value in headers
        ]
        return self._write_is_not_offered

    @staticmethod
    def _write_is_not_offered(_data: bytes) -> None:
        raise NotImplementedError("Return an iterable instead of calling write().")

    def run(self, application: WSGIApplication, environ: WSGIEnvironment) -> bytes | None:
        """In a pool thread: call the application. The whole body, None when it was streamed.

        The loop wakes when the thread has ended, so handing the body over before would only
        wake it twice.
        """
        if self.gone.is_set():
            return None
        result = application(environ, self.start_response)
        try:
            if not getattr(result, "streaming", False):
                return b"".join(result)
            self._stream(result)
        except ClientGoneError:
            log.info("client_gone", path=environ.get("PATH_INFO"))
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        return None

    def _stream(self, result: Iterable[bytes]) -> None:
        is_first = True
        for chunk in result:
            self._post(chunk, more=True, is_first=is_first)
            is_first = False
        self._post(b"", more=False, is_first=is_first)

    def _post(self, body: bytes, *, more: bool, is_first: bool) -> None:
        """Pace the thread to the loop, and notice a closed connection between chunks."""
        if self.gone.is_set():
            raise ClientGoneError
        delivery = self.deliver(body, more=more, is_first=is_first)
        future = asyncio.run_coroutine_threadsafe(delivery, self.loop)
        future.result(STREAM_WAIT_SECONDS)

    async def deliver(self, body: bytes, *, more: bool, is_first: bool) -> None:
        if is_first:
            await self.send(
                {"type": "http.response.start", "status": self.status, "headers": self.headers}
            )
        await self.send({"type": "http.response.body", "body": body, "more_body": more})


async def _watch_disconnect(receive: Receive, reply: Reply) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reply.gone.set()


async def _refuse(
    scope: HTTPScope, send: Send, status: int, text: str, retry_after: int | None = None
) -> None:
    given = dict(scope.get("headers", ())).get(b"x-request-id", b"").decode("latin-1")
    answer = refusal(scope["path"], status, text, given_id=given, retry_after=retry_after)
    log.warning("request_refused", path=scope["path"], status_code=status)
    await send({"type": "http.response.start", "status": status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
