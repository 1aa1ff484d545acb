"""The drill-down on the builder's page: what the address says is shown, to its owner only."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from strategies import tasks
from strategies.drilldown import queue
from strategies.models import Drilldown
from strategies.packs.library import create_default_packs
from strategies.testing import make_computed
from strategies.tests.drilldown.asked import make_drilldown

pytestmark = pytest.mark.django_db
NEW = "/strategies/new/"
BASE = {
    "data_source": "sample",
    "symbol": "SPY",
    "timeframe": "1Min",
    "direction": "LONG",
    "trading_session": "RTH",
    "lookback_mode": "Days",
    "data_days": "7",
    "stop_method": "atr",
    "stop_atr_mult": "1.5",
    "target_method": "risk_reward",
    "target_rr_ratio": "2",
    "entry": "ema_stack_default_cross_bull",
    "risk_per_trade": "100",
    "starting_balance": "10000",
    "drill_trades": "0",
}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _market(market, alice):
    create_default_packs(alice)


def started(client, **said) -> Drilldown:
    answer = client.post(f"{NEW}drill/start/", {**BASE, **said}, **HTMX)
    assert answer.status_code == 200
    return Drilldown.objects.latest("pk")


def panel(client, **said) -> str:
    return client.get(f"{NEW}drill/", {**BASE, **said}, **HTMX).content.decode()


def test_a_tab_is_asked_once_and_its_answer_found_again(client, alice):
    client.force_login(alice)
    assert "drill-wait" in panel(client, drill_tab="stop")
    row = started(client, drill_tab="stop")
    tasks.drill_down(row.pk)
    shown = panel(client, drill_tab="stop")
    assert "drill-wait" not in shown
    assert "ATR x 1" in shown
    assert Drilldown.objects.count() == 1


def test_cards_are_in_order_and_narrowed_by_the_address(client, alice):
    client.force_login(alice)
    tasks.drill_down(started(client, drill_tab="target").pk)
    answer = client.get(
        f"{NEW}drill/", {**BASE, "drill_tab": "target", "drill_words": "atr"}, **HTMX
    )
    cards = answer.context["drill"].shown
    assert cards
    assert all("ATR" in card.label for card in cards)
    up = client.get(
        f"{NEW}drill/",
        {**BASE, "drill_tab": "target", "drill_sort": "win_rate", "drill_order": "up"},
        **HTMX,
    ).context["drill"]
    rates = [card.figures["win_rate"] for card in up.shown]
    assert rates == sorted(rates)


def test_a_card_leads_to_the_builder_with_that_change(client, alice):
    client.force_login(alice)
    tasks.drill_down(started(client, drill_tab="conditions").pk)
    answer = client.get(f"{NEW}drill/", {**BASE, "drill_tab": "conditions"}, **HTMX)
    card, url = answer.context["drill"].with_urls[0]
    query = parse_qs(urlsplit(url).query)
    assert query["conditions"] == card.choice["change"]["confluence"]
    assert query["entry"] == [BASE["entry"]]
    page = client.get(url)
    assert page.context["form"].as_record()["confluence"] == query["conditions"]


def test_a_change_says_what_it_did_and_how_to_undo_it(client, alice):
    client.force_login(alice)
    before = f"http://testserver{NEW}?entry=ema_stack_default_cross_bull&data_source=sample"
    headers = {**HTMX, "HTTP_HX_CURRENT_URL": before}
    answer = client.get(NEW, {**BASE, "did": "Added: VWAP"}, **headers)
    assert answer.context["undo"] == ("Added: VWAP", before.removeprefix("http://testserver"))
    assert "did=" not in answer["HX-Push-Url"]


def test_undo_leads_to_this_page_only(client, alice):
    client.force_login(alice)
    headers = {**HTMX, "HTTP_HX_CURRENT_URL": "http://elsewhere.example/evil"}
    assert client.get(NEW, {**BASE, "did": "Added"}, **headers).context["undo"] is None


def test_what_is_looked_at_stays_through_a_change_of_the_form(client, alice):
    client.force_login(alice)
    answer = client.get(NEW, {**BASE, "drill_tab": "exits", "drill_sort": "avg_r"}, **HTMX)
    assert "drill_tab=exits" in answer["HX-Push-Url"]
    assert "drill_sort=avg_r" in answer["HX-Push-Url"]


def test_an_opened_tab_is_a_step_in_the_history_and_a_filter_is_none(client, alice):
    client.force_login(alice)
    said = {**BASE, "drill_tab": "stop"}
    opened = client.post(f"{NEW}drill/start/", {**said, "drill_push": "1"}, **HTMX)
    assert "drill_tab=stop" in opened["HX-Push-Url"]
    assert "drill_push" not in opened["HX-Push-Url"]
    assert "HX-Push-Url" not in client.get(f"{NEW}drill/", said, **HTMX)


def test_a_known_answer_is_not_asked_for_again(client, alice):
    client.force_login(alice)
    row = started(client, drill_tab="stop")
    tasks.drill_down(row.pk)
    assert started(client, drill_tab="stop") == row


def test_without_an_entry_only_entries_can_be_tried(client, alice):
    client.force_login(alice)
    said = {"entry": "", "drill_tab": "stop"}
    assert "Choose an entry trigger first" in panel(client, **said)
    assert "drill-wait" in panel(client, entry="", drill_tab="entry")


def test_every_entry_can_be_used_also_the_first(client, alice):
    client.force_login(alice)
    said = {"entry": "", "drill_tab": "entry"}
    tasks.drill_down(started(client, **said).pk)
    answer = client.get(f"{NEW}drill/", {**BASE, **said, "drill_shown": "1000"}, **HTMX)
    for card, url in answer.context["drill"].with_urls:
        query = parse_qs(urlsplit(url).query)
        assert card.key.startswith(query["entry"][0]), card.key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("drill_tab", "nonsense"),
        ("drill_sort", "x"),
        ("drill_trades", "-5"),
        ("drill_depth", "9e9"),
    ],
)
def test_what_an_address_says_wrongly_is_as_if_it_were_not_said(client, alice, name, value):
    client.force_login(alice)
    assert client.get(NEW, {**BASE, "drill_tab": "stop", f"drill_{name}": value}).status_code == 200


def test_a_form_that_can_not_be_read_says_what_is_missing(client, alice):
    client.force_login(alice)
    said = panel(client, drill_tab="stop", stop_atr_mult="99")
    assert "too-few" in said
    answer = client.post(
        f"{NEW}drill/start/", {**BASE, "drill_tab": "stop", "stop_atr_mult": "99"}, **HTMX
    )
    assert answer.status_code == 200
    assert not Drilldown.objects.exists()


def test_two_at_once_and_the_newer_one_of_a_page_replaces_the_older(client, alice):
    client.force_login(alice)
    first = started(client, drill_tab="stop")
    second = started(client, drill_tab="target", drill_replaces=str(first.code))
    first.refresh_from_db()
    assert first.status == "cancelled"
    started(client, drill_tab="exits")
    answer = client.post(f"{NEW}drill/start/", {**BASE, "drill_tab": "general"}, **HTMX)
    assert "already" in answer.content.decode()
    assert second.is_active


def test_a_cancelled_one_keeps_its_cards_and_can_be_asked_again(client, alice):
    client.force_login(alice)
    row = started(client, drill_tab="stop")
    assert (
        client.post(reverse("strategies:drill-cancel", args=[row.code]), **HTMX).status_code == 204
    )
    row.refresh_from_db()
    assert row.status == "cancelled"
    assert "drill-wait" in panel(client, drill_tab="stop")


def test_nobody_else_stops_it_or_drills_into_a_strategy(client, alice, charlie):
    strategy = make_computed(alice)
    row = make_drilldown(alice, "stop")
    client.force_login(charlie)
    assert client.post(reverse("strategies:drill-cancel", args=[row.code])).status_code == 404
    assert client.get(f"/strategies/{strategy.pk}/drill/", **HTMX).status_code == 404
    assert client.post(f"/strategies/{strategy.pk}/drill/start/", **HTMX).status_code == 404
    client.logout()
    assert client.get(f"{NEW}drill/").status_code == 302


def test_another_user_with_the_same_question_gets_an_answer_of_their_own(client, alice, charlie):
    make_drilldown(alice, "stop")
    client.force_login(charlie)
    create_default_packs(charlie)
    assert "drill-wait" in panel(client, drill_tab="stop")


def test_old_ones_are_forgotten_with_their_cards(alice):
    row = make_drilldown(alice, "stop")
    Drilldown.objects.update(created_at=row.created_at - queue.KEEP_PREVIEWS * 2)
    assert queue.prune() > 0
    assert not Drilldown.objects.exists()


def test_a_stored_strategy_is_drilled_into_from_its_own_page(client, alice):
    strategy = make_computed(alice)
    client.force_login(alice)
    page = client.get(f"/strategies/{strategy.pk}/edit/?drill_tab=stop")
    assert f"/strategies/{strategy.pk}/drill/start/" in page.content.decode()
    assert page.context["read_back"].startswith("Buy SPY when")
