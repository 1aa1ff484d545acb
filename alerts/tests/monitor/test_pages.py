"""The monitor switch of the top bar, the panel, and the switch of one strategy."""

import pytest
from django.utils import timezone

from accounts.models import User
from alerts.models import Monitor, StrategyState
from alerts.monitor.switch import record_error
from alerts.testing import make_strategy, run_monitor, store_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, alice: User):
    client.force_login(alice)
    return client


@pytest.fixture
def strategy(alice: User, raw):
    store_history(raw.take(slice(0, 500)))
    return make_strategy(alice, alert_tracking_enabled=False)


def test_toggle_turns_the_wish_around(page) -> None:
    page.post("/alerts/monitor/toggle/")
    assert Monitor.objects.get().desired_state == "running"
    page.post("/alerts/monitor/toggle/")
    assert Monitor.objects.get().desired_state == "stopped"


def test_explicit_state_is_not_turned_around_by_a_double_click(page) -> None:
    for _ in range(2):
        page.post("/alerts/monitor/toggle/", {"state": "running"})
    assert Monitor.objects.get().desired_state == "running"


def test_toggle_returns_to_the_page_it_came_from_and_nowhere_else(page) -> None:
    assert page.post("/alerts/monitor/toggle/", {"next": "/strategies/"}).url == "/strategies/"
    away = page.post("/alerts/monitor/toggle/", {"next": "https://example.com/"})
    assert away.url == "/alerts/"


def test_toggle_by_htmx_refreshes_the_frame(page) -> None:
    answer = page.post("/alerts/monitor/toggle/", HTTP_HX_REQUEST="true")
    assert answer.status_code == 204
    assert "ror:status" in answer["HX-Trigger"]


def test_get_does_not_switch(page) -> None:
    assert page.get("/alerts/monitor/toggle/").status_code == 405


def test_panel_shows_state_strategy_and_errors(page, alice: User, strategy) -> None:
    page.post(f"/alerts/strategies/{strategy.pk}/monitor/", {"state": "on"})
    run_monitor(alice)
    record_error(alice.pk, strategy, "its pack is gone", timezone.now())
    text = page.get("/alerts/monitor/").content.decode()
    assert "Monitor running" in text
    assert "Fast cross" in text
    assert "its pack is gone" in text


def test_panel_of_very_many_shows_open_positions_first(page, alice: User, raw, monkeypatch) -> None:
    monkeypatch.setattr("alerts.monitor.panel.SHOWN_STRATEGIES", 2)
    store_history(raw.take(slice(0, 500)))
    made = [make_strategy(alice, name=name) for name in ("A", "B", "C")]
    for strategy in made:
        StrategyState.objects.update_or_create(
            strategy=strategy, defaults={"user": alice, "status": StrategyState.Status.FLAT}
        )
    StrategyState.objects.filter(strategy=made[2]).update(status=StrategyState.Status.IN_POSITION)
    answer = page.get("/alerts/monitor/")
    assert [one.name for one in answer.context["monitored"]] == ["A", "C"]
    assert "2 of 3 monitored strategies" in answer.content.decode()


def test_strategy_switch_begins_watching(page, strategy) -> None:
    page.post(f"/alerts/strategies/{strategy.pk}/monitor/", {"state": "on"})
    strategy.refresh_from_db()
    assert strategy.alert_tracking_enabled
    assert StrategyState.objects.get().monitored_since_ts > 0
    assert Monitor.objects.get().strategies_monitored == 1


def test_leaving_out_a_position_shows_what_is_lost(page, strategy) -> None:
    page.post(f"/alerts/strategies/{strategy.pk}/monitor/", {"state": "on"})
    StrategyState.objects.update(details={"entry_price": 101.5}, status="in_position")
    answer = page.post(f"/alerts/strategies/{strategy.pk}/monitor/", {"state": "off"})
    assert answer.status_code == 409
    assert "entered at 101.5" in answer.content.decode()
    url = f"/alerts/strategies/{strategy.pk}/monitor/"
    page.post(url, {"state": "off", "confirmed": "yes"})
    assert not StrategyState.objects.exists()


def test_settling_a_doubtful_position_clears_the_note(page, strategy) -> None:
    page.post(f"/alerts/strategies/{strategy.pk}/monitor/", {"state": "on"})
    StrategyState.objects.update(status="unconfirmed", note="look at this")
    page.post(f"/alerts/strategies/{strategy.pk}/settle/")
    assert not StrategyState.objects.get().note
