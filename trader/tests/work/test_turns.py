"""Turns: short transactions, and a rest after each where there is one writer at a time."""

import time

import pytest
from django.db import connection, transaction

from accounts import events
from accounts.models import User, UserEvent
from trader.work import turns
from trader.work.turns import remove, turn

HELD = 0.02


@pytest.fixture
def rests(monkeypatch):
    """How long the others were given."""
    found = []
    monkeypatch.setattr(turns.time, "sleep", found.append)
    return found


def hold(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


@pytest.mark.django_db(transaction=True)
def test_others_rest_as_long_as_the_turn_took_where_one_writes_at_a_time(rests):
    with turn():
        hold(HELD)
        assert connection.in_atomic_block
    if connection.vendor == "sqlite":
        assert rests
        assert rests[0] >= HELD
    else:
        assert rests == []


@pytest.mark.django_db(transaction=True)
def test_a_turn_that_fails_keeps_nothing_and_rests_for_nobody(rests):
    def fail():
        with turn():
            User.objects.create(email="turn@example.com")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not User.objects.filter(email="turn@example.com").exists()
    assert rests == []


@pytest.mark.django_db
def test_inside_a_transaction_there_is_no_rest_since_it_would_hold_the_lock(rests):
    with transaction.atomic(), turn():
        hold(HELD)
    assert rests == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("n_rows", "n_turns"), [(2, 3), (5, 1), (1000, 1)])
def test_removing_takes_as_many_turns_as_there_are_rows_for(alice, rests, n_rows, n_turns):
    with transaction.atomic():
        for _ in range(6):
            events.publish(alice.pk, "run.finished", {})
    kept = UserEvent.objects.order_by("seq")[2]
    assert remove(UserEvent.objects.exclude(pk=kept.pk), n_rows) == 5
    assert list(UserEvent.objects.all()) == [kept]
    assert len(rests) == (n_turns if connection.vendor == "sqlite" else 0)
