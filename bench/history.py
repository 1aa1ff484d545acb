"""A long history imported and then revised while everything runs: who has to wait, and how long.

Fifty monitored strategies on the simulated feed, one bar a second, and one on the history itself.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests import servers
from tests.receiver import Receiver
from tests.stack import Stack, running
from tests.waiting import wait_until

N_STRATEGIES, N_USERS, SPEED = 50, 10, "60"
FIRST = datetime(2016, 1, 1, tzinfo=UTC)
PROBE_SECONDS, REQUEST_SECONDS = 0.02, 0.25
SETTLE_SECONDS = 20

SETUP = f"""
import json
from tests import scenario
from accounts.keys import create_key
from accounts.models import User
scenario.make_simulated_deployment("http://127.0.0.1:9/bot", n_strategies={N_STRATEGIES},
                                   n_users={N_USERS})
print(json.dumps(create_key(User.objects.first(), "bench")[1]))
"""
WATCH = """
from tests import scenario
from accounts.models import User
from strategies.saving.changes import create_strategy, set_monitoring
record = scenario.record(0, "import:big", symbol="BIG", lookback_start_date="2016-01-01T09:30:00")
set_monitoring(create_strategy(User.objects.first(), record).strategy, True, confirmed=True)
"""
GENERATION = """
from alerts.models import EvaluationGroup
print([row.generation for row in EvaluationGroup.objects.filter(symbol="BIG")])
"""
LATENESS = """
import json
from alerts.models import Alert
rows = Alert.objects.values_list("received_at", "created_at")
print(json.dumps([[r.timestamp(), (a - r).total_seconds()] for r, a in rows]))
"""


def write_bars(path: Path, n_bars: int, close: str) -> None:
    """A bar a minute, around the clock; two files differ in every close."""
    with path.open("w", encoding="ascii") as file:
        file.write("ts,open,high,low,close,volume\n")
        for i in range(1, n_bars + 1):
            at = FIRST + timedelta(minutes=i)
            file.write(f"{at:%Y-%m-%dT%H:%M:%SZ},10.01,10.05,9.95,{close},100\n")


class Probe:
    """Does one thing again and again and notes when it began and how long it took."""

    def __init__(self, action: Callable[[], object], every_s: float) -> None:
        self.action, self.every_s = action, every_s
        self.taken: list[tuple[float, float]] = []
        self.failures: list[str] = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self.is_over.wait(self.every_s):
            began = time.time()
            try:
                self.action()
            except (httpx.HTTPError, sqlite3.Error) as error:
                self.failures.append(str(error))
            self.taken.append((began, time.time() - began))

    def __enter__(self) -> Probe:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.thread.join(30)

    def summary(self, since: float, until: float) -> dict[str, Any]:
        found = sorted(taken for began, taken in self.taken if since <= began < until)
        if not found:
            return {"n": 0}
        return {
            "n": len(found),
            "p99_ms": round(1e3 * found[int(len(found) * 0.99)]),
            "max_ms": round(1e3 * found[-1]),
        }


def lock_probe(stack: Stack) -> Callable[[], object]:
    """A small write of another process: what it waits is what others held the lock."""
    path = stack.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as setup:
        setup.execute("CREATE TABLE lock_probe (n integer)")
    setup.close()
    kept = threading.local()

    def write() -> None:
        if not hasattr(kept, "connection"):
            kept.connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        kept.connection.execute("BEGIN IMMEDIATE")
        kept.connection.execute("INSERT INTO lock_probe VALUES (1)")
        kept.connection.execute("COMMIT")

    return write


def requests_of(stack: Stack, key: str) -> Callable[[], object]:
    """A write of the API and the log-in page."""
    client = httpx.Client(base_url=stack.url, timeout=60, headers={"X-API-Key": key})

    def ask() -> None:
        client.post("/api/v1/alerts/ack-all/", json={}).raise_for_status()
        client.get("/accounts/login/").raise_for_status()

    return ask


def imported(stack: Stack, path: Path) -> tuple[float, float]:
    """When an import began and when it had ended."""
    began = time.time()
    names = ("--symbol", "BIG", "--timeframe", "1Min", "--source", "big")
    stack.manage("import_bars", str(path), *names, timeout=1200)
    return began, time.time()


def measure(stack: Stack, folder: Path, n_bars: int, key: str) -> dict[str, Any]:
    for name, close in (("before", "10.02"), ("after", "10.03")):
        write_bars(folder / f"{name}_1Min.csv", n_bars, close)
    is_sqlite = stack.database_url.startswith("sqlite")
    write = lock_probe(stack) if is_sqlite else lambda: None
    with (
        Probe(write, PROBE_SECONDS) as lock,
        Probe(requests_of(stack, key), REQUEST_SECONDS) as web,
    ):
        began = time.time()
        time.sleep(SETTLE_SECONDS)
        quiet = began, time.time()
        first = imported(stack, folder / "before_1Min.csv")
        stack.python(WATCH)
        wait_until(lambda: stack.python(GENERATION).strip() not in ("[]", "[0]"), "the evaluation")
        time.sleep(SETTLE_SECONDS)
        generation = stack.python(GENERATION).strip()
        revision = imported(stack, folder / "after_1Min.csv")
        time.sleep(SETTLE_SECONDS)
        lateness = json.loads(stack.python(LATENESS).strip().splitlines()[-1])
    spans = {"quiet": quiet, "first": first, "revision": (revision[0], revision[1] + 5)}
    return {
        "n_bars": n_bars,
        "first_s": round(first[1] - first[0], 1),
        "revision_s": round(revision[1] - revision[0], 1),
        "generations": [generation, stack.python(GENERATION).strip()],
        "failures": sorted({*lock.failures, *web.failures}),
        "are_alive": all(process.is_alive() for process in stack.processes.values()),
        "spans": {
            name: {
                "write": lock.summary(*span) if is_sqlite else {"n": 0},
                "requests": web.summary(*span),
                "alerts": lateness_of(lateness, *span),
            }
            for name, span in spans.items()
        },
    }


def lateness_of(pairs: list[list[float]], since: float, until: float) -> dict[str, Any]:
    found = [late for stored, late in pairs if since <= stored < until]
    return {"n": len(found), "max_ms": round(1e3 * max(found, default=0))}


def run_on(database_url: str = "", redis_url: str = "", n_bars: int = 400_000) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory, Receiver():
        folder = Path(directory)
        stack = Stack(
            folder, database_url=database_url, redis_url=redis_url, feed_speed=SPEED,
            extra_env={"RATE_LIMIT_WRITES": "1000000", "RATE_LIMIT_READS": "1000000",
                       "RATE_LIMIT_AUTH": "1000000"},
        )  # fmt: skip
        stack.manage("migrate", "-v0")
        key = json.loads(stack.python(SETUP).strip().splitlines()[-1])
        with running(stack):
            return measure(stack, folder, n_bars, key)


def run() -> dict[str, Any]:
    """On the embedded default, and on PostgreSQL with Redis where they are."""
    result = {"embedded": run_on()}
    try:
        with servers.postgresql() as database, servers.redis_server() as redis:
            result["postgresql_redis"] = run_on(database, redis)
    except servers.NotAvailableError:
        pass
    return result
