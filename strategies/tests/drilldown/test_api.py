"""Drill-downs over the API: asked, watched, read, by their owner."""

import pytest
from rest_framework.test import APIClient

from strategies import tasks
from strategies.models import Drilldown
from strategies.packs.library import create_default_packs
from strategies.testing import make_record

pytestmark = pytest.mark.django_db
URL = "/api/v1/drilldowns/"


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


@pytest.fixture
def api(alice):
    create_default_packs(alice)
    client = APIClient()
    client.force_authenticate(alice)
    return client


def test_cards_are_asked_for_and_read(api):
    asked = api.post(URL, {"tab": "stop", "config": make_record()}, format="json")
    assert asked.status_code == 202, asked.data
    tasks.drill_down(Drilldown.objects.get().pk)
    found = api.get(f"{URL}{asked.data['code']}/").data
    assert found["status"] == "succeeded"
    assert len(found["cards"]) == found["n_choices"] == found["n_tried"]
    card = found["cards"][0]
    assert card["change"]["stop_config"]
    assert card["label"]
    assert "maxima" not in found["luck"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"tab": "nonsense"}, "tab"),
        ({"tab": "stop", "depth": 2}, "depth"),
        ({"tab": "exits", "depth": 4}, "depth"),
        ({"tab": "conditions", "timeframe": "7Min"}, "timeframe"),
        ({"tab": "stop", "config": {}}, "entry_trigger_confluence_id"),
        ({"tab": "stop", "config": make_record(symbol="NOBARS")}, "symbol"),
        ({"tab": "stop", "more": 1}, "more"),
    ],
)
def test_a_wrong_question_names_the_field(api, said, field):
    answer = api.post(URL, {"config": make_record(), **said}, format="json")
    assert answer.status_code == 400
    assert field in [one["field"] for one in answer.json()["error"]["details"]]
    assert not Drilldown.objects.exists()


def test_one_can_be_cancelled(api):
    asked = api.post(URL, {"tab": "stop", "config": make_record()}, format="json")
    assert api.post(f"{URL}{asked.data['code']}/cancel/").data["status"] == "cancelled"


def test_strangers_find_nothing(api, charlie):
    code = api.post(URL, {"tab": "stop", "config": make_record()}, format="json").data["code"]
    api.force_authenticate(charlie)
    assert api.get(f"{URL}{code}/").status_code == 404
    assert api.post(f"{URL}{code}/cancel/").status_code == 404
    api.force_authenticate(None)
    assert api.get(f"{URL}{code}/").status_code in (401, 403)
