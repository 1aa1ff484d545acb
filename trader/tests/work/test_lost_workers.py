"""Workers that die, and those that come back after their lease has run out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from trader.tests.work.test_life import execute
from trader.work.life import WorkLostError

pytestmark = pytest.mark.django_db


def test_work_of_a_killed_worker_is_queued_again_and_taken_over(
    life, waiting, called, later, now_at
):
    started_at = life.claim(waiting.pk, "killed").started_at
    assert life.sweep(later) == 1
    assert called == [waiting.pk]
    assert (now_at(waiting).status, now_at(waiting).lease_owner) == ("queued", "")
    row = life.claim(waiting.pk, "next")
    assert (row.lease_owner, row.attempts, row.started_at) == ("next", 2, started_at)


def test_what_is_taken_over_begins_anew(life, waiting, later):
    life.move_on(life.claim(waiting.pk, "killed"), 0.8, "Nearly done")
    life.sweep(later)
    row = life.claim(waiting.pk, "next")
    assert (row.progress, row.progress_label) == (0.0, "Starting")


def test_a_lease_that_ran_out_can_be_taken_before_the_sweep(life, kind, waiting):
    life.claim(waiting.pk, "killed")
    kind.model.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert life.claim(waiting.pk, "next").lease_owner == "next"


def test_work_that_keeps_killing_its_workers_is_given_up(life, waiting, later, now_at):
    for number in range(life.attempts):
        assert life.claim(waiting.pk, f"worker {number}").attempts == number + 1
        life.sweep(later)
    assert life.claim(waiting.pk, "last") is None
    row = now_at(waiting)
    assert (row.status, row.error, row.attempts) == ("failed", life.gave_up, life.attempts)


def test_work_that_is_given_up_calls_the_next(
    life, kind, alice, called, later, django_capture_on_commit_callbacks
):
    first, second = kind.make(alice), kind.make(alice)
    kind.model.objects.filter(pk=first.pk).update(attempts=life.attempts)
    with django_capture_on_commit_callbacks(execute=True):
        life.claim(first.pk, "worker")
    assert called == [second.pk]


def test_a_lost_task_is_found_by_its_row(life, kind, waiting, called):
    kind.model.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert life.lost(timezone.now()) == [waiting.pk]
    assert life.sweep() == 1
    assert called == [waiting.pk]


def test_a_second_sweep_finds_what_waits_again_only_after_its_patience(
    life, waiting, called, later
):
    life.claim(waiting.pk, "killed")
    assert [life.sweep(later), life.sweep(later)] == [1, 0]
    assert life.sweep(later + timedelta(seconds=11)) == 1
    assert called == [waiting.pk, waiting.pk]


def test_a_living_worker_keeps_its_work(life, waiting, later):
    life.claim(waiting.pk, "alive")
    assert life.renew_lease(waiting.pk, "alive")
    assert life.sweep(timezone.now() + timedelta(seconds=9)) == 0


def test_finished_work_is_not_swept(life, waiting, later):
    life.do(waiting.pk, execute(life))
    assert life.sweep(later) == 0


def move_on(life, late):
    with pytest.raises(WorkLostError):
        life.move_on(late, 0.7, "Late")


def store(life, late):
    with pytest.raises(WorkLostError):
        life.hold(late)


WRITES = {
    "renews": lambda life, late: life.renew_lease(late.pk, late.lease_owner),
    "moves on": move_on,
    "stores": store,
    "fails": lambda life, late: life.fail(late, "Too late."),
    "postpones": lambda life, late: life.postpone(late, "Too late."),
    "acknowledges": lambda life, late: life.acknowledge_cancel(late),
    "ends": lambda life, late: execute(life)(late),
    "breaks": lambda life, late: execute(life, lambda row: 1 / 0)(late),
}


@pytest.mark.parametrize("is_taken", [True, False], ids=["taken over", "queued again"])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_worker_whose_lease_ran_out_writes_nothing_any_more(
    write, is_taken, life, kind, waiting, later
):
    late = life.claim(waiting.pk, "late")
    life.sweep(later)
    if is_taken:
        life.claim(waiting.pk, "next")
    before = kind.model.objects.filter(pk=waiting.pk).values().get()
    write(life, late)
    assert kind.model.objects.filter(pk=waiting.pk).values().get() == before


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_worker_whose_row_was_deleted_ends_quietly(write, life, kind, waiting):
    late = life.claim(waiting.pk, "late")
    kind.model.objects.filter(pk=waiting.pk).delete()
    write(life, late)
    assert not kind.model.objects.exists()
