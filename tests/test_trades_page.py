"""Trades, the builder's result and alerts in a browser, on a desk and on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import reader
from tests.browser import watch_errors
from tests.reader import log_in
from tests.stack import Stack

HOLDINGS = """
from django.http import QueryDict
from strategies import tasks
from strategies.builder.draft import Draft
from strategies.models import Strategy
from strategies.runs import queue
name = "A strategy whose name is longer than a phone is wide"
one = make_computed(user, name=name, data_days=8)
# What the builder finds when it opens the strategy: there is no worker.
draft = Draft(user, QueryDict(), Strategy.objects.shown_to(user).get())
assert draft.form.is_valid()
run = queue.start_backtest(user, draft.form.as_record())
tasks.run_backtest(run.pk)
for n in range(3):
    make_alert(user, strategy=one, strategy_name=name, bar_ts=1_709_562_600 + 60 * n)
"""
WIDTH = "document.documentElement.scrollWidth"
HIGHEST_ALERT_PX = 72

pytestmark = reader.MARKS


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with reader.pages(tmp_path_factory.mktemp("trades"), HOLDINGS) as made:
        yield made


def page_of(stack: Stack, browser: Browser, address: str, width: int = 1280) -> Page:
    viewport = {"width": width, "height": 900 if width > 400 else 844}
    page = browser.new_context(base_url=stack.url, viewport=viewport).new_page()
    log_in(page)
    page.goto(address)
    return page


def strategy_address(page: Page) -> str:
    page.goto("/strategies/?view=table")
    return str(page.locator(".strategy-table tbody th a").first.get_attribute("href"))


def test_order_filter_and_jump_stay_in_the_address(stack, browser) -> None:
    page = page_of(stack, browser, "/strategies/")
    errors = watch_errors(page)
    address = strategy_address(page)
    page.goto(f"{address}?tab=trades")
    page.locator("#trades-by-r").click()
    expect(page).to_have_url(re.compile("tab=trades&sort=-r$"))
    expect(page.locator("#trades-by-r")).to_be_focused()
    page.get_by_label("Result").select_option("loss")
    expect(page).to_have_url(re.compile("result=loss"))
    expect(page.locator("#trades")).to_contain_text(" of ")
    page.get_by_label("Result").select_option("")
    page.locator("#trades-worst").click()
    marked = page.locator(".trade-table tr.is-marked")
    expect(marked).to_be_in_viewport()
    page.reload()
    expect(marked).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".trade-table tr.is-marked")).to_have_count(0)
    assert page.evaluate(WIDTH) == 1280
    assert not errors
    page.context.close()


def test_the_builder_keeps_the_order_of_its_trades_and_moves_the_chart(stack, browser) -> None:
    page = page_of(stack, browser, "/strategies/")
    page.goto(f"{strategy_address(page)}edit/")
    page.locator("#trades-best").click()
    expect(page.locator(".trade-table tr.is-marked")).to_be_in_viewport()
    expect(page).to_have_url(re.compile("trades=trade"))
    page.reload()
    expect(page.locator(".trade-table tr.is-marked")).to_be_in_viewport()
    table = page.locator(".trades .table-responsive")
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
    page.context.close()


def test_the_save_bar_is_above_the_fold(stack, browser) -> None:
    page = page_of(stack, browser, "/strategies/")
    page.goto(f"{strategy_address(page)}edit/")
    button = page.get_by_role("button", name="Save changes")
    expect(button).to_be_in_viewport(ratio=1)
    page.mouse.wheel(0, 500)
    expect(button).to_be_in_viewport(ratio=1)
    page.context.close()


def test_on_a_phone_a_line_of_the_result_leads_to_it(stack, browser) -> None:
    page = page_of(stack, browser, "/strategies/", width=390)
    page.goto(f"{strategy_address(page)}edit/")
    line = page.locator(".result-bar")
    expect(line).to_be_in_viewport()
    for words in ("Trades", "Win rate", "Total R, net", "Not proven"):
        expect(line).to_contain_text(words)
    line.click()
    expect(page.locator("#run-panel .kpis").first).to_be_in_viewport()
    expect(line).to_be_hidden()
    assert page.evaluate(WIDTH) == 390
    page.context.close()


def test_alerts_are_short_rows_on_a_phone(stack, browser) -> None:
    page = page_of(stack, browser, "/alerts/", width=390)
    rows = page.locator(".alert-row")
    expect(rows.first).to_be_visible()
    heights = [row.bounding_box()["height"] for row in rows.all()]
    assert max(heights) <= HIGHEST_ALERT_PX
    assert page.evaluate(WIDTH) == 390
    page.context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_toast_stays_off_the_buttons_of_alerts_and_under_the_pointer(
    stack, browser, width
) -> None:
    page = page_of(stack, browser, "/alerts/", width=width)
    page.evaluate(
        """dispatchEvent(new CustomEvent("ror:event", {detail: {type: "alert.fired", data: {
        kind_text: "Entry", symbol: "SPY", direction: "LONG", alert: 0, url: "/alerts/"}}}))"""
    )
    toast = page.locator(".toast-alert")
    right = toast.evaluate("one => one.getBoundingClientRect().right")
    buttons = page.locator(".alert-ack .btn").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().left)"
    )
    assert buttons
    assert right <= min(buttons)
    toast.hover()
    page.wait_for_timeout(9_500)
    expect(toast).to_be_visible()
    page.mouse.move(width - 1, 1)
    expect(toast).to_have_count(0)
    page.context.close()
