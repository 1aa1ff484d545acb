"""The body that is frozen with a delivery: of its event, with its id, and no order of nothing."""

import json
import uuid

import pytest
from django.db import transaction
from django.utils import timezone

from webhooks.models import Template
from webhooks.outbound.dispatch import enqueue_message, send_test
from webhooks.outbound.resending import ResendError, resend, resend_failed_since
from webhooks.outbound.sender import run_sender
from webhooks.testing import (
    ENTRY_VALUES,
    make_endpoint,
    make_message,
    make_template,
    receiving,
)

pytestmark = pytest.mark.django_db
OWN = '{"id": "{{message_id}}", "n": {{sequence}}, "test": {{is_test}}, "till": {{expires_at}}}'
PRICES = '{"e": {{order_price}}, "stop": {{stop_price}}, "target": {{target_price}}}'


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


def enqueue(owner, event_type="entry_long", **changes):
    now = timezone.now()
    with transaction.atomic():
        (delivery,) = enqueue_message(
            user_id=owner.pk, event_type=event_type, subject="", code=uuid.uuid4(),
            values={**ENTRY_VALUES, **changes}, occurred_ts=1, received_at=now,
            is_exit=event_type.startswith("exit"),
        )  # fmt: skip
    return delivery


def test_each_event_has_its_body_and_all_share_one_sequence(alice):
    bodies = {"entry_long": '{"a": "in"}', "exit_long": '{"a": "out"}'}
    template = make_template(alice, payload_template='{"a": "else"}', event_bodies=bodies)
    endpoint = make_endpoint(alice, template=template)
    rows = [enqueue(alice, event) for event in ("entry_long", "exit_long", "entry_short")]
    assert [json.loads(row.body)["a"] for row in rows] == ["in", "out", "else"]
    assert [row.sequence for row in rows] == [1, 2, 3]
    endpoint.event_bodies = {"exit_long": '{"a": "mine"}'}
    endpoint.save()
    assert [enqueue(alice, one).body for one in ("entry_long", "exit_long")] == [
        '{"a": "in"}', '{"a": "mine"}',
    ]  # fmt: skip


def test_body_names_what_its_headers_say(alice, receiver):
    make_endpoint(alice, url=receiver.url, payload_template=OWN)
    (delivery,) = make_message(alice)
    run_sender()
    (request,) = receiver.requests
    body = json.loads(request.body)
    assert body["id"] == request.headers["webhook-id"] == str(delivery.code)
    assert str(body["n"]) == request.headers["x-ror-sequence"]
    assert body["test"] is False
    assert body["till"].endswith("Z")
    assert "x-ror-test" not in request.headers


def test_test_says_that_it_is_one_in_header_body_and_summary(alice, receiver):
    endpoint = make_endpoint(alice, url=receiver.url, payload_template=OWN)
    delivery = send_test(endpoint, "exit_long")
    run_sender()
    (request,) = receiver.requests
    assert request.headers["x-ror-test"] == "true"
    assert request.headers["x-ror-event"] == "test"
    assert json.loads(request.body)["test"] is True
    assert delivery.summary.startswith("TEST: EXIT SIGNAL")


def test_chat_message_of_a_test_says_so(alice):
    delivery = send_test(make_endpoint(alice), "entry_short")
    assert json.loads(delivery.body)["content"].startswith("TEST: ENTRY SIGNAL: SPY SHORT")


@pytest.mark.parametrize(
    ("stops_at", "event", "stop", "target"),
    [
        ("receiver", "entry_long", 510.5, 515.75),
        ("here", "entry_long", None, None),
        ("here", "entry_short", None, None),
        # An exit opens nothing: its levels tell what was.
        ("here", "exit_long", 510.5, 515.75),
    ],
)
def test_entry_carries_a_bracket_only_where_stops_live_at_the_receiver(
    alice, stops_at, event, stop, target
):
    make_endpoint(alice, payload_template=PRICES, stops_at=stops_at)
    body = json.loads(enqueue(alice, event, target_price=515.75).body)
    assert (body["stop"], body["target"]) == (stop, target)


def test_chat_message_tells_the_stop_wherever_it_lives(alice):
    make_endpoint(alice, stops_at="here")
    assert "Stop: $510.50" in enqueue(alice).body


@pytest.mark.parametrize(
    ("text", "event", "state"),
    [
        ('{"q": {{quantity}}}', "entry_long", "skipped"),
        ('{"q": {{quantity_signed}}}', "entry_short", "skipped"),
        ('{"q": {{quantity}}}', "exit_long", "pending"),
        ('{"s": "{{symbol}}"}', "entry_long", "pending"),
        ("", "entry_long", "pending"),
    ],
)
def test_entry_of_no_quantity_is_kept_and_not_sent(alice, text, event, state):
    make_endpoint(alice, payload_template=text)
    delivery = enqueue(alice, event, quantity=0, quantity_signed=0)
    assert delivery.state == state
    assert delivery.reason.startswith("insufficient_quantity") is (state == "skipped")


def test_entry_of_no_quantity_goes_out_by_no_resend(alice):
    endpoint = make_endpoint(alice, template=Template.objects.get(pk="tpl_default_any_event"))
    delivery = enqueue(alice, quantity=0)
    with pytest.raises(ResendError, match="quantity is 0"):
        resend(delivery, confirmed=True)
    assert resend_failed_since(endpoint, delivery.received_at, include_entries=True) == (0, 0)


def test_unknown_quantity_is_sent_as_null(alice):
    make_endpoint(alice, payload_template='{"q": {{quantity}}}')
    delivery = enqueue(alice, quantity=None)
    assert (delivery.state, delivery.body) == ("pending", '{"q": null}')
