"""What the owner decides about single messages: again, send, drop."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts import events
from webhooks.models import Delivery, Endpoint, Lane
from webhooks.outbound.claims import claim_due
from webhooks.outbound.dispatch import excess
from webhooks.outbound.outcomes import record_result
from webhooks.outbound.resending import ResendError, drop, release, resend, resend_failed_since
from webhooks.outbound.transport import SendResult
from webhooks.testing import ORDER, make_delivery, make_endpoint, make_message

pytestmark = pytest.mark.django_db
NEW_STATES = ("superseded", "blocked", "nothing_to_close", "dropped")


def stored(user, kind, position="p1", **fields):
    (row,) = make_message(user, f"{kind}_long", position=position, **fields)
    return row


def sent(result=None):
    now = timezone.now()
    rows = claim_due("sender", now, 10)
    for row, attempt in rows:
        record_result(row, attempt, result or SendResult(status=200), "sender", now)
    return [row.pk for row, _ in rows]


@pytest.mark.parametrize("state", NEW_STATES)
def test_what_ended_unsent_goes_out_again_singly_and_when_confirmed(alice, state):
    endpoint = make_endpoint(alice)
    row = make_delivery(endpoint, state=state)
    with pytest.raises(ResendError, match="Confirm"):
        resend(row)
    resend(row, confirmed=True)
    assert (row.state, row.is_replayed) == ("pending", True)


@pytest.mark.parametrize("state", NEW_STATES)
def test_what_ended_unsent_is_in_no_range(alice, state):
    endpoint = make_endpoint(alice)
    make_delivery(endpoint, state=state)
    since = timezone.now() - timedelta(hours=1)
    assert resend_failed_since(endpoint, since, include_entries=True) == (0, 0)


@pytest.mark.parametrize("state", NEW_STATES)
def test_what_ended_unsent_counts_against_no_endpoint(alice, state):
    make_delivery(make_endpoint(alice), state=state)
    endpoint = Endpoint.objects.get()
    assert (endpoint.n_failures_in_row, endpoint.n_failed_attempts) == (0, 0)
    assert (endpoint.failing_since, endpoint.health) == (None, "unused")


def test_entry_whose_trade_is_closed_asks_and_takes_the_next_place(alice):
    make_endpoint(alice, payload_template=ORDER)
    entry = stored(alice, "entry")
    body = entry.body
    exit = stored(alice, "exit")
    entry.refresh_from_db()
    with pytest.raises(ResendError, match="trade of this entry is closed"):
        resend(entry)
    resend(entry, confirmed=True)
    assert (entry.sequence, entry.body, exit.sequence) == (3, body, 2)
    assert sent() == [entry.pk]


def test_range_leaves_entries_of_closed_trades_alone(alice):
    endpoint = make_endpoint(alice, payload_template=ORDER)
    entry = stored(alice, "entry")
    Delivery.objects.filter(pk=entry.pk).update(state="expired", next_attempt_at=None)
    stored(alice, "exit")
    since = timezone.now() - timedelta(hours=1)
    assert resend_failed_since(endpoint, since, include_entries=True) == (0, 1)


def test_entry_behind_a_block_is_not_sent_again(alice):
    make_endpoint(alice, payload_template=ORDER)
    entry = stored(alice, "entry", "p2")
    exit = stored(alice, "exit", "p1")
    Delivery.objects.filter(pk=entry.pk).update(state="blocked", next_attempt_at=None)
    Lane.objects.update(blocked_by=exit)
    with pytest.raises(ResendError, match="say that you are flat"):
        resend(Delivery.objects.get(pk=entry.pk), confirmed=True)


def test_exit_with_nothing_to_close_goes_out_when_its_owner_wants_it(alice):
    make_endpoint(alice, payload_template=ORDER)
    stored(alice, "entry")
    exit = stored(alice, "exit")
    assert exit.state == "nothing_to_close"
    resend(exit, confirmed=True)
    assert sent() == [exit.pk]
    exit.refresh_from_db()
    assert (exit.state, exit.entry_state) == ("delivered", "not-sent")


@pytest.mark.parametrize(
    ("ceiling", "quantity", "price", "worth"),
    [
        (None, 1000, 1000.0, None),
        ("10000", 100, 100.0, None),
        ("9999.99", 100, 100.0, "10000"),
        ("10000", 100, 100.01, "10001"),
        ("10000", None, 100.0, None),
        ("10000", 100, None, None),
        ("10000", float("nan"), 100.0, None),
        ("0.5", 1, 0.00001234, None),
        ("29198.25", 57, 512.25, None),
        ("29198.24", 57, 512.25, "29198.25"),
    ],
)
def test_worth_of_an_entry_above_its_ceiling(ceiling, quantity, price, worth):
    endpoint = Endpoint(max_entry_notional=ceiling and Decimal(ceiling))
    found = excess(endpoint, {"quantity": quantity, "order_price": price})
    assert found == (worth and Decimal(worth))


@pytest.fixture
def held(alice):
    """57 shares at 512.25 are worth 29,198.25."""
    make_endpoint(alice, payload_template=ORDER, max_entry_notional=Decimal(29000), ttl_seconds=60)
    return stored(alice, "entry")


def test_entry_above_the_ceiling_waits_for_its_owner_in_full_view(alice, held):
    assert held.state == "held"
    assert held.reason == "worth 29,198.25, above the ceiling of 29,000.00"
    (event,) = events.since(alice.pk, 0)
    assert (event.data["state"], event.data["prominent"]) == ("held", True)
    assert event.data["notice_title"] == "An entry waits for you"
    assert event.data["notice_text"].endswith("worth 29,198.25, above the ceiling of 29,000.00.")
    assert sent() == []


def test_held_entry_blocks_no_other_message(alice, held):
    Endpoint.objects.update(max_entry_notional=None)
    other = stored(alice, "entry", "p2")
    assert sent() == [other.pk]


def test_released_entry_goes_out_in_the_next_place(alice, held):
    stored(alice, "entry", "p2", subject="strategy:8")
    release(held)
    assert held.sequence == 3
    assert sent() == [held.pk]


def test_dropped_entry_leaves_its_exit_nothing_to_close(alice, held):
    drop(held)
    assert (held.state, held.reason) == ("dropped", "dropped by you")
    assert stored(alice, "exit").state == "nothing_to_close"
    with pytest.raises(ResendError, match="not held any more"):
        release(held)


def test_held_entry_expires_in_its_own_time(held):
    now = timezone.now() + timedelta(seconds=61)
    assert claim_due("sender", now, 10) == []
    held.refresh_from_db()
    assert (held.state, held.reason) == ("expired", "nobody sent or dropped it in time")


def test_exit_supersedes_a_held_entry_and_is_never_held_itself(alice, held):
    exit = stored(alice, "exit")
    held.refresh_from_db()
    assert (held.state, exit.state) == ("superseded", "nothing_to_close")
    other = stored(alice, "exit", "p0", subject="strategy:9")
    assert other.state == "pending"


def test_held_entry_of_a_disabled_endpoint_is_skipped(alice):
    make_endpoint(alice, payload_template=ORDER, max_entry_notional=Decimal(1), is_enabled=False)
    assert stored(alice, "entry").state == "skipped"


def test_records_have_no_ceiling(alice):
    make_endpoint(alice, max_entry_notional=Decimal(1), profile="record")
    assert stored(alice, "entry").state == "pending"


def test_an_order_that_was_accepted_is_not_sent_again(alice):
    row = make_delivery(make_endpoint(alice), state="delivered", profile="order")
    assert not row.is_resendable
    with pytest.raises(ResendError, match="might fill it twice"):
        resend(row, confirmed=True)


def test_a_record_that_was_accepted_is_sent_again_without_a_question(alice):
    row = make_delivery(make_endpoint(alice), state="delivered", profile="record")
    assert (row.is_resendable, row.needs_confirmation) == (True, False)
    resend(row)
    assert (row.state, row.is_replayed) == ("pending", True)


def test_a_test_that_arrived_is_not_sent_again(alice):
    row = make_delivery(make_endpoint(alice), state="delivered", profile="record", is_test=True)
    with pytest.raises(ResendError, match="send a new one"):
        resend(row)


def test_a_range_leaves_alone_what_was_accepted(alice):
    endpoint = make_endpoint(alice, profile="record")
    make_delivery(endpoint, state="delivered", profile="record")
    since = timezone.now() - timedelta(hours=1)
    assert resend_failed_since(endpoint, since, include_entries=True) == (0, 0)
