"""Whoever calls without a valid key is told to wait, before it costs a query."""

import pytest
from django.core.cache import cache

from accounts.keys import create_key, revoke_key

pytestmark = pytest.mark.django_db
PATH = "/api/v1/alerts/"


@pytest.fixture(autouse=True)
def _three_a_minute(settings):
    settings.RATE_LIMIT_STRANGERS = 3
    cache.clear()
    yield
    cache.clear()


def call(client, key="ror_wrong", address="10.0.0.1"):
    return client.get(PATH, headers={"X-API-Key": key}, REMOTE_ADDR=address)


def test_wrong_keys_are_refused_without_a_query_after_a_few(client, django_assert_num_queries):
    assert [call(client).status_code for _ in range(3)] == [401, 401, 401]
    with django_assert_num_queries(0):
        answer = call(client)
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "RATE_LIMITED"
    assert 1 <= int(answer["Retry-After"]) <= 61


def test_calls_without_any_key_are_counted_too(client):
    codes = [client.get(PATH, REMOTE_ADDR="10.0.0.1").status_code for _ in range(4)]
    assert codes == [401, 401, 401, 429]


def test_other_addresses_are_heard(client):
    for _ in range(4):
        call(client)
    assert call(client, address="10.0.0.2").status_code == 401


def test_known_key_is_heard_beside_a_script_with_a_wrong_one(client, alice):
    key = create_key(alice, "bot")[1]
    assert call(client, key).status_code == 200
    for _ in range(4):
        call(client)
    assert call(client).status_code == 429
    assert call(client, key).status_code == 200


def test_key_revoked_meanwhile_is_not(client, alice):
    row, key = create_key(alice, "bot")
    call(client, key)
    revoke_key(row)
    assert call(client, key).status_code == 401


def test_health_is_never_counted(client):
    for _ in range(4):
        call(client)
    assert client.get("/api/v1/health", REMOTE_ADDR="10.0.0.1").status_code == 200


def test_pages_are_not_counted(client):
    for _ in range(4):
        call(client)
    assert client.get("/accounts/login/", REMOTE_ADDR="10.0.0.1").status_code == 200
