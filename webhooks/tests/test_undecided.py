"""What only the owner can decide, on pages and by the API: blocks, held entries."""

from decimal import Decimal

import pytest
from django.urls import reverse

from webhooks.models import Delivery, Endpoint, Lane
from webhooks.testing import make_endpoint, make_message

pytestmark = pytest.mark.django_db
BLOCKS = "/api/v1/blocks/"


def stored(user, kind, position):
    (row,) = make_message(user, f"{kind}_long", position=position)
    return row


@pytest.fixture
def blocked(alice):
    """The exit that did not arrive; an entry waits behind it."""
    make_endpoint(alice, name="My bot", exit_cannot_open=True)
    exit = stored(alice, "exit", "p1")
    gone = {"state": "expired", "next_attempt_at": None, "entry_state": "accepted"}
    Delivery.objects.filter(pk=exit.pk).update(**gone, reason="the session closed", n_attempts=3)
    Lane.objects.update(blocked_by=exit)
    stored(alice, "entry", "p2")
    return Delivery.objects.get(pk=exit.pk)


@pytest.fixture
def held(alice):
    make_endpoint(alice, max_entry_notional=Decimal(29000))
    return stored(alice, "entry", "p1")


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


@pytest.mark.parametrize("address", ["/", "/webhooks/"])
def test_block_is_one_line_with_two_buttons(page, blocked, address):
    html = page.get(address).content.decode()
    assert html.count("An exit did not arrive; its position may still be open") == 1
    assert "1 entry waits" in html
    assert reverse("webhooks:delivery-resend", args=[blocked.code]) in html
    assert reverse("webhooks:delivery-settle", args=[blocked.code]) in html


def test_block_of_another_user_is_nobody_elses(client, bob, blocked):
    client.force_login(bob)
    assert "An exit did not arrive" not in client.get("/").content.decode()
    assert client.get(BLOCKS).json()["count"] == 0
    for action in ("resend", "settle"):
        assert client.post(f"{BLOCKS}{blocked.code}/{action}/").status_code == 404


def test_blocks_ask_a_visitor_for_credentials(client, blocked):
    assert client.get(BLOCKS).status_code == 401
    assert client.post(f"{BLOCKS}{blocked.code}/settle/").status_code == 401


def test_block_is_listed_by_the_api(page, blocked):
    (row,) = page.get(BLOCKS).json()["results"]
    assert row["id"] == str(blocked.code)
    assert (row["subject"], row["state"], row["n_waiting"]) == ("strategy:7", "expired", 1)


def test_block_is_settled_once(page, blocked):
    answer = page.post(f"{BLOCKS}{blocked.code}/settle/")
    assert answer.status_code == 202
    assert answer.json()["settled_at"]
    assert page.get(BLOCKS).json()["count"] == 0
    assert page.post(f"{BLOCKS}{blocked.code}/settle/").status_code == 404


def test_blocking_exit_that_expired_asks_before_it_is_sent_again(page, blocked):
    address = f"{BLOCKS}{blocked.code}/resend/"
    assert page.post(address, content_type="application/json").status_code == 409
    answer = page.post(f"{BLOCKS}{blocked.code}/resend/", {"confirm": True}, "application/json")
    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    # Until it is accepted it goes on holding the entries back.
    assert page.get(BLOCKS).json()["count"] == 1
    assert "It is being sent again" in page.get("/").content.decode()


def test_buttons_of_a_block_do_what_they_say(page, blocked):
    page.post(reverse("webhooks:delivery-settle", args=[blocked.code]))
    assert not Lane.objects.filter(blocked_by__isnull=False).exists()
    assert "An exit did not arrive" not in page.get("/").content.decode()


def test_waiting_message_says_what_it_waits_for(page, alice, blocked):
    entry = Delivery.objects.get(event_type="entry_long")
    words = "waits for the exit no. 1, which did not arrive"
    assert words in page.get("/webhooks/deliveries/").content.decode()
    address = reverse("webhooks:delivery-detail", args=[entry.code])
    assert words in page.get(address).content.decode()
    assert page.get(f"/api/v1/deliveries/{entry.code}/").json()["waits_for"] == words
    Lane.objects.update(blocked_by=None)
    Delivery.objects.filter(pk=blocked.pk).update(state="pending")
    assert "waits for the exit before it, no. 1" in page.get(address).content.decode()
    Delivery.objects.filter(pk=blocked.pk).update(state="sending")
    assert "waits for the answer to the exit before it" in page.get(address).content.decode()


def test_held_entry_stands_on_the_dashboard_with_its_buttons(page, held):
    html = page.get("/").content.decode()
    assert "An entry waits for you" in html
    assert "worth 29,198.25, above the ceiling of 29,000.00" in html
    for action in ("release", "drop"):
        assert reverse(f"webhooks:delivery-{action}", args=[held.code]) in html


