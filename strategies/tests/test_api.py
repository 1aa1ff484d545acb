"""The API: the same rules as the pages, one error shape, filters, order, pages, owners."""

import pytest

from strategies.models import Run, Strategy
from strategies.packs.library import create_default_packs
from strategies.runs import queue
from strategies.testing import compute, make_computed, make_record, make_run, make_strategy, pack_of

pytestmark = pytest.mark.django_db
API = "/api/v1"
OBJECTS = ("strategies", "runs", "packs")


@pytest.fixture
def api(market, client, alice):
    create_default_packs(alice)
    client.force_login(alice)
    return client


def post(client, path, body):
    return client.post(f"{API}{path}", body, content_type="application/json")


def patch(client, path, body):
    return client.patch(f"{API}{path}", body, content_type="application/json")


def faults(answer):
    return {row["field"]: row["message"] for row in answer.json()["error"]["details"]}


def test_a_strategy_is_created_and_read_back_flat(api):
    made = post(api, "/strategies/", make_record()).json()
    read = api.get(f"{API}/strategies/{made['id']}/").json()
    assert made["result"] == "new"
    assert read["entry_trigger_confluence_id"] == "ema_stack_fast_cross_bull"
    assert read["version"] == 1


def test_faults_come_by_field_in_the_one_shape(api):
    answer = post(api, "/strategies/", make_record(symbol="NOPE", data_days=1))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    assert set(faults(answer)) == {"symbol", "data_days"}
    assert not Strategy.objects.exists()


def test_every_kind_of_exit_is_taken_and_read_back(api):
    kinds = {
        "time_exit_config": {"method": "max_hold_bars", "max_bars": 9},
        "hifi": True,
        "stop_config": {"method": "atr", "atr_mult": 2.0, "trailing": {"enabled": True}},
    }
    made = post(api, "/strategies/", make_record(**kinds)).json()
    read = api.get(f"{API}/strategies/{made['id']}/").json()
    assert {name: read[name] for name in kinds} == kinds


def test_an_unknown_trigger_is_named(api):
    answer = post(api, "/strategies/", make_record(entry_trigger_confluence_id="moon_rise"))
    assert "moon_rise" in faults(answer)["entry_trigger_confluence_id"]


@pytest.mark.parametrize("body", ["[]", "7", '"text"'])
def test_a_body_that_is_no_object_is_refused(api, body):
    assert post(api, "/strategies/", body).status_code == 400


def test_an_edit_names_the_version_it_read(api):
    strategy = make_strategy_of(api)
    path = f"/strategies/{strategy.pk}/"
    assert faults(patch(api, path, {"name": "B"})) == {"version": "Send the version you read."}
    assert patch(api, path, {"name": "B", "version": 1}).json()["result"] == "preserved"
    assert patch(api, path, {"name": "C", "version": 1}).status_code == 409


def make_strategy_of(api) -> Strategy:
    made = post(api, "/strategies/", make_record()).json()
    return Strategy.objects.get(pk=made["id"])


def test_a_monitored_strategy_is_reset_only_when_confirmed(api):
    strategy = make_strategy_of(api)
    path = f"/strategies/{strategy.pk}/"
    patch(api, path, {"alert_tracking_enabled": True, "version": 1, "confirmed": True})
    change = {"bar_count_exit": 5, "version": 2}
    refused = patch(api, path, change)
    assert refused.status_code == 409
    assert "confirmed" in refused.json()["error"]["message"]
    assert patch(api, path, {**change, "confirmed": True}).json()["result"] == "reset"


def test_server_fields_in_a_body_are_left_aside(api):
    strategy = make_strategy_of(api)
    shown = api.get(f"{API}/strategies/{strategy.pk}/").json()
    patch(api, f"/strategies/{strategy.pk}/", {**shown, "kpis": {"total_r": 1e9}})
    strategy.refresh_from_db()
    assert strategy.kpis == {}
    assert "kpis" not in strategy.config


def test_a_clone_and_a_deletion(api):
    strategy = make_strategy_of(api)
    assert post(api, f"/strategies/{strategy.pk}/clone/", {}).json()["name"].endswith("(Copy)")
    assert api.delete(f"{API}/strategies/{strategy.pk}/").status_code == 204
    assert api.get(f"{API}/strategies/").json()["count"] == 1


def test_lists_are_filtered_ordered_and_paged(api):
    for name in ("B", "A", "C"):
        post(api, "/strategies/", make_record(name=name))
    answer = api.get(f"{API}/strategies/", {"ordering": "name", "page_size": 2}).json()
    assert answer["count"] == 3
    assert [row["name"] for row in answer["results"]] == ["A", "B"]
    assert answer["next"]
    assert api.get(f"{API}/strategies/", {"direction": "SHORT"}).json()["count"] == 0


@pytest.mark.parametrize(
    "query", ["?ordering=password", "?direction=UP", "?monitored=maybe", "?symbol=%00"]
)
def test_a_filter_that_means_nothing_is_an_error(api, query):
    assert api.get(f"{API}/strategies/{query}").status_code == 400


