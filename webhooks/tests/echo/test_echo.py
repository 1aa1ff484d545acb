"""The development receiver and the demo endpoint that points at it."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from webhooks.echo.demo import create_echo_endpoint
from webhooks.models import EchoHook, EchoMessage, Endpoint
from webhooks.signing import signature_headers
from webhooks.templatetags.bodies import one_line

pytestmark = pytest.mark.django_db
BODY = '{"symbol": "SPY"}'


@pytest.fixture
def endpoint(alice):
    return create_echo_endpoint(alice, "http://127.0.0.1:8000/")


def deliver(client, endpoint, body=BODY, message_id="m1", **extra):
    path = reverse("webhooks:echo-hook", args=[endpoint.echo_hook.token])
    headers = signature_headers(message_id, BODY, [endpoint.secret], datetime.now(UTC))
    return client.post(path, body, "application/json", headers={**headers, **extra})


def test_seeding_twice_makes_one_endpoint(alice, endpoint):
    again = create_echo_endpoint(alice, "http://127.0.0.1:9000")
    assert Endpoint.objects.count() == EchoHook.objects.count() == 1
    assert again.url == f"http://127.0.0.1:9000/echo/hook/{again.echo_hook.token}/"


def test_demo_endpoint_gets_one_right_body_for_every_order(endpoint):
    assert endpoint.template_id == "tpl_default_any_event"
    assert endpoint.events == ["entry_long", "entry_short", "exit_long", "exit_short"]


def test_signed_message_is_stored_and_shown_to_its_owner_only(client, alice, bob, endpoint):
    answer = deliver(client, endpoint, **{"X-RoR-Attempt": "2", "X-RoR-Sequence": "9"})
    assert answer.json() == {"verified": True}
    row = EchoMessage.objects.get()
    assert (row.attempt, row.sequence, row.is_verified) == (2, 9, True)
    url = reverse("webhooks:echo-messages")
    client.force_login(alice)
    assert "Signature valid" in client.get(url).content.decode()
    assert client.get(url, {"after": row.pk}).status_code == 204
    client.force_login(bob)
    assert "Signature valid" not in client.get(url).content.decode()


def test_changed_body_is_refused_and_shown_as_such(client, endpoint):
    assert deliver(client, endpoint, body='{"symbol": "QQQ"}').status_code == 401
    assert "No matching signature" in EchoMessage.objects.get().problem


@pytest.mark.parametrize(
    "headers", [{}, {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "junk"}]
)
def test_unsigned_or_garbled_message_is_refused(client, endpoint, headers):
    path = reverse("webhooks:echo-hook", args=[endpoint.echo_hook.token])
    assert client.post(path, BODY, "application/json", headers=headers).status_code == 401


def test_unknown_token_is_not_found(client, endpoint):
    path = reverse("webhooks:echo-hook", args=["nobody"])
    assert client.post(path, BODY, "application/json").status_code == 404


def test_only_the_last_fifty_messages_are_kept(client, endpoint):
    for number in range(53):
        deliver(client, endpoint, message_id=f"m{number}")
    assert EchoMessage.objects.count() == 50
    assert not EchoMessage.objects.filter(message_id="m2").exists()


def test_messages_are_folded_and_shown_in_pages(client, alice, endpoint):
    for number in range(23):
        deliver(client, endpoint, message_id=f"m{number}")
    client.force_login(alice)
    shown = client.get("/echo/").content.decode()
    assert shown.count("<details") == 20
    assert "<details open" not in shown
    assert "1–20 of 23" in shown
    older = client.get("/echo/?page=2").content.decode()
    assert older.count("<details") == 3
    assert ">m0<" in older
    assert client.get("/echo/?page=x").status_code == 200
    for row in EchoMessage.objects.all():
        assert f'id="echo-{row.pk}" hx-preserve' in shown + older


@pytest.mark.parametrize(
    ("body", "line"),
    [('{\n  "a": 1\n}', '{ "a": 1 }'), ("x" * 201, "x" * 200 + "…"), ("", "")],
)
def test_a_folded_message_says_how_it_begins(body, line):
    assert one_line(body) == line


def test_one_click_makes_an_endpoint_to_the_bot(client, alice):
    client.force_login(alice)
    assert "Create an endpoint to this bot" in client.get("/echo/").content.decode()
    shown = client.post("/echo/create/", follow=True, SERVER_PORT="8017").content.decode()
    endpoint = Endpoint.objects.get()
    assert endpoint.user == alice
    assert endpoint.url == f"http://127.0.0.1:8017/echo/hook/{endpoint.echo_hook.token}/"
    assert endpoint.events == ["entry_long", "entry_short", "exit_long", "exit_short"]
    assert "receives every entry and exit from now on" in shown
    assert "Send a test" in shown
    assert deliver(client, endpoint).json() == {"verified": True}


def test_a_second_click_makes_no_second_one_and_others_make_their_own(client, alice, bob):
    for user in (alice, alice, bob):
        client.force_login(user)
        client.post("/echo/create/")
    assert [row.user for row in Endpoint.objects.order_by("pk")] == [alice, bob]


def test_it_is_a_form_of_whoever_is_logged_in(client, alice):
    assert client.post("/echo/create/").status_code == 302
    client.force_login(alice)
    assert client.get("/echo/create/").status_code == 405
    assert not Endpoint.objects.exists()


def test_the_empty_page_of_webhooks_offers_it(client, alice):
    client.force_login(alice)
    assert 'action="/echo/create/"' in client.get("/webhooks/").content.decode()
    client.post("/echo/create/")
    assert 'action="/echo/create/"' not in client.get("/webhooks/").content.decode()
