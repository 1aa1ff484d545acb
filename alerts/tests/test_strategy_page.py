"""The page of a watched strategy: its open position by the monitor, and how old every figure is."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from alerts.models import StrategyState
from alerts.monitor.switch import stop_monitor
from alerts.testing import make_strategy, monitor_until_position
from market.prices import price_text
from strategies.forward import queue as forward
from strategies.models import ForwardRefresh, Strategy
from strategies.tasks import run_backtest

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_position(client, alice: User, raw, monitored: Strategy) -> StrategyState:
    """The position began after the shown result was computed."""
    client.force_login(alice)
    run_backtest(monitored.runs.get().pk)
    return monitor_until_position(raw, 500)


def text_of(client, strategy: Strategy, tab: str = "equity") -> str:
    page = client.get(f"/strategies/{strategy.pk}/?tab={tab}").content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


def test_the_open_position_is_the_monitors(client, monitored, in_position) -> None:
    price = price_text(in_position.details["entry_price"], in_position.shown_decimals)
    for tab in ("equity", "trades", "chart", "configuration"):
        page = text_of(client, monitored, tab)
        assert f"LONG from {price} since" in page
        assert "By the monitor, as of Mar 0" in page
        assert "Open trade" not in page


def test_a_stopped_monitor_is_named_beside_the_position(
    client, alice: User, monitored, in_position
) -> None:
    stop_monitor(alice)
    assert "Monitor stopping. The last evaluation is being finished." in text_of(client, monitored)


def test_watching_under_a_stopped_monitor_offers_to_start_it(client, alice: User, raw) -> None:
    client.force_login(alice)
    strategy = make_strategy(alice)
    page = text_of(client, strategy)
    assert "Monitor stopped. Nothing is evaluated and no alert is raised." in page
    assert "Start monitor" in page
    assert "Starting" not in page
    start = {"state": "running", "next": strategy.get_absolute_url()}
    assert client.post("/alerts/monitor/toggle/", start).url == strategy.get_absolute_url()
    assert "Start monitor" not in text_of(client, strategy)


def test_figures_name_their_market_time_and_what_is_missing(client, monitored, in_position) -> None:
    page = text_of(client, monitored)
    assert "Figures as of Mar 05 2024, 11:20 market time, computed" in page
    assert "A trade began or ended since: being taken in." in page
    shown = client.get(f"/api/v1/strategies/{monitored.pk}/").json()
    assert shown["figures_as_of"] == "2024-03-05T16:20:00Z"
    card = client.get("/strategies/").content.decode().partition("strategy-status")[2]
    assert "Mar 05 2024, 11:20" in card.partition("</div>")[0]


def test_figures_that_could_not_go_on_say_why(client, monitored, in_position) -> None:
    forward.begin_due(timezone.now() + timedelta(minutes=2))
    row = ForwardRefresh.objects.get()
    claimed = forward.life.claim(row.pk, "worker")
    forward.life.fail(claimed, "The window holds too many bars.")
    assert "The window holds too many bars." in text_of(client, monitored)


def test_an_unwatched_strategy_shows_the_trade_at_the_end_of_its_result(
    client, alice: User, raw, monitored, in_position
) -> None:
    Strategy.objects.update(alert_tracking_enabled=False)
    page = client.get(f"/strategies/{monitored.pk}/").content.decode()
    assert "live-position" not in page


def test_parts_of_the_page_are_fetched_anew(client, monitored, in_position) -> None:
    address = f"/strategies/{monitored.pk}/?tab=trades"
    page = client.get(address).content.decode()
    assert f'data-live-strategies="{monitored.pk}"' in page
    assert 'hx-select-oob="#strategy-tab"' in page
    for tab, says_so in (("chart", False), ("analytics", True)):
        still = client.get(f"/strategies/{monitored.pk}/?tab={tab}").content.decode()
        assert "hx-select-oob" not in still
        # The chart takes in by itself what has come.
        assert ("newer-result" in still) is says_so
