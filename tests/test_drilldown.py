"""A newcomer's first strategy, by drill-down only, in a browser with a real worker."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import axe, reader
from tests.browser import watch_errors
from tests.reader import browser, log_in
from tests.stack import Stack, running

__all__ = ["browser"]
PATIENCE_MS = 60_000
NEW = "/strategies/new/?data_source=sample&lookback_mode=Days&data_days=30"
PHONE = {"width": 390, "height": 844}

pytestmark = reader.MARKS


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    often = {"RATE_LIMIT_AUTH": "1000"}
    made = Stack(tmp_path_factory.mktemp("drilldown"), needs_ready=False, extra_env=often)
    made.manage("migrate", "--verbosity", "0")
    made.python(reader.PREPARE)
    with running(made):
        yield made


@pytest.fixture
def page(stack: Stack, browser) -> Iterator[Page]:
    context = browser.new_context(base_url=stack.url, viewport={"width": 1280, "height": 900})
    made = context.new_page()
    made.set_default_timeout(15_000)
    expect.set_options(timeout=PATIENCE_MS)
    errors = watch_errors(made)
    log_in(made)
    yield made
    assert errors == []
    context.close()


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator(".drill-column.is-open")).to_contain_text(name)
    expect(page.locator("#drill [data-pending], #drill .drill-wait")).to_have_count(0)
    expect(page.locator(".drill-card").first).to_be_visible()


def test_a_first_strategy_by_drill_down_only(page: Page, stack: Stack) -> None:
    page.goto(NEW)
    open_tab(page, "Entry trigger")
    page.get_by_label("Find a choice").fill("EMA Stack (Default): Short > Mid")
    expect(page.locator(".drill-card")).to_have_count(1)
    page.get_by_role("link", name="Use: EMA Stack").first.click()
    expect(page.locator(".read-back")).to_contain_text("Buy SPY when the Short EMA crosses above")

    open_tab(page, "General conditions")
    page.get_by_role("link", name="Add:").first.click()
    expect(page.locator(".drill-undo")).to_contain_text("Added:")
    expect(page.locator(".read-back")).to_contain_text("only while")
    page.get_by_role("link", name="Undo").click()
    expect(page.locator(".read-back")).not_to_contain_text("only while")

    open_tab(page, "Take profit")
    page.get_by_role("link", name="Replace: 3.0R").click()
    expect(page.locator(".read-back")).to_contain_text("target 3.0R")
    page.get_by_role("button", name="Save strategy").click()
    page.wait_for_url("**/strategies/*/")
    record = stack.ask("strategies.models", "Strategy.objects.latest('pk').as_record()")
    assert record["target_config"]["rr_ratio"] == 3.0
    assert record["general_confluences"] == []


def test_a_link_shows_the_same_question(page: Page) -> None:
    page.goto(f"{NEW}&entry=ema_stack_default_cross_bull")
    open_tab(page, "Stop loss")
    page.get_by_label("Sort by").select_option("win_rate")
    expect(page).to_have_url(re.compile("drill_sort=win_rate"))
    found = page.locator(".drill-card:not(.is-base) h3").first
    first = found.inner_text()
    page.goto(page.url)
    expect(found).to_have_text(first)


def test_sets_and_what_is_typed_stay_together(page: Page) -> None:
    page.goto(f"{NEW}&entry=ema_stack_default_cross_bull")
    open_tab(page, "Exit triggers")
    page.get_by_label("Alone or combined").select_option("2")
    expect(page.locator("#drill .drill-body")).to_contain_text("combinations tried")
    page.get_by_label("Exit after bars").fill("9")
    page.get_by_label("Exit after bars").press("Tab")
    expect(page.locator(".read-back")).to_contain_text("out after 9 bars")
    expect(page.get_by_label("Alone or combined")).to_have_value("2")


def test_a_tab_fits_a_phone_and_keeps_nobody_out(page: Page) -> None:
    page.add_init_script(path=axe.SCRIPT)
    page.goto(f"{NEW}&entry=ema_stack_default_cross_bull&drill_tab=target")
    expect(page.locator(".drill-card").first).to_be_visible()
    assert axe.grave(page, "#drill") == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
