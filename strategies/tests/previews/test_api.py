"""Packs and their previews over the API: templates, impact, work with progress, owners."""

import pytest

from strategies import tasks
from strategies.models import PackPreview
from strategies.packs import library
from strategies.testing import make_computed_preview, make_strategy, pack_of

pytestmark = pytest.mark.django_db
API = "/api/v1"
SPY = {"data_source": "sample", "symbol": "SPY"}


@pytest.fixture
def api(market, client, alice):
    library.create_default_packs(alice)
    client.force_login(alice)
    return client


@pytest.fixture
def ema(api, alice):
    return pack_of(alice, "ema_stack_default")


def post(client, path, body):
    return client.post(f"{API}{path}", body, content_type="application/json")


def faults(answer):
    return {row["field"]: row["message"] for row in answer.json()["error"]["details"]}


def test_templates_say_what_may_be_entered(api):
    found = {one["id"]: one for one in api.get(f"{API}/packs/templates/").json()}
    ema = found["ema_stack"]
    assert ema["parameters"][0] == {
        "name": "short_period", "label": "Short period", "type": "int", "default": 9,
        "minimum": 1.0, "maximum": 200.0, "options": [],
    }  # fmt: skip
    assert ema["ordered"][0] == ["short_period", "mid_period"]
    assert ema["triggers"][0]["executions"] == ["C", "CC"]
    few = api.get(f"{API}/packs/templates/?family=time").json()
    assert {one["family"] for one in few} == {"time"}


def test_a_preview_is_asked_for_and_read(api, ema):
    asked = post(api, f"/packs/{ema.pk}/previews/", {**SPY, "parameters": {"short_period": 5}})
    preview = asked.json()
    assert (asked.status_code, preview["status"], preview["progress"]) == (202, "queued", 0.0)
    assert preview["parameters"] == {"short_period": 5, "mid_period": 21, "long_period": 200}
    tasks.preview_pack(preview["id"])
    read = api.get(f"{API}/pack-previews/{preview['id']}/").json()
    assert (read["status"], read["result"]["span"]["n_bars"]) == ("succeeded", 780)
    again = post(api, f"/packs/{ema.pk}/previews/", {**SPY, "parameters": {"short_period": 5}})
    assert again.json()["id"] == preview["id"]
    listed = api.get(f"{API}/packs/{ema.pk}/previews/?status=succeeded").json()
    assert [one["id"] for one in listed["results"]] == [preview["id"]]
    chart = api.get(f"{API}/pack-previews/{preview['id']}/chart/").json()
    assert len(chart["bars"]) == len(chart["codes"]) == 780


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**SPY, "symbol": "XYZ"}, "symbol"),
        ({**SPY, "data_source": "replay:9"}, "data_source"),
        ({**SPY, "parameters": {"short_period": 0}}, "parameters.short_period"),
        ({**SPY, "parameters": {"short_period": 50}}, "parameters.mid_period"),
        ({**SPY, "parameters": {"speed": 1}}, "parameters.speed"),
        ({**SPY, "days": 2000}, "days"),
        ({**SPY, "timeframe": "7Min"}, "timeframe"),
        ({**SPY, "colour": 1}, "colour"),
        ({}, "symbol"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(api, ema, body, field):
    answer = post(api, f"/packs/{ema.pk}/previews/", body)
    assert answer.status_code == 400
    assert field in faults(answer)
    assert not PackPreview.objects.exists()


def test_a_preview_is_cancelled(api, ema):
    made = post(api, f"/packs/{ema.pk}/previews/", SPY).json()
    answer = post(api, f"/pack-previews/{made['id']}/cancel/", {})
    assert answer.json()["status"] == "cancelled"


def test_what_a_change_would_touch_is_asked_before_it(api, alice):
    strategy = make_strategy(alice)
    pack = pack_of(alice, "ema_stack_fast")
    found = post(api, f"/packs/{pack.pk}/impact/", {"parameters": {"short_period": 4}}).json()
    assert (found["is_change"], found["text"]) == (True, "1 strategy")
    assert found["strategies"] == [
        {"id": strategy.pk, "name": "Fast cross", "has_forward_test": False, "is_monitored": False}
    ]
    assert found == api.get(f"{API}/packs/{pack.pk}/impact/").json()
    same = post(api, f"/packs/{pack.pk}/impact/", {"parameters": {"short_period": 3}}).json()
    assert (same["is_change"], same["text"], same["strategies"]) == (False, "", [])
    wrong = post(api, f"/packs/{pack.pk}/impact/", {"parameters": {"short_period": 9}})
    assert "parameters.mid_period" in faults(wrong)


def test_colours_are_changed_and_refused(api, ema):
    def patch(settings):
        body = {"revision": ema.revision, "plot_settings": settings}
        return api.patch(f"{API}/packs/{ema.pk}/", body, content_type="application/json")

    assert "plot_settings.colors.mid" in faults(patch({"colors": {"mid": "red"}}))
    changed = patch({"colors": {"mid": "#010203"}, "line_width": 2}).json()
    assert changed["plot_settings"]["colors"]["mid"] == "#010203"
    assert changed["reset_strategies"] == []


@pytest.mark.parametrize("path", ["", "chart/", "cancel/"])
def test_a_stranger_finds_no_preview(client, api, alice, charlie, ema, path):
    preview = make_computed_preview(alice, ema)
    address = f"{API}/pack-previews/{preview.pk}/{path}"
    ask = client.post if path == "cancel/" else client.get
    assert ask(address).status_code == 200
    client.force_login(charlie)
    assert ask(address).status_code == 404
    client.logout()
    assert ask(address).status_code == 401


@pytest.mark.parametrize("path", ["impact/", "previews/"])
def test_a_stranger_finds_no_pack(client, api, charlie, ema, path):
    client.force_login(charlie)
    assert client.get(f"{API}/packs/{ema.pk}/{path}").status_code == 404
    assert post(client, f"/packs/{ema.pk}/{path}", SPY).status_code == 404
