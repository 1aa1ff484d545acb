"""Sweeping, waking and forgetting."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from webhooks import tasks
from webhooks.models import Attempt, Delivery
from webhooks.outbound import kick
from webhooks.outbound.slot import take_slot
from webhooks.testing import make_delivery, make_endpoint, make_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def enqueued(monkeypatch):
    calls = []
    monkeypatch.setattr(kick, "async_task", lambda *args, **options: calls.append((args, options)))
    return calls


def test_sweep_wakes_a_sender_for_what_is_due(alice, enqueued):
    make_endpoint(alice)
    make_message(alice)
    tasks.sweep()
    assert enqueued == [(("webhooks.tasks.send_due",), {"cluster": "hot"})]


def test_sweep_is_quiet_without_due_rows_or_while_a_sender_runs(alice, enqueued):
    tasks.sweep()
    make_endpoint(alice)
    make_message(alice)
    take_slot("running", timezone.now())
    tasks.sweep()
    assert enqueued == []


def test_sweep_wakes_a_sender_for_a_row_of_a_dead_one(alice, enqueued):
    ago = timezone.now() - timedelta(seconds=1)
    make_delivery(make_endpoint(alice), state="sending", next_attempt_at=ago, lease_owner="dead")
    tasks.sweep()
    assert len(enqueued) == 1


def test_message_enqueues_a_sender_in_the_hot_queue(alice, django_capture_on_commit_callbacks):
    make_endpoint(alice)
    with django_capture_on_commit_callbacks(execute=True):
        make_message(alice)
    assert OrmQ.objects.filter(key="hot").count() == 1


def test_closed_rows_are_forgotten_after_30_days_and_open_ones_kept(alice):
    endpoint = make_endpoint(alice)
    old = timezone.now() - timedelta(days=31)
    for state in ("delivered", "failed", "pending"):
        delivery = make_delivery(endpoint, state=state, created_at=old)
        Attempt.objects.create(
            delivery=delivery, endpoint=endpoint, number=1, started_at=timezone.now()
        )
    make_delivery(endpoint, state="delivered")
    assert tasks.prune() == 4
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["delivered", "pending"]
