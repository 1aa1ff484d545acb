"""Every page in a browser, wide and narrow: nothing sticks out, fails or breaks the policy.

The pages are found as a reader finds them, by following links from the navigation, one of a kind.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from market.testing import right_prices
from tests import reader
from tests.browser import watch_errors
from tests.reader import log_in
from tests.stack import Stack
from tests.waiting import wait_until

LONG = "Opening drive with volume confirmation, second attempt, VWAP ±2σ on 15 minutes"
WIDTHS = (390, 1280)
SIGNED_OUT = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")
START = (
    "/", "/strategies/", "/strategies/new/", "/packs/", "/alerts/", "/alerts/replays/",
    "/webhooks/", "/settings/",
    "/accounts/email/", "/accounts/password/change/", "/docs/", "/echo/",
)  # fmt: skip
# These download, change something, or leave the product's own pages; the help is built by itself.
SKIPPED = re.compile(
    r"/(api|admin|static|help|accounts/(logout|login|signup)|openapi)|\.csv|everything\.json|/export/"
)
SETTLE_MS = 150
WIDEST = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
POLICY = """document.addEventListener('securitypolicyviolation', (event) =>
    console.error('policy', event.violatedDirective, event.blockedURI))"""
HOLDINGS = f"""
from datetime import date
from alerts.replays import replay_strategy
from webhooks.testing import make_delivery, make_endpoint
strategy = make_computed(user, name="{LONG}", data_days=8)
for kind, late in (("entry_signal", False), ("exit_signal", True)):
    make_alert(user, alert_type=kind, is_late=late, strategy=strategy, strategy_name=strategy.name)
replay_strategy(strategy, "sample", date(2024, 3, 6), speed=60, sends_webhooks=False)
make_delivery(
    make_endpoint(user, name="{LONG}", url="https://" + "long." * 20 + "example.com/" + "x" * 90),
    state="failed", n_attempts=8, last_status=500, reason="{LONG}: " * 2,
)
"""

pytestmark = reader.MARKS


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with reader.pages(tmp_path_factory.mktemp("pages"), HOLDINGS) as made:
        yield made


def kind_of(address: str) -> str:
    """Addresses that differ in ids and page numbers only are of one kind."""
    without_ids = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)(\d+|[a-z]+_[a-z_]+)(?=/)", "*", address)
    path, _, query = without_ids.partition("?")
    tab = re.search(r"tab=\w+", query)
    return f"{path}?{tab.group()}" if tab else path


def links(page: Page) -> list[str]:
    found = page.eval_on_selector_all("main a[href], nav a[href]", "all => all.map(a => a.href)")
    origin = re.match(r"https?://[^/]+", page.url)
    assert origin is not None
    here = [link.removeprefix(origin.group()) for link in found if link.startswith(origin.group())]
    return [link.split("#")[0] for link in here if not SKIPPED.search(link)]


def look(page: Page, address: str, errors: list[str]) -> list[str]:
    """What is wrong with the page at this address: opened on a phone, then given room."""
    del errors[:]
    faults = []
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    page.goto(address)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(SETTLE_MS)
        wide = page.evaluate(WIDEST)
        if wide > width:
            faults.append(f"{address} is {wide} px wide at {width}")
    return faults + [f"{address}: {error}" for error in errors]


def look_around(page: Page, errors: list[str]) -> tuple[dict[str, str], list[str]]:
    waiting, seen, faults = list(START), {}, []
    while waiting:
        address = waiting.pop(0)
        if kind_of(address) in seen or not address:
            continue
        seen[kind_of(address)] = address
        faults += look(page, address, errors)
        waiting += links(page)
    return seen, faults


def test_every_page_fits_and_runs_without_an_error(stack, browser) -> None:
    context = browser.new_context(base_url=stack.url)
    context.add_init_script(POLICY)
    page = context.new_page()
    errors = watch_errors(page)
    faults = [fault for address in SIGNED_OUT for fault in look(page, address, errors)]
    log_in(page)
    seen, more = look_around(page, errors)
    assert not faults + more
    every = {"/strategies/*/?tab=chart", "/alerts/*/", "/alerts/replays/*/"}
    assert {*every, "/webhooks/deliveries/*/"} <= set(seen)
    assert len(seen) > 30, seen
    context.close()


def test_what_is_typed_while_the_builder_answers_is_kept(stack, browser) -> None:
    context = browser.new_context(base_url=stack.url)
    page = context.new_page()
    log_in(page)
    page.goto("/strategies/new/")
    held: list[Route] = []
    page.route(re.compile(r"/strategies/new/\?data_source"), lambda route: held.append(route))
    page.locator("select[name=entry]").select_option("macd_line_default_cross_bull")
    page.locator("input[name=name]").fill("Mine")
    wait_until(lambda: page.wait_for_timeout(50) or held, "the form to ask")
    held[0].continue_()
    page.unroute_all()
    page.wait_for_timeout(500)
    expect(page.locator("input[name=name]")).to_have_value("Mine")
    page.locator("input[name=name]").blur()
    expect(page).to_have_url(
        re.compile("entry=macd_line_default_cross_bull.*name=Mine|name=Mine.*entry=")
    )
    context.close()


def test_quick_changes_end_with_the_last_one_and_a_clean_console(stack, browser) -> None:
    context = browser.new_context(base_url=stack.url)
    page = context.new_page()
    errors = watch_errors(page)
    log_in(page)
    page.goto("/strategies/new/")
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(re.compile(r"/strategies/new/\?data_source"), hold_the_first)
    page.locator("select[name=entry]").select_option("macd_line_default_cross_bull")
    wait_until(lambda: page.wait_for_timeout(50) or held, "the form to ask")
    for timeframe in ("5Min", "15Min"):
        page.locator("select[name=timeframe]").select_option(timeframe)
    page.wait_for_timeout(300)
    held[0].continue_()
    expect(page).to_have_url(re.compile("timeframe=15Min.*entry=macd_line_default_cross_bull"))
    expect(page.locator("select[name=timeframe]")).to_have_value("15Min")
    assert not errors
    context.close()


def test_charts_far_below_wait_until_the_reader_comes_near(stack, browser) -> None:
    context = browser.new_context(base_url=stack.url, viewport={"width": 390, "height": 300})
    page = context.new_page()
    log_in(page)
    page.goto("/strategies/")
    page.get_by_role("link", name=LONG).first.click()
    expect(page.locator("[data-equity] canvas").first).to_be_attached()
    below = page.locator("[data-histogram] svg")
    assert below.count() == 0
    page.locator("[data-histogram]").scroll_into_view_if_needed()
    expect(below.first).to_be_visible()
    context.close()


def test_scripts_write_prices_as_the_pages_do(stack, browser) -> None:
    context = browser.new_context(base_url=stack.url)
    page = context.new_page()
    log_in(page)
    page.wait_for_load_state("load")
    for table, script in (
        ("written", "(rows) => rows.map(([price, n]) => rorPrice(price, n))"),
        ("apart", "(rows) => rows.map(([prices, n]) => rorDecimalsApart(prices, n))"),
    ):
        rows = right_prices(table)
        assert page.evaluate(script, rows) == [right for *_, right in rows]
    context.close()