@pytest.mark.parametrize(("action", "state"), [("release", "pending"), ("drop", "dropped")])
def test_held_entry_is_sent_or_dropped(page, held, action, state):
    page.post(reverse(f"webhooks:delivery-{action}", args=[held.code]))
    held.refresh_from_db()
    assert held.state == state
    assert page.post(f"/api/v1/deliveries/{held.code}/{action}/").status_code == 409


@pytest.mark.parametrize("state", ["superseded", "blocked", "nothing_to_close", "held", "dropped"])
def test_each_state_is_shown_in_words_and_filtered_by(page, held, state):
    Delivery.objects.update(state=state)
    label = str(Delivery.State(state).label)
    for address in ("/webhooks/deliveries/", f"/webhooks/deliveries/{held.code}/"):
        assert label in page.get(address, {"state": state}).content.decode()
    assert page.get("/api/v1/deliveries/", {"state": state}).json()["count"] == 1


FORM = {
    "name": "Bot", "url": "http://127.0.0.1:9000/hook", "profile": "order", "ttl_seconds": "300",
    "rate_per_second": "10", "events": ["entry_long", "exit_long"],
}  # fmt: skip


def test_order_settings_are_saved_by_the_form(page):
    flat = "404 position does not exist\n\n422 no open position"
    page.post(
        "/webhooks/new/",
        {**FORM, "exit_cannot_open": "on", "max_entry_notional": "25000.50", "flat_lines": flat,
         "success_path": "result.ok", "success_value": "yes", "late_after_seconds": "20"},
    )  # fmt: skip
    endpoint = Endpoint.objects.get()
    assert endpoint.exit_cannot_open
    assert endpoint.max_entry_notional == Decimal("25000.50")
    assert endpoint.flat_answers == [
        {"status": 404, "text": "position does not exist"},
        {"status": 422, "text": "no open position"},
    ]
    assert (endpoint.success_path, endpoint.success_value) == ("result.ok", "yes")
    assert endpoint.late_after_seconds == 20
    html = page.get(f"/webhooks/{endpoint.code}/edit/").content.decode()
    assert "422 no open position" in html


def test_order_settings_have_defaults(page):
    page.post("/webhooks/new/", FORM)
    endpoint = Endpoint.objects.get()
    assert (endpoint.exit_cannot_open, endpoint.max_entry_notional) == (False, None)
    assert (endpoint.flat_answers, endpoint.late_after_seconds) == ([], 10)
    assert (endpoint.success_path, endpoint.success_value) == ("", "true")


BAD = [
    ("flat_lines", "no position", "does not begin with a status"),
    ("flat_lines", "404", "comes a text of 3 to 200 characters"),
    ("flat_lines", "999 no position", "is no status of an answer"),
    ("success_path", "a..b", "Names joined by dots"),
    ("max_entry_notional", "-1", "greater than or equal to 0.01"),
    ("max_entry_notional", "NaN", "Enter a number"),
    ("late_after_seconds", "0", "greater than or equal to 1"),
]


@pytest.mark.parametrize(("field", "value", "message"), BAD)
def test_bad_order_settings_are_refused_in_plain_words(page, field, value, message):
    answer = page.post("/webhooks/new/", {**FORM, field: value})
    assert answer.status_code == 422
    assert message in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"flat_answers": [{"status": 404}]}, "flat_answers"),
        ({"flat_answers": [{"status": 404, "text": "x"}]}, "flat_answers"),
        ({"flat_answers": [{"status": 99, "text": "no position"}]}, "flat_answers"),
        ({"flat_answers": "404"}, "flat_answers"),
        ({"success_path": "."}, "success_path"),
        ({"max_entry_notional": 0}, "max_entry_notional"),
        ({"late_after_seconds": 3601}, "late_after_seconds"),
    ],
)
def test_bad_order_settings_are_refused_by_the_api(page, change, field):
    data = {"name": "Bot", "url": FORM["url"], **change}
    answer = page.post("/api/v1/endpoints/", data, "application/json")
    assert answer.status_code == 400
    assert field in answer.json()["error"]["details"][0]["field"]


def test_order_settings_are_read_and_written_by_the_api(page):
    settings = {
        "exit_cannot_open": True, "max_entry_notional": "500.00", "late_after_seconds": 5,
        "flat_answers": [{"status": 404, "text": "no position"}], "success_path": "ok",
    }  # fmt: skip
    data = {"name": "Bot", "url": FORM["url"], **settings}
    answer = page.post("/api/v1/endpoints/", data, "application/json")
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in settings} == settings
    address = f"/api/v1/endpoints/{answer.json()['id']}/"
    changed = page.patch(address, {"max_entry_notional": None}, "application/json").json()
    assert changed["max_entry_notional"] is None
    assert changed["flat_answers"] == settings["flat_answers"]


def test_form_proposes_twice_the_largest_entry_of_the_backtests(page, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "webhooks.hooks.largest_notionals",
        [lambda user, subjects: asked.append(subjects) or 12_345.67],
    )
    assert "Proposed: 24,700" in page.get("/webhooks/new/").content.decode()
    assert asked == [[]]
