"""Retries, expiry and endings under a clock the test controls."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.outbound.claims import claim_due
from webhooks.outbound.outcomes import record_result
from webhooks.outbound.schedule import Situation, after_failure
from webhooks.outbound.transport import SendResult
from webhooks.profiles import PROFILES
from webhooks.testing import Clock, make_endpoint, make_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return Clock()


def failed(status=500, **fields):
    return SendResult(status=status, error=f"The receiver answered {status}", **fields)


def run_until_closed(delivery, clock, result, steps=200):
    """Fail (or not) at each due moment; returns the seconds at which tries were made."""
    start, times = clock(), []
    for _ in range(steps):
        delivery.refresh_from_db()
        if not delivery.is_open:
            return times
        clock.time = max(clock(), delivery.next_attempt_at)
        # The breaker has tests of its own.
        Endpoint.objects.update(circuit_open_until=None, circuit_state="closed", next_send_at=None)
        for row, attempt in claim_due("test", clock(), 10):
            times.append((clock() - start).total_seconds())
            record_result(row, attempt, result, "test", clock())
    raise AssertionError("still open")


def test_entry_is_tried_by_the_order_steps_and_expires(alice, clock):
    make_endpoint(alice)
    (delivery,) = make_message(alice, received_at=clock())
    times = run_until_closed(delivery, clock, failed())
    assert delivery.state == "expired"
    planned = [0, 2, 5, 10, 20, 40, 80, 160]
    assert len(times) == len(planned)
    for time, plan in zip(times, planned, strict=True):
        assert plan <= time <= plan * 1.1 + 1
    assert (clock() - delivery.received_at).total_seconds() == 300


def test_entry_expires_after_its_endpoints_time_to_live(alice, clock):
    make_endpoint(alice, ttl_seconds=10)
    (delivery,) = make_message(alice, received_at=clock())
    assert max(run_until_closed(delivery, clock, failed())) < 10
    assert delivery.state == "expired"
    assert delivery.expires_at == delivery.received_at + timedelta(seconds=10)


def test_entry_that_waited_too_long_is_never_sent(alice, clock):
    make_endpoint(alice)
    (delivery,) = make_message(alice, received_at=clock() - timedelta(seconds=301))
    assert claim_due("test", clock(), 10) == []
    delivery.refresh_from_db()
    assert (delivery.state, delivery.n_attempts) == ("expired", 0)


def test_exit_goes_on_every_minute_until_the_session_closes(alice, clock):
    make_endpoint(alice)
    close = clock() + timedelta(minutes=20)
    (delivery,) = make_message(alice, "exit_long", received_at=clock(), exit_until=close)
    times = run_until_closed(delivery, clock, failed())
    gaps = [after - before for before, after in pairwise(times)]
    assert all(54 <= gap <= 66.1 for gap in gaps if gap > 45)
    assert max(times) > 19 * 60 - 60
    assert delivery.state == "expired"
    assert clock() == close
    assert "session closed" in delivery.reason


def test_exit_is_marked_late_only_after_its_time_to_live(alice, clock):
    make_endpoint(alice)
    until = clock() + timedelta(hours=1)
    (delivery,) = make_message(alice, "exit_long", received_at=clock(), exit_until=until)
    ((row, attempt),) = claim_due("test", clock(), 10)
    assert not row.is_late
    record_result(row, attempt, failed(), "test", clock())
    clock.advance(301)
    ((row, attempt),) = claim_due("test", clock(), 10)
    assert row.is_late
    record_result(row, attempt, SendResult(status=200), "test", clock())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.is_late) == ("delivered", True)


def test_exit_is_tried_again_after_refusals_that_would_stop_an_entry(alice, clock):
    make_endpoint(alice)
    until = clock() + timedelta(minutes=5)
    make_message(alice, "exit_long", received_at=clock(), exit_until=until)
    delivery = Delivery.objects.get()
    assert len(run_until_closed(delivery, clock, failed(400))) > 5


def test_name_that_leads_astray_stops_an_entry_but_no_exit(alice, clock):
    make_endpoint(alice)
    astray = SendResult(error="bot.example.com leads to 10.0.0.1", is_permanent=True)
    until = clock() + timedelta(minutes=5)
    (entry,) = make_message(alice, received_at=clock())
    assert run_until_closed(entry, clock, astray) == [0]
    assert "not allowed" in entry.reason
    (row,) = make_message(alice, "exit_long", received_at=clock(), exit_until=until)
    assert len(run_until_closed(row, clock, astray)) > 5
    assert row.state == "expired"


def test_entry_stops_after_the_second_refusal_and_shows_it(alice, clock):
    make_endpoint(alice)
    (delivery,) = make_message(alice, received_at=clock())
    assert len(run_until_closed(delivery, clock, failed(422))) == 2
    assert delivery.state == "failed"
    assert "refused it twice" in delivery.reason


@pytest.mark.parametrize("status", [408, 425, 429])
def test_patience_is_no_refusal(alice, clock, status):
    make_endpoint(alice)
    (delivery,) = make_message(alice, received_at=clock())
    assert len(run_until_closed(delivery, clock, failed(status))) > 2


def test_410_fails_the_delivery_and_disables_the_endpoint(alice, clock):
    endpoint = make_endpoint(alice)
    first = make_message(alice, received_at=clock())[0]
    clock.advance(0.001)
    second = make_message(alice, received_at=clock())[0]
    row, attempt = claim_due("test", clock(), 1)[0]
    record_result(row, attempt, failed(410), "test", clock())
    for row in (endpoint, first, second):
        row.refresh_from_db()
    assert (first.state, second.state) == ("failed", "skipped")
    assert not endpoint.is_enabled
    assert "410" in endpoint.disabled_reason


def test_record_profile_follows_the_long_schedule_and_fails(alice, clock):
    make_endpoint(alice, profile="record")
    (delivery,) = make_message(alice, received_at=clock())
    Endpoint.objects.update(created_at=clock())
    times = run_until_closed(delivery, clock, failed(404), steps=40)
    assert len(times) == 10
    planned = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    gaps = [after - before for before, after in pairwise(times)]
    for gap, plan in zip(gaps, planned, strict=True):
        assert 0.8 * plan <= gap <= 1.2 * plan
    assert delivery.state == "failed"
    assert delivery.expires_at is None


def situation(now, **changes):
    fields = {
        "profile": PROFILES["order"], "is_exit": False, "is_test": False, "first_due_at": now,
        "deadline": now + timedelta(seconds=300), "n_attempts": 4, "n_client_errors": 0,
        "status": 429, "is_permanent": False, "retry_after_seconds": None,
    }  # fmt: skip
    return Situation(**{**fields, **changes})


@pytest.mark.parametrize(
    ("asked", "status", "low", "high"),
    [(0, 429, 10, 11.1), (15, 503, 15, 15), (3600, 429, 20, 20), (3600, 500, 10, 11.1)],
)
def test_retry_after_counts_within_once_and_twice_the_step(clock, asked, status, low, high):
    start = clock() - timedelta(seconds=10)
    facts = situation(start, status=status, retry_after_seconds=float(asked))
    retry = after_failure(facts, clock(), random.Random(1))
    assert low <= (retry.at - clock()).total_seconds() <= high


def test_retry_after_never_reaches_past_the_deadline(clock):
    facts = situation(clock(), deadline=clock() + timedelta(seconds=12), retry_after_seconds=90.0)
    assert after_failure(facts, clock()).at == facts.deadline


def test_jitter_is_only_added(clock):
    for seed in range(200):
        facts = situation(clock(), n_attempts=1, status=500)
        wait = (after_failure(facts, clock(), random.Random(seed)).at - clock()).total_seconds()
        assert 2.0 <= wait <= 2.2


def test_slow_failure_leaves_a_pause_before_the_next_try(clock):
    facts = situation(clock() - timedelta(seconds=30), n_attempts=2, status=None)
    wait = (after_failure(facts, clock()).at - clock()).total_seconds()
    assert 1.0 <= wait <= 1.4


def test_every_try_is_logged_with_its_number_and_answer(alice, clock):
    make_endpoint(alice)
    (delivery,) = make_message(alice, received_at=clock())
    run_until_closed(delivery, clock, failed(400, response="no such field"))
    rows = Attempt.objects.filter(delivery=delivery)
    assert [(row.number, row.status, row.response) for row in rows] == [
        (1, 400, "no such field"),
        (2, 400, "no such field"),
    ]
