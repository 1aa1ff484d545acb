"""A cancel at every step: at once while work waits, at the next step while it is computed."""

import pytest

from accounts.models import UserEvent
from trader.tests.work.test_life import execute

pytestmark = pytest.mark.django_db


def test_what_waits_is_cancelled_at_once(life, waiting, now_at):
    assert life.cancel(waiting).status == "cancelled"
    assert now_at(waiting).progress_label == "Cancelled"
    assert life.claim(waiting.pk, "worker") is None


def test_what_is_claimed_ends_before_its_first_step(life, waiting, now_at):
    taken = []
    life.do(
        waiting.pk,
        execute(
            life,
            life.cancel,
            lambda row: life.move_on(row, 0.1, "Begun"),
            taken.append,
        ),
    )
    assert (now_at(waiting).status, taken) == ("cancelled", [])


def test_what_is_computed_ends_between_two_steps(life, waiting, now_at):
    taken = []
    life.do(
        waiting.pk,
        execute(
            life,
            lambda row: life.move_on(row, 0.5, "Half way"),
            life.cancel,
            taken.append,
            lambda row: life.move_on(row, 0.6, "Further"),
            taken.append,
        ),
    )
    row = now_at(waiting)
    assert (row.status, row.progress, len(taken)) == ("cancelled", 0.5, 1)


def test_what_is_computed_says_that_it_ends(life, waiting, now_at):
    life.claim(waiting.pk, "worker")
    row = life.cancel(waiting)
    assert (row.status, row.progress_label) == ("running", "Cancelling")
    assert now_at(waiting).cancel_requested


def test_what_is_about_to_be_stored_is_not(life, waiting, now_at):
    life.do(waiting.pk, execute(life, lambda row: life.move_on(row, 0.9, "Storing"), life.cancel))
    row = now_at(waiting)
    assert (row.status, row.progress, row.error) == ("cancelled", 0.9, "")


def test_what_has_finished_stays_as_it_is(life, waiting, now_at):
    life.do(waiting.pk, execute(life))
    assert life.cancel(waiting).status == "succeeded"
    assert not now_at(waiting).cancel_requested


def test_a_second_cancel_changes_nothing(life, waiting, alice):
    life.claim(waiting.pk, "worker")
    life.cancel(waiting)
    n_events = UserEvent.objects.filter(user=alice).count()
    assert life.cancel(waiting).cancel_requested
    assert UserEvent.objects.filter(user=alice).count() == n_events


def test_a_cancel_that_a_dead_worker_did_not_see_is_carried_out(life, waiting, later, now_at):
    life.claim(waiting.pk, "dead")
    life.cancel(waiting)
    assert life.sweep(later) == 1
    assert life.claim(waiting.pk, "next") is None
    assert now_at(waiting).status == "cancelled"


def test_an_error_after_a_cancel_is_told_as_an_error(life, waiting, now_at):
    life.do(waiting.pk, execute(life, life.cancel, lambda row: 1 / 0))
    assert now_at(waiting).status == "failed"


def test_without_a_cancel_there_is_nothing_to_acknowledge(life, waiting, now_at):
    life.acknowledge_cancel(life.claim(waiting.pk, "worker"))
    assert now_at(waiting).status == "running"


def test_a_cancelled_row_makes_room_for_the_next(
    life, kind, alice, called, django_capture_on_commit_callbacks
):
    first, second = kind.make(alice), kind.make(alice)
    with django_capture_on_commit_callbacks(execute=True):
        life.cancel(first)
    assert called == [second.pk]