def test_a_run_of_a_strategy_is_started_and_read(api, alice):
    strategy = make_computed(alice)
    started = post(api, "/runs/", {"strategy": strategy.pk})
    assert started.status_code == 202
    compute(strategy)
    read = api.get(f"{API}/runs/{started.json()['id']}/").json()
    assert read["status"] == "succeeded"
    assert read["result"]["kpis"]["total_trades"] == strategy.trades.count()


def test_a_run_of_an_unsaved_record_is_started(api):
    started = post(api, "/runs/", {"config": make_record()})
    assert started.json()["kind"] == "preview"


@pytest.mark.parametrize("body", [{}, {"strategy": 1, "config": {}}, {"strategy": "x"}])
def test_a_run_needs_exactly_one_subject(api, body):
    assert post(api, "/runs/", body).status_code == 400


def test_the_limit_of_runs_answers_409_and_says_so(api):
    for days in (7, 8):
        post(api, "/runs/", {"config": make_record(data_days=days)})
    answer = post(api, "/runs/", {"config": make_record(data_days=9)})
    assert answer.status_code == 409
    assert "limit" in answer.json()["error"]["message"]


def test_a_run_is_cancelled(api):
    started = post(api, "/runs/", {"config": make_record()}).json()
    assert post(api, f"/runs/{started['id']}/cancel/", {}).json()["status"] == "cancelled"


def test_trades_of_a_strategy_are_listed_with_instants(api, alice):
    strategy = make_computed(alice)
    make_run(alice)
    answer = api.get(f"{API}/trades/", {"strategy": strategy.pk, "ordering": "number"}).json()
    assert answer["count"] == strategy.trades.count()
    first = answer["results"][0]
    assert (first["number"], first["entry_bar"][-1]) == (1, "Z")
    assert api.get(f"{API}/trades/").json()["count"] == answer["count"]


def test_trades_of_a_preview_are_listed_by_run(api, alice):
    run = make_run(alice)
    answer = api.get(f"{API}/trades/", {"run": run.pk}).json()
    assert answer["count"] == run.trades.count()


def test_packs_are_created_edited_and_deleted(api):
    made = post(api, "/packs/", {"base_template": "rvol", "version": "Loud"}).json()
    path = f"/packs/{made['id']}/"
    edit = {"parameters": {"high_threshold": 2.0}, "revision": 1}
    assert patch(api, path, edit).json()["parameters"]["high_threshold"] == 2.0
    assert patch(api, path, edit).status_code == 409
    assert api.delete(f"{API}{path}").status_code == 204


def test_a_pack_parameter_out_of_its_limits_is_named(api):
    body = {"base_template": "rvol", "parameters": {"sma_period": 1}}
    assert "parameters.sma_period" in faults(post(api, "/packs/", body))


def test_an_edit_of_a_pack_in_use_asks_first(api, alice):
    strategy = make_computed(alice)
    pack = pack_of(alice, "ema_stack_fast")
    change = {"parameters": {"short_period": 4}, "revision": 1}
    assert patch(api, f"/packs/{pack.pk}/", change).status_code == 409
    done = patch(api, f"/packs/{pack.pk}/", {**change, "confirmed": True}).json()
    assert done["reset_strategies"] == [strategy.pk]


def test_packs_are_filtered_by_family(api):
    answer = api.get(f"{API}/packs/", {"family": "risk"}).json()
    assert {row["family"] for row in answer["results"]} == {"risk"}


def test_strangers_find_nothing(market, client, alice, bob):
    strategy = make_computed(alice)
    pack = pack_of(alice, "vwap_default")
    ids = dict(zip(OBJECTS, (strategy.pk, strategy.current_run_id, pack.pk), strict=True))
    client.force_login(bob)
    for name, pk in ids.items():
        assert client.get(f"{API}/{name}/{pk}/").status_code == 404
        assert client.get(f"{API}/{name}/").json()["count"] == 0
    assert client.delete(f"{API}/strategies/{strategy.pk}/").status_code == 404
    assert post(client, "/runs/", {"strategy": strategy.pk}).status_code == 404
    assert post(client, f"/runs/{ids['runs']}/cancel/", {}).status_code == 404
    assert client.get(f"{API}/trades/", {"run": ids["runs"]}).json()["count"] == 0


@pytest.mark.parametrize("path", ["strategies/", "runs/", "packs/", "trades/", "strategies/1/"])
def test_nobody_is_asked_to_log_in(client, db, path):
    assert client.get(f"{API}/{path}").status_code in (401, 403)


def test_lists_of_runs_do_not_read_whole_results(api, alice, django_assert_max_num_queries):
    make_run(alice)
    with django_assert_max_num_queries(6):
        answer = api.get(f"{API}/runs/").json()
    assert "result" not in answer["results"][0]


def test_the_sweep_knows_when_nothing_is_due(api, alice):
    make_run(alice)
    assert queue.life.sweep() == 0
    assert Run.objects.all().active().count() == 0
    assert make_strategy(alice).runs.get().is_active
