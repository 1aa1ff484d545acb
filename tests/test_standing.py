"""Pages that have lost what they stand on, in a browser: the server, the network, the session.

They say so within one poll, keep what was typed, answer what is pressed, and go on by themselves.
"""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import reader
from tests.reader import EMAIL, PASSWORD
from tests.stack import Stack
from tests.waiting import wait_until

HOLDINGS = """
make_computed(user, name="Mine", data_days=8)
make_alert(user)
"""
TROUBLE = f"""
from django.db import transaction
from accounts.models import User
from webhooks.outbound.news import publish_endpoint_trouble
from webhooks.testing import make_endpoint
user = User.objects.get(email="{EMAIL}")
with transaction.atomic():
    publish_endpoint_trouble(make_endpoint(user), "failing", "My bot: it refused")
"""
LOGIN_PAGE = ".entrance"
ENTRY = "select[name=entry]"
# Long enough for a poll of 15 s and a slow machine.
POLL_MS = 60_000

pytestmark = reader.MARKS


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with reader.pages(tmp_path_factory.mktemp("standing"), HOLDINGS) as made:
        yield made


@pytest.fixture
def context(stack, browser) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=stack.url)
    made.set_default_timeout(POLL_MS)
    log_in(made)
    yield made
    made.close()


def log_in(context: BrowserContext) -> None:
    page = context.new_page()
    reader.log_in(page)
    page.close()


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def line(page: Page):
    return page.locator("#standing")


def expect_blind(page: Page, words: str) -> None:
    """The page says what it has lost; no gauge claims anything and the clock stands still."""
    expect(line(page)).to_contain_text(re.compile(words), timeout=POLL_MS)
    for gauge in ("feed", "monitor"):
        expect(page.locator(f'[data-gauge="{gauge}"] .gauge-value')).to_have_text("unknown")
    before = page.locator("[data-clock]").inner_text()
    page.wait_for_timeout(2_200)
    assert page.locator("[data-clock]").inner_text() == before


def web(stack: Stack):
    return stack.processes["web0"]


def start_again(stack: Stack) -> None:
    web(stack).start()
    wait_until(lambda: stack.is_ready(stack.ports[0]), "the server", seconds=POLL_MS / 1000)


def test_a_killed_server_is_said_and_nothing_typed_is_lost(stack, context) -> None:
    alerts, settings = opened(context, "/alerts/"), opened(context, "/settings/")
    settings.locator("input[name=name]").first.fill("Typed before")
    web(stack).kill()
    try:
        expect_blind(alerts, r"No connection since \d\d:\d\d:\d\d: what you see is from then")
        expect(alerts.locator("#monitor-title")).to_have_text("Monitor unknown")
        alerts.get_by_role("button", name="Start monitor").click()
        expect(alerts.locator(".said")).to_contain_text("Not done: no connection")
        settings.get_by_role("button", name="Save profile").click()
        expect(settings.locator(".said")).to_contain_text("What you entered is still here")
        settings.get_by_role("link", name="Strategies").first.click()
        expect(settings.locator(".said")).to_contain_text("Not opened: no connection")
        expect(settings.locator("input[name=name]").first).to_have_value("Typed before")
    finally:
        start_again(stack)
    expect(line(alerts)).to_be_hidden(timeout=POLL_MS)
    expect(alerts.locator("#monitor-title")).to_have_text("Monitor stopped")
    expect(line(settings)).to_be_hidden(timeout=POLL_MS)
    settings.get_by_role("button", name="Save profile").click()
    expect(settings.get_by_text("Your profile is saved")).to_be_visible()


def test_a_result_of_earlier_inputs_fades_until_the_next_one_comes(context) -> None:
    page = opened(context, "/strategies/new/?entry=macd_line_default_cross_bull")
    expect(page.locator("#run-panel")).to_be_visible()
    context.set_offline(True)
    page.locator("select[name=timeframe]").select_option("5Min")
    note = page.locator("#not-computed")
    expect(note).to_contain_text("Could not be computed: no connection")
    expect(page.locator("#run-panel")).to_have_class(re.compile("earlier"))
    expect(page).to_have_url(re.compile("timeframe=5Min"))
    page.locator("input[name=name]").fill("Kept")
    page.get_by_role("button", name="Save strategy").click()
    expect(page.locator(".said")).to_contain_text("Not done: no connection")
    context.set_offline(False)
    expect(note).to_have_count(0, timeout=POLL_MS)
    expect(page.locator("select[name=timeframe]")).to_have_value("5Min")
    expect(page.locator("input[name=name]")).to_have_value("Kept")


def test_an_ended_session_keeps_the_form_and_is_mended_in_place(context) -> None:
    page = opened(context, "/strategies/new/?entry=macd_line_default_cross_bull")
    context.clear_cookies(name="sessionid")
    page.locator("select[name=timeframe]").select_option("5Min")
    box = page.locator("#log-in")
    expect(box).to_be_visible()
    assert page.locator(LOGIN_PAGE).count() == 0
    expect(line(page)).to_contain_text("You are logged out since")
    page.locator("#log-in-password").fill("wrong")
    box.get_by_role("button", name="Log in").click()
    expect(box.locator("[data-error]")).not_to_be_empty(timeout=POLL_MS)
    page.locator("#log-in-password").fill(PASSWORD)
    box.get_by_role("button", name="Log in").click()
    expect(box).to_be_hidden()
    expect(page.locator("#not-computed")).to_have_count(0)
    expect(page).to_have_url(re.compile("timeframe=5Min"))


