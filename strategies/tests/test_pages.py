"""Every page for its owner, for another user, for nobody, and for what is missing."""

import json
import uuid

import pytest
from django.urls import reverse

from market.testing import make_bars
from strategies.models import Run, Strategy
from strategies.packs.library import create_default_packs
from strategies.testing import RECORD, make_computed, make_run, make_strategy, pack_of

pytestmark = pytest.mark.django_db
STRATEGY_PAGES = ("detail", "edit", "delete", "export", "chart", "trades")
STRATEGY_ACTIONS = ("backtest", "clone", "delete", "monitor")
RUN_PAGES = ("run-detail", "run-trades", "run-trades-csv", "run-chart")
PACK_ACTIONS = ("pack-toggle", "pack-duplicate", "pack-delete")
LISTS = ("strategy-list", "strategy-create", "strategy-import", "pack-list")
MISSING = 999_999


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


def url(name, *args):
    return reverse(f"strategies:{name}", args=args)


@pytest.mark.parametrize("name", ["symbol", "direction", "q"])
def test_null_characters_in_a_filter_are_left_out(client, alice, name):
    make_computed(alice)
    client.force_login(alice)
    answer = client.get(f"{url('strategy-list')}?{name}=%00")
    assert answer.context["chosen"][name] == ""


@pytest.mark.parametrize("name", LISTS)
def test_lists_and_forms_open_for_their_user(client, alice, name):
    create_default_packs(alice)
    client.force_login(alice)
    assert client.get(url(name)).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_nobody_is_sent_to_the_login(client, name):
    answer = client.get(url(name))
    assert (answer.status_code, answer["Location"][:16]) == (302, "/accounts/login/")


@pytest.mark.parametrize("name", STRATEGY_PAGES)
def test_a_strategys_pages_are_its_owners(client, alice, bob, name):
    strategy = make_computed(alice)
    address = url(f"strategy-{name}", strategy.pk)
    assert client.get(address).status_code == 302
    client.force_login(alice)
    assert client.get(address).status_code == 200
    assert client.get(url(f"strategy-{name}", MISSING)).status_code == 404
    client.force_login(bob)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", STRATEGY_ACTIONS)
def test_a_strangers_action_finds_nothing_and_changes_nothing(client, alice, bob, name):
    strategy = make_computed(alice)
    client.force_login(bob)
    assert client.post(url(f"strategy-{name}", strategy.pk)).status_code == 404
    client.logout()
    assert client.post(url(f"strategy-{name}", strategy.pk)).status_code == 302
    assert Strategy.objects.get().updated_at == strategy.updated_at


@pytest.mark.parametrize("name", RUN_PAGES)
def test_a_runs_pages_are_its_owners(client, alice, bob, name):
    address = url(name, make_run(alice).code)
    assert client.get(address).status_code == 302
    client.force_login(alice)
    assert client.get(address).status_code == 200
    assert client.get(url(name, uuid.uuid4())).status_code == 404
    client.force_login(bob)
    assert client.get(address).status_code == 404


def test_a_stranger_cannot_cancel_a_run(client, alice, bob):
    run = make_strategy(alice).runs.get()
    client.force_login(bob)
    assert client.post(url("run-cancel", run.code)).status_code == 404
    assert Run.objects.get().status == "queued"


@pytest.mark.parametrize("name", PACK_ACTIONS)
def test_packs_are_their_owners(client, alice, bob, name):
    create_default_packs(alice)
    pack = pack_of(alice, "vwap_default")
    client.force_login(bob)
    assert client.post(url(name, pack.pk)).status_code == 404
    assert client.get(url("pack-detail", pack.pk)).status_code == 404
    client.force_login(alice)
    assert client.get(url("pack-detail", pack.pk)).status_code == 200
    assert client.post(url(name, pack.pk)).status_code == 302
    assert client.post(url(name, MISSING)).status_code == 404


@pytest.mark.parametrize("tab", ["equity", "chart", "trades", "configuration", "nonsense"])
def test_every_tab_of_a_strategy_opens(client, alice, tab):
    strategy = make_computed(alice)
    client.force_login(alice)
    answer = client.get(url("strategy-detail", strategy.pk), {"tab": tab})
    assert answer.content.decode().count("Hypothetical results") == 1


def test_a_page_of_trades_opened_by_itself_is_a_whole_page(client, alice):
    address = url("run-trades", make_run(alice).code)
    client.force_login(alice)
    assert "<html" in client.get(address).content.decode()
    assert "<html" not in client.get(address, headers={"HX-Request": "true"}).content.decode()


def test_a_trade_leads_to_its_place_on_the_chart(client, alice):
    strategy = make_computed(alice)
    trade = strategy.current_run.trades.order_by("number").last()
    client.force_login(alice)
    shown = client.get(url("strategy-detail", strategy.pk), {"tab": "trades"}).content.decode()
    assert f"?tab=chart&amp;at={trade.entry_bar_ts}" in shown


