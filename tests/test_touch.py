"""Charts under a finger on a phone: up and down scrolls the page, sideways moves, two zoom."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import reader
from tests.fingers import Fingers, middle_of
from tests.reader import log_in
from tests.stack import Stack

HOLDINGS = """
strategy = make_computed(user, name="Swiped", data_days=8)
entry = strategy.trades.order_by("-number")[1]
bar = {"data_source": "sample", "bar_ts": entry.entry_bar_ts, "price": entry.entry_price}
make_alert(user, strategy=strategy, **bar)
from alerts.replays import replay_strategy
from market.eastern import date_of
from market.models import Replay
from market.testing import make_bars
bars = make_bars(n_days=8)
day = date_of(int(bars.start_ts[-1]))
replay, _ = replay_strategy(strategy, "sample", day, speed=60, sends_webhooks=False)
make_bars(replay.source, raw=bars)
Replay.objects.update(status="finished")
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PAGES = {
    "price": ("/strategies/1/?tab=chart", "#price-chart"),
    "equity": ("/strategies/1/", "[data-equity]"),
    "histogram": ("/strategies/1/", "[data-histogram]"),
    "distribution": ("/strategies/1/?tab=analytics", "[data-distribution]"),
    "edge": ("/strategies/1/?tab=analytics", "[data-edge]"),
    "rolling": ("/strategies/1/?tab=analytics", "[data-rolling]"),
    "alert": ("/alerts/1/", "#alert-chart"),
    "replay": ("/alerts/replays/", "#replay-chart"),
}
IN_SIGHT = "el => el.rorChart.chart.timeScale().getVisibleLogicalRange()"
MORE = """document.querySelector("main").insertAdjacentHTML(
    "beforeend", "<div class='more-page' style='height: 1000px'></div>")"""
AXIS = "el => (({min, max}) => ({min, max}))(el.closest('.uplot').plot.scales.x)"

pytestmark = reader.MARKS


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with reader.pages(tmp_path_factory.mktemp("touch"), HOLDINGS) as made:
        yield made


@pytest.fixture(scope="module")
def page(stack, browser) -> Iterator[Page]:
    context = browser.new_context(base_url=stack.url, **PHONE)
    page = context.new_page()
    log_in(page)
    yield page
    context.close()


def chart_of(page: Page, kind: str) -> Locator:
    """The chart, drawn, in the middle of the screen."""
    address, selector = PAGES[kind]
    page.goto(address)
    if kind == "replay":
        page.locator("main table a").first.click()
    chart = page.locator(selector)
    # What is out of sight is drawn when it comes near.
    chart.evaluate("el => el.scrollIntoView({block: 'center', behavior: 'instant'})")
    expect(chart.locator("canvas, svg.histogram").first).to_be_visible()
    # The page can be scrolled whatever is on it.
    page.evaluate(MORE)
    chart.evaluate("el => el.scrollIntoView({block: 'center', behavior: 'instant'})")
    page.wait_for_timeout(100)
    return chart


def scroll_of(page: Page) -> float:
    return float(page.evaluate("scrollY"))


@pytest.mark.parametrize("kind", PAGES)
def test_a_finger_moved_up_on_a_chart_scrolls_the_page(page, kind) -> None:
    chart = chart_of(page, kind)
    before = scroll_of(page)
    Fingers(page).swipe(middle_of(chart), (0, -150))
    assert scroll_of(page) > before + 100


@pytest.mark.parametrize("kind", ["price", "alert"])
def test_the_scale_beside_the_price_scrolls_the_page_too(page, kind) -> None:
    chart = chart_of(page, kind)
    box = chart.bounding_box()
    before = scroll_of(page)
    Fingers(page).swipe((box["x"] + box["width"] - 20, middle_of(chart)[1]), (0, -150))
    assert scroll_of(page) > before + 100


def test_sideways_a_finger_moves_the_price_chart_and_not_the_page(page) -> None:
    chart = chart_of(page, "price")
    before, scrolled = chart.evaluate(IN_SIGHT), scroll_of(page)
    Fingers(page).swipe(middle_of(chart), (120, 0))
    after = chart.evaluate(IN_SIGHT)
    assert after["to"] < before["to"] - 5
    assert scroll_of(page) == scrolled


def test_two_fingers_zoom_the_price_chart(page) -> None:
    chart = chart_of(page, "price")
    before = chart.evaluate(IN_SIGHT)
    Fingers(page).spread(middle_of(chart), 30, 110)
    after = chart.evaluate(IN_SIGHT)
    assert after["to"] - after["from"] < 0.7 * (before["to"] - before["from"])
    assert page.evaluate("visualViewport.scale") == 1


def test_the_mark_of_an_alert_stays_on_its_bar(page) -> None:
    chart = chart_of(page, "alert")
    legend = page.locator(".chart-legend").first
    told = chart.evaluate("el => rorInstant(Number(el.dataset.marks))")
    expect(legend).to_contain_text(told)
    Fingers(page).swipe(middle_of(chart), (60, 0))
    expect(legend).to_contain_text(told)
    scale = "el => el.rorChart.chart.timeScale()"
    chart.evaluate(f"el => ({scale})(el).setVisibleLogicalRange({{ from: 0, to: 20 }})")
    expect(legend).not_to_contain_text(told)


@pytest.mark.parametrize("kind", ["equity", "edge", "rolling"])
def test_fingers_read_zoom_and_move_a_curve(page, kind) -> None:
    chart = chart_of(page, kind)
    readout = chart.locator(".chart-readout")
    newest = readout.inner_text()
    fingers = Fingers(page)
    plot = chart.locator(".u-over").first
    fingers.swipe(middle_of(plot), (-60, 0))
    expect(readout).not_to_have_text(newest)
    whole = plot.evaluate(AXIS)
    fingers.spread(middle_of(plot), 25, 110)
    zoomed = plot.evaluate(AXIS)
    assert zoomed["max"] - zoomed["min"] < 0.7 * (whole["max"] - whole["min"])
    fingers.swipe(middle_of(plot), (-80, 0))
    moved = plot.evaluate(AXIS)
    assert moved["min"] > zoomed["min"]
    assert moved["max"] <= whole["max"]
