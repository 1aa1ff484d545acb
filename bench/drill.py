"""Drill-down: a full tab over 90 days of minutes, from the click to the first and the last card."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from bench.engine import bars_file
from tests import reader
from tests.browser import browsing
from tests.reader import log_in
from tests.stack import Stack, running

SOURCE, DAYS, ROUNDS = "import:bench", 90, 9
PATIENCE_MS = 120_000
TABS = ("entry", "exits", "conditions", "stop")
USER = f"""
from accounts.models import User
from trader.signup import prepare_user
user = User.objects.create_user(email="{reader.EMAIL}", password="{reader.PASSWORD}")
prepare_user(user)
"""
# Each round asks something new: an answer that is known would only be read.
ADDRESS = (
    "/strategies/new/?data_source=" + SOURCE + "&symbol=SPY&lookback_mode=Days"
    f"&data_days={DAYS}&entry=ema_stack_default_cross_bull&stop_atr_mult={{stop}}"
)
SECONDS = """[
    (row.finished_at - row.started_at).total_seconds()
    for row in Drilldown.objects.filter(tab="{tab}").order_by("-pk")[:{n}]
]"""


def run() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        stack = Stack(Path(directory), needs_ready=False, extra_env={"RATE_LIMIT_AUTH": "1000"})
        stack.manage("migrate", "-v0")
        stack.python(USER)
        file = str(bars_file("REFA"))
        series = ("--symbol", "SPY", "--timeframe", "1Min", "--source", "bench")
        stack.manage("import_bars", file, *series)
        with running(stack), browsing() as browser:
            page = browser.new_page(base_url=stack.url, viewport={"width": 1280, "height": 900})
            page.set_default_timeout(PATIENCE_MS)
            log_in(page)
            return {tab: _measured(page, stack, tab) for tab in TABS}


def _measured(page: Page, stack: Stack, tab: str) -> dict[str, Any]:
    """The first round compiles what is not compiled yet and is left out."""
    rounds = [_one(page, tab, number) for number in range(ROUNDS + 1)][1:]
    first, last = zip(*rounds, strict=True)
    seconds = stack.ask("strategies.models", SECONDS.format(tab=tab, n=ROUNDS).replace("\n", ""))
    newest = f"len(Drilldown.objects.filter(tab='{tab}').latest('pk').choices)"
    return {
        "cards": stack.ask("strategies.models", newest),
        "compute_ms": round(1e3 * statistics.median(seconds), 1),
        "first_card_ms": round(1e3 * statistics.median(first), 1),
        "all_cards_ms": round(1e3 * statistics.median(last), 1),
        "days": DAYS,
        "runs": ROUNDS,
    }


def _one(page: Page, tab: str, number: int) -> tuple[float, float]:
    """Seconds from the click on a tab to its first card and to all of them."""
    page.goto(ADDRESS.format(stop=round(1.0 + 0.01 * number, 2)))
    page.locator("#run-panel[data-run]").wait_for()
    page.locator("#run-panel [data-pending], #run-panel[data-pending]").wait_for(state="detached")
    started = time.perf_counter()
    page.locator(f"#drill-tab-{tab}").click()
    page.locator(".drill-card:not(.is-base)").first.wait_for()
    first = time.perf_counter() - started
    page.locator("#drill [data-pending]").wait_for(state="detached")
    return first, time.perf_counter() - started
