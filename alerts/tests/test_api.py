"""Alerts, the monitor and events over HTTP."""

import pytest
from django.db import transaction

from accounts import events
from accounts.models import User, UserEvent
from alerts.kinds import EXIT
from alerts.monitor.sweep import settle
from alerts.testing import make_alert, make_strategy, store_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(client, alice: User):
    client.force_login(alice)
    return client


def publish(user: User, n: int) -> None:
    with transaction.atomic():
        for number in range(n):
            events.publish(user.pk, "alert.fired", {"n": number})


def test_list_is_paged_and_filtered(api, alice: User) -> None:
    make_alert(alice, symbol="SPY")
    make_alert(alice, symbol="QQQ", alert_type=EXIT.name)
    body = api.get("/api/v1/alerts/?symbol=spy").json()
    assert (body["count"], body["results"][0]["symbol"]) == (1, "SPY")
    assert body["results"][0]["event_type"] == "entry_long"


def test_wrong_filter_is_named(api) -> None:
    answer = api.get("/api/v1/alerts/?since=yesterday")
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == "since"


def test_acknowledge_one_and_all(api, alice: User) -> None:
    alert = make_alert(alice)
    make_alert(alice)
    assert api.post(f"/api/v1/alerts/{alert.pk}/ack/").json()["acknowledged"] is True
    assert api.post("/api/v1/alerts/ack-all/").json() == {"acknowledged": 1}


def test_monitor_is_started_and_reports_its_strategies(api, alice: User, raw) -> None:
    store_history(raw.take(slice(0, 500)))
    strategy = make_strategy(alice)
    body = api.post("/api/v1/monitor/", {"state": "running"}, "application/json").json()
    assert (body["state"], body["running"]) == ("starting", False)
    settle(alice.pk)
    body = api.get("/api/v1/monitor/").json()
    assert body["state"] == "running"
    assert body["strategies"][0]["strategy"] == strategy.pk


def test_unknown_monitor_state_is_refused(api) -> None:
    answer = api.post("/api/v1/monitor/", {"state": "faster"}, "application/json")
    assert answer.status_code == 400


def test_events_after_a_number(api, alice: User) -> None:
    publish(alice, 3)
    body = api.get("/api/v1/events/?after=1").json()
    assert [row["seq"] for row in body["results"]] == [2, 3]
    assert (body["top"], body["reset"]) == (3, False)


def test_too_many_missed_events_are_a_reset(api, alice: User) -> None:
    publish(alice, 501)
    body = api.get("/api/v1/events/?after=0").json()
    assert (body["reset"], body["results"], body["top"]) == (True, [], 501)


def test_pruned_events_are_a_reset(api, alice: User) -> None:
    publish(alice, 5)
    UserEvent.objects.filter(seq__lte=3).delete()
    assert api.get("/api/v1/events/?after=1").json()["reset"] is True
    assert api.get("/api/v1/events/?after=3").json()["reset"] is False


def test_number_never_given_out_is_a_reset(api) -> None:
    assert api.get("/api/v1/events/?after=7").json()["reset"] is True


def test_negative_number_is_refused(api) -> None:
    assert api.get("/api/v1/events/?after=-1").status_code == 400
