"""Prices of a stock below one dollar are shown to the hundredth of a cent, wherever they appear."""

import pytest

from accounts.models import User, UserEvent
from alerts.models import Alert, StrategyState
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.switch import open_position_losses
from alerts.testing import (
    SOURCE,
    append_minute,
    make_alert,
    make_strategy,
    run_monitor,
    store_history,
)
from webhooks.models import Delivery
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def fired(alice: User, raw) -> Alert:
    """An entry at a price that has four decimals, with its position still open."""
    prices = (column * 0.005 for column in (raw.open, raw.high, raw.low, raw.close))
    cheap = type(raw)(raw.start_ts, *(price.round(4) for price in prices), raw.volume)
    make_endpoint(alice)
    store_history(cheap.take(slice(0, 500)))
    make_strategy(alice)
    run_monitor(alice)
    for index in range(500, cheap.n):
        append_minute(cheap, index)
        if evaluate_series(SOURCE, ["SPY"]):
            break
    return Alert.objects.get()


def test_pages_show_the_decimals_of_the_instrument(client, alice: User, fired: Alert) -> None:
    client.force_login(alice)
    shown = f"{fired.price:.4f}"
    stop = f"{fired.stop_price:.4f}"
    assert fired.price < 1
    for address in ("/alerts/", fired.get_absolute_url(), "/", "/webhooks/deliveries/"):
        assert shown in client.get(address).content.decode(), address
    assert stop in client.get(fired.get_absolute_url()).content.decode()
    assert stop in client.get("/alerts/monitor/").content.decode()


def test_browsers_and_endpoints_are_told_them_too(fired: Alert) -> None:
    event = UserEvent.objects.get(type="alert.fired")
    assert event.data["price_decimals"] == 4
    delivery = Delivery.objects.get()
    assert f"@ ${fired.price:.4f} (Stop: ${fired.stop_price:.4f})" in delivery.summary
    assert f"{fired.price:.4f}" in delivery.body


def test_warning_of_a_forgotten_position_names_its_price(fired: Alert) -> None:
    strategy = StrategyState.objects.get().strategy
    assert f"entered at {fired.price:.4f}, is forgotten" in open_position_losses(strategy)[0]


def test_alert_of_an_unknown_instrument_shows_what_is_usual(client, alice: User) -> None:
    make_alert(alice, price=0.98765, stop_price=None)
    make_alert(alice, price=1234.5, stop_price=None)
    client.force_login(alice)
    text = client.get("/alerts/").content.decode()
    assert "0.9877" in text
    assert "1,234.50" in text
