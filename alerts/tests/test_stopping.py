"""Stopping asks while a position is open, and can be taken back for some seconds."""

import json

import pytest
from django.urls import reverse

from accounts.models import User
from alerts.models import Alert, Monitor, StrategyState
from alerts.monitor import undo
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.sweep import settle
from alerts.testing import SOURCE, append_minute, make_strategy, monitor_until_position
from market.prices import price_text
from strategies.models import Strategy

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
TOGGLE = "/alerts/monitor/toggle/"


@pytest.fixture
def flat(client, alice: User, monitored: Strategy) -> Strategy:
    """Without a position, whatever the history holds."""
    client.force_login(alice)
    StrategyState.objects.update(details={}, tracked_entry_ts=None)
    return monitored


@pytest.fixture
def held(client, alice: User, raw, monitored: Strategy) -> StrategyState:
    client.force_login(alice)
    return monitor_until_position(raw, 500)


def is_wanted() -> bool:
    return Monitor.objects.get().desired_state == "running"


def offer_of(answer) -> str:
    return json.loads(answer["HX-Trigger"])["ror:undo"]["offer"]


def test_with_an_open_position_it_asks_and_names_it(client, held) -> None:
    answer = client.post(TOGGLE, {"state": "stopped", "next": "/strategies/"}, follow=True)
    page = answer.content.decode()
    assert "1 position is" in " ".join(page.split())
    assert held.strategy.name in page
    assert price_text(held.details["entry_price"], held.shown_decimals) in page
    assert "no exit is announced" in page
    assert is_wanted()
    client.post(TOGGLE, {"state": "stopped", "confirmed": "yes"})
    assert not is_wanted()


def test_the_switch_in_the_top_bar_leads_there(client, held) -> None:
    answer = client.post(TOGGLE, {"next": "/packs/"}, **HTMX)
    assert answer["HX-Redirect"] == "/alerts/monitor/stop/?next=/packs/"
    assert is_wanted()


def test_every_open_position_is_named(client, alice: User, held) -> None:
    other = make_strategy(alice, name="Second one")
    StrategyState.objects.update_or_create(
        strategy=other, defaults={"user_id": alice.pk, "details": held.details}
    )
    page = client.get("/alerts/monitor/stop/").content.decode()
    assert "Second one" in page
    assert held.strategy.name in page


def test_another_users_position_is_not_asked_about(client, bob: User, held) -> None:
    client.force_login(bob)
    assert held.strategy.name not in client.get("/alerts/monitor/stop/").content.decode()


def test_a_visitor_is_asked_to_log_in(client) -> None:
    assert client.get("/alerts/monitor/stop/").url.startswith("/accounts/login/")
    assert client.post("/alerts/undo/").url.startswith("/accounts/login/")


def test_without_a_position_it_stops_at_once_and_offers_to_undo(client, flat) -> None:
    answer = client.post(TOGGLE, {"state": "stopped"}, **HTMX)
    assert answer.status_code == 204
    assert not is_wanted()
    assert json.loads(answer["HX-Trigger"])["ror:undo"]["url"] == "/alerts/undo/"


def test_without_scripts_the_message_has_the_button(client, flat) -> None:
    page = client.post(TOGGLE, {"state": "stopped"}, follow=True).content.decode()
    assert "data-undo" in page
    assert "Undo" in page


def test_undone_it_goes_on_as_if_it_had_not_been_stopped(client, alice: User, raw, flat) -> None:
    """What closes in between is told; a fresh start would have passed it over."""
    since = StrategyState.objects.get().monitored_since_ts
    offer = offer_of(client.post(TOGGLE, {"state": "stopped"}, **HTMX))
    settle(alice.pk)
    for index in range(500, 620):
        append_minute(raw, index)
    evaluate_series(SOURCE, ["SPY"])
    assert not Alert.objects.exists()
    client.post("/alerts/undo/", {"offer": offer})
    settle(alice.pk)
    assert is_wanted()
    assert StrategyState.objects.get().monitored_since_ts == since
    assert Alert.objects.count() >= 2


def test_an_offer_is_good_once_and_not_for_long(client, alice: User, flat, monkeypatch) -> None:
    offer = offer_of(client.post(TOGGLE, {"state": "stopped"}, **HTMX))
    client.post("/alerts/undo/", {"offer": offer})
    again = client.post("/alerts/undo/", {"offer": offer}, follow=True).content.decode()
    assert "nothing to undo" in again
    offer = offer_of(client.post(TOGGLE, {"state": "stopped"}, **HTMX))
    monkeypatch.setattr(undo, "GOOD_FOR_SECONDS", -1)
    late = client.post("/alerts/undo/", {"offer": offer}, follow=True).content.decode()
    assert "too late" in late
    assert not is_wanted()


@pytest.mark.parametrize("offer", ["", "nonsense", "a:b:c", "\0"])
def test_a_made_up_offer_undoes_nothing(client, flat, offer: str) -> None:
    client.post(TOGGLE, {"state": "stopped"}, **HTMX)
    client.post("/alerts/undo/", {"offer": offer})
    assert not is_wanted()


def test_another_user_cannot_take_it_back(client, bob: User, flat) -> None:
    offer = offer_of(client.post(TOGGLE, {"state": "stopped"}, **HTMX))
    client.force_login(bob)
    client.post("/alerts/undo/", {"offer": offer})
    assert not is_wanted()


def test_one_strategy_is_stopped_and_taken_back(client, alice: User, raw, flat) -> None:
    address = reverse("alerts:strategy-switch", args=[flat.pk])
    offer = offer_of(client.post(address, {"state": "off"}, **HTMX))
    assert not Strategy.objects.get().alert_tracking_enabled
    for index in range(500, 620):
        append_minute(raw, index)
    client.post("/alerts/undo/", {"offer": offer})
    evaluate_series(SOURCE, ["SPY"])
    assert Strategy.objects.get().alert_tracking_enabled
    assert Alert.objects.count() >= 2


def test_stopping_one_with_a_position_still_asks(client, held) -> None:
    address = reverse("alerts:strategy-switch", args=[held.strategy_id])
    assert client.post(address, {"state": "off"}).status_code == 409
    assert Strategy.objects.get().alert_tracking_enabled
