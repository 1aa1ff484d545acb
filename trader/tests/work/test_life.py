"""Queued, claimed by one worker, moved on, finished: the life of work that nothing disturbs."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import UserEvent
from trader.work.life import LEASE, QUEUE_PATIENCE, NotYetError, Status

pytestmark = pytest.mark.django_db


def execute(life, *steps):
    """A computation that takes these steps, each given the row, and stores that it succeeded."""

    def compute(row):
        with life.settling(row):
            for step in steps:
                step(row)
            with transaction.atomic():
                life.finish(life.hold(row), Status.SUCCEEDED)

    return compute


def test_queued_work_calls_a_worker_once_it_is_committed(
    kind, alice, called, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        row = kind.make(alice)
        assert called == []
    assert called == [row.pk]


def test_queued_work_waits_with_nobody_holding_it(waiting):
    assert (waiting.status, waiting.progress, waiting.attempts) == ("queued", 0.0, 0)
    assert (waiting.lease_owner, waiting.progress_label) == ("", "Waiting for a worker")
    assert timezone.now() < waiting.lease_until <= timezone.now() + QUEUE_PATIENCE


def test_a_worker_that_claims_holds_a_lease(life, waiting, now_at):
    life.claim(waiting.pk, "worker")
    row = now_at(waiting)
    assert (row.status, row.lease_owner, row.attempts) == ("running", "worker", 1)
    assert timezone.now() < row.lease_until <= timezone.now() + LEASE
    assert row.started_at is not None
    assert row.is_held(timezone.now())


def test_what_one_worker_holds_another_does_not_get(life, waiting):
    assert life.claim(waiting.pk, "first") is not None
    assert life.claim(waiting.pk, "second") is None


def test_what_is_not_there_is_not_claimed(life, db):
    assert life.claim(1, "worker") is None


def test_a_task_computes_and_stores(life, waiting, now_at):
    life.do(waiting.pk, execute(life, lambda row: life.move_on(row, 0.5, "Half way")))
    row = now_at(waiting)
    assert (row.status, row.progress, row.progress_label) == ("succeeded", 1.0, "Finished")
    assert (row.lease_until, row.error, row.is_finished) == (None, "", True)
    assert row.finished_at is not None


def test_a_task_that_runs_twice_changes_nothing(life, waiting, now_at):
    life.do(waiting.pk, execute(life))
    finished_at = now_at(waiting).finished_at
    life.do(waiting.pk, execute(life))
    assert now_at(waiting).finished_at == finished_at


def test_progress_is_stored_and_prolongs_the_lease(life, kind, waiting, now_at):
    row = life.claim(waiting.pk, "worker")
    kind.model.objects.update(lease_until=timezone.now())
    life.move_on(row, 0.25, "A quarter")
    stored = now_at(waiting)
    assert (stored.progress_percent, stored.progress_label) == (25, "A quarter")
    assert stored.is_held(timezone.now() + timedelta(seconds=9))


def test_browsers_are_told_of_each_step_where_the_kind_says_so(life, waiting, alice):
    life.do(waiting.pk, execute(life, lambda row: life.move_on(row, 0.5, "Half way")))
    events = UserEvent.objects.filter(user=alice).order_by("seq")
    told = [(event.type, event.data["status"], event.data["label"]) for event in events]
    expected = life.news and [
        (life.news.progress, "running", "Half way"),
        (life.news.finished, "succeeded", "Finished"),
    ]
    assert told == (expected or [])


def test_work_is_done_again_from_the_start(life, waiting, now_at):
    life.do(waiting.pk, execute(life))
    life.queue(now_at(waiting))
    row = now_at(waiting)
    assert (row.status, row.progress, row.attempts) == ("queued", 0.0, 0)
    assert (row.lease_owner, row.started_at, row.finished_at) == ("", None, None)
    assert life.claim(waiting.pk, "worker") is not None


def test_what_can_not_be_computed_yet_waits_without_using_up_an_attempt(life, waiting, now_at):
    def not_yet(row):
        raise NotYetError("Waiting for the market to open")

    life.do(waiting.pk, execute(life, not_yet))
    row = now_at(waiting)
    assert (row.status, row.attempts) == ("queued", 0)
    assert row.progress_label == "Waiting for the market to open"
    assert row.lease_until > timezone.now()


def test_postponed_work_is_asked_for_again(life, waiting, called, later):
    life.postpone(life.claim(waiting.pk, "worker"), "Not yet")
    assert life.sweep(timezone.now()) == 0
    assert life.sweep(later) == 1
    assert called == [waiting.pk]
    assert life.claim(waiting.pk, "worker") is not None


def test_a_fault_of_the_user_ends_work_in_its_own_words(life, waiting, now_at):
    class Refused(life.faults[0]):
        def __init__(self):
            Exception.__init__(self, "The symbol is unknown.")

    def refuse(row):
        raise Refused

    life.do(waiting.pk, execute(life, refuse))
    row = now_at(waiting)
    assert (row.status, row.progress_label) == ("failed", "Failed")
    assert row.error == "The symbol is unknown."


def test_an_error_that_nobody_foresaw_ends_work_and_is_logged(life, waiting, now_at, caplog):
    life.do(waiting.pk, execute(life, lambda row: 1 / 0))
    row = now_at(waiting)
    assert (row.status, row.error) == ("failed", life.unexpected(row))
    assert "ZeroDivisionError" in caplog.text


def test_the_end_of_one_calls_the_next(
    life, kind, alice, called, django_capture_on_commit_callbacks
):
    first, second, _ = kind.make(alice), kind.make(alice), kind.make(alice)
    with django_capture_on_commit_callbacks(execute=True):
        life.do(first.pk, execute(life))
    assert called == [second.pk]


def test_as_many_as_may_are_computed_and_the_others_wait(life, kind, alice, now_at):
    rows = [kind.make(alice) for _ in range(4)]
    held = [row for row in rows if life.claim(row.pk, f"worker {row.pk}")]
    assert 0 < len(held) < len(rows)
    next_one = rows[len(held)]
    assert (now_at(next_one).status, now_at(next_one).attempts) == ("queued", 0)
    life.fail(now_at(held[0]), "It failed.")
    assert life.claim(next_one.pk, "worker") is not None
