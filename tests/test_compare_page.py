"""Comparing two strategies and returning to an earlier version, in a browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import axe, reader
from tests.browser import watch_errors
from tests.reader import log_in
from tests.stack import Stack

LONG = "Opening drive with volume confirmation, second attempt, VWAP ±2σ on 15 minutes"
HOLDINGS = f"""
from strategies.saving.changes import update_strategy
from strategies.testing import compute
one = make_computed(user, name="{LONG}", data_days=8)
stop = {{"method": "atr", "atr_mult": 2.5}}
compute(update_strategy(one, {{"stop_config": stop}}, version=1).strategy)
make_computed(user, name="Quick out", data_days=8, bar_count_exit=3)
"""
WIDTH = "document.documentElement.scrollWidth"

pytestmark = reader.MARKS


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with reader.pages(tmp_path_factory.mktemp("compare"), HOLDINGS) as made:
        yield made


def opened(stack: Stack, browser: Browser, width: int) -> Page:
    viewport = {"width": width, "height": 900}
    page = browser.new_context(base_url=stack.url, viewport=viewport).new_page()
    log_in(page)
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_compare_two_and_return_to_an_earlier_version(stack, browser, width) -> None:
    page = opened(stack, browser, width)
    errors = watch_errors(page)
    page.goto("/strategies/?view=table")
    for name in (LONG, "Quick out"):
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    rows = page.locator("#configuration tbody")
    expect(rows.get_by_role("row", name=re.compile("^Stop"))).to_contain_text("ATR x 2.5")
    expect(rows).not_to_contain_text("Timeframe")
    page.get_by_role("link", name="Show every line").click()
    expect(rows).to_contain_text("Timeframe")
    chart = page.locator(".chart-compare")
    expect(chart.locator("canvas")).to_be_visible()
    expect(chart.locator(".chart-readout")).to_contain_text(re.compile(r"A .* R · B .* R"))
    chart.get_by_role("button", name="By trade").click()
    expect(chart.locator(".chart-readout")).to_contain_text("trade ")
    assert page.evaluate(WIDTH) == width

    page.get_by_role("link", name=LONG, exact=True).click()
    page.get_by_role("link", name="History", exact=True).click()
    first = page.locator("#version-1")
    expect(page.locator("#version-2")).to_contain_text("ATR x 1.5")
    assert page.evaluate(WIDTH) == width
    first.get_by_role("link", name="Compare with now").click()
    expect(page.locator(".compare-item")).to_have_count(2)
    page.get_by_role("button", name="Open as a clone").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("(version 1)")
    expect(
        page.get_by_text("Its forward test starts now").or_(page.get_by_text("is saved"))
    ).to_have_count(1)
    assert not errors
    page.context.close()


def test_the_page_keeps_nobody_out(stack, browser) -> None:
    context = axe.context_of(browser, stack.url)
    page = context.new_page()
    log_in(page)
    page.goto("/strategies/?view=table")
    for name in (LONG, "Quick out"):
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".chart-compare canvas")).to_be_visible()
    assert axe.nameless(page) + axe.grave(page) == []
    page.goto("/compare/?items=strategy:x,strategy:1")
    assert axe.grave(page) == []
    context.close()
