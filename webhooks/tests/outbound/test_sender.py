"""The sender against a real receiver."""

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import time
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from webhooks.models import Attempt, Delivery
from webhooks.outbound import sender, transport
from webhooks.outbound.dispatch import send_test
from webhooks.outbound.resending import resend
from webhooks.outbound.sender import run_sender
from webhooks.outbound.slot import is_taken, take_slot
from webhooks.profiles import PROFILES
from webhooks.testing import (
    Clock,
    answer_status,
    black_hole,
    make_endpoint,
    make_message,
    receiving,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver():
    with receiving() as running:
        yield running


def test_message_arrives_signed_with_its_stored_id_and_body(alice, receiver):
    endpoint = make_endpoint(alice, url=receiver.url)
    (delivery,) = make_message(alice)
    assert run_sender() == 1
    delivery.refresh_from_db()
    (request,) = receiver.requests
    assert delivery.state == "delivered"
    assert request.body == delivery.body.encode()
    assert request.headers["webhook-id"] == str(delivery.code)
    signed = f"{delivery.code}.{request.headers['webhook-timestamp']}.{delivery.body}".encode()
    key = base64.b64decode(endpoint.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert request.headers["x-ror-attempt"] == "1"
    assert request.headers["x-ror-sequence"] == "1"


def test_attempt_records_times_status_and_answer(alice, receiver):
    receiver.answer = answer_status(201, b'{"ok": true}')
    make_endpoint(alice, url=receiver.url)
    make_message(alice)
    run_sender()
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.outcome) == (201, "success")
    assert json.loads(attempt.response) == {"ok": True}
    assert attempt.address == "127.0.0.1"
    assert attempt.dns_ms is not None
    assert attempt.connect_ms is not None
    assert attempt.first_byte_ms <= attempt.total_ms


def send_once(alice, receiver, **fields):
    """One message sent once."""
    make_endpoint(alice, url=receiver.url, **fields)
    (delivery,) = make_message(alice)
    run_sender_once(delivery)
    return delivery


def time_out_after(monkeypatch, seconds):
    row = PROFILES["order"]._replace(timeout_seconds=seconds)
    monkeypatch.setitem(PROFILES, "order", row)


def run_sender_once(delivery):
    """Time stands still: no later try becomes due, and the sender waits for none."""
    with patch.object(sender, "LINGER", timedelta()):
        run_sender(Clock(delivery.first_due_at))
    delivery.refresh_from_db()


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_success(alice, receiver, status):
    receiver.answer = answer_status(status)
    assert send_once(alice, receiver).state == "delivered"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_a_failure_and_is_not_followed(alice, receiver, status):
    receiver.answer = answer_status(status, Location=receiver.url + "/elsewhere")
    delivery = send_once(alice, receiver)
    assert delivery.state != "delivered"
    assert {request.path for request in receiver.requests} == {"/hook"}
    assert "redirect" in Attempt.objects.first().error


def test_500_is_tried_again_two_seconds_later_within_the_same_run(alice, receiver):
    make_endpoint(alice, url=receiver.url)
    make_message(alice)

    def answer(handler):
        answer_status(200 if len(receiver.requests) > 1 else 500)(handler)

    receiver.answer = answer
    assert run_sender() == 2
    first, second = receiver.requests
    assert 1.9 <= second.at - first.at <= 2.6
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert [row.headers["x-ror-attempt"] for row in receiver.requests] == ["1", "2"]
    assert first.headers["x-ror-sequence"] == second.headers["x-ror-sequence"]


def test_410_disables_the_endpoint(alice, receiver):
    receiver.answer = answer_status(410)
    delivery = send_once(alice, receiver)
    assert delivery.state == "failed"
    delivery.endpoint.refresh_from_db()
    assert not delivery.endpoint.is_enabled


def test_retry_after_of_a_429_postpones_the_next_try(alice, receiver):
    receiver.answer = answer_status(429, Retry_After="4")
    make_endpoint(alice, url=receiver.url)
    (delivery,) = make_message(alice)
    run_sender_once(delivery)
    wait = (delivery.next_attempt_at - delivery.first_due_at).total_seconds()
    assert 4 <= wait <= 4.8


def test_huge_answer_is_read_to_a_limit_and_kept_in_part(alice, receiver):
    receiver.answer = answer_status(200, b"x" * 5_000_000)
    assert send_once(alice, receiver).state == "delivered"
    assert len(Attempt.objects.get().response) == transport.KEEP_LIMIT_BYTES


def test_compressed_answer_is_kept_as_sent_and_not_inflated(alice, receiver):
    receiver.answer = answer_status(200, b"\x1f\x8b\x08rest", Content_Encoding="gzip")
    assert send_once(alice, receiver).state == "delivered"
    assert receiver.requests[0].headers["accept-encoding"] == "identity"


def drip(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(30):
            handler.wfile.write(b"x")
            time.sleep(0.1)


def break_off(status):
    def answer(handler):
        handler.send_response(status)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"partial")
        handler.connection.shutdown(socket.SHUT_RDWR)

    return answer


def not_chunks(handler):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"zz\r\nno chunk at all")


@pytest.mark.parametrize("answer", [drip, break_off(200), not_chunks])
def test_accepted_message_is_not_sent_again_for_a_bad_body(alice, receiver, answer, monkeypatch):
    monkeypatch.setattr(transport, "BODY_TIMEOUT_SECONDS", 0.5)
    receiver.answer = answer
    delivery = send_once(alice, receiver)
    assert (delivery.state, delivery.n_attempts, delivery.last_status) == ("delivered", 1, 200)
    assert len(receiver.requests) == 1


