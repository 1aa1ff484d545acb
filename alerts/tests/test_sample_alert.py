"""The test alert: to no endpoint unless chosen, its bodies in sight, orders confirmed by name."""

import json

import pytest

from accounts.models import User, UserEvent
from alerts.models import Alert
from webhooks.models import Delivery, Endpoint, Template
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db
PAGE, API = "/alerts/test/", "/api/v1/alerts/test/"


@pytest.fixture(autouse=True)
def _logged_in(client, alice: User) -> None:
    client.force_login(alice)


@pytest.fixture
def bot(alice: User) -> Endpoint:
    template = Template.objects.get(pk="tpl_default_any_event")
    return make_endpoint(alice, name="Desk bot", template=template, events=template.events)


@pytest.fixture
def chat(alice: User) -> Endpoint:
    return make_endpoint(alice, name="Chat", profile="record")


def post(client, **data):
    return client.post(API, data, "application/json")


def test_it_is_stored_announced_and_marked_and_reaches_nobody(client, bot, chat) -> None:
    answer = client.post(PAGE)
    alert = Alert.objects.get()
    assert alert.is_test
    assert answer.url == f"/alerts/{alert.pk}/"
    assert UserEvent.objects.get(type="alert.fired").data["source"] == "test"
    assert Delivery.objects.count() == 0
    assert "went to no endpoint" in client.get(answer.url).content.decode()


def test_page_names_its_endpoints_and_shows_their_bodies_unticked(client, bot, chat) -> None:
    html = client.get(PAGE).content.decode()
    for text in ("Desk bot", "Chat", "An order: your bot will act on it", "A message, no order",
                 "Type “Desk bot” to send it there", "&quot;is_test&quot;: true",
                 "TEST: ENTRY SIGNAL: SPY LONG"):  # fmt: skip
        assert text in html
    assert " checked" not in html
    assert "Type “Chat”" not in html


@pytest.mark.parametrize(
    ("event", "kind", "direction", "action", "price", "stop"),
    [
        ("entry_long", "entry_signal", "LONG", "buy", 100.0, 99.0),
        ("entry_short", "entry_signal", "SHORT", "sell", 100.0, 101.0),
        ("exit_long", "exit_signal", "LONG", "close", 102.0, 99.0),
        ("exit_short", "exit_signal", "SHORT", "close", 98.0, 101.0),
    ],
)
def test_it_says_what_its_event_says(
    client, bot, event, kind, direction, action, price, stop
) -> None:
    html = client.get(PAGE, {"event": event}).content.decode()
    assert f"&quot;action&quot;: &quot;{action}&quot;" in html
    client.post(PAGE, {"event": event, "endpoints": [bot.code], f"name_{bot.code}": "Desk bot"})
    alert = Alert.objects.get()
    assert (alert.alert_type, alert.direction) == (kind, direction)
    assert (alert.price, alert.stop_price) == (price, stop)
    body = json.loads(Delivery.objects.get().body)
    assert (body["action"], body["quantity"], body["price"]) == (action, 100, price)


def test_order_is_sent_to_the_chosen_alone_and_as_a_test(client, bot, chat) -> None:
    data = {"endpoints": [bot.code], f"name_{bot.code}": "Desk bot"}
    assert client.post(PAGE, data).status_code == 302
    delivery = Delivery.objects.get()
    assert (delivery.endpoint, delivery.is_test, delivery.event_type) == (bot, True, "test")
    assert delivery.message_code == Alert.objects.get().code
    assert json.loads(delivery.body)["is_test"] is True


@pytest.mark.parametrize("typed", ["", "Chat", "desk bot"])
def test_without_the_name_nothing_is_stored_and_the_choice_is_kept(client, bot, typed) -> None:
    data = {"event": "exit_long", "endpoints": [bot.code], f"name_{bot.code}": typed}
    answer = client.post(PAGE, data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Type the name of the endpoint, Desk bot, or untick it." in html
    assert " checked" in html
    assert '<option value="exit_long" selected>' in html
    assert not Alert.objects.exists()
    assert not Delivery.objects.exists()


def test_message_that_is_no_order_needs_no_name(client, chat) -> None:
    assert client.post(PAGE, {"endpoints": [chat.code]}).status_code == 302
    assert Delivery.objects.get().endpoint == chat


def test_endpoint_that_gets_no_such_event_gets_no_test_of_it(client, bot) -> None:
    Endpoint.objects.update(events=["entry_long"])
    html = client.get(PAGE, {"event": "exit_long"}).content.decode()
    assert "It gets no “Exit, long”: the event is not ticked there." in html
    data = {"event": "exit_long", "endpoints": [bot.code], f"name_{bot.code}": "Desk bot"}
    client.post(PAGE, data)
    assert Delivery.objects.count() == 0
    refused = post(client, event="exit_long", endpoints=[str(bot.code)], confirm=True)
    assert "Desk bot gets no such event" in refused.json()["error"]["message"]


def test_endpoints_of_others_are_not_shown_and_not_reached(client, bob: User, bot) -> None:
    theirs = make_endpoint(bob, name="Of bob", profile="record")
    assert "Of bob" not in client.get(PAGE).content.decode()
    client.post(PAGE, {"endpoints": [theirs.code, "nonsense"], "event": "nonsense"})
    assert Delivery.objects.count() == 0
    refused = post(client, endpoints=[str(theirs.code)])
    assert refused.status_code == 400
    assert refused.json()["error"]["details"][0]["field"] == "endpoints"
    assert Alert.objects.count() == 1


def test_api_shows_every_body(client, bot, chat) -> None:
    rows = client.get(API, {"event": "exit_long"}).json()
    assert [(row["endpoint_name"], row["needs_confirm"]) for row in rows] == [
        ("Chat", False), ("Desk bot", True),
    ]  # fmt: skip
    assert json.loads(rows[1]["body"])["action"] == "close"
    assert client.get(API, {"event": "compliance_breach"}).status_code == 400


def test_api_reaches_nobody_unless_told_and_asks_before_an_order(client, bot, chat) -> None:
    made = post(client)
    assert made.status_code == 201
    assert (made.json()["source"], Delivery.objects.count()) == ("test", 0)
    refused = post(client, endpoints=[str(bot.code), str(chat.code)])
    assert refused.status_code == 409
    assert "Desk bot" in refused.json()["error"]["message"]
    assert Alert.objects.count() == 1
    sent = post(client, endpoints=[str(bot.code)] * 2, confirm=True, event="exit_short")
    assert sent.json()["event_type"] == "exit_short"
    assert Delivery.objects.get().message_code.hex == sent.json()["code"].replace("-", "")


def test_api_is_closed_to_visitors(client) -> None:
    client.logout()
    assert client.get(API).status_code == 401
    assert post(client).status_code == 401
