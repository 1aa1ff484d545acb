"""Monitoring on bars that never go on says so, and offers what would work."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from market.models import FeedState
from market.testing import make_bars
from strategies.models import Strategy
from strategies.saving import changes
from strategies.saving.waiting import NoNewBarsError
from strategies.testing import make_record, make_strategy

pytestmark = pytest.mark.django_db
RANGE = {
    "lookback_mode": "Date Range",
    "lookback_start_date": "2024-03-01",
    "lookback_end_date": "2024-03-05",
}


@pytest.fixture(autouse=True)
def _market(market):
    """Recorded bars, and a simulated feed beside them."""
    make_bars("simulated", "SPY", n_days=2)
    FeedState.objects.create(source="simulated", now_ts=1_709_700_000, bar_at=timezone.now())


@pytest.fixture
def strategy(alice: User) -> Strategy:
    return make_strategy(alice, name="Opening drive", **RANGE)


def url(name: str, strategy: Strategy) -> str:
    return reverse(f"strategies:{name}", args=[strategy.pk])


def test_switching_it_on_says_so_and_offers_two_ways(client, alice: User, strategy) -> None:
    client.force_login(alice)
    answer = client.post(url("strategy-monitor", strategy), {"enabled": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "recorded and end on Mar 05 2024" in page
    assert url("strategy-simulate", strategy) in page
    assert f"/alerts/replays/new/?strategy={strategy.pk}&amp;dataset=sample" in page
    assert not Strategy.objects.get().alert_tracking_enabled


def test_it_may_be_switched_on_all_the_same(client, alice: User, strategy) -> None:
    client.force_login(alice)
    client.post(url("strategy-monitor", strategy), {"enabled": "1", "confirmed": "on"})
    assert Strategy.objects.get().alert_tracking_enabled
    page = client.get("/alerts/monitor/").content.decode()
    assert "No new bars in this source" in page


def test_a_copy_runs_on_simulated_bars_with_a_window_that_has_some(
    client, alice: User, strategy
) -> None:
    client.force_login(alice)
    answer = client.post(url("strategy-simulate", strategy))
    copy = Strategy.objects.exclude(pk=strategy.pk).get()
    assert answer.url == copy.get_absolute_url()
    assert (copy.name, copy.data_source) == ("Opening drive · simulated", "simulated")
    assert copy.alert_tracking_enabled
    assert copy.config["lookback_mode"] == "Days"
    strategy.refresh_from_db()
    assert (strategy.data_source, strategy.alert_tracking_enabled) == ("sample", False)


def test_a_symbol_the_feed_does_not_bring_is_not_offered_there(client, alice: User) -> None:
    make_bars("import:mine", "XYZQ", n_days=1)
    other = make_strategy(alice, symbol="XYZQ", data_source="import:mine")
    client.force_login(alice)
    page = client.post(url("strategy-monitor", other), {"enabled": "1"}).content.decode()
    assert "The simulated feed has no XYZQ." in page
    assert url("strategy-simulate", other) not in page
    refused = client.post(url("strategy-simulate", other), follow=True).content.decode()
    assert "be run on simulated bars" in refused or "run on simulated bars" in refused
    assert Strategy.objects.count() == 1


@pytest.mark.parametrize("name", ["strategy-simulate", "strategy-monitor"])
def test_strangers_and_visitors_can_do_nothing(
    client, bob: User, charlie: User, strategy, name: str
) -> None:
    assert client.post(url(name, strategy)).url.startswith("/accounts/login/")
    for other in (bob, charlie):
        client.force_login(other)
        assert client.post(url(name, strategy)).status_code == 404


def test_fed_bars_are_monitored_at_once(alice: User) -> None:
    strategy = make_strategy(alice, data_source="simulated")
    assert changes.set_monitoring(strategy, True).alert_tracking_enabled


def test_the_api_answers_the_same(client, alice: User, strategy) -> None:
    client.force_login(alice)
    path = f"/api/v1/strategies/{strategy.pk}/"
    body = {"alert_tracking_enabled": True, "version": 1}
    refused = client.patch(path, body, content_type="application/json")
    assert refused.status_code == 409
    message = refused.json()["error"]["message"]
    assert "no new bar comes" in message
    assert "confirmed: true" in message
    body["confirmed"] = True
    stored = client.patch(path, body, content_type="application/json").json()
    assert stored["alert_tracking_enabled"] is True
    assert any("no new bar comes" in text for text in stored["warnings"])


def test_the_monitor_of_the_api_warns_of_what_waits(client, alice: User, strategy) -> None:
    client.force_login(alice)
    changes.set_monitoring(strategy, True, confirmed=True)
    answer = client.post("/api/v1/monitor/", {"state": "running"}, content_type="application/json")
    assert answer.json()["warnings"] == [
        "“Opening drive” waits on the recorded bars of Sample data: no new bar comes there."
    ]


def test_one_that_is_created_monitored_is_warned_of(client, alice: User) -> None:
    client.force_login(alice)
    record = make_record(alert_tracking_enabled=True, name="New")
    made = client.post("/api/v1/strategies/", record, content_type="application/json")
    assert made.status_code == 201
    assert any("no new bar comes" in text for text in made.json()["warnings"])


def test_the_switch_of_the_alerts_page_says_it_too(client, alice: User, strategy) -> None:
    client.force_login(alice)
    address = reverse("alerts:strategy-switch", args=[strategy.pk])
    answer = client.post(address, {"state": "on"}, follow=True)
    assert "no new bar comes" in answer.content.decode()
    assert not Strategy.objects.get().alert_tracking_enabled


def test_the_picker_marks_recorded_bars(client, alice: User) -> None:
    client.force_login(alice)
    page = client.get("/strategies/new/").content.decode()
    assert "Sample data (recorded, no new bars)" in page
    assert "Simulated data</option>" in page


def test_it_is_asked_where_it_is_decided(strategy) -> None:
    with pytest.raises(NoNewBarsError, match="replay a day"):
        changes.set_monitoring(strategy, True)