def test_body_that_drips_up_to_the_deadline_leaves_the_status(alice, receiver, monkeypatch):
    time_out_after(monkeypatch, 0.5)
    receiver.answer = drip
    assert send_once(alice, receiver).state == "delivered"


def test_410_counts_even_when_its_body_breaks_off(alice, receiver):
    receiver.answer = break_off(410)
    delivery = send_once(alice, receiver)
    delivery.endpoint.refresh_from_db()
    assert (delivery.state, delivery.last_status) == ("failed", 410)
    assert not delivery.endpoint.is_enabled


def test_headers_that_never_come_run_into_the_time_limit(alice, receiver, monkeypatch):
    time_out_after(monkeypatch, 0.5)
    receiver.answer = lambda handler: time.sleep(1)
    delivery = send_once(alice, receiver)
    assert delivery.state != "delivered"
    assert "No complete answer within 0.5 s" in Attempt.objects.first().error


def test_own_header_replaces_the_senders_of_the_same_name(alice, receiver):
    seen = []

    def answer(handler):
        seen.extend(handler.headers.get_all("User-Agent"))
        answer_status(200)(handler)

    receiver.answer = answer
    send_once(alice, receiver, extra_headers={"user-agent": "my-bot"})
    assert seen == ["my-bot"]


@pytest.mark.parametrize("value", ["²", "9" * 400, "-5", "soon"])
def test_odd_retry_after_changes_no_outcome(alice, receiver, value):
    receiver.answer = answer_status(200, Retry_After=value)
    assert send_once(alice, receiver).state == "delivered"


def test_refused_connection_says_so(alice):
    make_endpoint(alice, url="http://127.0.0.1:9/hook")
    (delivery,) = make_message(alice)
    run_sender_once(delivery)
    assert "refused" in Attempt.objects.get().error


def test_additional_headers_arrive_and_never_replace_the_senders(alice, receiver):
    make_endpoint(alice, url=receiver.url, extra_headers={"Authorization": "Bearer abc"})
    make_message(alice)
    run_sender()
    assert receiver.requests[0].headers["authorization"] == "Bearer abc"


def test_black_hole_does_not_hold_up_another_endpoint(alice, receiver, monkeypatch):
    hole_seconds = 5.0
    time_out_after(monkeypatch, hole_seconds)
    with black_hole() as url:
        make_endpoint(alice, name="Hole", url=url, events=["entry_long"])
        make_endpoint(alice, name="Good", url=receiver.url, events=["exit_long"],
                      rate_per_second=50)  # fmt: skip
        for _ in range(10):
            make_message(alice, subject="")
        for _ in range(20):
            make_message(alice, "exit_long", subject="")
        Delivery.objects.filter(is_exit=False).update(
            deadline=timezone.now() + timedelta(seconds=1)
        )
        started = time.monotonic()
        # A busy machine needs more than one sender for all of them.
        for _ in range(10):
            run_sender()
            if len(receiver.requests) == 20:
                break
    assert len(receiver.requests) == 20
    # They arrive while the hole's first try has not ended.
    assert min(request.at for request in receiver.requests) - started < hole_seconds


def test_resend_carries_the_same_id_and_body_and_says_that_it_is_a_repeat(alice, receiver):
    receiver.answer = answer_status(400)
    delivery = send_once(alice, receiver)
    receiver.answer = answer_status(200)
    Delivery.objects.update(state="failed", next_attempt_at=None)
    delivery.refresh_from_db()
    n_before = len(receiver.requests)
    resend(delivery, confirmed=True)
    run_sender()
    delivery.refresh_from_db()
    first, last = receiver.requests[0], receiver.requests[-1]
    assert len(receiver.requests) == n_before + 1
    assert (first.headers["webhook-id"], first.body) == (last.headers["webhook-id"], last.body)
    assert last.headers["x-ror-replayed"] == "true"
    assert (delivery.state, delivery.is_replayed) == ("delivered", True)


def test_test_message_is_sent_once_even_when_the_endpoint_is_off(alice, receiver):
    receiver.answer = answer_status(500, b"broken")
    endpoint = make_endpoint(alice, url=receiver.url, is_enabled=False)
    delivery = send_test(endpoint)
    run_sender()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.n_attempts) == ("failed", 1)
    assert Attempt.objects.get().response == "broken"
    assert receiver.requests[0].headers["x-ror-event"] == "test"


def test_second_sender_leaves_the_work_to_the_first(alice, receiver):
    make_endpoint(alice, url=receiver.url)
    make_message(alice)
    assert take_slot("another", timezone.now())
    assert run_sender() == 0
    assert receiver.requests == []


def test_slot_is_free_after_a_run(alice, receiver):
    make_endpoint(alice, url=receiver.url)
    make_message(alice)
    run_sender()
    assert not is_taken(timezone.now())


def test_secrets_and_addresses_stay_out_of_the_log(alice, receiver, caplog, capfd):
    receiver.url += "?token=topsecret"
    endpoint = make_endpoint(alice, url=receiver.url, extra_headers={"X-Key": "hidden7"})
    make_message(alice)
    with caplog.at_level("DEBUG"):
        run_sender()
    text = caplog.text + "".join(capfd.readouterr())
    assert "webhook_attempt" in text
    assert not any(word in text for word in ("topsecret", "hidden7", endpoint.secret))
