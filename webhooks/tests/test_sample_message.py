"""A test is no order: its body is seen first, and sent where something trades only when that is
confirmed."""

import json

import pytest
from django.urls import reverse

from webhooks.models import Delivery, Template
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db
CHAT = {"profile": "record"}


@pytest.fixture(autouse=True)
def _logged_in(client, alice):
    client.force_login(alice)


@pytest.fixture
def bot(alice):
    template = Template.objects.get(pk="tpl_default_any_event")
    return make_endpoint(alice, name="Desk bot", template=template, events=template.events)


def page_of(endpoint) -> str:
    return reverse("webhooks:endpoint-test", args=[endpoint.code])


def api_of(endpoint) -> str:
    return f"/api/v1/endpoints/{endpoint.code}/test/"


def post(client, path, **data):
    return client.post(path, data, "application/json")


def test_page_shows_the_body_and_what_it_looks_like_and_sends_nothing(client, bot):
    html = client.get(page_of(bot)).content.decode()
    assert "This looks like an order: your bot will act on it." in html
    assert "&quot;action&quot;: &quot;buy&quot;" in html
    assert "&quot;is_test&quot;: true" in html
    assert "Type “Desk bot” to send it" in html
    assert Delivery.objects.count() == 0


def test_body_is_that_of_the_chosen_event(client, bot):
    html = client.get(page_of(bot), {"event": "exit_short"}).content.decode()
    assert "&quot;action&quot;: &quot;close&quot;" in html
    assert '<option value="exit_short" selected>' in html
    # What it never gets is not tried either.
    for other in ("compliance_breach", "nonsense"):
        html = client.get(page_of(bot), {"event": other}).content.decode()
        assert '<option value="entry_long" selected>' in html
        assert '<option value="compliance_breach"' not in html


@pytest.mark.parametrize("typed", ["", "desk", "Desk bots", "yes"])
def test_order_is_not_sent_without_the_name_of_its_endpoint(client, bot, typed):
    answer = client.post(page_of(bot), {"event": "entry_long", "name": typed})
    assert answer.status_code == 422
    assert "Type the name of the endpoint, Desk bot, to send it." in answer.content.decode()
    assert Delivery.objects.count() == 0


def test_order_is_sent_with_the_name_and_marked_as_a_test(client, bot):
    data = {"event": "exit_long", "name": " Desk bot "}
    html = client.post(page_of(bot), data, headers={"HX-Request": "true"}).content.decode()
    delivery = Delivery.objects.get()
    assert (delivery.is_test, delivery.event_type) == (True, "test")
    assert json.loads(delivery.body)["action"] == "close"
    assert json.loads(delivery.body)["is_test"] is True
    assert reverse("webhooks:delivery-panel", args=[delivery.code]) in html


def test_every_endpoint_for_orders_is_confirmed_whatever_its_body(client, alice):
    endpoint = make_endpoint(alice)
    assert "This endpoint is for orders" in client.get(page_of(endpoint)).content.decode()
    assert client.post(page_of(endpoint), {"event": "entry_long"}).status_code == 422


def test_chat_message_for_the_record_goes_out_at_once(client, alice):
    endpoint = make_endpoint(alice, **CHAT)
    assert "Type “" not in client.get(page_of(endpoint)).content.decode()
    assert client.post(page_of(endpoint), {"event": "entry_long"}).status_code == 302
    assert json.loads(Delivery.objects.get().body)["content"].startswith("TEST: ENTRY SIGNAL")


def test_api_shows_the_body_first(client, bot):
    data = client.get(api_of(bot), {"event": "exit_long"}).json()
    assert json.loads(data.pop("body"))["action"] == "close"
    assert data == {
        "endpoint": str(bot.code), "endpoint_name": "Desk bot", "event": "exit_long",
        "is_order": True, "takes_event": True, "needs_confirm": True,
    }  # fmt: skip
    assert client.get(api_of(bot)).json()["event"] == "entry_long"
    assert client.get(api_of(bot), {"event": "x"}).status_code == 400
    refused = post(client, api_of(bot), event="compliance_breach", confirm=True)
    assert refused.status_code == 400
    assert "tick it first" in refused.json()["error"]["details"][0]["message"]


def test_api_asks_before_an_order(client, bot):
    answer = post(client, api_of(bot))
    assert answer.status_code == 409
    assert "confirm: true" in answer.json()["error"]["message"]
    assert Delivery.objects.count() == 0
    sent = post(client, api_of(bot), event="entry_short", confirm=True)
    assert sent.status_code == 202
    delivery = Delivery.objects.get()
    assert sent.json()["id"] == str(delivery.code)
    assert json.loads(delivery.body)["action"] == "sell"


def test_api_sends_a_chat_message_without_a_question(client, alice):
    assert post(client, api_of(make_endpoint(alice, **CHAT))).status_code == 202
    assert Delivery.objects.get().is_test
