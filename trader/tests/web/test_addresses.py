"""Addresses without their final slash, and health under a name that is not ours."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["get", "post", "patch"])
def test_missing_slash_is_answered_keeping_the_method(client, method):
    response = getattr(client, method)("/api/v1/strategies?page=2")
    assert response.status_code == 308
    assert response["Location"] == "/api/v1/strategies/?page=2"


@pytest.mark.parametrize("path", ["/health", "/health/ready", "/metrics"])
def test_balancer_asks_for_health_by_number(client, path):
    assert client.get(path, HTTP_HOST="10.1.2.3").status_code in (200, 503)


def test_no_other_page_is_served_under_a_foreign_name(client):
    assert client.get("/accounts/login/", HTTP_HOST="evil.example").status_code == 400


@pytest.mark.parametrize("path", ["/", "/strategies/", "/api/v1/alerts/", "/health"])
@pytest.mark.parametrize("method", ["FOO", "TRACE", "PROPFIND"])
def test_method_that_nobody_knows_is_not_allowed(client, path, method):
    answer = client.generic(method, path)
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]


def test_health_is_only_read(client):
    assert client.post("/health").status_code == 405
