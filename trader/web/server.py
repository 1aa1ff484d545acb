"""daphne with what a rolling restart and a public address need: draining and bounded bodies."""

import asyncio
import time
from typing import Any, Protocol, TypedDict

import structlog
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer
from twisted.internet import reactor as installed_reactor

from trader.web.door import BoundedHTTPFactory

# The module stands for whichever reactor was installed; its interface is known only at run time.
reactor: Any = installed_reactor
log = structlog.get_logger(__name__)
DRAIN_SECONDS = 8.0
GOING_AWAY = 1001


class Listener(Protocol):
    """A port that is listened on, as twisted hands it over."""

    factory: object

    def stopListening(self) -> object: ...  # noqa: N802


class Connection(TypedDict, total=False):
    """Of what daphne knows about a connection, what is read here."""

    application_instance: asyncio.Future[None] | None


class DrainingServer(Server):  # type: ignore[misc]
    """On SIGTERM: stop listening, close sockets with 1001, let requests end, then leave."""

    def __init__(self, *args: object, max_body_bytes: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.max_body_bytes = max_body_bytes
        self.ports: list[Listener] = []

    def run(self) -> None:
        # The base class makes its factory in `run`; the listeners are opened after the reactor
        # has started, so exchanging the factory here is early enough.
        reactor.callWhenRunning(self._bound_bodies)
        reactor.callWhenRunning(self._say_why)
        super().run()

    def _say_why(self) -> None:
        """A message that is too long or no text ends its socket with a code, not with a drop."""
        self.ws_factory.setProtocolOptions(failByDrop=False)

    def _bound_bodies(self) -> None:
        factory = BoundedHTTPFactory(self)
        for port in self.ports:
            port.factory = factory
        reactor.addSystemEventTrigger("before", "shutdown", self.drain)

    def listen_success(self, port: Listener) -> None:
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
    def _is_busy(details: Connection) -> bool:
        instance = details.get("application_instance")
        return instance is not None and not instance.done()

    def kill_all_applications(self) -> "defer.Deferred[None]":
        """What the base class cancels at shutdown; `drain` has waited for all of it before."""
        return defer.succeed(None)
