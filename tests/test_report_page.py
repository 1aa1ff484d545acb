"""A report in a browser: looked at, saved chart by chart, and read by a stranger through a link."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import reader
from tests.browser import watch_errors
from tests.reader import log_in
from tests.stack import Stack

HOLDINGS = """
make_computed(user, name="A strategy whose name is longer than a phone is wide", data_days=8)
make_computed(user, name="Nobody else is to see this", data_days=8)
"""
NAME = "A strategy whose name is longer than a phone is wide"
WIDTH = "document.documentElement.scrollWidth"

pytestmark = reader.MARKS


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with reader.pages(tmp_path_factory.mktemp("report"), HOLDINGS) as made:
        yield made


def owner(stack: Stack, browser: Browser) -> Page:
    page = browser.new_context(base_url=stack.url).new_page()
    log_in(page)
    page.goto("/strategies/")
    page.get_by_role("link", name=NAME, exact=True).click()
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Report and links").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    return page


def stranger(stack: Stack, browser: Browser, width: int = 1280) -> Page:
    viewport = {"width": width, "height": 844}
    return browser.new_context(base_url=stack.url, viewport=viewport).new_page()


def test_a_stranger_reads_the_report_by_its_link_until_it_is_revoked(stack, browser):
    page = owner(stack, browser)
    page.get_by_role("link", name="Read-only links").click()
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Address of the report").input_value()

    guest = stranger(stack, browser)
    errors = watch_errors(guest)
    assert guest.goto(address).status == 200
    expect(guest.get_by_role("heading", name=NAME)).to_be_visible()
    expect(guest.locator(".chart-equity canvas").first).to_be_visible()
    shown = guest.content()
    assert reader.EMAIL not in shown
    assert "Nobody else is to see this" not in shown
    assert not errors

    page.reload()
    page.get_by_role("button", name="Revoke").first.click()
    expect(page.get_by_text("The link is dead")).to_be_visible()
    assert guest.goto(address).status == 404
    expect(guest.get_by_text("There is nothing here")).to_be_visible()


def test_a_link_opens_nothing_else(stack, browser):
    page = owner(stack, browser)
    report = page.url
    page.get_by_role("link", name="Read-only links").click()
    page.get_by_role("button", name="Make a link").click()
    guest = stranger(stack, browser)
    guest.goto(page.get_by_label("Address of the report").input_value())
    for address in (report, "/strategies/", f"{report}everything.json"):
        guest.goto(address)
        assert "/accounts/login/" in guest.url


def test_the_report_fits_a_phone(stack, browser):
    page = owner(stack, browser)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(WIDTH) <= 390


def test_each_chart_is_saved_as_a_picture(stack, browser):
    page = owner(stack, browser)
    buttons = page.get_by_role("button", name="PNG")
    expect(buttons).to_have_count(2)
    for place in range(2):
        with page.expect_download() as got:
            buttons.nth(place).click()
        assert got.value.suggested_filename.endswith(".png")
        assert Path(got.value.path()).read_bytes().startswith(b"\x89PNG")


def test_the_report_prints_on_pages_without_its_buttons(stack, browser):
    page = owner(stack, browser)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Read-only links")).to_be_hidden()
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
