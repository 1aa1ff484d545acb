"""The newcomer's path on an empty account, and the tenth day on the phone, with real processes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import reader
from tests.browser import watch_errors
from tests.newcomer import PASSWORD, PATIENCE_MS, Newcomer
from tests.reader import browser
from tests.stack import Stack, running
from tests.waiting import wait_until

__all__ = ["browser"]
EMAIL = "newcomer@example.com"
MOST_CLICKS = 12
PHONE = {"width": 390, "height": 844}

pytestmark = reader.MARKS


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    made = Stack(tmp_path_factory.mktemp("newcomer"), feed_speed="60")
    made.manage("migrate", "--verbosity", "0")
    made.manage("seed")
    with running(made):
        yield made


@pytest.fixture(scope="module")
def account(stack: Stack, browser: Browser) -> Newcomer:
    """Whoever has walked the path; later tests go on with the account."""
    context = browser.new_context(base_url=stack.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors = watch_errors(page)
    newcomer = Newcomer(page, EMAIL)
    try:
        newcomer.walk()
    except AssertionError as error:
        page.screenshot(path=str(stack.directory / "newcomer.png"), full_page=True)
        raise AssertionError(f"{error}\n{page.url}\n{stack.logs()}") from error
    assert errors == []
    return newcomer


def test_a_newcomer_needs_a_dozen_clicks_from_sign_up_to_the_echo_bot(account: Newcomer) -> None:
    assert account.n_clicks <= MOST_CLICKS


def test_the_echo_bot_receives_the_next_order(account: Newcomer) -> None:
    message = account.page.locator("main").get_by_text("Signature valid").first
    expect(message).to_be_visible(timeout=PATIENCE_MS)
    expect(account.page.locator("main")).to_contain_text('"is_test": false')


def test_the_first_strategy_has_more_than_one_way_out(account: Newcomer, stack: Stack) -> None:
    record = stack.ask("strategies.models", "Strategy.objects.get(name='EMA cross').as_record()")
    assert record["target_config"]
    assert record["time_exit_config"]
    assert record["exit_trigger_confluence_ids"]
    assert any(record["costs"].values())


@pytest.fixture
def phone(stack: Stack, account: Newcomer, browser: Browser) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        base_url=stack.url, viewport=PHONE, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(account.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").tap()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    yield page
    context.close()


def test_the_tenth_day_on_the_phone(phone: Page) -> None:
    """Positions first, then what is unread; one strategy is stopped, and not."""
    now = phone.locator("#now")
    expect(now.get_by_role("link", name="EMA cross")).to_be_visible()
    phone.goto("/alerts/")
    unread = phone.locator("tr.alert-row.is-unread")
    expect(unread.first).to_be_visible()
    n_unread = unread.count()
    unread.first.get_by_role("button", name=re.compile("Acknowledge")).tap()
    expect(unread).to_have_count(n_unread - 1)
    stop_while_flat(phone)
    phone.get_by_role("button", name="Undo").tap()
    expect(phone.get_by_role("button", name="Stop watching")).to_be_visible()


def stop_while_flat(phone: Page) -> None:
    """In a position the page asks first, and names what would be lost; then it is kept."""
    stop = phone.get_by_role("button", name="Stop watching", exact=True)
    keep = phone.get_by_role("link", name="Keep watching")
    undo = phone.get_by_role("button", name="Undo")

    def is_stopped() -> bool:
        stop.tap()
        expect(keep.or_(undo).first).to_be_visible()
        if keep.count():
            expect(phone.locator("main")).to_contain_text("no exit will be announced")
            keep.tap()
        return bool(undo.count())

    wait_until(is_stopped, "a bar without a position", seconds=PATIENCE_MS / 1000, pause=2.0)