def test_an_empty_list_offers_the_sample_strategy(client, alice):
    create_default_packs(alice)
    client.force_login(alice)
    assert "Load the sample strategy" in client.get(url("strategy-list")).content.decode()
    assert client.post(url("strategy-sample")).status_code == 302
    assert Strategy.objects.get().name == "SPY return to VWAP"


def test_the_list_asks_as_often_for_many_cards_as_for_one(
    client, alice, django_assert_max_num_queries
):
    make_computed(alice)
    client.force_login(alice)
    with django_assert_max_num_queries(15):
        client.get(url("strategy-list"))
    for number in range(5):
        made = make_strategy(alice, name=f"Number {number}", data_days=7 + number)
        Strategy.objects.filter(pk=made.pk).update(data_source=f"replay:{number}")
    with django_assert_max_num_queries(15):
        client.get(url("strategy-list"))


def test_the_builder_asks_as_often_for_many_sources_as_for_one(
    client, alice, django_assert_max_num_queries
):
    client.force_login(alice)
    for name in ("first", "second", "third"):
        make_bars(source=f"import:{name}", n_days=1)
    with django_assert_max_num_queries(15):
        client.get(url("strategy-create"))


def test_filters_narrow_the_cards(client, alice):
    make_strategy(alice)
    client.force_login(alice)
    shown = client.get(url("strategy-list"), {"direction": "SHORT"})
    assert "Nothing matches" in shown.content.decode()


def test_the_chart_is_paged_backwards(client, alice):
    strategy = make_computed(alice)
    client.force_login(alice)
    newest = client.get(url("strategy-chart", strategy.pk)).json()
    assert len(newest["bars"]) == 780
    assert {line["name"] for line in newest["overlays"]} == {"Short EMA", "Mid EMA", "Long EMA"}
    assert all(len(line["values"]) == 780 for line in newest["overlays"])
    assert newest["markers"]
    older = client.get(url("strategy-chart", strategy.pk), {"before": newest["bars"][0][0]}).json()
    assert older["bars"] == []


def test_trades_are_exported_as_csv_with_instants(client, alice):
    strategy = make_computed(alice)
    client.force_login(alice)
    lines = b"".join(client.get(url("strategy-trades", strategy.pk)).streaming_content)
    rows = lines.decode().splitlines()
    assert rows[0].startswith("number,segment,direction,entry_fill_ts")
    assert len(rows) == strategy.trades.count() + 1
    assert rows[1].split(",")[3].endswith("Z")


def test_an_exported_strategy_can_be_imported_by_another_user(client, alice, bob, tmp_path):
    strategy = make_computed(alice)
    client.force_login(alice)
    record = client.get(url("strategy-export", strategy.pk)).json()
    file = tmp_path / "strategy.json"
    file.write_text(json.dumps(record))
    create_default_packs(bob)
    client.force_login(bob)
    with file.open("rb") as handle:
        assert client.post(url("strategy-import"), {"file": handle}).status_code == 302
    imported = Strategy.objects.get(user=bob)
    assert imported.config["stop_config"] == RECORD["stop_config"]


@pytest.mark.parametrize(
    "body",
    [
        "no json",
        "[1]",
        '{"symbol": "SPY"}',
        json.dumps({**RECORD, "name": "a\0b"}),
        json.dumps({**RECORD, "name": "a\ud800"}),
        json.dumps({**RECORD, "notes": "x" * 10_001}),
        json.dumps({**RECORD, "zz": 0})[:-2] + "1e999}",
        json.dumps({**RECORD, "zz": 0})[:-2] + '0, "zz": 1}',
        json.dumps({**RECORD, "data_days": 2**60}),
    ],
)
def test_a_file_that_is_no_strategy_is_refused_by_field(client, alice, tmp_path, body):
    create_default_packs(alice)
    client.force_login(alice)
    file = tmp_path / "bad.json"
    file.write_text(body)
    with file.open("rb") as handle:
        answer = client.post(url("strategy-import"), {"file": handle})
    assert answer.status_code == 422
    assert "Nothing was imported" in answer.content.decode()


def test_deleting_names_what_goes(client, alice):
    strategy = make_computed(alice)
    client.force_login(alice)
    page = client.get(url("strategy-delete", strategy.pk)).content.decode()
    text = " ".join(page.split())
    assert f"with {strategy.trades.count()} trades and 1 backtest" in text
    client.post(url("strategy-delete", strategy.pk))
    assert not Strategy.objects.for_user(alice).exists()


def test_the_monitor_switch_turns_on_and_off(client, alice):
    strategy = make_computed(alice)
    client.force_login(alice)
    for wanted in ("1", "0"):
        client.post(url("strategy-monitor", strategy.pk), {"enabled": wanted, "confirmed": "on"})
        assert Strategy.objects.get().alert_tracking_enabled is (wanted == "1")
