"""A trader's first hour, in a browser against real processes.

Sign up, build and backtest, start the monitor, replay a day, see the alert without reload and the
signed order at a bot, log out. Once on the embedded default and once on PostgreSQL and Redis with
two web processes and two workers.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import reader
from tests.browser import browsing, watch_errors
from tests.databases import new_database
from tests.receiver import Receiver
from tests.stack import Stack, running
from tests.waiting import wait_until

EMAIL, PASSWORD = "rookie@example.com", "an-unlikely-passphrase"
ENTRY, EXIT = "macd_line_default_cross_bull", "macd_line_default_cross_bear"

pytestmark = reader.MARKS


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as bot:
        yield bot


def sign_up(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.locator("input[name=password1]").fill(PASSWORD)
    second = page.locator("input[name=password2]")
    if second.count():
        second.fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def build_strategy(page: Page) -> None:
    """Pick entry and exit; the backtest runs by itself; save under a name."""
    page.goto("/strategies/new/")
    page.locator("select[name=entry]").select_option(ENTRY)
    expect(page).to_have_url(re.compile("entry="))
    page.locator("select[name=exit_1]").select_option(EXIT)
    expect(page).to_have_url(re.compile(f"exit_1={EXIT}"))
    expect(page.locator(".kpi").first).to_be_visible(timeout=120_000)
    expect(page.locator("canvas").first).to_be_visible(timeout=120_000)
    page.locator("input[name=name]").fill("Journey")
    page.get_by_role("button", name="Save strategy").click()
    expect(page.get_by_role("heading", name="Journey")).to_be_visible()
    expect(page.locator(".kpi").first).to_be_visible(timeout=120_000)


def add_endpoint(page: Page, url: str) -> str:
    """An endpoint at the bot; returns its signing secret as the page reveals it."""
    page.goto("/webhooks/new/")
    page.locator("input[name=name]").fill("My bot")
    page.locator("input[name=url]").fill(url)
    page.get_by_role("button", name="Save endpoint").click()
    page.get_by_role("button", name=re.compile("(Show|Reveal)")).first.click()
    secret = page.locator("code.secret")
    expect(secret).to_contain_text("whsec_")
    return secret.inner_text().strip()


def start_monitor(page: Page) -> None:
    page.goto("/alerts/")
    page.get_by_role("button", name="Start monitor").first.click()
    expect(page.get_by_text(re.compile("Monitor running")).first).to_be_visible(timeout=120_000)


def start_replay(page: Page) -> None:
    page.goto("/alerts/replays/new/")
    speeds = page.locator("select[name=speed] option").evaluate_all("all => all.map(o => o.value)")
    page.locator("select[name=speed]").select_option(max(speeds, key=float))
    page.locator("input[name=webhooks]").check()
    page.get_by_role("button", name="Start the replay").click()
    expect(page).to_have_url(re.compile("/alerts/replays/.+"))


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("button", name="Log out").click()
    # The way out is taken once the server has answered.
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.goto("/strategies/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def travel(page: Page, alerts: Page, receiver: Receiver) -> None:
    sign_up(page)
    build_strategy(page)
    secret = add_endpoint(page, receiver.url)
    receiver.secrets.append(secret)
    start_monitor(page)
    alerts.goto("/alerts/")
    # Lost by a reload: the row must come to the page as it stands.
    alerts.evaluate("window.stillTheSamePage = true")
    start_replay(page)
    expect(alerts.locator("tr.alert-row").first).to_be_visible(timeout=120_000)
    assert alerts.evaluate("window.stillTheSamePage") is True
    wait_until(lambda: receiver.received, "the order at the bot")
    assert all(row.is_signed for row in receiver.received)
    page.goto("/webhooks/deliveries/")
    expect(page.locator("main table").get_by_text("Delivered").first).to_be_visible()


def journey(stack: Stack, receiver: Receiver) -> None:
    stack.manage("migrate", "-v0")
    stack.manage("seed")
    with running(stack), browsing() as browser:
        context = browser.new_context(base_url=stack.url, viewport={"width": 1280, "height": 900})
        page, alerts = context.new_page(), context.new_page()
        errors = [watch_errors(page), watch_errors(alerts)]
        try:
            travel(page, alerts, receiver)
            assert errors == [[], []]
            # From here on a page that asks is told that it is logged out: a request that failed.
            log_out(page)
        except AssertionError as error:
            page.screenshot(path=str(stack.directory / "page.png"), full_page=True)
            alerts.screenshot(path=str(stack.directory / "alerts.png"), full_page=True)
            raise AssertionError(f"{error}\n{page.url}\n{stack.logs()}") from error


def test_a_trader_goes_from_sign_up_to_a_signed_order(receiver: Receiver, tmp_path: Path) -> None:
    journey(Stack(tmp_path, feed_speed="60"), receiver)


def test_the_journey_on_postgresql_and_redis_with_two_of_each(
    receiver: Receiver, tmp_path: Path
) -> None:
    postgresql, redis = os.environ.get("TEST_POSTGRESQL_URL"), os.environ.get("TEST_REDIS_URL")
    if not (postgresql and redis):
        pytest.skip("no PostgreSQL or no Redis was given")
    with new_database(postgresql) as url:
        stack = Stack(
            tmp_path, database_url=url, redis_url=redis, n_web=2, n_workers=2, feed_speed="60"
        )
        journey(stack, receiver)
