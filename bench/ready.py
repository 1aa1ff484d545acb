"""How long a newcomer waits: from `git clone` to the first alert, a second start, the command line.

Packages come from the caches of this machine, as they do for whoever has installed them before.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser

from tests.browser import browsing
from tests.newcomer import Newcomer
from tests.stack import Stack, free_port, running
from tests.waiting import wait_until
from trader.demo import DEMO_EMAIL, DEMO_PASSWORD

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "docs" / "examples"
BACKTEST = [
    *(sys.executable, "manage.py", "backtest", str(EXAMPLES / "return_to_vwap.json")),
    *("--bars", str(EXAMPLES / "SPY_1Min.csv.gz"), "--json"),
]
N_RUNS, N_WALKS = 9, 3
PATIENCE_SECONDS = 900.0
# What a person's shell does not set. Without compiled Python every start would compile all of it,
# and with the engine's cache of this tree another one would take its own for prepared.
NOT_A_PERSONS = {"DJANGO_SETTINGS_MODULE", "PYTHONDONTWRITEBYTECODE", "NUMBA_CACHE_DIR"}
ADDRESS = re.compile(r"RoR Trader is running:\s+(\S+)")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def run() -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="ready-"))
    try:
        return {"first": first_start(folder / "clone"), "second": second_start(folder / "clone"),
                "backtest": backtest_command(), "newcomer": newcomer()}  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def first_start(clone: Path) -> dict[str, float]:
    began, spent = time.monotonic(), _cpu_seconds()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: S603, S607
    with _started(clone) as address:
        printed = time.monotonic()
        wait_until(_AlertSeen(address), "the first alert", seconds=PATIENCE_SECONDS, pause=0.25)
        seen = time.monotonic()
    return {
        "clone_to_address_s": printed - began,
        "address_to_alert_s": seen - printed,
        "clone_to_alert_s": seen - began,
        "cpu_s": _cpu_seconds() - spent,
    }


def second_start(clone: Path) -> dict[str, float]:
    began, spent = time.monotonic(), _cpu_seconds()
    with _started(clone):
        took = time.monotonic() - began
    return {"start_to_address_s": took, "cpu_s": _cpu_seconds() - spent}


def newcomer() -> dict[str, float]:
    """The path of `tests.newcomer` by several new accounts, one after the other, at 60x."""
    with tempfile.TemporaryDirectory(prefix="newcomer-") as folder:
        stack = Stack(Path(folder), feed_speed="60")
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("seed")
        with running(stack), browsing() as browser:
            walks = [_walk(browser, stack.url, f"newcomer{k}@example.com") for k in range(N_WALKS)]
    seconds = [walk.seen["reach_echo_bot"] for walk in walks]
    return {
        "clicks": max(walk.n_clicks for walk in walks),
        "median_s": statistics.median(seconds),
        "max_s": max(seconds),
        "runs": len(walks),
    }


def _walk(browser: Browser, url: str, email: str) -> Newcomer:
    context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})
    one = Newcomer(context.new_page(), email)
    one.walk()
    context.close()
    return one


@contextlib.contextmanager
def _started(clone: Path) -> Iterator[str]:
    """`make dev` as a person starts it; gives the address it prints."""
    process = subprocess.Popen(  # noqa: S603
        ["make", "dev", f"PORT={free_port()}"],  # noqa: S607
        cwd=clone,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={k: v for k, v in os.environ.items() if k not in NOT_A_PERSONS},
    )
    found: list[str] = []
    lines: list[str] = []
    # Read to the end, or the processes would wait for room in the pipe.
    threading.Thread(target=_read, args=(process, found, lines), daemon=True).start()
    try:
        wait_until(
            lambda: found or process.poll() is not None, "the address", seconds=PATIENCE_SECONDS
        )
        if not found:
            raise RuntimeError("make dev ended: " + "".join(lines[-10:]))
        yield found[0]
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        process.wait()


def _read(process: subprocess.Popen[str], found: list[str], lines: list[str]) -> None:
    for line in process.stdout or ():
        lines.append(line)
        if match := ADDRESS.search(line):
            found.append(match[1])


class _AlertSeen:
    """Whether a logged-in visitor sees an alert on the dashboard's list."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, follow_redirects=True, timeout=30)
        token = TOKEN.search(self.client.get("/accounts/login/").text)
        form = {"login": DEMO_EMAIL, "password": DEMO_PASSWORD}
        form["csrfmiddlewaretoken"] = token[1] if token else ""
        self.client.post("/accounts/login/", data=form, headers={"Referer": address})

    def __call__(self) -> bool:
        listed = self.client.get("/api/v1/alerts/", params={"page_size": 1}).json()
        return bool(listed["count"]) and "/alerts/" in self.client.get("/").text


def _cpu_seconds() -> float:
    """Of all processes that this one has waited for, and of those they waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def backtest_command() -> dict[str, float]:
    """Whole processes, from start to the end of the JSON, with a warm cache on disk."""
    wall, cpu = [], []
    for _ in range(N_RUNS + 1):
        began, spent = time.perf_counter(), _cpu_seconds()
        subprocess.run(BACKTEST, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
        wall.append(time.perf_counter() - began)
        cpu.append(_cpu_seconds() - spent)
    return {
        "runs": N_RUNS,
        "median_s": statistics.median(wall[1:]),
        "min_s": min(wall[1:]),
        "max_s": max(wall[1:]),
        "cpu_s": statistics.median(cpu[1:]),
    }
