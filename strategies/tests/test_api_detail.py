"""The API of what there is to know of one strategy beside its result."""

import json

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from strategies import tasks
from strategies.models import ReportLink, Run
from strategies.testing import make_computed, make_strategy

pytestmark = pytest.mark.usefixtures("market")
PARTS = ("earning", "what-ifs", "extended", "report", "report-links")


@pytest.fixture
def api(alice):
    cache.clear()
    client = APIClient()
    client.force_authenticate(alice)
    return client


@pytest.fixture
def strategy(alice):
    return make_computed(alice)


def address(strategy, part):
    return f"/api/v1/strategies/{strategy.pk}/{part}/"


def test_when_it_earns_is_what_the_run_has_stored(api, strategy):
    found = api.get(address(strategy, "earning")).json()
    assert found == json.loads(json.dumps(strategy.current_run.result["earning"]))


def test_a_strategy_without_a_result_says_what_to_do(api, alice):
    answer = api.get(address(make_strategy(alice), "earning"))
    assert answer.status_code == 404
    assert "Queue a backtest first" in answer.json()["error"]["message"]


def test_a_what_if_is_queued_and_read_with_its_figures(api, strategy):
    queued = api.post(address(strategy, "what-ifs"), {"stop": 0.8}, format="json")
    assert queued.status_code == 202
    assert (queued.json()["kind"], queued.json()["what_if"]) == ("preview", "stop 0.8")
    assert queued.json()["subject_id"] == strategy.pk
    tasks.run_backtest(queued.json()["id"])
    (found,) = api.get(address(strategy, "what-ifs")).json()
    assert found["result"]["kpis"]["total_trades"] > 0


@pytest.mark.parametrize(
    "body", [{}, {"stop": 0.8, "target": 2}, {"stop": 0}, {"stop": "much"}, {"size": 1}, []]
)
def test_a_what_if_that_can_not_be_is_an_error_and_queues_nothing(api, strategy, body):
    answer = api.post(address(strategy, "what-ifs"), body, format="json")
    assert answer.status_code == 400
    assert answer.json()["error"]["details"] or answer.json()["error"]["message"]
    assert not Run.objects.filter(subject=strategy).exists()


def test_more_bars_are_loaded_and_read(api, strategy):
    assert api.get(address(strategy, "extended")).status_code == 404
    queued = api.post(address(strategy, "extended"), {"days": 60}, format="json")
    assert (queued.status_code, queued.json()["kind"]) == (202, "extended")
    tasks.run_backtest(queued.json()["id"])
    assert api.get(address(strategy, "extended")).json()["status"] == "succeeded"


@pytest.mark.parametrize("days", [0, 6, 1826, "long"])
def test_days_outside_the_limits_are_named(api, strategy, days):
    answer = api.post(address(strategy, "extended"), {"days": days}, format="json")
    assert answer.json()["error"]["details"][0]["field"] == "days"


def test_the_report_is_one_document(api, strategy):
    answer = api.get(address(strategy, "report"))
    found = json.loads(b"".join(answer.streaming_content))
    assert len(found["trades"]) == strategy.trades.count()


def test_a_link_is_made_listed_opened_and_revoked(api, client, strategy):
    made = api.post(address(strategy, "report-links"), {"days": 7}, format="json")
    assert made.status_code == 201
    assert client.get(made.json()["url"]).status_code == 200
    (listed,) = api.get(address(strategy, "report-links")).json()
    assert (listed["n_opened"], "url" in listed) == (1, False)
    gone = api.delete(f"{address(strategy, 'report-links')}{listed['id']}/")
    assert gone.status_code == 204
    assert client.get(made.json()["url"]).status_code == 404


def test_only_the_offered_days_make_a_link(api, strategy):
    answer = api.post(address(strategy, "report-links"), {"days": 8}, format="json")
    assert answer.status_code == 400
    assert not ReportLink.objects.exists()


def test_many_are_refreshed_at_once(api, alice, strategy):
    other = make_computed(alice, name="Other")
    asked = {"strategies": [strategy.pk, other.pk, 10**9]}
    answer = api.post("/api/v1/strategies/refresh/", asked, format="json")
    assert answer.status_code == 202
    assert len(answer.json()["runs"]) == 2


def test_the_list_tells_the_figures_of_a_period(api, strategy):
    (row,) = api.get("/api/v1/strategies/", {"period": "forward"}).json()["results"]
    assert row["kpis"]["total_trades"] == 0
    assert api.get("/api/v1/strategies/", {"period": "1d"}).status_code == 400


@pytest.mark.parametrize("part", PARTS)
def test_strangers_find_nothing_and_nobody_is_let_in(charlie, strategy, part):
    stranger = APIClient()
    assert stranger.get(address(strategy, part)).status_code == 401
    stranger.force_authenticate(charlie)
    assert stranger.get(address(strategy, part)).status_code == 404


def test_strangers_change_nothing(charlie, api, strategy):
    link = api.post(address(strategy, "report-links"), {}, format="json").json()
    stranger = APIClient()
    stranger.force_authenticate(charlie)
    gone = stranger.delete(f"{address(strategy, 'report-links')}{link['id']}/")
    assert gone.status_code == 404
    refreshed = stranger.post(
        "/api/v1/strategies/refresh/", {"strategies": [strategy.pk]}, format="json"
    )
    assert refreshed.json()["runs"] == []
