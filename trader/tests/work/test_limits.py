"""How much of one kind is computed at once, by the kinds that have such a limit."""

import pytest

from strategies.runs.queue import MAX_ACTIVE_RUNS
from strategies.runs.queue import life as runs
from strategies.testing import make_queued_run, make_queued_trust_check
from strategies.trust.queue import life as trust_checks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_queue(monkeypatch):
    for life in (runs, trust_checks):
        monkeypatch.setattr(life, "enqueue", lambda row_id: None)


def test_a_limit_for_each_user_counts_only_their_own(alice, bob):
    for number in range(MAX_ACTIVE_RUNS):
        assert runs.claim(make_queued_run(alice).pk, f"worker {number}")
    assert runs.claim(make_queued_run(alice).pk, "worker") is None
    assert runs.claim(make_queued_run(bob).pk, "worker")


def test_the_end_of_ones_own_makes_room_for_ones_own(alice, bob, later):
    first, _, third = make_queued_run(alice), make_queued_run(bob), make_queued_run(alice)
    waiting = runs.limit.waiting(type(first).objects.all(), first)
    assert set(waiting) == {first, third}


def test_all_that_is_lost_is_asked_for_again(alice, bob, later):
    rows = [make_queued_run(alice), make_queued_run(alice), make_queued_run(bob)]
    assert runs.sweep(later) == len(rows)


def test_one_at_a_time_is_over_all_users(alice, bob):
    assert trust_checks.claim(make_queued_trust_check(alice).pk, "worker")
    assert trust_checks.claim(make_queued_trust_check(bob).pk, "worker") is None


def test_one_at_a_time_is_asked_for_again_the_oldest_first(alice, bob, later):
    first, second = make_queued_trust_check(alice), make_queued_trust_check(bob)
    assert trust_checks.lost(later) == [first.pk]
    trust_checks.claim(second.pk, "worker")
    assert trust_checks.lost(first.lease_until) == []
