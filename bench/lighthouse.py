"""Lighthouse on the pages a trader waits for: mobile profile, logged in, as in production."""

from __future__ import annotations

import contextlib
import json
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser import ARGUMENTS, chromium_path
from tests.stack import Stack, free_port, running
from trader.demo import DEMO_EMAIL, DEMO_PASSWORD, RECORDED

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
N_RUNS = 3
CATEGORIES = ("performance", "accessibility", "best-practices")
# Milliseconds, but for the shift of the layout, which is a share of the screen.
METRICS = {
    "tbt_ms": "total-blocking-time",
    "lcp_ms": "largest-contentful-paint",
    "fcp_ms": "first-contentful-paint",
    "cls": "cumulative-layout-shift",
}
PATIENCE_MS, LIGHTHOUSE_SECONDS = 180_000, 300
N_ALERTS = 60
FILL = f"""
from accounts.models import User
from alerts.testing import make_alert
user = User.objects.get()
[make_alert(user, bar_ts=1_709_562_600 + 60 * n) for n in range({N_ALERTS})]
"""


class NotInstalledError(Exception):
    """What is missing, by name, and how to get it."""


def run() -> dict[str, Any]:
    node, browser = shutil.which("node"), chromium_path()
    if not COMMAND.is_file():
        raise NotInstalledError("Lighthouse is not installed: run `npm ci`.")
    if node is None:
        raise NotInstalledError("There is no Node.js on this machine.")
    if browser is None:
        raise NotInstalledError("There is no Chromium on this machine.")
    with tempfile.TemporaryDirectory() as directory:
        stack = Stack(Path(directory), extra_env={"STATIC_COLLECTED": "1"})
        stack.manage("collectstatic", "--noinput", "-v0")
        stack.manage("migrate", "-v0")
        stack.manage("seed")
        stack.python(FILL, timeout=300)
        with running(stack), _chromium(browser, Path(directory)) as (page, port):
            audit = _Audit(node, port, Path(directory) / "report.json")
            addresses = _pages(page, stack.url)
            pages = {name: audit.page(address) for name, address in addresses.items()}
    return {"runs": N_RUNS, "pages": pages}


@contextlib.contextmanager
def _chromium(path: str, directory: Path) -> Iterator[tuple[Page, int]]:
    """A browser whose own profile is logged in, and the port where Lighthouse takes it over."""
    port = free_port()
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            directory / "profile",
            executable_path=path,
            args=[*ARGUMENTS, f"--remote-debugging-port={port}"],
        )
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page(), port
        context.close()


def _pages(page: Page, url: str) -> dict[str, str]:
    """Addresses of pages whose results are there."""
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=login]", DEMO_EMAIL)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.press("input[name=password]", "Enter")
    page.get_by_role("heading", name="Dashboard").wait_for()
    found = {
        "dashboard": f"{url}/",
        "strategies": f"{url}/strategies/",
        "builder with result": _built(page, url),
        "strategy": _computed(page, url),
        "alerts": f"{url}/alerts/",
    }
    # Nothing of it may work while others are measured.
    page.goto("about:blank")
    return found


def _built(page: Page, url: str) -> str:
    """The builder's address of the first set-up, once its backtest is done."""
    page.goto(f"{url}/strategies/new/")
    page.locator(".setup-name").first.click()
    page.locator(".kpi").first.wait_for()
    return page.url


def _computed(page: Page, url: str) -> str:
    page.goto(f"{url}/strategies/")
    page.get_by_role("link", name=str(RECORDED[0]["name"])).first.click()
    page.locator(".kpi").first.wait_for()
    return page.url


class _Audit:
    def __init__(self, node: str, port: int, report: Path) -> None:
        self.node, self.port, self.report = node, port, report

    def page(self, url: str) -> dict[str, Any]:
        """Medians of the runs, and the causes that Lighthouse names in the last one."""
        found = [self._once(url) for _ in range(N_RUNS)]
        result: dict[str, Any] = {
            name.replace("-", "_"): statistics.median(_score(one, name) for one in found)
            for name in CATEGORIES
        }
        for name, audit in METRICS.items():
            value = statistics.median(one["audits"][audit]["numericValue"] for one in found)
            result[name] = round(value, 3 if name == "cls" else 0)
        return {**result, "causes": _causes(found[-1])}

    def _once(self, url: str) -> dict[str, Any]:
        command = [
            *(self.node, str(COMMAND), url, "--quiet", "--output=json"),
            *(f"--output-path={self.report}", f"--port={self.port}"),
            f"--only-categories={','.join(CATEGORIES)}",
        ]
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT, capture_output=True, text=True, timeout=LIGHTHOUSE_SECONDS
        )
        if done.returncode:
            raise RuntimeError(f"Lighthouse failed on {url}: {done.stderr[-1500:]}")
        report: dict[str, Any] = json.loads(self.report.read_text())
        if report["finalDisplayedUrl"].split("?")[0] != url.split("?")[0]:
            raise RuntimeError(f"Lighthouse was sent from {url} to {report['finalDisplayedUrl']}")
        return report


def _score(report: dict[str, Any], category: str) -> int:
    score: float = report["categories"][category]["score"]
    return round(100 * score)


def _causes(report: dict[str, Any]) -> list[str]:
    """Audits that lower a score, named with what they would spare where that is known."""
    counted = {
        one["id"]
        for name in CATEGORIES
        for one in report["categories"][name]["auditRefs"]
        if one["weight"] or one.get("group") in {"diagnostics", "insights"}
    } - set(METRICS.values())
    low = [
        audit
        for name, audit in report["audits"].items()
        if name in counted and audit["score"] is not None and audit["score"] < 0.9
    ]
    return [f"{one['id']}: {one.get('displayValue') or one['title']}" for one in low]
