"""What is at hand on every page, in a browser: the search, words explained, limits of fields."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import reader
from tests.browser import watch_errors
from tests.reader import log_in
from tests.stack import Stack

pytestmark = reader.MARKS
HOLDINGS = """
from strategies.models import Strategy
from webhooks.testing import make_endpoint
from strategies.testing import make_strategy
for name in ("Morning break", "Evening fade", "Morning fade"):
    make_strategy(user, name=name)
make_endpoint(user, name="Prop bot")
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with reader.pages(tmp_path_factory.mktemp("hand"), HOLDINGS) as made:
        yield made


def opened(stack: Stack, browser: Browser, width: int = 1280, **options: bool) -> Page:
    viewport = {"width": width, "height": 844}
    page = browser.new_context(base_url=stack.url, viewport=viewport, **options).new_page()
    log_in(page)
    return page


def test_the_search_is_a_matter_of_keys(stack, browser):
    page = opened(stack, browser)
    errors = watch_errors(page)
    for address in ("/packs/", "/alerts/", "/webhooks/deliveries/", "/strategies/new/", "/"):
        page.goto(address)
        page.keyboard.press("/")
        expect(page.locator("#search-field")).to_be_focused()
        page.keyboard.type("x")
        page.keyboard.press("Escape")
        expect(page.locator("#search")).not_to_be_visible()
    page.keyboard.press("Control+k")
    page.locator("#search-field").fill("")
    # Enter waits for the answer to all that was typed.
    page.keyboard.type("morning fade")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Morning fade")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type("fade")
    expect(page.locator("#search [role=status]")).to_have_text("2 found")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#search-found a").nth(1)).to_be_focused()
    page.keyboard.type(" eve")
    expect(page.locator("#search-field")).to_have_value("fade eve")
    page.keyboard.press("Escape")
    expect(page.locator("#search")).not_to_be_visible()
    assert page.evaluate("rorStanding.word") != "lost"
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page.get_by_role("heading", name="Webhooks", exact=True)).to_be_visible()
    assert errors == []


def test_a_word_explains_itself_by_pointer_and_by_keys(stack, browser):
    page = opened(stack, browser)
    page.goto("/webhooks/")
    word = page.get_by_role("button", name="Endpoint", exact=True)
    tip = page.get_by_role("tooltip")
    word.hover()
    expect(tip).to_contain_text("an address that receives messages")
    page.mouse.move(5, 5)
    expect(tip).to_have_count(0)
    page.get_by_role("link", name="Templates").focus()
    page.keyboard.press("Tab")
    expect(word).to_be_focused()
    expect(tip).to_be_visible()
    page.keyboard.press("Tab")
    expect(tip.get_by_role("link")).to_be_focused()
    assert tip.get_by_role("link").get_attribute("href") == "/help/webhooks.html"
    page.keyboard.press("Escape")
    expect(tip).to_have_count(0)
    expect(word).to_be_focused()


def test_a_word_and_the_mark_of_a_field_explain_themselves_on_tap(stack, browser):
    page = opened(stack, browser, 390, has_touch=True)
    page.goto("/webhooks/")
    page.get_by_role("button", name="Retries", exact=True).tap()
    expect(page.get_by_role("tooltip")).to_contain_text("as one that trades")
    page.goto("/settings/")
    page.get_by_role("button", name="What “half-spread” means").tap()
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text("from the middle of bid and ask")
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_what_is_too_long_stays_and_is_said(stack, browser):
    page = opened(stack, browser)
    page.goto("/packs/new/ema_stack/")
    field = page.get_by_label("Name", exact=True)
    field.fill("x" * 61)
    expect(field).to_have_value("x" * 61)
    expect(page.locator("#id_version_limit")).to_have_text("At most 60 characters; these are 61.")
    field.fill("x" * 10)
    expect(page.locator("#id_version_limit")).to_be_hidden()


def test_many_are_deleted_and_taken_back(stack, browser):
    page = opened(stack, browser, 390)
    page.goto("/strategies/?view=table")
    expect(page.get_by_role("button", name="Do it")).to_be_disabled()
    page.get_by_label("Tick all").check()
    page.get_by_label("What to do").select_option("delete")
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("Delete: done for 3 strategies.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("3 strategies are back, unwatched.")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(3)
