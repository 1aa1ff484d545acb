"""From a stored bar to the alert row, to the browser's socket and to the endpoint.

Fifty monitored strategies on the simulated feed, one bar a second; the clocks compared are all
this machine's.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from tests.receiver import Receiver
from tests.stack import Stack, running, wait_for

N_STRATEGIES = 50
SECONDS = 60
SPEED = "60"


def percentiles(values_ms: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values_ms)
    if not ordered:
        return {"n": 0}
    at = {"p50_ms": 0.50, "p95_ms": 0.95, "p99_ms": 0.99}
    found = {k: round(ordered[min(len(ordered) - 1, int(len(ordered) * q))]) for k, q in at.items()}
    return {"n": len(ordered), **found, "max_ms": round(ordered[-1])}


class Browser:
    """A live feed in a thread: when which alert came."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key
        self.came: dict[str, float] = {}
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._listen()), daemon=True)

    async def _listen(self) -> None:
        async with connect(self.url, additional_headers={"X-API-Key": self.key}) as socket:
            while not self.is_over.is_set():
                try:
                    message = json.loads(await asyncio.wait_for(socket.recv(), 1))
                except TimeoutError:
                    continue
                if message["type"] == "alert.fired":
                    self.came[message["data"]["code"]] = time.time()

    def __enter__(self) -> Browser:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.thread.join(5)


ALERTS = """
import json
from alerts.models import Alert
rows = Alert.objects.values_list("code", "received_at", "created_at")
print(json.dumps([[str(c), r.timestamp(), a.timestamp()] for c, r, a in rows]))
"""
DELIVERIES = """
import json
from webhooks.models import Delivery
rows = Delivery.objects.values_list("code", "message_code")
print(json.dumps([[str(c), str(m)] for c, m in rows]))
"""
KEY = """
from accounts.models import User
from accounts.keys import create_key
print(create_key(User.objects.get(), "bench")[1])
"""


def printed(stack: Stack, code: str) -> Any:
    return json.loads(stack.python(code).strip().splitlines()[-1])


def watched(stack: Stack, receiver: Receiver) -> dict[str, Any]:
    """Let the deployment run and compare the instants of every alert."""
    key = stack.python(KEY).strip().splitlines()[-1]
    socket_url = stack.url.replace("http", "ws") + "/ws/feed/?since=0"
    with Browser(socket_url, key) as browser:
        wait_for(lambda: browser.came, 90, "the first alert")
        started = time.time() + 5
        time.sleep(5 + SECONDS)
        alerts = {c: (r, a) for c, r, a in printed(stack, ALERTS) if r >= started}
        message_of = dict(printed(stack, DELIVERIES))
    arrived = {message_of.get(row.id, ""): row.at for row in reversed(receiver.received)}
    return {
        "bar_stored_to_alert": percentiles([(a - r) * 1e3 for r, a in alerts.values()]),
        "alert_to_browser": percentiles(
            [(browser.came[c] - a) * 1e3 for c, (_, a) in alerts.items() if c in browser.came]
        ),
        "alert_to_endpoint": percentiles(
            [(arrived[c] - a) * 1e3 for c, (_, a) in alerts.items() if c in arrived]
        ),
    }


def run(database_url: str = "", redis_url: str = "") -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory, Receiver() as receiver:
        stack = Stack(
            Path(directory), database_url=database_url, redis_url=redis_url, feed_speed=SPEED
        )
        stack.manage("migrate", "-v0")
        stack.python(
            "from tests import scenario\n"
            f"scenario.make_simulated_deployment({receiver.url!r}, n_strategies={N_STRATEGIES})\n"
            "from webhooks.models import Endpoint\n"
            "Endpoint.objects.update(rate_per_second=100)\n"
        )
        with running(stack):
            return {"strategies": N_STRATEGIES, "seconds": SECONDS, **watched(stack, receiver)}
