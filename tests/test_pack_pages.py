"""The preview of a pack in a browser: it follows what is typed, without a full load of the page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import reader
from tests.browser import watch_errors
from tests.reader import log_in
from tests.stack import Stack

pytestmark = reader.MARKS
PACK = """
from strategies.packs import library
fast = {"short_period": 3, "mid_period": 6, "long_period": 12}
library.create_pack(user, "ema_stack", {"version": "Fast", "parameters": fast})
"""
COMPUTE = """
from strategies import tasks
from strategies.models import PackPreview
for preview in PackPreview.objects.filter(status="queued"):
    tasks.preview_pack(preview.pk)
"""
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with reader.pages(tmp_path_factory.mktemp("packs"), PACK) as made:
        yield made


def answer(stack: Stack, page: Page) -> None:
    """There is no worker: what waits is computed here."""
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    stack.python(COMPUTE)


def test_a_preview_follows_what_is_typed(stack: Stack, browser: Browser):
    page = browser.new_page(base_url=stack.url, viewport={"width": 1280, "height": 900})
    errors = watch_errors(page)
    log_in(page)
    page.goto("/packs/?q=fast")
    page.get_by_role("link", name="EMA Stack Fast").click()
    page.get_by_role("link", name="Preview", exact=True).click()
    answer(stack, page)
    expect(page.get_by_text("bars on 8 dates")).to_be_visible()
    expect(page.locator("#price-chart canvas").first).to_be_visible()
    expect(page.get_by_text("not enough dates (8 of 10)").first).to_be_visible()
    field, fault = page.get_by_label("Short period"), page.locator("#fault-p_mid_period")
    field.fill("9")
    expect(fault).to_have_text("Mid period must be greater than Short period (9).")
    field.fill("2")
    expect(page).to_have_url(re.compile("p_short_period=2"))
    expect(fault).to_be_empty()
    answer(stack, page)
    expect(page.get_by_text("Not the stored values.")).to_be_visible()
    page.reload()
    expect(field).to_have_value("2")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(WIDTH) <= 390
    page.get_by_role("link", name="Take them over").click()
    expect(page.get_by_text("are not saved yet")).to_be_visible()
    expect(field).to_have_value("2")
    assert page.evaluate(WIDTH) <= 390
    assert errors == []
    page.close()