def test_polls_stop_without_a_session_and_go_on_after_a_login_in_another_tab(context) -> None:
    page = opened(context, "/alerts/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    context.clear_cookies(name="sessionid")
    page.evaluate("window.dispatchEvent(new CustomEvent('ror:status'))")
    expect_blind(page, "You are logged out since")
    expect(page.locator("#log-in")).to_be_visible()
    assert page.evaluate("document.activeElement.id") != "log-in-password"
    del asked[:]
    for name in ("ror:status", "ror:monitor"):
        page.evaluate("(name) => window.dispatchEvent(new CustomEvent(name))", name)
    page.wait_for_timeout(1_000)
    assert [url for url in asked if "/frame/status/" in url or "/monitor" in url] == []
    log_in(context)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(line(page)).to_be_hidden()
    page.locator("tr.alert-row button[type=submit]").first.click()
    expect(page.locator("tr.alert-row.is-unread")).to_have_count(0)


def test_a_save_is_not_lost_while_its_form_is_drawn_anew(context) -> None:
    page = opened(context, "/strategies/new/")
    page.locator("select[name=entry]").select_option(index=1)
    expect(page).to_have_url(re.compile("entry="))
    page.route("**/frame/pulse/", lambda route: (time.sleep(1.5), route.continue_()))
    page.locator("input[name=name]").fill("Typed and saved at once")
    page.get_by_role("button", name="Save strategy").click()
    expect(page.get_by_role("heading", name="Typed and saved at once")).to_be_visible()


def test_a_form_is_not_sent_for_another_account(stack, context) -> None:
    page = opened(context, "/settings/")
    page.locator("input[name=name]").first.fill("Of the reader")
    stack.python(
        "from accounts.models import User\nfrom trader.signup import prepare_user\n"
        f'prepare_user(User.objects.create_user(email="other@x.com", password="{PASSWORD}"))'
    )
    context.clear_cookies()
    reader.log_in(context.new_page(), "other@x.com")
    page.get_by_role("button", name="Save profile").click()
    expect(page.locator(".said")).to_contain_text("another account is logged in")


def test_requests_that_fail_and_events_that_stay_away_are_told_apart(context) -> None:
    page = opened(context, "/alerts/")
    expect(page.locator('#connection[data-state="live"]')).to_be_attached()
    page.route("**/frame/**", lambda route: route.abort())
    page.evaluate("window.dispatchEvent(new CustomEvent('ror:status'))")
    expect_blind(page, "No connection since")
    page.unroute_all()
    expect(line(page)).to_be_hidden()
    deaf = context.new_page()
    deaf.route_web_socket("**/ws/feed/**", lambda socket: socket.close())
    deaf.goto("/alerts/")
    expect(line(deaf)).to_contain_text("No live events since", timeout=POLL_MS)
    expect(deaf.locator('[data-gauge="monitor"] .gauge-value')).not_to_have_text("unknown")


def test_a_server_that_fails_is_not_called_a_lost_connection(context) -> None:
    page = opened(context, "/alerts/")
    page.route("**/frame/status/**", lambda route: route.fulfill(status=502, body="away"))
    page.evaluate("window.dispatchEvent(new CustomEvent('ror:status'))")
    expect_blind(page, "The server fails since")


def test_an_endpoint_that_begins_to_fail_raises_a_notice_that_stays(stack, context) -> None:
    page = opened(context, "/settings/")
    expect(page.locator('#connection[data-state="live"]')).to_be_attached()
    stack.python(TROUBLE)
    notice = page.locator('.toast-alert[role="alert"]')
    expect(notice).to_contain_text("An endpoint fails")
    expect(notice).to_contain_text("My bot: it refused")
    page.wait_for_timeout(8_500)
    expect(notice).to_be_visible()
    expect(page.locator('[data-gauge="bots"]')).to_be_visible()


def test_the_second_of_two_tabs_is_refused_and_keeps_both_texts(context) -> None:
    first, second = (opened(context, "/strategies/") for _ in range(2))
    for page in (first, second):
        page.get_by_role("link", name="Mine", exact=True).first.click()
        page.get_by_role("link", name="Edit").first.click()
        expect(page.locator(ENTRY)).to_be_visible()
    second.locator("input[name=risk_per_trade]").fill("250")
    second.get_by_role("button", name="Save changes").click()
    expect(second.get_by_text("Saved.").first).to_be_visible(timeout=POLL_MS)
    first.locator("input[name=starting_balance]").fill("20000")
    with first.expect_response(re.compile("starting_balance=20000")):
        first.locator("input[name=starting_balance]").blur()
    expect(first.get_by_text("saved elsewhere since you opened it").first).to_be_visible()
    first.get_by_role("button", name="Save changes").click()
    first.wait_for_load_state()
    expect(first.get_by_role("cell", name="250", exact=False).first).to_be_visible()
    expect(first.locator("input[name=starting_balance]")).to_have_value(re.compile("20000"))
    expect(first.locator("input[name=version]")).to_have_value("2")


def test_a_table_that_scrolls_takes_the_focus_and_has_a_name(context) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/strategies/")
    page.get_by_role("link", name="Mine", exact=True).first.click()
    # The results by month.
    expect(page.locator(".heat-table").first).to_be_visible()
    region = page.get_by_role("region", name=re.compile("scrolls sideways")).first
    expect(region).to_have_attribute("tabindex", "0")
    page.set_viewport_size({"width": 2_400, "height": 800})
    expect(page.get_by_role("region", name=re.compile("scrolls sideways"))).to_have_count(0)
