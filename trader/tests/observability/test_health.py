from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from accounts.keys import create_key
from trader.models import WorkerHeartbeat
from trader.observability import health
from webhooks.testing import make_endpoint, make_message

pytestmark = [pytest.mark.django_db, pytest.mark.urls("trader.tests.probe_urls")]


def make_heartbeat(cluster, age_s=1):
    now = timezone.now()
    return WorkerHeartbeat.objects.create(
        worker_id="w", cluster=cluster, started_at=now, beat_at=now - timedelta(seconds=age_s)
    )


@pytest.fixture
def _workers():
    make_heartbeat("hot")
    make_heartbeat("slow")


@pytest.mark.parametrize("path", ["/health", "/api/health", "/api/v1/health"])
def test_liveness_needs_nothing(client, path):
    body = client.get(path).json()
    assert set(body) == {"status", "version", "timestamp"}
    assert body["status"] == "ok"


@pytest.mark.usefixtures("_workers")
def test_ready_when_everything_works(client):
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert set(response.json()["checks"]) == {"database", "redis", "queue", "feed"}
    assert response.json()["checks"]["database"]["latency_ms"] >= 0


def test_not_ready_without_a_worker(client):
    make_heartbeat("hot")
    make_heartbeat("slow", age_s=60)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["status"] == "degraded"
    assert response.json()["checks"]["queue"]["message"] == "no live worker for slow"


@pytest.mark.usefixtures("_workers")
def test_not_ready_when_tasks_wait_too_long(client):
    OrmQ.objects.create(key="hot", payload="x", lock=timezone.now() - timedelta(minutes=1))
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["queue"]["age_s"] > 30


@pytest.mark.usefixtures("_workers")
def test_not_ready_when_configured_redis_is_away(client, settings):
    settings.REDIS_URL = "redis://user:hunter2@127.0.0.1:1/0"
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["redis"]["status"] == "error"
    assert "hunter2" not in response.content.decode()


def test_details_need_a_key(client, alice):
    assert client.get("/health/detailed").status_code == 401
    key = create_key(alice, "monitoring")[1]
    body = client.get("/health/detailed", headers={"X-API-Key": key}).json()
    assert body["process"]["memory_mb"] > 0
    assert "hot" in body["checks"]["queue"]["details"]


def test_metrics_are_for_prometheus(client):
    text = client.get("/metrics").content.decode()
    assert "ror_http_requests_total" in text
    assert "ror_queue_hot_oldest_s 0.0" in text


@pytest.mark.usefixtures("_workers")
def test_not_ready_while_deliveries_are_due_and_none_is_sent(client, alice):
    make_endpoint(alice)
    make_message(alice, received_at=timezone.now() - timedelta(seconds=90))
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["queue"]["message"] == "deliveries are due and none is sent"


@pytest.mark.parametrize(
    ("address", "headers", "expected"),
    [
        ("127.0.0.1", {}, 200),
        ("10.1.2.3", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}, 403),
        ("10.1.2.3", {"Authorization": "Bearer right"}, 200),
        ("10.1.2.3", {"Authorization": "Bearer wrong"}, 403),
        ("10.1.2.3", {"Authorization": "Bearer "}, 403),
    ],
)
def test_metrics_are_kept_inside_in_production(client, settings, address, headers, expected):
    settings.IS_PRODUCTION, settings.METRICS_TOKEN = True, "right"
    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == expected


def test_no_token_is_no_way_in(client, settings):
    settings.IS_PRODUCTION, settings.METRICS_TOKEN = True, ""
    headers = {"Authorization": "Bearer "}
    assert client.get("/metrics", headers=headers, REMOTE_ADDR="10.1.2.3").status_code == 403


def test_readiness_is_found_out_once_for_many_who_ask(client, settings, monkeypatch):
    settings.READINESS_SECONDS = 60.0
    found = []
    monkeypatch.setattr(health._Last, "good_until", 0.0)
    monkeypatch.setattr(health, "run_checks", lambda: found.append(1) or {})
    for _ in range(20):
        client.get("/health/ready")
    assert len(found) == 1
    health._Last.good_until = 0.0
