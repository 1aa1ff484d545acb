import re
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from trader.frame.ways_back import where_it_lives

PART = {"HX-Request": "true"}
KEEPING = {"Origin": "http://testserver"}
SAMPLES = {
    "<int:pk>": "7",
    "<int:key_id>": "7",
    "<str:pk>": "tpl_1",
    "<uuid:code>": "0b0e7f10-9c42-4f6e-8f6b-2b8b3a3a3a3a",
}
ADDED_BY_LIBRARIES = ("admin", "accounts/", "api/", "docs", "openapi", "health", "metrics")


def patterns(found, prefix=""):
    for one in found:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from patterns(one.url_patterns, route)


def addresses():
    """Every page's address and every action's, with an id that nobody has."""
    for route in patterns(get_resolver().url_patterns):
        if not route.startswith(ADDED_BY_LIBRARIES):
            filled = re.sub(r"<[^>]+>", lambda found: SAMPLES.get(found.group(), "7"), route)
            yield f"/{filled}"


@pytest.fixture
def trader(client, alice):
    client.force_login(alice)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/frame/status/", "/strategies/new/", "/alerts/"])
def test_a_part_of_a_page_without_a_session_is_told_so_and_gets_no_login_page(client, address):
    answer = client.get(address, headers=PART)
    assert answer.status_code == 401
    assert "<" not in answer.content.decode()


@pytest.mark.django_db
def test_a_form_sent_by_script_without_a_session_is_told_so_too(client):
    assert client.post("/alerts/monitor/toggle/", headers=PART).status_code in (401, 404)
    assert client.post("/alerts/acknowledge-all/", headers=PART).status_code == 401


@pytest.mark.django_db
def test_after_the_login_a_reader_returns_to_the_page_that_was_asked_for(client):
    answer = client.get("/alerts/?symbol=SPY")
    assert unquote(answer["Location"]) == "/accounts/login/?next=/alerts/?symbol=SPY"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("referrer", "next_page"),
    [
        ("http://testserver/strategies/5/?tab=chart#top", "?next=/strategies/5/?tab=chart"),
        ("http://elsewhere.example/strategies/5/", ""),
        ("", ""),
    ],
)
def test_after_the_login_a_sender_returns_to_the_page_of_the_form(client, referrer, next_page):
    headers = {"Referer": referrer} if referrer else {}
    answer = client.post("/strategies/5/monitor/", headers=headers)
    assert unquote(answer["Location"]) == f"/accounts/login/{next_page}"


@pytest.mark.parametrize(
    ("action", "page"),
    [
        ("/settings/keys/", "/settings/"),
        ("/settings/keys/3/revoke/", "/settings/"),
        ("/packs/26/delete/", "/packs/26/"),
        ("/alerts/acknowledge-all/", "/alerts/"),
        ("/strategies/5/monitor/", "/strategies/5/"),
        ("/nothing/like/it/", "/"),
    ],
)
def test_the_page_of_an_action_is_the_one_above_it(action, page):
    assert where_it_lives(action) == page


def test_every_address_of_an_action_says_where_its_button_is(trader):
    """None answers with an empty page, and no way leads to another address of an action."""
    actions = [one for one in addresses() if trader.get(one).status_code == 405]
    assert {"/settings/display/", "/packs/7/delete/", "/alerts/acknowledge-all/"} <= set(actions)
    for action in actions:
        text = trader.get(action).content.decode()
        page = re.search(r'class="error-button" href="([^"]+)"', text)
        assert page, action
        assert trader.get(page.group(1)).status_code != 405, action


def test_an_action_opened_like_a_page_names_the_methods_it_takes(trader):
    answer = trader.get("/settings/display/")
    assert answer["Allow"] == "POST"
    assert "Opening it has changed nothing" in answer.content.decode()


def test_the_api_keeps_its_error_shape(trader):
    answer = trader.delete("/api/v1/settings/")
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/health", "/metrics"])
def test_plain_addresses_of_machines_have_it_too(client, address):
    answer = client.post(address)
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "METHOD_NOT_ALLOWED"


def test_the_pulse_names_the_account_and_refreshes_the_token(trader, alice):
    answer = trader.get("/frame/pulse/")
    assert (answer.status_code, answer["X-Account"]) == (204, str(alice.pk))
    assert "csrftoken" in answer.cookies


@pytest.fixture
def strict(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    return client


def test_an_expired_form_keeps_what_was_typed_and_can_be_sent_again(strict):
    typed = {"name": 'A "name"', "tags": ["a", "b"]}
    answer = strict.post("/settings/profile/", typed, headers=KEEPING)
    text = answer.content.decode()
    assert answer.status_code == 403
    assert 'name="name" value="A &quot;name&quot;"' in text
    assert text.count('name="tags"') == 2
    assert 'action="/settings/profile/"' in text


@pytest.mark.parametrize(
    ("fields", "origin"),
    [
        ({"name": "Mallory"}, "http://elsewhere.example"),
        ({"name": "Mallory"}, ""),
        ({"oldpassword": "secret"}, "http://testserver"),
    ],
)
def test_what_others_send_and_passwords_are_never_offered_again(strict, fields, origin):
    headers = {"Origin": origin} if origin else {}
    text = strict.post("/settings/profile/", fields, headers=headers).content.decode()
    assert "Send it again" not in text
    assert "Mallory" not in text
    assert "secret" not in text


def test_an_expired_form_of_a_script_is_answered_briefly(strict):
    answer = strict.post("/settings/profile/", {"name": "x"}, headers=PART)
    assert answer["X-Token-Expired"] == "1"
    assert "<" not in answer.content.decode()


def test_a_login_in_a_tab_of_its_own_ends_on_a_page_that_leads_back(trader):
    assert "The page you came from goes on" in trader.get("/frame/back/").content.decode()


@pytest.mark.parametrize("address", ["/frame/back/", "/frame/pulse/", "/frame/status/"])
def test_the_frame_is_for_those_who_are_logged_in(client, db, address):
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"
