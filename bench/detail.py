"""The page of a strategy with 50,000 trades: each tab, first paint, and what it takes of memory."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from tests.browser import browsing, chromium_path
from tests.stack import Stack, running

N_DAYS, ROUNDS = 1790, 5
TABS = (
    *("equity", "extended", "chart", "trades", "states", "earning", "analytics"),
    *("trust", "configuration"),
)
OTHERS = {
    "trades by money": "?tab=trades&sort=-money",
    "trades, last page": "?tab=trades&page=1000",
    "report": "report/",
}
SETUP = f"""
import json, time
import numpy as np
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accounts.models import User
from market.testing import make_bars, wave
from strategies import tasks
from strategies.models import TrustCheck
from strategies.testing import make_strategy
from trader.signup import prepare_user
user = User.objects.create_user(email="bench@example.com", password="an-unlikely-passphrase")
prepare_user(user)
bars = wave({N_DAYS})
closes = 480.0 + np.cumsum(np.random.default_rng(1).normal(0.0, 0.05, bars.close.size)).round(2)
opens = np.concatenate([[480.0], closes[:-1]])
high, low = np.maximum(opens, closes) + 0.02, np.minimum(opens, closes) - 0.02
make_bars("import:bench", "SPY", bars._replace(open=opens, high=high, low=low, close=closes))
strategy = make_strategy(user, data_source="import:bench", lookback_mode="Date Range",
                         lookback_start_date="2000-01-01T09:30:00")
began = time.monotonic()
tasks.run_backtest(strategy.runs.get().pk)
run_seconds = time.monotonic() - began
began = time.monotonic()
tasks.check_trust(TrustCheck.objects.get().pk)
trust_seconds = time.monotonic() - began
strategy.refresh_from_db()
store = SessionStore()
store[SESSION_KEY] = str(user.pk)
store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
store[HASH_SESSION_KEY] = user.get_session_auth_hash()
store.create()
print(json.dumps({{"session": store.session_key, "path": strategy.get_absolute_url(),
                   "n_trades": strategy.trades.count(), "run_s": round(run_seconds, 1),
                   "trust_s": round(trust_seconds, 1)}}))
"""


def peak_mb(pid: int) -> float:
    line = next(
        one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmHWM" in one
    )
    return int(line.split()[1]) / 1024


def measured(client: httpx.Client, pid: int, address: str) -> dict[str, float]:
    """Median time of an answer, its size, and by how much the process peaked above its start."""
    times, size = [], 0
    client.get(address).raise_for_status()
    # The peak begins anew.
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    before = peak_mb(pid)
    for _ in range(ROUNDS):
        began = time.perf_counter()
        size = len(client.get(address).raise_for_status().content)
        times.append(1000 * (time.perf_counter() - began))
    return {
        "ms": round(statistics.median(times)),
        "kb": round(size / 1024),
        "memory_mb": round(peak_mb(pid) - before, 1),
    }


def first_paint(url: str, session: str, path: str) -> float:
    """Median first contentful paint in a headless browser, ms since navigation began."""
    with browsing() as browser:
        context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        page, times = context.new_page(), []
        for _ in range(ROUNDS):
            page.goto(path)
            page.wait_for_timeout(300)
            entries = page.evaluate("performance.getEntriesByName('first-contentful-paint')")
            times.append(
                page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
                if entries
                else 0.0
            )
        return round(statistics.median(times))


def run() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        limits = {"RATE_LIMIT_READS": "1000000"}
        stack = Stack(Path(directory), n_workers=0, needs_ready=False, extra_env=limits)
        stack.manage("migrate", "-v0")
        made = json.loads(stack.python(SETUP).splitlines()[-1])
        session, path = made.pop("session"), made.pop("path")
        with running(stack):
            pid = next(one.pid for name, one in stack.processes.items() if "web" in name)
            cookies = {"sessionid": session}
            with httpx.Client(base_url=stack.url, cookies=cookies, timeout=60) as client:
                asked = {**{tab: f"?tab={tab}" for tab in TABS}, **OTHERS}
                tabs = {name: measured(client, pid, path + one) for name, one in asked.items()}
                tabs["the list"] = measured(client, pid, "/strategies/")
            paint = first_paint(stack.url, session, path) if chromium_path() else None
        return {**made, "rounds": ROUNDS, "first_paint_ms": paint, "pages": tabs}
