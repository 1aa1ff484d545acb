"""The circuit breaker, automatic disabling and what the owner is told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from accounts import events
from webhooks.models import Delivery
from webhooks.outbound.circuit import weekdays_between
from webhooks.outbound.claims import claim_due
from webhooks.outbound.notices import mail_notice
from webhooks.outbound.outcomes import record_result
from webhooks.outbound.transport import SendResult
from webhooks.testing import Clock, make_endpoint, make_message

pytestmark = pytest.mark.django_db
FAILED = SendResult(status=500, error="The receiver answered 500")


@pytest.fixture
def clock():
    return Clock()


def fail_times(alice, clock, n):
    """That many messages, each failing once, a second apart."""
    for _ in range(n):
        make_message(alice, received_at=clock())
        newest = Delivery.objects.order_by("-id")[0]
        Delivery.objects.exclude(pk=newest.pk).update(next_attempt_at=None, state="failed")
        for row, attempt in claim_due("test", clock(), 10):
            record_result(row, attempt, FAILED, "test", clock())
        clock.advance(1)


def test_ten_failures_in_a_row_open_the_circuit_for_30_seconds(alice, clock):
    endpoint = make_endpoint(alice)
    fail_times(alice, clock, 10)
    endpoint.refresh_from_db()
    assert endpoint.circuit_state == "open"
    assert endpoint.circuit_open_until == clock() - timedelta(seconds=1) + timedelta(seconds=30)


def test_mostly_failing_endpoint_opens_although_it_sometimes_answers(alice, clock):
    endpoint = make_endpoint(alice)
    for _ in range(3):
        fail_times(alice, clock, 3)
        make_message(alice, received_at=clock())
        newest = Delivery.objects.order_by("-id")[0]
        Delivery.objects.exclude(pk=newest.pk).update(next_attempt_at=None, state="failed")
        for row, attempt in claim_due("test", clock(), 10):
            record_result(row, attempt, SendResult(status=200), "test", clock())
        clock.advance(1)
    fail_times(alice, clock, 1)
    endpoint.refresh_from_db()
    assert endpoint.circuit_state == "open"


def test_open_circuit_postpones_tries_without_using_them_up(alice, clock):
    make_endpoint(alice)
    fail_times(alice, clock, 10)
    (delivery,) = make_message(alice, received_at=clock())
    assert claim_due("test", clock(), 10) == []
    delivery.refresh_from_db()
    assert (delivery.state, delivery.n_attempts) == ("pending", 0)


def test_half_open_circuit_sends_one_probe_and_closes_on_success(alice, clock):
    endpoint = make_endpoint(alice)
    fail_times(alice, clock, 10)
    Delivery.objects.update(state="failed", next_attempt_at=None)
    for _ in range(3):
        make_message(alice, subject="", received_at=clock())
    clock.advance(31)
    ((row, attempt),) = claim_due("test", clock(), 10)
    assert claim_due("test", clock(), 10) == []
    record_result(row, attempt, SendResult(status=200), "test", clock())
    endpoint.refresh_from_db()
    assert (endpoint.circuit_state, endpoint.n_failures_in_row) == ("closed", 0)
    # At the pace of the rate: there is no burst after a failure.
    assert claim_due("test", clock(), 10) == []
    assert [len(claim_due("test", clock.advance(0.1), 10)) for _ in range(3)] == [1, 1, 0]


def test_failed_probe_opens_the_circuit_again(alice, clock):
    endpoint = make_endpoint(alice)
    fail_times(alice, clock, 10)
    Delivery.objects.update(state="failed", next_attempt_at=None)
    clock.advance(31)
    make_message(alice, received_at=clock())
    ((row, attempt),) = claim_due("test", clock(), 10)
    record_result(row, attempt, FAILED, "test", clock())
    endpoint.refresh_from_db()
    assert endpoint.circuit_state == "open"


def test_line_breaks_in_a_name_do_not_stop_the_mail(alice):
    endpoint = make_endpoint(alice, name="Bot\r\nBcc: other@example.com")
    mail_notice(endpoint.pk, "disabled")
    assert mail.outbox[0].subject.endswith("Bot Bcc: other@example.com")
    assert mail.outbox[0].recipients() == [alice.email]


@pytest.mark.parametrize(("n_failures", "n_told"), [(2, 0), (3, 1), (9, 1)])
def test_owner_is_told_when_an_endpoint_begins_to_fail(alice, clock, n_failures, n_told):
    make_endpoint(alice)
    fail_times(alice, clock, n_failures)
    told = [row.data for row in events.since(alice.pk, 0) if row.type == "system.health"]
    assert [row["status"] for row in told] == ["failing"] * n_told


def test_owner_is_told_once_an_hour_of_the_pause_on_the_page_and_by_mail(alice, clock):
    endpoint = make_endpoint(alice)
    fail_times(alice, clock, 12)
    told = [row for row in events.since(alice.pk, 0) if row.type == "system.health"]
    assert [row.data["status"] for row in told] == ["failing", "failing"]
    assert "Sending pauses" not in told[0].data["message"]
    assert "Sending pauses" in told[1].data["message"]
    mail_notice(endpoint.pk, "failing")
    assert endpoint.name in mail.outbox[0].subject
    assert endpoint.url not in mail.outbox[0].body


def test_order_endpoint_is_disabled_after_three_weekdays_without_success(alice, clock):
    endpoint = make_endpoint(alice, n_failures_in_row=12, failing_since=clock())
    clock.advance(5 * 86400)
    fail_times(alice, clock, 1)
    endpoint.refresh_from_db()
    assert not endpoint.is_enabled
    types = [(row.type, row.data.get("status")) for row in events.since(alice.pk, 0)]
    assert ("system.health", "disabled") in types


def test_record_endpoint_is_given_five_days(alice, clock):
    fields = {"profile": "record", "n_failures_in_row": 12, "failing_since": clock()}
    endpoint = make_endpoint(alice, **fields)
    clock.advance(4.9 * 86400)
    fail_times(alice, clock, 1)
    endpoint.refresh_from_db()
    assert endpoint.is_enabled
    clock.advance(0.2 * 86400)
    fail_times(alice, clock, 1)
    endpoint.refresh_from_db()
    assert not endpoint.is_enabled


def test_weekends_are_not_counted():
    friday, monday = datetime(2026, 1, 9, 15, tzinfo=UTC), datetime(2026, 1, 12, 15, tzinfo=UTC)
    assert weekdays_between(friday, monday) == 1
    assert weekdays_between(friday, friday) == 0
