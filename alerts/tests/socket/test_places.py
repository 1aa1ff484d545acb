"""Ten sockets a user, over all web processes, and none lost with a process."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from alerts.models import SocketPlace
from alerts.socket.places import give_back, renew, take

pytestmark = pytest.mark.django_db


def expire(holder: str) -> None:
    past = timezone.now() - timedelta(seconds=1)
    SocketPlace.objects.filter(holder=holder).update(expires_at=past)


def test_two_processes_share_the_places_of_a_user(alice, bob):
    assert all(take(alice.pk, holder, 4) for holder in ("one", "two", "one", "two"))
    assert take(alice.pk, "two", 4) is None
    assert take(bob.pk, "two", 4) is not None


def test_place_given_back_is_free(alice):
    place = take(alice.pk, "one", 1)
    give_back(place, "one")
    assert take(alice.pk, "two", 1) is not None


def test_places_of_a_dead_process_are_free_when_their_lease_ends(alice):
    take(alice.pk, "dead", 1)
    assert take(alice.pk, "two", 1) is None
    expire("dead")
    assert take(alice.pk, "two", 1) is not None


def test_renewal_tells_what_is_still_held(alice):
    first, second = take(alice.pk, "one", 2), take(alice.pk, "one", 2)
    expire("one")
    assert renew("one") == {first, second}
    assert take(alice.pk, "two", 2) is None


def test_place_taken_over_is_not_held_nor_given_back(alice):
    mine = take(alice.pk, "one", 1)
    expire("one")
    theirs = take(alice.pk, "two", 1)
    assert renew("one") == set()
    give_back(mine, "one")
    assert renew("two") == {theirs}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_ask_at_once_ten_get_a_place(alice):
    barrier = threading.Barrier(20)

    def ask(_: int) -> int | None:
        barrier.wait()
        try:
            return take(alice.pk, "one", 10)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as threads:
        found = list(threads.map(ask, range(20)))
    assert sum(place is not None for place in found) == 10
