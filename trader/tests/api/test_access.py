"""Keys, CSRF, limits, ids and headers at the edge of the API."""

import json
import logging

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.keys import create_key, revoke_key

pytestmark = [pytest.mark.django_db, pytest.mark.urls("trader.tests.probe_urls")]
PROBE = "/api/v1/probe/"
GOOD = {"name": "x", "stop": []}


@pytest.fixture(autouse=True)
def _no_earlier_requests():
    cache.clear()


@pytest.fixture
def key(alice):
    return create_key(alice, "test")[1]


def test_key_opens_the_api(client, key):
    assert client.get(PROBE, headers={"X-API-Key": key}).status_code == 200


def test_revoked_key_is_refused(client, alice):
    row, text = create_key(alice, "old")
    revoke_key(row)
    assert client.get(PROBE, headers={"X-API-Key": text}).status_code == 401


def test_key_of_an_inactive_user_is_refused(client, alice, key):
    alice.is_active = False
    alice.save()
    assert client.get(PROBE, headers={"X-API-Key": key}).status_code == 401


def test_session_needs_the_csrf_token_to_write(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.get(PROBE).status_code == 200
    response = client.post(PROBE, GOOD, content_type="application/json")
    assert response.status_code == 403


def test_key_needs_no_csrf_token(key):
    client = Client(enforce_csrf_checks=True, headers={"X-API-Key": key})
    assert client.post(PROBE, GOOD, content_type="application/json").status_code == 200


def test_reads_are_limited_per_user(client, key, bob, settings):
    settings.RATE_LIMIT_READS = 3
    answers = [client.get(PROBE, headers={"X-API-Key": key}) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert [a["X-RateLimit-Remaining"] for a in answers] == ["2", "1", "0", "0"]
    assert answers[0]["X-RateLimit-Limit"] == "3"
    assert 0 < int(answers[3]["Retry-After"]) <= 61
    assert answers[3].json()["error"]["code"] == "RATE_LIMITED"
    others = create_key(bob, "his")[1]
    assert client.get(PROBE, headers={"X-API-Key": others}).status_code == 200


def test_writes_are_counted_apart(client, key, settings):
    settings.RATE_LIMIT_WRITES = 1
    send = {"content_type": "application/json", "headers": {"X-API-Key": key}}
    assert client.post(PROBE, GOOD, **send).status_code == 200
    assert client.post(PROBE, GOOD, **send).status_code == 429
    assert client.get(PROBE, headers={"X-API-Key": key}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/health", "/health/ready", "/health/detailed", "/api/health", "/api/v1/health"]
)
def test_health_is_answered_without_tls(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path).status_code in (200, 401, 503)
    assert client.get("/accounts/login/").status_code == 301


def test_health_is_never_limited(client, settings):
    settings.RATE_LIMIT_READS = 1
    assert {client.get("/health").status_code for _ in range(5)} == {200}


@pytest.mark.urls("trader.urls")
def test_login_tries_are_limited_per_address(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_from_address": "10/m/ip"}
    forms = [{"login": f"nobody{n}@example.com", "password": "wrong"} for n in range(11)]
    answers = [client.post("/accounts/login/", form) for form in forms]
    assert [one.status_code for one in answers] == [*[200] * 10, 429]
    assert answers[-1]["Retry-After"] == "60"
    page = answers[-1].content.decode()
    assert "Too many tries" in page
    assert answers[-1]["X-Request-ID"] in page


def test_given_request_id_is_kept(client):
    response = client.get("/health", headers={"X-Request-ID": "abc-12345"})
    assert response["X-Request-ID"] == "abc-12345"
    assert response["X-API-Version"] == "1"


@pytest.mark.parametrize("given", ["short", "a b c d e f g h", "x" * 65, 'x"onload="evil()'])
def test_harmful_request_id_is_replaced(client, given):
    response = client.get("/health", headers={"X-Request-ID": given})
    assert response["X-Request-ID"] != given
    assert len(response["X-Request-ID"]) == 36


def test_every_request_leaves_one_log_line(client, key, caplog):
    with caplog.at_level(logging.INFO, logger="trader.request"):
        client.get(PROBE, headers={"X-API-Key": key, "X-Request-ID": "log-line-1"})
    (record,) = [r for r in caplog.records if r.name == "trader.request"]
    line = record.msg
    assert line["status_code"] == 200
    assert line["request_id"] == "log-line-1"
    assert line["user_id"] is not None
    assert key not in json.dumps(line, default=str)


def test_security_headers_are_on_every_answer(client):
    response = client.get("/health")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "camera=()" in response["Permissions-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_cors_lets_only_known_origins_in(client):
    known = client.get("/health", headers={"Origin": "http://localhost:3000"})
    assert known["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert "Retry-After" in known["Access-Control-Expose-Headers"]
    stranger = client.get("/health", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger
