"""A client of the live feed that resumes by sequence number, as a bot or a page does."""

from __future__ import annotations

import json
import threading
import time
from itertools import cycle
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

RETRY_SECONDS = 0.2


def open_socket(port: int, key: str, since: int | str) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{port}/ws/feed/?since={since}",
        additional_headers={"X-API-Key": key},
        open_timeout=5,
        close_timeout=1,
    )


def close_code(socket: ClientConnection, seconds: float = 60) -> int | None:
    """With what the server closes; messages before that are passed over."""
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            socket.recv(timeout=max(0.01, until - time.monotonic()))
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None
    except TimeoutError:
        pass
    raise AssertionError("The socket stayed open.")


class LiveClient:
    """Follows one user's feed over several web processes until it is stopped."""

    def __init__(self, ports: list[int], key: str) -> None:
        self.ports = cycle(ports)
        self.key = key
        self.last = 0
        self.messages: list[dict[str, Any]] = []
        # What must never happen: a number twice, one left out, an incomplete answer.
        self.faults: list[str] = []
        self.n_connections = 0
        self.is_stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> LiveClient:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_stopping.set()
        self.thread.join(10)

    def _run(self) -> None:
        while not self.is_stopping.is_set():
            try:
                with open_socket(next(self.ports), self.key, self.last) as socket:
                    self.n_connections += 1
                    self._listen(socket)
            except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake):
                time.sleep(RETRY_SECONDS)

    def _listen(self, socket: ClientConnection) -> None:
        while not self.is_stopping.is_set():
            try:
                message = json.loads(socket.recv(timeout=0.5))
            except TimeoutError:
                continue
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "heartbeat":
            return
        if message["type"] == "reset":
            self.faults.append(f"reset at {self.last}")
            self.last = message["top"]
            return
        if message["seq"] != self.last + 1:
            self.faults.append(f"{message['seq']} after {self.last}")
        self.last = message["seq"]
        self.messages.append(message)
