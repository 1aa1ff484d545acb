"""Charts in a browser: levels, a date, the full screen, the last trade, bins without an end."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import reader
from tests.browser import watch_errors
from tests.reader import log_in
from tests.stack import Stack

HOLDINGS = """
from alerts import tasks
from alerts.chart import shown_bars
from alerts.drawing.queue import ask
often = make_computed(user, name="Often", data_days=8)
for place in (3, 5):
    bar_ts = often.trades.order_by("-number")[place].entry_bar_ts
    fields = {"data_source": "sample", "bar_ts": bar_ts, "data": {"deciding": ["EMA Stack (Fast)"]}}
    alert = make_alert(user, strategy=often, **fields)
drawing = ask(alert, int(shown_bars(alert)[-1][0]))
tasks.draw(drawing.pk)
early = {"id": "rsi_zones_slow", "base_template": "rsi_zones", "version": "Slow",
    "parameters": {"overbought_level": 66.0, "oversold_level": 31.0}}
entry, leave = ("rsi_zones_slow_exit_oversold", "rsi_zones_slow_cross_above_midline")
from market.models import FeedState
from market.testing import make_bars
live = make_bars("simulated", "SPY", n_days=2)
FeedState.objects.create(source="simulated", now_ts=int(live.start_ts[700]), speed=1)
make_computed(user, name="Levels", data_days=8, packs=[early],
    entry_trigger_confluence_id=entry, exit_trigger_confluence_ids=[leave])
