"""Builders of rows and a real receiver for tests."""

import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from webhooks.bodies.placeholders import MessageValues
from webhooks.models import Delivery, Endpoint, Template
from webhooks.outbound.dispatch import enqueue_message

ENTRY_VALUES: MessageValues = {
    "symbol": "SPY",
    "timeframe": "1Min",
    "strategy_name": "Opening drive",
    "strategy_id": 7,
    "event_type": "entry_signal",
    "order_action": "buy",
    "market_position": "long",
    "direction": "LONG",
    "order_price": 512.25,
    "stop_price": 510.5,
    "quantity": 57,
    "trigger_name": "ema_cross_bull",
    "exec_type": "C",
    "confluence_met": "EMA-SML",
    "timestamp": "2026-01-05T14:31:00Z",
}
EXIT_VALUES: MessageValues = {**ENTRY_VALUES, "event_type": "exit_signal", "order_action": "close"}


# A body that a bot trades on; without one an endpoint gets a chat message, which orders nothing.
ORDER = '{"action": "{{order_action}}", "quantity": {{quantity}}}'


def make_endpoint(owner: User, **fields: object) -> Endpoint:
    defaults = {"name": "My bot", "url": "http://127.0.0.1:9/hook"}
    endpoint: Endpoint = Endpoint.objects.create(user=owner, **{**defaults, **fields})
    return endpoint


def make_template(owner: User, **fields: object) -> Template:
    defaults = {"name": "My order", "payload_template": '{"symbol": "{{symbol}}"}'}
    template: Template = Template.objects.create(user=owner, **{**defaults, **fields})
    return template


def make_message(
    owner: User,
    event_type: str = "entry_long",
    subject: str = "strategy:7",
    received_at: datetime | None = None,
    exit_until: datetime | None = None,
    code: uuid.UUID | None = None,
    position: str = "",
) -> list[Delivery]:
    """Enqueue a message as the alerts room does."""
    received_at = received_at or timezone.now()
    is_exit = event_type.startswith("exit")
    with transaction.atomic():
        return enqueue_message(
            user_id=owner.pk,
            event_type=event_type,
            subject=subject,
            code=code or uuid.uuid4(),
            values=EXIT_VALUES if is_exit else ENTRY_VALUES,
            occurred_ts=int(received_at.timestamp()),
            received_at=received_at,
            is_exit=is_exit,
            exit_until=exit_until,
            position=position,
        )


def make_delivery(endpoint: Endpoint, **changes: object) -> Delivery:
    """One stored delivery to this endpoint, with the given columns overwritten."""
    user = endpoint.user
    rows = [row for row in make_message(user) if row.endpoint_id == endpoint.pk]
    Delivery.objects.filter(pk=rows[0].pk).update(**changes)
    delivery: Delivery = Delivery.objects.select_related("endpoint").get(pk=rows[0].pk)
    return delivery


class Clock:
    """Wall time under the test's control."""

    def __init__(self, start: datetime | None = None) -> None:
        self.time = start or timezone.now()

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> datetime:
        self.time += timedelta(seconds=seconds)
        return self.time


class Received:
    """One request as it arrived. `headers` has lower-case names."""

    def __init__(self, path: str, headers: dict[str, str], body: bytes, at: float) -> None:
        self.path = path
        self.headers = headers
        self.body = body
        self.at = at


class Receiver:
    """An HTTP server on this machine; set `answer` to change how it behaves."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.requests: list[Received] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = answer_status(200)
        self.server = ThreadingHTTPServer((host, 0), self._handler())
        self.server.daemon_threads = True
        self.url = f"http://{host}:{self.server.server_address[1]}/hook"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.requests.append(Received(self.path, headers, body, time.monotonic()))
                receiver.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test output quiet."""

        return Handler


def answer_status(
    status: int, body: bytes = b"", **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def receiving(host: str = "127.0.0.1") -> Iterator[Receiver]:
    receiver = Receiver(host)
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join(timeout=2)


@contextmanager
def black_hole() -> Iterator[str]:
    """An address that accepts connections and never answers."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    finally:
        listener.close()
