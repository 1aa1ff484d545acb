"""Everything a user owns, and every page, is found by words of its name."""

import re

import pytest
from django.conf import settings

from strategies.packs.library import create_default_packs
from trader.frame.finding import PLACES, find, headings
from trader.tests.frame.test_dashboard import make_strategy
from webhooks.testing import make_endpoint

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


def test_nobody_finds_what_is_another_users(alice, bob, client):
    make_strategy(bob, "Secret sauce")
    make_endpoint(bob, name="Secret bot")
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
    assert "&lt;b&gt;Bold&lt;/b&gt;" in part
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
    with django_assert_max_num_queries(6):
        find(alice, "many")
