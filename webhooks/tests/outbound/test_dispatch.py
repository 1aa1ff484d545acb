"""Storing messages: who gets one, once, with a frozen body and an order."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts import events
from webhooks.models import Delivery, Template
from webhooks.outbound.dispatch import enqueue_message
from webhooks.outbound.resending import ResendError, resend, resend_failed_since
from webhooks.testing import ENTRY_VALUES, make_delivery, make_endpoint, make_message

pytestmark = pytest.mark.django_db


def test_one_delivery_per_endpoint_that_wants_the_message(alice, bob):
    wanted = make_endpoint(alice, name="All")
    mine = make_endpoint(alice, name="Mine", subjects=["strategy:7"])
    make_endpoint(alice, name="Other strategy", subjects=["strategy:8"])
    make_endpoint(alice, name="Other event", events=["exit_long"])
    make_endpoint(bob, name="Bob's")
    assert {row.endpoint for row in make_message(alice)} == {wanted, mine}
    assert Delivery.objects.count() == 2


def test_id_follows_from_message_and_endpoint_and_a_second_call_adds_nothing(alice):
    endpoint = make_endpoint(alice)
    code = uuid.uuid4()
    (first,) = make_message(alice, code=code)
    (second,) = make_message(alice, code=code)
    assert first.code == second.code == uuid.uuid5(code, str(endpoint.code))
    assert Delivery.objects.count() == 1
    (other,) = make_message(alice)
    assert other.sequence == 2


def test_endpoint_added_later_gets_only_its_own_row_on_a_second_call(alice):
    code = uuid.uuid4()
    make_endpoint(alice, name="First")
    make_message(alice, code=code)
    make_endpoint(alice, name="Second")
    assert len(make_message(alice, code=code)) == 2
    assert Delivery.objects.count() == 2


def test_body_is_frozen_when_the_message_is_stored(alice):
    template = Template.objects.get(pk="tpl_default_ttp_limit_buy")
    endpoint = make_endpoint(alice, template=template)
    (delivery,) = make_message(alice)
    endpoint.payload_template = '{"changed": true}'
    endpoint.save()
    delivery.refresh_from_db()
    assert json.loads(delivery.body) == {
        "symbol": "SPY", "action": "buy", "quantity": 57, "limit_price": 512.25,
    }  # fmt: skip


def test_own_text_wins_over_the_chosen_template(alice):
    template = Template.objects.get(pk="tpl_default_ttp_market_buy")
    make_endpoint(alice, template=template, payload_template='{"own": {{quantity}}}')
    assert make_message(alice)[0].body == '{"own": 57}'


def test_sequence_counts_up_per_endpoint(alice):
    make_endpoint(alice, name="A")
    make_endpoint(alice, name="B", events=["exit_long"])
    numbers = [make_message(alice, kind)[0].sequence for kind in ("entry_long",) * 3]
    both = make_message(alice, "exit_long")
    assert numbers == [1, 2, 3]
    assert sorted(row.sequence for row in both) == [1, 4]


def test_nothing_is_stored_when_the_callers_transaction_fails(alice):
    make_endpoint(alice)

    @transaction.atomic
    def cause():
        make_message(alice)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cause()
    assert Delivery.objects.count() == 0
    assert events.top(alice.pk) == 0


@pytest.mark.django_db(transaction=True)
def test_message_outside_a_transaction_is_an_error(alice):
    with pytest.raises(RuntimeError, match="transaction"):
        enqueue_message(
            user_id=alice.pk, event_type="entry_long", subject="", code=uuid.uuid4(),
            values=ENTRY_VALUES, occurred_ts=0, received_at=timezone.now(),
        )  # fmt: skip


def test_sender_is_woken_once_per_transaction(alice, django_capture_on_commit_callbacks):
    make_endpoint(alice)
    with django_capture_on_commit_callbacks() as callbacks:
        for _ in range(5):
            make_message(alice)
    assert [callback.__name__ for callback in callbacks].count("kick") == 1


def test_burst_of_messages_takes_few_queries_each(alice, django_assert_max_num_queries):
    make_endpoint(alice)
    make_message(alice)
    with django_assert_max_num_queries(14):
        make_message(alice)


def test_callers_expiry_shortens_a_life_and_never_lengthens_it(alice):
    endpoint = make_endpoint(alice, ttl_seconds=60)
    now = timezone.now()
    lives = []
    for seconds in (20, 900):
        with transaction.atomic():
            (delivery,) = enqueue_message(
                user_id=alice.pk, event_type="entry_long", subject="s", code=uuid.uuid4(),
                values=ENTRY_VALUES, occurred_ts=1, received_at=now,
                expires_at=now + timedelta(seconds=seconds),
            )  # fmt: skip
        lives.append((delivery.deadline - now).total_seconds())
    assert lives == [20, endpoint.ttl_seconds]


def test_message_for_a_disabled_endpoint_is_kept_as_skipped_and_resendable(alice):
    endpoint = make_endpoint(alice, is_enabled=False, disabled_reason="switched off by you")
    (delivery,) = make_message(alice)
    assert (delivery.state, delivery.next_attempt_at) == ("skipped", None)
    with pytest.raises(ResendError, match="Enable it first"):
        resend(delivery, confirmed=True)
    endpoint.is_enabled = True
    endpoint.save()
    delivery = Delivery.objects.get()
    resend(delivery, confirmed=True)
    delivery.refresh_from_db()
    assert delivery.state == "pending"


def test_owner_hears_of_each_delivery(alice):
    make_endpoint(alice)
    (delivery,) = make_message(alice)
    (event,) = events.since(alice.pk, 0)
    assert event.type == "delivery.updated"
    assert event.data["delivery"] == str(delivery.code)
    assert event.data["state"] == "pending"
    assert event.data["message"] == str(delivery.message_code)


@pytest.mark.parametrize("state", ["pending", "sending", "delivered"])
def test_only_what_did_not_arrive_can_be_sent_again(alice, state):
    delivery = make_delivery(make_endpoint(alice), state=state)
    with pytest.raises(ResendError, match=r"Only what failed|taken over is not sent again"):
        resend(delivery, confirmed=True)


@pytest.mark.parametrize(
    ("state", "event_type", "asks"),
    [
        ("expired", "entry_long", True),
        ("failed", "entry_short", True),
        ("skipped", "entry_long", True),
        ("expired", "exit_long", True),
        ("failed", "exit_long", False),
        ("skipped", "exit_short", False),
    ],
)
def test_whatever_is_stale_asks_for_confirmation(alice, state, event_type, asks):
    is_exit = event_type.startswith("exit")
    row = make_delivery(make_endpoint(alice), state=state, event_type=event_type, is_exit=is_exit)
    if asks:
        with pytest.raises(ResendError, match="Confirm"):
            resend(row)
    resend(row, confirmed=asks)
    row.refresh_from_db()
    assert (row.state, row.is_replayed) == ("pending", True)
    assert row.deadline > timezone.now()


def test_record_keeping_never_asks(alice):
    row = make_delivery(make_endpoint(alice), state="failed", profile="record")
    resend(row)
    row.refresh_from_db()
    assert row.state == "pending"


def test_resend_starts_a_new_schedule(alice):
    long_ago = timezone.now() - timedelta(hours=3)
    delivery = make_delivery(
        make_endpoint(alice), state="failed", n_attempts=8, n_client_errors=2,
        first_due_at=long_ago, deadline=long_ago,
    )  # fmt: skip
    resend(delivery, confirmed=True)
    delivery.refresh_from_db()
    assert (delivery.n_attempts_in_schedule, delivery.n_client_errors) == (0, 0)
    assert (delivery.deadline - timezone.now()).total_seconds() > 290


def test_resending_all_leaves_stale_signals_alone_unless_asked(alice):
    endpoint = make_endpoint(alice)
    since = timezone.now() - timedelta(hours=1)
    make_delivery(endpoint, state="failed")
    make_delivery(endpoint, state="expired", event_type="exit_long", is_exit=True)
    make_delivery(endpoint, state="failed", event_type="exit_long", is_exit=True)
    make_delivery(endpoint, state="delivered")
    assert resend_failed_since(endpoint, since) == (1, 2)
    assert resend_failed_since(endpoint, since, include_entries=True) == (2, 0)
    assert resend_failed_since(endpoint, timezone.now(), include_entries=True) == (0, 0)


def test_encrypted_columns_hold_no_plain_text(alice):
    endpoint = make_endpoint(alice, url="https://example.com/?token=topsecret",
                             extra_headers={"X-Key": "hidden7"})  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM webhook_endpoints WHERE id = %s", [endpoint.pk])
        text = str(cursor.fetchone())
    assert not any(word in text for word in ("topsecret", "hidden7", endpoint.secret))
