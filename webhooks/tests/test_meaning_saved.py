"""What form and API save: bodies that mean what their events are, with the remedy named."""

import json

import pytest
from django.urls import reverse

from webhooks.models import Endpoint, Template
from webhooks.testing import make_endpoint, make_template

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9000/hook"
API = "/api/v1/endpoints/"
TEMPLATES = "/api/v1/templates/"
LIMIT_BUY = "tpl_default_ttp_limit_buy"
ORDERS = ["entry_long", "entry_short", "exit_long", "exit_short"]
ALL = [*ORDERS, "compliance_breach"]
BUY = '{"action": "buy", "q": {{quantity}}}'
SIDE = '{"side": "{{order_side}}", "q": {{quantity}}, "sl": {{stop_price}}}'
FORM = {
    "name": "Bot", "url": URL, "profile": "order", "ttl_seconds": "300", "rate_per_second": "10",
    "events": ORDERS, "template": "", "payload_template": "", "header_lines": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _logged_in(client, alice):
    client.force_login(alice)


def save_form(client, **changes):
    return client.post(reverse("webhooks:endpoint-create"), {**FORM, **changes})


def post(client, path, **data):
    return client.post(path, data, "application/json")


def fields_of(answer) -> dict[str, str]:
    return {row["field"]: row["message"] for row in answer.json()["error"]["details"]}


def test_template_of_one_action_presets_its_events(client):
    answer = post(client, API, name="limit buy", url=URL, profile="order", template=LIMIT_BUY)
    assert answer.status_code == 201
    assert answer.json()["events"] == ["entry_long"]


@pytest.mark.parametrize(
    ("data", "events"),
    [
        ({}, ALL),
        ({"template": "tpl_default_any_event"}, ORDERS),
        ({"template": "tpl_default_ttp_market_sell"}, ["entry_short"]),
        ({"template": "tpl_default_ttp_market_close"}, ["exit_long", "exit_short"]),
        ({"payload_template": BUY}, ["entry_long"]),
        ({"payload_template": '{"action": "{{order_action}}"}'}, ORDERS),
        ({"payload_template": '{"text": "{{summary}}"}'}, ALL),
        ({"event_bodies": {"exit_long": '{"action": "close"}'}}, ["exit_long"]),
    ],
)
def test_absent_events_are_those_the_body_is_right_for(client, data, events):
    assert post(client, API, name="x", url=URL, **data).json()["events"] == events


def test_form_refuses_a_template_for_events_it_contradicts_and_names_the_remedy(client):
    answer = save_form(client, template=LIMIT_BUY, events=ALL)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "“Limit buy” is not meant for “Entry, short” and “Exit, long”" in text
    assert "it suits “Entry, long”" in text
    assert "choose the template “Order”" in text
    assert Endpoint.objects.count() == 0
    # A tick that words are meant so does not help: the template says what it is for.
    answer = save_form(client, template=LIMIT_BUY, events=ALL, confirm_action_mismatch="on")
    assert answer.status_code == 422


def test_api_refuses_it_with_the_field(client):
    answer = post(client, API, name="x", url=URL, template=LIMIT_BUY, events=["exit_long"])
    assert answer.status_code == 400
    assert "not meant for “Exit, long”" in fields_of(answer)["events"]


def test_body_of_its_own_makes_such_an_event_right(client):
    answer = save_form(
        client, template=LIMIT_BUY, events=["entry_long", "exit_long"],
        body_exit_long='{"action": "close"}',
    )  # fmt: skip
    assert answer.status_code == 302
    endpoint = Endpoint.objects.get()
    assert endpoint.event_bodies == {"exit_long": '{"action": "close"}'}
    assert "limit_price" in endpoint.body_text("entry_long")
    assert endpoint.body_text("exit_long") == '{"action": "close"}'


def test_own_word_is_saved_only_once_it_is_confirmed(client):
    answer = save_form(client, payload_template=BUY, events=["exit_long"])
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Exit, long would be sent with “buy”" in text
    assert 'name="confirm_action_mismatch"' in text
    answer = save_form(
        client, payload_template=BUY, events=["exit_long"], confirm_action_mismatch="on"
    )
    assert answer.status_code == 302
    assert Endpoint.objects.get().payload_template == BUY


def test_own_word_in_the_api(client):
    data = {"name": "x", "url": URL, "payload_template": BUY, "events": ["entry_long", "exit_long"]}
    answer = post(client, API, **data)
    assert "Exit, long would be sent with “buy”" in fields_of(answer)["confirm_action_mismatch"]
    made = post(client, API, **data, confirm_action_mismatch=True)
    assert made.status_code == 201
    assert "confirm_action_mismatch" not in made.json()


def test_change_of_the_events_alone_is_held_against_the_stored_body(client, alice):
    endpoint = make_endpoint(alice, payload_template=BUY, events=["entry_long"])
    url = f"{API}{endpoint.code}/"
    answer = client.patch(url, {"events": ORDERS}, "application/json")
    assert "confirm_action_mismatch" in fields_of(answer)
    # What decides nothing of it is changed without a question, also where the stored is wrong.
    Endpoint.objects.update(events=ORDERS)
    assert client.patch(url, {"name": "New"}, "application/json").status_code == 200


def test_breach_is_no_message_for_an_order_receiver(client):
    answer = save_form(client, template="tpl_default_any_event", events=ALL)
    assert "not meant for “Compliance breach”" in answer.content.decode()
    own = save_form(client, payload_template='{"action": "{{order_action}}"}', events=ALL)
    assert "Compliance breach orders nothing" in own.content.decode()


def test_event_without_any_body_is_refused(client):
    answer = save_form(client, body_entry_long=BUY, events=["entry_long", "exit_long"])
    assert "“Exit, long” would be sent as a chat message" in answer.content.decode()


def test_bracket_and_an_exit_that_could_open_are_not_saved_together(client):
    answer = save_form(client, payload_template=SIDE)
    assert "Let stops live here, or spell the exit" in answer.content.decode()
    assert answer.status_code == 422
    assert save_form(client, payload_template=SIDE, stops_at="here").status_code == 302
    assert Endpoint.objects.get().stops_at == "here"
    refused = post(client, API, name="x", url=URL, payload_template=SIDE)
    assert "could open a position" in fields_of(refused)["stops_at"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"body_exit_long": "{"}, "not JSON"),
        ({"body_exit_long": '{"a": "{{symbl}}"}'}, "Did you mean {{symbol}}?"),
    ],
)
def test_bad_body_of_one_event_is_an_error_beside_it_and_kept(client, changes, message):
    answer = save_form(client, template=LIMIT_BUY, events=["entry_long"], **changes)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    refused = post(client, API, name="x", url=URL, event_bodies={"exit_long": "{"})
    assert fields_of(refused)["event_bodies"].startswith("Exit, long: ")
    unknown = post(client, API, name="x", url=URL, event_bodies={"exit": "{}"})
    assert "Unknown event: exit" in fields_of(unknown)["event_bodies"]


