"""Everything a user owns, and every page, is found by words of its name."""

import re

import pytest
from django.conf import settings

from accounts.keys import create_key
from accounts.models import UserSettings
from alerts.testing import make_alert
from strategies.packs.library import create_default_packs
from trader.frame.finding import PLACES, find, headings, marked
from trader.frame.navigation import ENTRIES
from trader.tests.frame.test_dashboard import make_strategy
from webhooks.models import Delivery
from webhooks.testing import make_delivery, make_endpoint

pytestmark = pytest.mark.django_db


def titles(user, text: str, label: str) -> list[str]:
    found = {group.label: group.found for group in find(user, text)}
    return [one.title for one in found.get(label, [])]


def test_all_words_must_occur_in_what_a_thing_is_called(alice):
    make_strategy(alice, "Opening range, small stop")
    make_strategy(alice, "Opening drive", symbol="QQQ")
    assert titles(alice, "opening", "Strategies") == ["Opening drive", "Opening range, small stop"]
    assert titles(alice, "  STOP opening ", "Strategies") == ["Opening range, small stop"]
    assert titles(alice, "qqq opening", "Strategies") == ["Opening drive"]
    assert titles(alice, "opening 100%", "Strategies") == []


def test_what_is_monitored_comes_first_and_six_are_enough(alice):
    for number in range(8):
        make_strategy(alice, f"Same {number}", alert_tracking_enabled=number == 2)
    found = titles(alice, "same", "Strategies")
    assert (found[0], len(found)) == ("Same 2", 6)


def test_what_begins_with_the_word_comes_before_what_only_holds_it(alice):
    make_strategy(alice, "Reversion", alert_tracking_enabled=True)
    make_strategy(alice, "RSI exhaustion")
    assert titles(alice, "rsi", "Strategies") == ["RSI exhaustion", "Reversion"]


def test_copies_of_replays_are_not_found(alice):
    make_strategy(alice, "Copied", is_replay_copy=True)
    assert titles(alice, "copied", "Strategies") == []


def test_packs_endpoints_pages_and_help_are_found(alice):
    create_default_packs(alice)
    make_endpoint(alice, name="Prop firm bot")
    assert any("EMA Stack" in title for title in titles(alice, "ema stack", "Packs"))
    assert titles(alice, "prop bot", "Endpoints") == ["Prop firm bot"]
    assert titles(alice, "token", "Pages") == ["API keys"]
    assert "Trust checks" in titles(alice, "trust checks", "Help")


def test_alerts_and_deliveries_say_when_in_the_zone_of_the_page(alice, client):
    UserSettings.objects.update_or_create(user=alice, defaults={"display_timezone": "Asia/Tokyo"})
    client.force_login(alice)
    make_alert(alice, symbol="ZZZ", fill_at="2024-03-04T14:31:00Z")
    sent = make_delivery(make_endpoint(alice, name="Zebra"), summary="ENTRY SIGNAL: ZZZ")
    Delivery.objects.filter(pk=sent.pk).update(created_at="2024-03-04T14:31:02Z")
    assert titles(alice, "zebra entry", "Deliveries") == ["ENTRY SIGNAL: ZZZ"]
    page = re.sub(r"<[^>]*>", "", client.get("/search/?q=zzz").content.decode())
    assert page.count("Mar 04 2024, 23:31") == 2


def test_nobody_finds_what_is_another_users(alice, bob, client):
    make_strategy(bob, "Secret sauce")
    make_delivery(make_endpoint(bob, name="Secret bot"), summary="Secret order")
    assert find(alice, "secret") == []
    client.force_login(alice)
    assert "Secret" not in client.get("/search/?q=secret").content.decode()


def test_it_is_a_page_and_in_place_a_list(alice, client):
    client.force_login(alice)
    make_strategy(alice, "<b>Bold</b>")
    page = client.get("/search/?q=bold").content.decode()
    part = client.get("/search/?q=bold", headers={"HX-Request": "true"}).content.decode()
    assert "<html" in page
    assert "<html" not in part
    assert "&lt;b&gt;<mark>Bold</mark>&lt;/b&gt;" in part
    assert "Nothing of yours is called" in client.get("/search/?q=zzz").content.decode()


@pytest.mark.parametrize("text", ["", " ", "%", "_", "\\", "\0", "x" * 500, " ".join("a" * 40)])
def test_any_words_are_answered(alice, client, text):
    client.force_login(alice)
    assert client.get("/search/", {"q": text}).status_code == 200


def test_visitors_are_sent_to_the_login(client):
    assert client.get("/search/?q=x").status_code == 302


def test_every_page_of_the_table_is_there(alice, client):
    client.force_login(alice)
    for place in PLACES:
        (url,) = [
            one.url
            for group in find(alice, place.title)
            if group.label == "Pages"
            for one in group.found
            if one.title == place.title
        ]
        assert client.get(url).status_code == 200


def test_addresses_of_the_help_are_those_of_the_documents():
    stems = {path.stem for path in (settings.BASE_DIR / "docs").glob("*.md")}
    for _, _, url in headings():
        assert re.fullmatch(r"/help/([\w-]+)\.html(#[\w-]+)?", url), url
        assert url.split("/")[2].split(".")[0] in stems


def test_few_queries_find_among_many(alice, client, django_assert_max_num_queries):
    create_default_packs(alice)
    for number in range(40):
        make_strategy(alice, f"Many {number}")
    with django_assert_max_num_queries(8):
        find(alice, "many")


def test_alerts_keys_and_tags_are_found(alice):
    make_alert(alice, symbol="QQQ")
    create_key(alice, "Prop bot")
    make_strategy(alice, "Plain", tag_line=",scalping,")
    assert titles(alice, "qqq alert", "Alerts") == ["Entry QQQ LONG"]
    assert titles(alice, "prop", "API keys") == ["Prop bot"]
    assert titles(alice, "scalping", "Strategies") == ["Plain"]


def test_more_than_are_listed_are_one_click_away_and_the_same(alice, client):
    client.force_login(alice)
    for number in range(8):
        make_strategy(alice, f"Many {number}", symbol="SPY")
    (group,) = [one for one in find(alice, "spy many") if one.label == "Strategies"]
    assert (len(group.found), group.more) == (6, "/strategies/?q=spy+many")
    shown = client.get(group.more).content.decode()
    assert all(f">Many {number}</a>" in shown for number in range(8))


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("EMA <cross>", "ema", "<mark>EMA</mark> &lt;cross&gt;"),
        ("A+B a", "a+b", "<mark>A+B</mark> a"),
        ("Plain", "zzz", "Plain"),
    ],
)
def test_what_was_asked_for_is_marked_in_the_title(title, text, expected):
    assert marked(title, [text]) == expected


def test_every_key_of_the_navigation_stands_in_the_help_and_leads_there(alice, client):
    client.force_login(alice)
    page = client.get("/").content.decode()
    told = re.findall(r"<kbd>g</kbd> <kbd>(.)</kbd></dt><dd>([^<]+)<", page)
    assert told == [(key, label) for label, _, _, key in ENTRIES]
    assert re.findall(r'data-key="(.)"', page) == [key for *_, key in ENTRIES]
    assert len({key for *_, key in ENTRIES}) == len(ENTRIES)
