"""Signatures against a fixed vector, and what a rotation does to them."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from webhooks.outbound.dispatch import rotate_secret
from webhooks.signing import MAX_OLD_SECRETS, new_secret, retire, signature_headers
from webhooks.testing import make_endpoint

# The published example of the Standard Webhooks specification.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SENT_AT = datetime.fromtimestamp(1614265330, UTC)
BODY = '{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_signature_equals_the_published_vector():
    assert signature_headers(MESSAGE_ID, BODY, [SECRET], SENT_AT) == {
        "webhook-id": MESSAGE_ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


def test_secret_is_32_random_bytes_and_unique():
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert all(secret.startswith("whsec_") and len(secret) == 50 for secret in secrets)


def test_body_with_any_text_verifies_with_the_standard_library():
    now = datetime.now(UTC)
    body = '{"name": "Zürich \\u2014 \U0001f680"}'
    secret = new_secret()
    Webhook(secret).verify(body.encode(), signature_headers("m1", body, [secret], now))


@pytest.mark.django_db
def test_rotation_signs_with_both_secrets_for_24_hours(alice):
    endpoint = make_endpoint(alice)
    old = endpoint.secret
    rotate_secret(endpoint)
    endpoint.refresh_from_db()
    now = datetime.now(UTC)
    live = endpoint.live_secrets(now)
    assert live == [endpoint.secret, old]
    headers = signature_headers("m1", BODY, live, now)
    assert len(headers["webhook-signature"].split()) == 2
    for secret in live:
        Webhook(secret).verify(BODY, headers)
    assert endpoint.live_secrets(now + timedelta(hours=24, seconds=1)) == [endpoint.secret]


def test_no_more_than_five_old_secrets_are_kept():
    now = datetime.now(UTC)
    old = []
    for number in range(8):
        old = retire(f"s{number}", old, now)
    assert [row["secret"] for row in old] == [f"s{n}" for n in (7, 6, 5, 4, 3)]
    assert len(old) == MAX_OLD_SECRETS