def test_new_form_begins_with_the_template_for_any_event(client):
    html = client.get(reverse("webhooks:endpoint-create")).content.decode()
    assert '<option value="tpl_default_any_event" selected>Order</option>' in html
    assert html.index("tpl_default_any_event") < html.index("Chat message for Discord")
    for event in ORDERS:
        assert f'aria-label="Body for {dict(zip(ORDERS, LABELS, strict=True))[event]}"' in html
    assert 'aria-label="Body for Compliance breach"' not in html


LABELS = ("Entry, long", "Entry, short", "Exit, long", "Exit, short")


def preview(client, **data):
    answer = client.post(reverse("webhooks:payload-preview"), {"events": ORDERS, **data})
    return answer.content.decode()


def test_preview_shows_a_body_for_each_ticked_event(client):
    html = preview(client, template="tpl_default_any_event")
    assert html.count("&quot;action&quot;: &quot;close&quot;") == 2
    assert "&quot;action&quot;: &quot;buy&quot;" in html
    assert "&quot;action&quot;: &quot;sell&quot;" in html
    assert "event-choices" not in html


def test_choosing_a_template_ticks_its_events(client):
    html = preview(client, template=LIMIT_BUY, events=ALL, preset="1")
    assert 'id="event-choices" hx-swap-oob="true"' in html
    assert html.count("checked") == 1
    assert html.count('class="preview"') == 1


