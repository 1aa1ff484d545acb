"""The sender against a real receiver."""

import base64
import hashlib
import hmac
import json

import pytest

from webhooks.models import Attempt
from webhooks.sender import run_sender
from webhooks.testing import answer_status, make_endpoint, make_message, receiving

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
