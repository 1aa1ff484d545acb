"""daphne with what a rolling restart and a public address need: draining and bounded bodies."""

import time
from typing import Any

import structlog
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer
from twisted.internet import reactor as installed_reactor

from trader.api.errors import MESSAGES
from trader.web.refusals import refusal

# The module stands for whichever reactor was installed; its interface is known only at run time.
reactor: Any = installed_reactor
log = structlog.get_logger(__name__)
DRAIN_SECONDS = 8.0
GOING_AWAY = 1001


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """Refuses a body that is too long before it has been read."""

    n_received = 0

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        if length is not None and length > self.server.max_body_bytes:
            self._refuse()
            return
        super().gotLength(length)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self.n_received += len(data)
        if self.n_received > self.server.max_body_bytes:
            self._refuse()
            return
        super().handleContentChunk(data)

    def _refuse(self) -> None:
        # The channel keeps the request line until the whole request has been read.
        path = getattr(self.channel, "_path", b"").decode("latin-1")
        answer = refusal(path, 413, MESSAGES[413])
        lines = [b"%s: %s" % header for header in (*answer.headers, (b"connection", b"close"))]
        head = [b"HTTP/1.1 413 Content Too Large", *lines, b"", b""]
        self.channel.transport.write(b"\r\n".join(head) + answer.body)
        self.channel.loseConnection()


class BoundedHTTPFactory(HTTPFactory):  # type: ignore[misc]
    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol


class DrainingServer(Server):  # type: ignore[misc]
    """On SIGTERM: stop listening, close sockets with 1001, let requests end, then leave."""

    def __init__(self, *args: Any, max_body_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_body_bytes = max_body_bytes
        self.ports: list[Any] = []

    def run(self) -> None:
        # The base class makes its factory in `run`; the listeners are opened after the reactor
        # has started, so exchanging the factory here is early enough.
        reactor.callWhenRunning(self._bound_bodies)
        super().run()

    def _bound_bodies(self) -> None:
        factory = BoundedHTTPFactory(self)
        for port in self.ports:
            port.factory = factory
        reactor.addSystemEventTrigger("before", "shutdown", self.drain)

    def listen_success(self, port: Any) -> None:
        self.ports.append(port)
        super().listen_success(port)

    def drain(self) -> "defer.Deferred[None]":
        started = time.monotonic()
        for port in self.ports:
            port.stopListening()
        for protocol in list(self.connections):
            if isinstance(protocol, WebSocketProtocol):
                protocol.sendClose(code=GOING_AWAY, reason="The server restarts.")
        done: defer.Deferred[None] = defer.Deferred()
        self._wait_for_requests(started, done)
        return done

    def _wait_for_requests(self, started: float, done: "defer.Deferred[None]") -> None:
        left = sum(self._is_busy(details) for details in self.connections.values())
        waited = time.monotonic() - started
        if left and waited < DRAIN_SECONDS:
            reactor.callLater(0.05, self._wait_for_requests, started, done)
            return
        log.info("web_drained", seconds=round(waited, 2), abandoned=left)
        done.callback(None)

    @staticmethod
    def _is_busy(details: dict[str, Any]) -> bool:
        instance = details.get("application_instance")
        return instance is not None and not instance.done()

    def kill_all_applications(self) -> Any:
        """What the base class cancels at shutdown; `drain` has waited for all of it before."""
        return defer.succeed(None)
