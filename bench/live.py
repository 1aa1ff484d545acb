"""From a stored bar to the alert row, to the browser's socket and to the endpoint.

Fifty monitored strategies on the simulated feed, one bar a second, dealt to ten users
with ten sockets each; the clocks compared are all this machine's.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from tests.receiver import Receiver
from tests.stack import Stack, running
from tests.waiting import wait_until

N_STRATEGIES, N_USERS, N_SOCKETS = 50, 10, 10
ROUNDS, SECONDS = 3, 40
SPEED = "60"
Pair = tuple[float, float]


def summary(pairs: Sequence[Pair], started: float) -> dict[str, float]:
    """Percentiles of end minus beginning, the median of those of the rounds."""
    rounds = [
        percentiles(
            [(end - begin) * 1e3 for begin, end in pairs if since <= begin < since + SECONDS]
        )
        for since in (started + SECONDS * k for k in range(ROUNDS))
    ]
    counted = [one for one in rounds if one["n"]]
    if not counted:
        return {"n": 0}
    names = ("p50_ms", "p95_ms", "p99_ms")
    medians = {name: round(statistics.median(one[name] for one in counted)) for name in names}
    n = sum(one["n"] for one in counted)
    return {"n": n, "runs": len(counted), **medians, "max_ms": max(o["max_ms"] for o in counted)}


def percentiles(values_ms: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values_ms)
    if not ordered:
        return {"n": 0}
    at = {"p50_ms": 0.50, "p95_ms": 0.95, "p99_ms": 0.99}
    found = {k: round(ordered[min(len(ordered) - 1, int(len(ordered) * q))]) for k, q in at.items()}
    return {"n": len(ordered), **found, "max_ms": round(ordered[-1])}


class Browsers:
    """Live feeds in a thread: when which alert came to which socket."""

    def __init__(self, url: str, keys: Sequence[str]) -> None:
        self.url, self.keys = url, keys
        self.came: list[tuple[str, float]] = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._listen()), daemon=True)

    async def _listen(self) -> None:
        sockets = [self._one(key) for key in self.keys for _ in range(N_SOCKETS)]
        await asyncio.gather(*sockets)

    async def _one(self, key: str) -> None:
        async with connect(self.url, additional_headers={"X-API-Key": key}) as socket:
            while not self.is_over.is_set():
                try:
                    async with asyncio.timeout(1):
                        message = json.loads(await socket.recv())
                except TimeoutError:
                    continue
                if message["type"] == "alert.fired":
                    self.came.append((message["data"]["code"], time.time()))

    def __enter__(self) -> Browsers:
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
KEYS = """
import json
from accounts.models import User
from accounts.keys import create_key
print(json.dumps([create_key(user, "bench")[1] for user in User.objects.all()]))
"""


def printed(stack: Stack, code: str) -> Any:
    return json.loads(stack.python(code).strip().splitlines()[-1])


def watched(stack: Stack, receiver: Receiver) -> dict[str, Any]:
    """Let the deployment run and compare the instants of every alert."""
    keys = printed(stack, KEYS)
    socket_url = stack.url.replace("http", "ws") + "/ws/feed/?since=0"
    with Browsers(socket_url, keys) as browsers:
        wait_until(lambda: browsers.came, "the first alert")
        started = time.time() + 5
        time.sleep(5 + ROUNDS * SECONDS + 3)
        alerts = {c: (r, a) for c, r, a in printed(stack, ALERTS)}
        message_of = dict(printed(stack, DELIVERIES))
    arrived = {message_of.get(row.id, ""): row.at for row in reversed(receiver.received)}
    saved = {code: at for code, (_, at) in alerts.items()}
    return {
        "bar_stored_to_alert": summary(list(alerts.values()), started),
        "alert_to_browser": summary(
            [(saved[c], at) for c, at in browsers.came if c in saved], started
        ),
        "alert_to_endpoint": summary(
            [(saved[c], at) for c, at in arrived.items() if c in saved], started
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
            f"scenario.make_simulated_deployment({receiver.url!r}, "
            f"n_strategies={N_STRATEGIES}, n_users={N_USERS})\n"
            "from webhooks.models import Endpoint\n"
            "Endpoint.objects.update(rate_per_second=100)\n"
        )
        with running(stack):
            return {
                "strategies": N_STRATEGIES,
                "sockets": N_USERS * N_SOCKETS,
                "seconds": ROUNDS * SECONDS,
                **watched(stack, receiver),
            }
