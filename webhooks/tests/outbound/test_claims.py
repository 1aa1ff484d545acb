"""Leases, crashes, fairness and rates."""

from datetime import timedelta

import pytest

from webhooks.models import Attempt, Delivery, Endpoint, SenderSlot
from webhooks.outbound.claims import LEASE, claim_due, renew_leases
from webhooks.outbound.outcomes import record_result
from webhooks.outbound.sender import run_sender
from webhooks.outbound.slot import is_taken, release_slot, renew_slot, take_slot
from webhooks.outbound.transport import SendResult
from webhooks.testing import Clock, make_endpoint, make_message, receiving

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return Clock()


def test_leases_are_shorter_than_ten_seconds():
    assert timedelta(seconds=10) >= LEASE


def test_claimed_row_is_not_claimed_again_while_its_lease_runs(alice, clock):
    make_endpoint(alice)
    make_message(alice, received_at=clock())
    assert len(claim_due("one", clock(), 10)) == 1
    clock.advance(7.9)
    assert claim_due("two", clock(), 10) == []


def test_renewed_lease_outlives_its_first_end(alice, clock):
    make_endpoint(alice)
    make_message(alice, received_at=clock())
    claim_due("one", clock(), 10)
    renew_leases("one", clock.advance(6))
    clock.advance(6)
    assert claim_due("two", clock(), 10) == []


def test_row_of_a_dead_sender_is_taken_over_with_the_same_id_and_body(alice, clock):
    make_endpoint(alice)
    (before,) = make_message(alice, received_at=clock())
    claim_due("dead", clock(), 10)
    clock.advance(8.1)
    ((row, attempt),) = claim_due("alive", clock(), 10)
    assert (row.code, row.body, attempt.number) == (before.code, before.body, 2)
    first = Attempt.objects.get(number=1)
    assert first.outcome == "interrupted"


def test_result_of_a_sender_that_lost_its_lease_changes_nothing(alice, clock):
    make_endpoint(alice)
    (delivery,) = make_message(alice, received_at=clock())
    ((old_row, old_attempt),) = claim_due("slow", clock(), 10)
    clock.advance(8.1)
    ((new_row, new_attempt),) = claim_due("quick", clock(), 10)
    ok = SendResult(status=200)
    assert not record_result(old_row, old_attempt, SendResult(status=500, error="x"), "slow",
                             clock())  # fmt: skip
    assert record_result(new_row, new_attempt, ok, "quick", clock())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.n_attempts) == ("delivered", 2)


def test_message_left_by_a_killed_sender_arrives_with_its_id(alice, clock):
    with receiving() as receiver:
        make_endpoint(alice, url=receiver.url)
        (delivery,) = make_message(alice, received_at=clock())
        take_slot("dead", clock())
        claim_due("dead", clock(), 10)
        clock.advance(9)
        assert run_sender(clock) == 1
        assert receiver.requests[0].headers["webhook-id"] == str(delivery.code)
        assert receiver.requests[0].headers["x-ror-attempt"] == "2"


def test_endpoint_gets_two_places_however_much_is_due(alice, clock):
    busy = make_endpoint(alice, name="Busy", events=["entry_long"])
    other = make_endpoint(alice, name="Other", events=["exit_long"])
    for _ in range(6):
        make_message(alice, subject="", received_at=clock())
    make_message(alice, "exit_long", received_at=clock())
    taken = [row.endpoint_id for row, _ in claim_due("one", clock(), 100)]
    assert sorted(taken) == sorted([busy.pk, busy.pk, other.pk])


def test_backlog_of_one_endpoint_hides_no_other(alice, clock, monkeypatch):
    monkeypatch.setattr("webhooks.outbound.claims.PAGE", 5)
    make_endpoint(alice, name="Busy", events=["entry_long"])
    other = make_endpoint(alice, name="Other", events=["exit_long"])
    for _ in range(12):
        make_message(alice, subject="", received_at=clock())
    make_message(alice, "exit_long", received_at=clock() + timedelta(seconds=1))
    clock.advance(2)
    assert other.pk in [row.endpoint_id for row, _ in claim_due("one", clock(), 100)]


def test_rate_allows_a_burst_and_then_the_stated_pace(alice, clock):
    make_endpoint(alice, rate_per_second=5)
    for _ in range(30):
        make_message(alice, subject="", received_at=clock())
    sent = []
    for _ in range(40):
        for row, attempt in claim_due("one", clock(), 100):
            sent.append(clock())
            record_result(row, attempt, SendResult(status=200), "one", clock())
        clock.advance(0.1)
    seconds = [(at - sent[0]).total_seconds() for at in sent]
    assert [sum(n <= at < n + 1 for at in seconds) for n in range(4)] == [9, 5, 5, 5]


def test_only_one_sender_holds_the_slot_until_its_lease_ends(clock):
    assert take_slot("one", clock())
    assert not take_slot("two", clock())
    assert is_taken(clock())
    assert renew_slot("one", clock.advance(3))
    assert not take_slot("two", clock.advance(3))
    assert take_slot("two", clock.advance(2))
    assert not renew_slot("one", clock())
    release_slot("one", clock())
    assert is_taken(clock())
    release_slot("two", clock())
    assert not is_taken(clock())
    assert SenderSlot.objects.count() == 1


def test_disabled_endpoints_rows_are_skipped_not_sent(alice, clock):
    make_endpoint(alice)
    make_message(alice, received_at=clock())
    Endpoint.objects.update(is_enabled=False)
    assert claim_due("one", clock(), 10) == []
    assert Delivery.objects.get().state == "skipped"
