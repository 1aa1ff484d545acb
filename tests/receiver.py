"""A bot on this machine: takes webhooks, checks their signature, keeps what arrived."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Received:
    id: str
    body: bytes
    headers: dict[str, str]
    at: float
    is_signed: bool


class Receiver:
    """Answers 200 to every POST; `secrets` are those a delivery may be signed with."""

    def __init__(self, secrets: list[str] | None = None, port: int = 0) -> None:
        self.secrets = secrets or []
        self.received: list[Received] = []
        self.lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver.take(body, {k.lower(): v for k, v in self.headers.items()})
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/bot"

    def take(self, body: bytes, headers: dict[str, str]) -> None:
        row = Received(
            headers.get("webhook-id", ""), body, headers, time.time(), self.check(body, headers)
        )
        with self.lock:
            self.received.append(row)

    def check(self, body: bytes, headers: dict[str, str]) -> bool:
        for secret in self.secrets:
            try:
                Webhook(secret).verify(body, headers)
            except Exception:
                continue
            return True
        return False

    def bodies_by_id(self) -> dict[str, set[bytes]]:
        """Every body that came under each id; a repeat must not change it."""
        found: dict[str, set[bytes]] = defaultdict(set)
        with self.lock:
            for row in self.received:
                found[row.id].add(row.body)
        return dict(found)

    def __enter__(self) -> Receiver:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
