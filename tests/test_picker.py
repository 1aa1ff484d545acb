"""The builder's long pickers in a browser: by keyboard, on a phone, and without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import reader
from tests.browser import watch_errors
from tests.reader import log_in
from tests.stack import Stack

pytestmark = reader.MARKS
OVERSOLD = "rsi_zones_default_exit_oversold"


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with reader.pages(tmp_path_factory.mktemp("picker"), "") as made:
        yield made


def builder_of(stack: Stack, browser: Browser, width: int = 1280, **options) -> Page:
    viewport = {"width": width, "height": 844}
    page = browser.new_context(base_url=stack.url, viewport=viewport, **options).new_page()
    log_in(page)
    page.goto("/strategies/new/")
    return page


def test_typing_on_a_picker_finds_an_indicator_and_keeps_its_place(stack, browser) -> None:
    page = builder_of(stack, browser)
    errors = watch_errors(page)
    button = page.get_by_role("button", name="Entry trigger")
    button.focus()
    page.keyboard.type("rsi out overs")
    expect(page.get_by_role("combobox", name="Search: Entry trigger")).to_be_focused()
    expect(page.get_by_role("dialog").get_by_role("option")).to_have_text(["Out of Oversold"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"entry={OVERSOLD}"))
    expect(button).to_have_text("RSI Zones (Default): Out of Oversold")
    expect(button).to_be_focused()
    assert not errors
    page.context.close()


def test_arrows_move_and_escape_changes_nothing(stack, browser) -> None:
    page = builder_of(stack, browser)
    page.locator("#id_add_general_pick").focus()
    page.keyboard.press("ArrowDown")
    search = page.get_by_role("combobox", name=re.compile("^Search"))
    page.keyboard.press("ArrowDown")
    first = search.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    assert search.get_attribute("aria-activedescendant") != first
    search.fill("nothing has this")
    expect(page.get_by_role("dialog").get_by_role("option")).to_have_count(0)
    expect(page.get_by_text("Nothing has all of these words.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile("/strategies/new/$"))
    page.context.close()


def test_on_a_phone_the_list_fills_the_screen_and_a_tap_chooses(stack, browser) -> None:
    page = builder_of(stack, browser, width=390, has_touch=True)
    page.locator("#id_add_condition_pick").tap()
    panel = page.get_by_role("dialog")
    assert panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    option = panel.get_by_role("option", name="LPSM price under one average")
    option.scroll_into_view_if_needed()
    option.tap()
    chip = page.locator(".chip").filter(has_text="LPSM – price under one average")
    expect(chip).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.context.close()


def test_without_scripts_the_select_is_there_and_a_set_up_opens(stack, browser) -> None:
    with_scripts = builder_of(stack, browser)
    cookies = with_scripts.context.cookies()
    with_scripts.context.close()
    context = browser.new_context(base_url=stack.url, java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/strategies/new/")
    page.get_by_role("link", name="RSI exhaustion").click()
    expect(page.locator("select[name=entry]")).to_have_value(OVERSOLD)
    page.get_by_label("Exit trigger").select_option("rsi_zones_default_cross_below_midline")
    page.get_by_role("button", name="Backtest", exact=True).click()
    expect(page).to_have_url(re.compile("exit_1=rsi_zones_default_cross_below_midline"))
    context.close()
