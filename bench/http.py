"""One web process under load from this machine: an API list, an API write and a page."""

from __future__ import annotations

import contextlib
import json
import socket
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.load import Measured, Request, measure, measure_at_rate
from tests import scenario
from tests.browser import browsing, chromium_path
from tests.stack import START_SECONDS, Process, Stack, free_port, running
from tests.waiting import wait_until

CLIENTS, SECONDS, ROUNDS = 8, 3.0, 3
N_ROWS, PAINT_ROUNDS = 50, 5
# What the goal speaks of: requests arriving at this rate, however long the answers take.
RATE, RATE_SECONDS = 100.0, 5.0


def prepare(stack: Stack) -> tuple[str, str]:
    """A user with alerts and strategies; returns an API key and a session cookie."""
    stack.manage("migrate", "-v0")
    out = stack.python(
        "from tests import scenario\n"
        "from accounts.keys import create_key\n"
        "from alerts.testing import make_alert\n"
        "from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY\n"
        "from django.contrib.sessions.backends.db import SessionStore\n"
        "scenario.make_simulated_deployment('http://127.0.0.1:9/bot', n_strategies=20)\n"
        "from accounts.models import User\n"
        "user = User.objects.get()\n"
        f"[make_alert(user) for _ in range({N_ROWS})]\n"
        "store = SessionStore()\n"
        "store[SESSION_KEY] = str(user.pk)\n"
        "store[BACKEND_SESSION_KEY] = 'django.contrib.auth.backends.ModelBackend'\n"
        "store[HASH_SESSION_KEY] = user.get_session_auth_hash()\n"
        "store.create()\n"
        "print(create_key(user, 'bench')[1], store.session_key)"
    )
    key, session = out.split()[-2:]
    return key, session


def write_body(index: int) -> bytes:
    record = scenario.record(index, "simulated", name=f"Written {index}", lookback_mode="Days")
    record.pop("lookback_start_date")
    return json.dumps(record).encode()


def requests_of(url: str, key: str, session: str) -> dict[str, Request]:
    api = {"X-API-Key": key, "Accept": "application/json"}
    return {
        "api_list": Request(f"{url}/api/v1/alerts/?page_size=20", headers=api),
        "api_write": Request(
            f"{url}/api/v1/strategies/",
            method="POST",
            headers={**api, "Content-Type": "application/json"},
            body=write_body,
        ),
        "page": Request(f"{url}/alerts/", headers={"Cookie": f"sessionid={session}"}),
    }


@contextlib.contextmanager
def bare_list(stack: Stack) -> Iterator[Request]:
    """The peer of the API's list, beside a running deployment."""
    port = free_port()
    request = Request(f"http://127.0.0.1:{port}/alerts/", headers={"Accept": "application/json"})
    arguments = ["-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "bench.bare.asgi:application"]
    env = {**stack.env, "DJANGO_SETTINGS_MODULE": "bench.bare.settings"}
    log = stack.directory / "bare.log"
    peer = Process("bare", [sys.executable, *arguments], env, log)
    peer.start()
    try:
        wait_until(lambda: is_answering(port), f"port {port}", seconds=START_SECONDS)
        yield request
    finally:
        peer.stop()


def is_answering(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def beside_bare(stack: Stack, key: str, session: str) -> dict[str, Any]:
    """Requests/s of a bare list, of ours and of the page, all with the same rows, in turn."""
    ours = requests_of(stack.url, key, session)
    whole = Request(f"{stack.url}/api/v1/alerts/", headers=ours["api_list"].headers)
    with bare_list(stack) as bare:
        jobs = {"bare_list": bare, "api_list": whole, "page": ours["page"]}
        rates: dict[str, list[float]] = {name: [] for name in jobs}
        for _ in range(ROUNDS):
            for name, request in jobs.items():
                measure(request, clients=2, seconds=0.5)
                one = measure(request, clients=CLIENTS, seconds=SECONDS).summary()
                rates[name].append(one["requests_per_s"])
    medians = {name: statistics.median(found) for name, found in rates.items()}
    return {
        "rows": N_ROWS,
        **{name: round(rate, 1) for name, rate in medians.items()},
        "list_of_bare": round(medians["api_list"] / medians["bare_list"], 2),
        "page_of_bare": round(medians["page"] / medians["bare_list"], 2),
    }


def median_of(rounds: list[Measured]) -> dict[str, Any]:
    found = [one.summary() for one in rounds]
    names = ("requests_per_s", "p50_ms", "p95_ms")
    result = {name: round(statistics.median(one[name] for one in found), 2) for name in names}
    return {**result, "errors": sum(one["errors"] for one in found), "runs": len(rounds)}


# Resolves to the newest candidate, in milliseconds since navigation began.
LARGEST_PAINT = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true });
})"""
PAGES = {"dashboard": "/", "strategies": "/strategies/", "alerts": "/alerts/"}


def largest_paints(url: str, session: str) -> dict[str, Any]:
    """Median largest contentful paint of some pages in a headless browser, ms."""
    with browsing() as browser:
        context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        page = context.new_page()
        found: dict[str, Any] = {}
        for name, path in PAGES.items():
            times = []
            for _ in range(PAINT_ROUNDS):
                page.goto(path)
                page.wait_for_timeout(500)
                times.append(page.evaluate(LARGEST_PAINT))
            found[name] = round(statistics.median(times))
        return found


def run() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        limits = {"RATE_LIMIT_READS": "1000000", "RATE_LIMIT_WRITES": "1000000"}
        stack = Stack(Path(directory), n_workers=0, extra_env=limits)
        key, session = prepare(stack)
        stack.needs_ready = False
        with running(stack):
            result: dict[str, Any] = {"clients": CLIENTS, "seconds": SECONDS}
            for name, request in requests_of(stack.url, key, session).items():
                measure(request, clients=2, seconds=0.5)
                rounds = [measure(request, clients=CLIENTS, seconds=SECONDS) for _ in range(ROUNDS)]
                result[name] = median_of(rounds)
                alone = [measure(request, clients=1, seconds=SECONDS) for _ in range(ROUNDS)]
                result[f"{name}_one_client"] = median_of(alone)
            result["beside_bare"] = beside_bare(stack, key, session)
            result["rate"] = RATE
            for name in ("api_list", "api_write"):
                request = requests_of(stack.url, key, session)[name]
                result[f"{name}_at_rate"] = median_of(
                    [
                        measure_at_rate(request, per_second=RATE, seconds=RATE_SECONDS)
                        for _ in range(ROUNDS)
                    ]
                )
            if chromium_path():
                result["largest_contentful_paint_ms"] = largest_paints(stack.url, session)
    return result
