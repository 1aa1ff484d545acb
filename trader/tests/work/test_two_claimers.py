"""Claimers in competition, each on a connection of its own, and a lease kept beside the work."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from strategies.runs.queue import MAX_ACTIVE_RUNS
from strategies.runs.queue import life as runs
from strategies.testing import make_queued_run
from tests.waiting import wait_until
from trader.work import keeping

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def only_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs row locks")


def at_once(*actions):
    """What the actions answer, all begun together, in no order."""
    barrier, answers = threading.Barrier(len(actions)), []

    def act(action):
        barrier.wait()
        try:
            answers.append(action())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def claims(life, row_id, n):
    return [lambda owner=f"worker {i}": life.claim(row_id, owner) for i in range(n)]


def test_of_claimers_at_once_one_gets_the_row(life, waiting, now_at):
    answers = at_once(*claims(life, waiting.pk, 4))
    (winner,) = [row for row in answers if row is not None]
    row = now_at(waiting)
    assert (row.lease_owner, row.attempts) == (winner.lease_owner, 1)


def test_of_claimers_of_a_lost_row_one_takes_it_over(life, waiting, later, now_at):
    late = life.claim(waiting.pk, "killed")
    life.sweep(later)
    answers = at_once(*claims(life, waiting.pk, 4), lambda: life.renew_lease(late.pk, "killed"))
    assert len([row for row in answers if row]) == 1
    assert now_at(waiting).attempts == 2


def test_a_cancel_and_a_claim_at_once_end_cancelled(life, waiting, now_at):
    at_once(*claims(life, waiting.pk, 2), lambda: life.cancel(waiting))
    row = now_at(waiting)
    life.acknowledge_cancel(row)
    assert now_at(waiting).status == "cancelled"


def test_claimers_at_once_keep_to_the_limit_of_their_user(alice, monkeypatch):
    monkeypatch.setattr(runs, "enqueue", lambda row_id: None)
    rows = [make_queued_run(alice) for _ in range(4)]
    answers = at_once(*(lambda pk=row.pk: runs.claim(pk, f"worker {pk}") for row in rows))
    assert len([row for row in answers if row is not None]) == MAX_ACTIVE_RUNS


def test_a_worker_that_is_killed_while_it_claims_leaves_the_row_to_others(life, waiting, now_at):
    claimed, killed, pids = threading.Event(), threading.Event(), []

    def claim():
        with transaction.atomic():
            life.claim(waiting.pk, "killed")
            pids.append(connection.connection.info.backend_pid)
            claimed.set()
            killed.wait()
            connection.cursor().execute("SELECT 1")

    def die():
        with pytest.raises(OperationalError):
            claim()
        connections.close_all()

    thread = threading.Thread(target=die)
    thread.start()
    claimed.wait()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", pids)
    killed.set()
    thread.join()
    assert life.claim(waiting.pk, "next").attempts == 1


def test_a_lease_is_kept_for_as_long_as_the_work_takes(life, kind, waiting, monkeypatch, now_at):
    monkeypatch.setattr(keeping, "RENEW_EVERY_S", 0.01)
    old = timezone.now() + timedelta(seconds=1)

    def compute(row):
        kind.model.objects.update(lease_until=old)
        wait_until(lambda: now_at(row).lease_until > old, "the lease to be renewed")

    life.do(waiting.pk, compute)
    until = now_at(waiting).lease_until
    assert life.renew_lease(waiting.pk, now_at(waiting).lease_owner)
    assert until > old