make_computed(user, name="Live", data_source="simulated", data_days=7)
"""
A_MINUTE_PASSES = """
from django.db.models import F
from market.models import FeedState
FeedState.objects.update(now_ts=F("now_ts") + 60)
"""
CHART, LEVELS = "/strategies/1/?tab=chart", "/strategies/2/?tab=chart"
IN_SIGHT = """el => {
    const { data: { bars }, chart } = el.rorChart, r = chart.timeScale().getVisibleLogicalRange();
    return [Math.max(0, r.from), Math.min(bars.length - 1, r.to)].map(i => bars[Math.round(i)][0]);
}"""
DRAWN = """el => el.rorChart.overlays.map(({ series }) =>
    series.priceLines().map(line => line.options().price))"""
ASK = """ts => document.dispatchEvent(
    new CustomEvent("chart:go", { detail: { ts }, cancelable: true }))"""
DRAWN_NOW = """data => dispatchEvent(
    new CustomEvent("ror:event", { detail: { type: "drawing.finished", data } }))"""
NO_API = "delete Element.prototype.requestFullscreen"

pytestmark = reader.MARKS


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with reader.pages(tmp_path_factory.mktemp("price"), HOLDINGS) as made:
        yield made


@pytest.fixture(scope="module")
def page(stack, browser) -> Iterator[Page]:
    context = browser.new_context(base_url=stack.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    log_in(page)
    yield page
    context.close()


def chart_of(page: Page, address: str = CHART) -> Locator:
    page.goto(address)
    chart = page.locator("#price-chart")
    expect(chart.locator("canvas").first).to_be_visible()
    return chart


def in_sight(chart: Locator) -> list[int]:
    """The starts of the first and the last bar that are shown."""
    found: list[int] = chart.evaluate(IN_SIGHT)
    return found


def test_the_levels_of_a_pack_are_those_of_its_parameters(page) -> None:
    chart = chart_of(page, LEVELS)
    assert chart.evaluate(DRAWN) == [[80, 66, 50, 31, 20]]


def test_a_date_is_gone_to_by_keyboard(page) -> None:
    errors = watch_errors(page)
    chart = chart_of(page)
    field = page.get_by_label("Go to date")
    oldest = field.get_attribute("min")
    chart.focus()
    page.keyboard.press("t")
    expect(field).to_be_focused()
    field.fill(oldest)
    page.keyboard.press("Enter")
    expect(chart.locator(".chart-legend").first).to_contain_text("09:30")
    first, last = in_sight(chart)
    bars = chart.evaluate("el => el.rorChart.data.bars.map(bar => bar[0])")
    assert first == bars[0]
    assert last < bars[-1]
    assert not errors


def test_a_date_outside_of_the_bars_is_refused_by_the_field(page) -> None:
    chart = chart_of(page)
    before = in_sight(chart)
    field = page.get_by_label("Go to date")
    field.fill("1999-01-04")
    assert field.evaluate("el => el.validity.rangeUnderflow")
    field.press("Enter")
    assert in_sight(chart) == before


@pytest.mark.parametrize("script", ["", NO_API])
def test_the_full_screen_is_entered_by_key_and_left_by_escape(page, script) -> None:
    page.context.add_init_script(script or "0")
    chart = chart_of(page)
    card = page.locator("section.card").filter(has=chart)
    small = chart.bounding_box()
    chart.focus()
    page.keyboard.press("f")
    button = page.get_by_role("button", name="Full screen")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(300)
    assert card.bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 900}
    assert chart.bounding_box()["height"] > small["height"] + 100
    assert page.locator(".side").evaluate("el => Boolean(el.closest('[inert]'))")
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_be_focused()
    expect(page.locator("[inert]")).to_have_count(0)
    assert chart.bounding_box()["height"] == small["height"]


def test_it_opens_where_the_last_trade_is(page) -> None:
    chart = chart_of(page)
    address = chart.get_attribute("data-price-chart")
    early = chart.evaluate("el => el.rorChart.data.last_trade_ts") - 3 * 86_400
    page.route(f"**{address}", lambda route: answer_with(route, early))
    chart = chart_of(page)
    page.unroute_all()
    first, newest = in_sight(chart)
    entries = chart.evaluate("el => el.rorChart.data.trades.map(one => one.entry_ts)")
    asked = max(ts for ts in entries if ts <= early)
    assert first <= asked <= newest
    assert newest < chart.evaluate("el => el.rorChart.data.bars.at(-1)[0]")


def answer_with(route, ts: int) -> None:
    """As if the trade entered before this instant were the last."""
    found = route.fetch().json()
    entries = [one["entry_ts"] for one in found["trades"] if one["entry_ts"] <= ts]
    route.fulfill(json={**found, "last_trade_ts": max(entries)})


def test_an_event_takes_the_chart_to_the_bars_of_a_trade(page) -> None:
    chart = chart_of(page)
    trades = chart.evaluate("el => el.rorChart.data.trades")
    assert page.evaluate(ASK, trades[0]["entry_ts"]) is False
    page.wait_for_timeout(200)
    first, last = in_sight(chart)
    assert first <= trades[0]["entry_ts"] <= trades[0]["exit_ts"] <= last
    expect(chart).to_be_focused()
    # Between trades it goes to the bar.
    page.evaluate(ASK, trades[1]["entry_ts"] + 30)
    page.wait_for_timeout(200)
    assert in_sight(chart)[0] <= trades[1]["entry_ts"] <= in_sight(chart)[1]


def test_without_a_chart_the_event_is_left_to_who_sent_it(page) -> None:
    page.goto("/strategies/1/?tab=trades")
    assert page.evaluate(ASK, 1) is True


def test_bins_without_an_end_have_a_number(page) -> None:
    page.goto("/strategies/1/")
    values = [*([-0.9, 0.4, 1.6] * 100), -9.0, 14.0]
    chart = page.locator("[data-histogram]")
    expect(chart.locator("svg")).to_be_visible()
    chart.evaluate("(el, values) => RorCharts.histogram(el, { values })", values)
    expect(chart.locator(".open-bin")).to_have_text(["< −0.80", "≥ +1.60"])
    label = "Distribution of 302 results in R: 101 below zero, 201 from zero on; most, 101, "
    expect(chart.get_by_role("img", name=label)).to_be_visible()
    expect(chart.locator("rect title").first).to_have_text("below −0.80 R: 101 trades")


def test_the_chart_of_an_alert_has_the_lines_its_sentence_speaks_of(page) -> None:
    page.goto("/alerts/2/")
    chart = page.locator("#alert-chart")
    legend = chart.locator(".chart-legend").first
    expect(legend).to_contain_text("Short EMA")
    # The bar that decided is the one that is read.
    marked = int(chart.get_attribute("data-marks"))
    shown = chart.evaluate("(el, ts) => rorInstant(ts)", marked)
    expect(legend).to_contain_text(shown)
    expect(page.locator(".chart-remark")).to_be_hidden()


def test_a_chart_takes_in_a_bar_when_it_closes(page, stack) -> None:
    chart = chart_of(page, "/strategies/3/?tab=chart")
    chart.evaluate("el => el.rorChart.show(50)")
    before = chart.evaluate("el => el.rorChart.data.bars.length")
    assert in_sight(chart)[1] == chart.evaluate("el => el.rorChart.data.bars.at(-1)[0]")
    stack.python(A_MINUTE_PASSES)
    expect(page.locator(".chart-remark")).to_contain_text("later bars are without indicators")
    after = chart.evaluate("el => el.rorChart.data.bars.map(bar => bar[0])")
    assert len(after) == before + 1
    assert after[-1] - after[-2] == 60
    # Who looks at the newest bar goes on doing so.
    assert in_sight(chart)[1] == after[-1]


def test_lines_that_are_drawn_meanwhile_come_by_their_event(page) -> None:
    page.goto("/alerts/1/")
    chart, remark = page.locator("#alert-chart"), page.locator(".chart-remark")
    expect(remark).to_have_text("The indicators are being drawn.")
    page.route("**/alerts/1/chart/", answer_as_of_the_other)
    page.evaluate(DRAWN_NOW, {"alert": 2})
    expect(remark).to_be_visible()
    page.evaluate(DRAWN_NOW, {"alert": 1})
    expect(remark).to_be_hidden()
    expect(chart.locator(".chart-legend").first).to_contain_text("Short EMA")


def answer_as_of_the_other(route) -> None:
    route.fulfill(json=route.fetch(url=route.request.url.replace("/1/", "/2/")).json())
