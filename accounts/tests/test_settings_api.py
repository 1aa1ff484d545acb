import pytest

from accounts.keys import create_key
from accounts.models import UserSettings

pytestmark = pytest.mark.django_db
PATH = "/api/v1/settings/"


@pytest.fixture
def key(alice):
    return {"HTTP_X_API_KEY": create_key(alice, "test")[1]}


def test_needs_a_login(client):
    assert client.get(PATH).status_code in (401, 403)


def test_shows_only_ones_own(client, alice, bob, key):
    UserSettings.objects.filter(user=bob).update(theme="dark")
    assert client.get(PATH, **key).json()["theme"] == "system"


def test_changes_a_part(client, alice, key):
    answer = client.patch(PATH, {"theme": "light"}, content_type="application/json", **key)
    assert answer.status_code == 200
    assert UserSettings.objects.get(user=alice).theme == "light"


def test_refuses_an_unknown_zone_by_name(client, key):
    body = {"display_timezone": "Mars/Base"}
    answer = client.patch(PATH, body, content_type="application/json", **key)
    assert answer.status_code in (400, 422)
    assert "display_timezone" in answer.content.decode()


def test_costs_of_new_strategies_can_be_set(client, alice, key):
    assert client.get(PATH, **key).json()["default_costs_config"]["plan"] == "alpaca"
    body = {"default_costs_config": {"plan": "ibkr_tiered", "spread": "auto"}}
    answer = client.patch(PATH, body, content_type="application/json", **key)
    assert answer.status_code == 200
    stored = UserSettings.objects.get(user=alice).default_costs_config
    assert stored == body["default_costs_config"]
    body = {"default_costs_config": {"own": {"commission_per_order": 2}, "us_fees": True}}
    client.patch(PATH, body, content_type="application/json", **key)
    stored = client.get(PATH, **key).json()["default_costs_config"]
    expected = {"plan": "ibkr_tiered", "spread": "auto", "us_fees": True}
    assert stored == {**expected, "own": {"commission_per_order": 2.0}}


# What is sent, and the field that is named.
REFUSED = [
    ({"zz": 1}, "zz"),
    ({"__proto__": {}}, "__proto__"),
    ({"theme": None}, "theme"),
    ({"alert_sound": "perhaps"}, "alert_sound"),
    ({"chart_visible_candles": 5001}, "chart_visible_candles"),
    ({"chart_visible_candles": 2**70}, "chart_visible_candles"),
    ({"global_data_seed": 2**70}, "global_data_seed"),
    ({"global_data_seed": 2**31}, "global_data_seed"),
    ({"global_data_seed": -1}, "global_data_seed"),
    ({"global_data_seed": 1.5}, "global_data_seed"),
    ({"default_stop_config": {"method": "swing"}}, "default_stop_config"),
    ({"default_costs_config": {"plan": "bribery"}}, "default_costs_config.plan"),
    ({"default_costs_config": {"spread": []}}, "default_costs_config.spread"),
    ({"default_costs_config": {"fee": 1}}, "default_costs_config.fee"),
    ({"default_costs_config": {"us_fees": 1}}, "default_costs_config.us_fees"),
    ({"default_costs_config": {"own": 1}}, "default_costs_config.own"),
    ({"default_costs_config": {"own": {"bribes": 1}}}, "default_costs_config.own.bribes"),
    (
        {"default_costs_config": {"own": {"commission_bps": -1}}},
        "default_costs_config.own.commission_bps",
    ),
    (
        {"default_costs_config": {"own": {"commission_bps": True}}},
        "default_costs_config.own.commission_bps",
    ),
    (
        {"default_costs_config": {"own": {"commission_surcharge": 2}}},
        "default_costs_config.own.commission_surcharge",
    ),
    ({"default_costs_config": None}, "default_costs_config"),
    ({"default_costs_config": []}, "default_costs_config"),
    ({"updated_at": "2020-01-01T00:00:00Z"}, "updated_at"),
]


@pytest.mark.parametrize(("sent", "field"), REFUSED)
def test_what_cannot_be_set_is_named_and_nothing_is_written(client, alice, key, sent, field):
    body = sent | ({} if "theme" in sent else {"theme": "dark"})
    answer = client.patch(PATH, body, content_type="application/json", **key)
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["error"]["details"]] == [field]
    assert UserSettings.objects.get(user=alice).theme == "system"


def test_what_was_read_may_be_sent_back_whole(client, key):
    whole = client.get(PATH, **key).json() | {"theme": "dark"}
    answer = client.patch(PATH, whole, content_type="application/json", **key)
    assert answer.status_code == 200
    assert answer.json()["theme"] == "dark"
