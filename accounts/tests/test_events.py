from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import events
from accounts.models import UserEvent
from accounts.tasks import KEEP_EVENTS, prune


def publish(user, n=1):
    with transaction.atomic():
        return [events.publish(user.pk, "alert.fired", {"n": i}) for i in range(n)]


def test_numbers_rise_without_gaps_for_each_user(alice, bob):
    assert publish(alice, 3) == [1, 2, 3]
    assert publish(bob) == [1]
    assert publish(alice) == [4]
    assert events.top(alice.pk) == 4


def test_a_rolled_back_change_leaves_no_event_and_no_gap(alice):
    publish(alice)
    with transaction.atomic():
        events.publish(alice.pk, "alert.fired", {})
        transaction.set_rollback(True)
    assert publish(alice) == [2]


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_of_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="transaction"):
        events.publish(1, "alert.fired", {})


def test_since_gives_what_is_newer_in_order(alice, bob):
    publish(alice, 5)
    publish(bob, 2)
    assert [row.seq for row in events.since(alice.pk, 2)] == [3, 4, 5]
    assert [row.seq for row in events.since(alice.pk, 0, limit=2)] == [1, 2]


def test_nothing_has_happened_at_zero(alice):
    assert events.top(alice.pk) == 0
    assert events.since(alice.pk, 0) == []


def test_the_hint_comes_after_the_commit(alice, django_capture_on_commit_callbacks, monkeypatch):
    told = []
    monkeypatch.setattr(events, "on_published", [told.append])
    with django_capture_on_commit_callbacks(execute=True):
        publish(alice)
        assert told == []
    assert told == [alice.pk]


def test_prune_keeps_what_is_young_and_goes_on_counting(alice):
    publish(alice, 3)
    old = timezone.now() - KEEP_EVENTS - timedelta(minutes=1)
    UserEvent.objects.filter(seq__lte=2).update(at=old)
    assert prune() == 2
    assert [row.seq for row in events.since(alice.pk, 0)] == [3]
    assert publish(alice) == [4]


def test_a_browser_gets_number_type_time_and_data(alice):
    publish(alice)
    message = events.since(alice.pk, 0)[0].as_message()
    assert (message["seq"], message["type"], message["data"]) == (1, "alert.fired", {"n": 0})
    assert str(message["at"]).endswith("Z")


def test_news_held_back_are_written_in_order_when_the_block_ends(alice):
    with transaction.atomic(), events.written_last():
        events.publish(alice.pk, "first", {})
        with events.written_last():
            events.publish_many(alice.pk, [("second", {}), ("third", {})])
        assert events.top(alice.pk) == 0
    assert [row.type for row in events.since(alice.pk, 0)] == ["first", "second", "third"]
    assert publish(alice) == [4]


def test_news_of_a_part_that_was_undone_are_not_written(alice):
    with transaction.atomic(), events.written_last():
        events.publish(alice.pk, "kept", {})
        with pytest.raises(ZeroDivisionError), transaction.atomic(), events.written_last():
            events.publish(alice.pk, "undone", {"n": events.publish(alice.pk, "too", {}) or 1 / 0})
    assert [row.type for row in events.since(alice.pk, 0)] == ["kept"]


def test_lock_is_taken_before_the_first_event_and_needs_a_transaction(alice):
    with transaction.atomic():
        events.lock(alice.pk)
        assert events.publish(alice.pk, "run.finished", {}) == 1


@pytest.mark.django_db(transaction=True)
def test_lock_outside_a_transaction_is_an_error(alice):
    with pytest.raises(RuntimeError, match="end of a transaction"):
        events.lock(alice.pk)
