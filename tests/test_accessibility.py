"""Every page, dialog and fault under axe-core, light and dark, wide and narrow.

The addresses are those of the URL configuration; what is open, faulty or broken is listed here.
"""

import json
import re
from collections.abc import Iterable, Iterator

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Page, expect

from tests import addresses, axe, reader
from tests.reader import log_in
from tests.stack import Stack
from tests.test_every_page import links
from trader.frame import error_pages

NEWCOMER = "newcomer@example.com"
FILL = f"""
import json
from accounts.models import User
from tests.holdings import make_all
from trader.signup import prepare_user
print(json.dumps(make_all(User.objects.get())))
prepare_user(User.objects.create_user("{NEWCOMER}", "{reader.PASSWORD}"))
"""
COMPUTE = """
from strategies import tasks
from strategies.models import Run
for run in Run.objects.filter(status="queued"):
    tasks.run_backtest(run.pk)
"""
ERRORS = """
from django.test import RequestFactory
from trader.frame import error_pages
request = RequestFactory().get("/strategies/")
for status in error_pages.TITLES:
    more = {"lives_at": "/strategies/"} if status == 405 else {}
    print(error_pages.answer(request, status, **more).content.decode(), end="\\0")
print(error_pages.csrf_failure(request, "").content.decode())
"""
# A form is sent empty, its numbers below every bound: (address, what its button says).
FAULTS = (
    ("/webhooks/new/", "Save endpoint"),
    ("/webhooks/templates/new/", "Save template"),
    ("/settings/", "Save costs"),
    ("/strategies/import/", "Import"),
    ("/packs/new/ema_stack/", "Create"),
    ("/strategies/new/?entry=macd_line_default_cross_bull", "Save strategy"),
    ("/accounts/password/change/", "Save the password"),
)
SPOIL = """(button) => {
  const texts = ["text", "url", "email", "password", "search", "textarea"];
  const form = button.form;
  form.noValidate = true;
  for (const field of form.elements) {
    if (field.type === "number") field.value = "-1";
    else if (texts.includes(field.type)) field.value = "";
  }
  form.requestSubmit(button);
}"""

pytestmark = reader.MARKS


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with reader.pages(tmp_path_factory.mktemp("accessibility"), "") as made:
        made.manage("build_help")
        yield made


@pytest.fixture(scope="module")
def examples(stack) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(stack.python(FILL, timeout=300).splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def context(stack, browser, examples) -> Iterator[BrowserContext]:
    made = axe.context_of(browser, stack.url)
    log_in(made.new_page())
    yield made
    made.close()


@pytest.fixture
def page(context) -> Iterator[Page]:
    made = context.new_page()
    yield made
    made.close()


def is_page(answer: APIResponse) -> bool:
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return answer.status == 200 and is_html and "<html" in answer.text()


def pages_of(context: BrowserContext, examples: dict[str, list[str]]) -> list[str]:
    """All that answer with a whole page, without being sent elsewhere."""
    every = addresses.filled(examples)
    return [one for one in every if is_page(context.request.get(one, max_redirects=0))]


def check(page: Page, every: Iterable[str], until: str = "load") -> None:
    faults = []
    for address in every:
        page.goto(address, wait_until=until)
        page.locator("main, [role=main]").first.wait_for()
        axe.show_charts(page)
        faults += axe.nameless(page)
        faults += axe.grave(page)
    refuse(faults)


def refuse(faults: list[str]) -> None:
    assert not faults, "\n".join(faults)


def test_every_page_of_somebody_with_data(page, examples) -> None:
    every = [one for one in pages_of(page.context, examples) if not one.startswith("/help/")]
    assert len(every) > 45, every
    check(page, every)


def test_every_tab_and_view(page, examples) -> None:
    page.goto(f"/{examples['strategies/<int:pk>/'][0]}")
    tabs = {link for link in links(page) if re.search(r"\?tab=\w+$", link)}
    assert len(tabs) >= 6, tabs
    more = ("/strategies/?view=table", "/search/?q=open", "/no-such-page/")
    # Charts and what htmx loads belong to them.
    check(page, [*sorted(tabs), *more], until="networkidle")


def test_every_page_of_a_newcomer(stack, browser, examples) -> None:
    context = axe.context_of(browser, stack.url)
    page = context.new_page()
    log_in(page, NEWCOMER)
    every = [one for one in pages_of(context, examples) if not one.startswith("/help/")]
    assert len(every) > 25, every
    check(page, every)
    context.close()


def test_every_page_of_the_help_and_of_a_visitor(stack, browser, examples) -> None:
    context = axe.context_of(browser, stack.url)
    every = pages_of(context, examples)
    assert {"/help/", "/help/words.html", "/accounts/login/", "/accounts/signup/"} <= set(every)
    check(context.new_page(), every)
    context.close()


def test_what_opens_over_a_page(page) -> None:
    faults = []
    page.goto("/strategies/")
    page.keyboard.press("/")
    page.get_by_label("Search everything").fill("open")
    expect(page.locator("#search-found a").first).to_be_visible()
    faults += axe.grave(page, "#search")
    page.reload()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Help and keys")).to_be_visible()
    faults += axe.grave(page, "#help")
    page.reload()
    page.get_by_role("button", name="Account menu").click()
    expect(page.locator("[data-theme-toggle]")).to_be_visible()
    faults += axe.grave(page, ".top")
    page.evaluate("document.getElementById('log-in').hidden = false")
    faults += axe.grave(page, "#log-in")
    page.goto("/strategies/new/")
    page.get_by_role("button", name="Entry trigger").click()
    expect(page.get_by_role("dialog").get_by_role("option").first).to_be_visible()
    refuse(faults + axe.grave(page, ".picker-panel"))


def test_builder_with_its_result(stack, page) -> None:
    # Whatever waits, so that there is room for one more.
    stack.python(COMPUTE, timeout=300)
    page.goto("/strategies/new/")
    page.locator(".setup-name").first.click()
    expect(page.locator("#run-panel")).not_to_have_attribute("data-pending", re.compile(""))
    stack.python(COMPUTE, timeout=300)
    expect(page.locator(".kpi").first).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    refuse(axe.grave(page))


@pytest.mark.parametrize(("address", "button"), FAULTS)
def test_forms_that_were_refused(page, address, button) -> None:
    page.goto(address)
    page.get_by_role("button", name=button, exact=True).evaluate(SPOIL)
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    refuse(axe.grave(page))


def test_pages_of_errors(stack, page) -> None:
    faults, bodies = [], iter(stack.python(ERRORS).split("\0"))
    page.route("**/an-error/", lambda route: route.fulfill(body=next(bodies), status=500,
               content_type="text/html"))  # fmt: skip
    for _ in (*error_pages.TITLES, "the expired form"):
        page.goto("/an-error/")
        expect(page.locator("h1")).to_be_visible()
        faults += axe.grave(page)
    refuse(faults)


@pytest.mark.parametrize(
    ("spoiling", "rule"),
    [
        ("document.querySelector('h1').style.color = '#888'", "color-contrast"),
        ("document.querySelector('#bell').ariaLabel = 'News'", "label-content-name-mismatch"),
        (
            "document.querySelector('h1').insertAdjacentHTML('afterend', '<h4>Deep</h4>')",
            "heading-order",
        ),
    ],
)
def test_what_keeps_somebody_out_is_found(page, spoiling, rule) -> None:
    page.goto("/strategies/")
    page.evaluate(spoiling)
    assert any(f"{rule} at" in one for one in axe.grave(page))
