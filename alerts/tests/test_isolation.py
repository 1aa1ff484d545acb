"""What alice owns is unknown to bob and closed to a visitor, at every address."""

import pytest

from accounts.keys import create_key
from accounts.models import User
from alerts.models import Alert, Monitor, StrategyState
from alerts.monitor.switch import begin_watching
from alerts.testing import make_alert, make_strategy, store_history
from market.models import Replay

pytestmark = pytest.mark.django_db
PAGES = [
    ("get", "/alerts/{alert}/"),
    ("get", "/alerts/{alert}/row/"),
    ("post", "/alerts/{alert}/acknowledge/"),
    ("post", "/alerts/strategies/{strategy}/monitor/"),
    ("post", "/alerts/strategies/{strategy}/settle/"),
    ("get", "/alerts/replays/{replay}/"),
    ("get", "/alerts/replays/{replay}/progress/"),
    ("post", "/alerts/replays/{replay}/cancel/"),
]
API = [
    ("get", "/api/v1/alerts/{alert}/"),
    ("post", "/api/v1/alerts/{alert}/ack/"),
]
LISTS = [
    "/alerts/",
    "/alerts/test/",
    "/alerts/monitor/",
    "/alerts/replays/",
    "/alerts/replays/new/",
]
MISSING = {"alert": 987654, "strategy": 987654, "replay": "00000000-0000-0000-0000-000000000000"}


@pytest.fixture
def things(alice: User, raw) -> dict[str, object]:
    store_history(raw.take(slice(0, 50)))
    strategy = make_strategy(alice)
    begin_watching(strategy)
    replay = Replay.objects.create(user=alice, dataset="sample", symbol="SPY", day="2020-12-18")
    alert = make_alert(alice, strategy=strategy)
    return {"alert": alert.pk, "strategy": strategy.pk, "replay": replay.code}


@pytest.mark.parametrize(("method", "address"), [*PAGES, *API])
def test_owner_is_let_in(client, alice: User, things, method: str, address: str) -> None:
    client.force_login(alice)
    assert getattr(client, method)(address.format(**things)).status_code in (200, 204, 302)


@pytest.mark.parametrize(("method", "address"), [*PAGES, *API])
def test_stranger_finds_nothing(client, bob: User, things, method: str, address: str) -> None:
    client.force_login(bob)
    assert getattr(client, method)(address.format(**things)).status_code == 404
    assert Alert.objects.unread().count() == 1
    assert StrategyState.objects.exists()


@pytest.mark.parametrize(("method", "address"), [*PAGES, *API])
def test_missing_looks_like_somebody_elses(client, alice: User, method: str, address: str) -> None:
    client.force_login(alice)
    assert getattr(client, method)(address.format(**MISSING)).status_code == 404


@pytest.mark.parametrize(("method", "address"), PAGES)
def test_visitor_is_sent_to_the_login(client, things, method: str, address: str) -> None:
    answer = getattr(client, method)(address.format(**things))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url


@pytest.mark.parametrize("address", LISTS)
def test_lists_hold_only_ones_own(client, bob: User, things, address: str) -> None:
    assert client.get(address).status_code == 302
    client.force_login(bob)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Fast cross" not in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "address"),
    [
        *API,
        ("get", "/api/v1/alerts/"),
        ("post", "/api/v1/alerts/ack-all/"),
        ("get", "/api/v1/monitor/"),
        ("post", "/api/v1/monitor/"),
        ("get", "/api/v1/events/"),
    ],
)
def test_api_is_closed_without_credentials(client, things, method: str, address: str) -> None:
    answer = getattr(client, method)(address.format(**things))
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "AUTHENTICATION_REQUIRED"


def test_acknowledge_all_touches_nobody_elses(client, bob: User, things) -> None:
    client.force_login(bob)
    assert client.post("/api/v1/alerts/ack-all/").json() == {"acknowledged": 0}
    client.post("/alerts/acknowledge-all/")
    assert Alert.objects.unread().count() == 1


def test_monitor_of_another_user_is_not_switched(client, bob: User, things) -> None:
    _, key = create_key(bob, "test")
    client.post(
        "/api/v1/monitor/", {"state": "running"}, "application/json", headers={"X-API-Key": key}
    )
    assert Monitor.objects.get(desired_state="running").user == bob


def test_strategy_of_another_user_is_no_filter(client, bob: User, things) -> None:
    make_alert(bob, symbol="BOBS")
    client.force_login(bob)
    rows = client.get(f"/alerts/?strategy={things['strategy']}").context["page"].object_list
    assert [row.symbol for row in rows] == ["BOBS"]
    answer = client.get(f"/api/v1/alerts/?strategy={things['strategy']}")
    assert answer.status_code == 400
