"""A reader with an account, looked over the shoulder in a browser: real pages, no worker.

A module says `pytestmark = reader.MARKS` and makes its `stack` by `pages`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import browsing, chromium_path
from tests.stack import Stack, running

EMAIL, PASSWORD = "reader@example.com", "an-unlikely-passphrase"
MARKS = [
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="no Chromium on this machine"),
]
PREPARE = f"""
from accounts.models import User
from alerts.testing import make_alert
from strategies.testing import make_computed, make_market
from trader.signup import prepare_user
user = User.objects.create_user(email="{EMAIL}", password="{PASSWORD}")
prepare_user(user)
make_market(8)
"""


@contextlib.contextmanager
def pages(directory: Path, code: str) -> Iterator[Stack]:
    """A server whose one `user` has what the code makes; `make_computed` and `make_alert` are
    there."""
    # Tests log in more often than people do.
    often = {"RATE_LIMIT_AUTH": "1000"}
    stack = Stack(directory, n_workers=0, needs_ready=False, extra_env=often)
    stack.manage("migrate", "--verbosity", "0")
    stack.python(PREPARE + code)
    with running(stack):
        yield stack


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


def log_in(page: Page, email: str = EMAIL) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