def test_preview_says_what_is_at_odds_and_asks(client):
    html = preview(client, payload_template=BUY, events=["exit_long"])
    assert "Exit, long would be sent with “buy”" in html
    assert 'name="confirm_action_mismatch"' in html
    assert "Stop and target live" not in html
    assert "Stop and target live" in preview(client, template="tpl_default_any_event_bracket")


def test_stored_endpoint_that_contradicts_says_so_on_its_page(client, alice):
    template = Template.objects.get(pk=LIMIT_BUY)
    endpoint = make_endpoint(alice, template=template)
    url = reverse("webhooks:endpoint-detail", args=[endpoint.code])
    html = client.get(url).content.decode()
    assert "What this endpoint sends does not fit its events" in html
    assert "Exit, long: the template “Limit buy” is not meant for it" in html
    Endpoint.objects.update(events=["entry_long"])
    assert "does not fit its events" not in client.get(url).content.decode()


def test_template_for_some_events_is_held_against_its_own_words(client):
    data = {"name": "T", "payload_template": BUY, "events": ["entry_long", "exit_long"]}
    answer = post(client, TEMPLATES, **data)
    assert "Exit, long would be sent with “buy”" in fields_of(answer)["confirm_action_mismatch"]
    assert post(client, TEMPLATES, **data, confirm_action_mismatch=True).status_code == 201
    form = {**data, "category": ""}
    answer = client.post(reverse("webhooks:template-create"), form)
    assert "Exit, long would be sent with “buy”" in answer.content.decode()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"payload_template": ""}, "payload_template"),
        ({"event_bodies": {"exit_long": "{}"}}, "events"),
        ({"event_bodies": {"exit_long": "{}"}, "events": ["exit_long", "entry_long"]}, "events"),
        ({"payload_template": "{}", "events": ["nope"]}, "events"),
    ],
)
def test_template_without_a_body_for_its_events_is_refused(client, data, field):
    assert field in fields_of(post(client, TEMPLATES, name="T", **data))


def test_template_with_a_body_for_each_of_its_events_is_saved(client, alice):
    url = reverse("webhooks:template-create")
    data = {"name": "T", "category": "", "events": ["exit_long"], "body_exit_long": "{}"}
    assert client.post(url, data).status_code == 302
    template = Template.objects.get(user=alice)
    assert (template.event_bodies, template.events) == ({"exit_long": "{}"}, ["exit_long"])


def test_change_of_a_template_is_held_against_the_endpoints_that_use_it(client, alice):
    text = '{"action": "{{order_action}}"}'
    template = make_template(alice, payload_template=text)
    make_endpoint(alice, name="Desk bot", template=template, events=["entry_long", "exit_long"])
    url = f"{TEMPLATES}{template.pk}/"
    answer = client.patch(url, {"payload_template": BUY}, "application/json")
    message = fields_of(answer)["confirm_action_mismatch"]
    assert message.startswith("The endpoint “Desk bot” uses it. Exit, long would be sent with")
    data = {"payload_template": BUY, "confirm_action_mismatch": True}
    assert client.patch(url, data, "application/json").status_code == 200


def test_copy_keeps_bodies_and_events(client, alice):
    path = f"{TEMPLATES}tpl_default_event_words/copy/"
    data = post(client, path).json()
    assert data["events"] == ORDERS
    assert json.loads(data["event_bodies"]["exit_short"].replace("{{quantity}}", "1").replace(
        "{{order_price}}", "1").replace("{{sequence}}", "1").replace("{{is_test}}", "true")
    )["action"] == "exit_short"  # fmt: skip
    client.post(reverse("webhooks:template-copy", args=["tpl_default_event_words"]))
    copies = Template.objects.filter(user=alice)
    assert [copy.events for copy in copies] == [ORDERS, ORDERS]


def test_copy_of_a_template_that_was_confirmed_is_not_asked_again(client, alice):
    template = make_template(alice, payload_template=BUY, events=["exit_long"])
    assert post(client, f"{TEMPLATES}{template.pk}/copy/").status_code == 201
