"""Senders in competition and senders that die, each on a connection of its own."""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from tests.waiting import wait_until
from webhooks.models import Attempt, Delivery
from webhooks.outbound.claims import claim_due
from webhooks.outbound.dispatch import delete_endpoint
from webhooks.outbound.sender import run_sender
from webhooks.testing import Clock, black_hole, make_endpoint, make_message, receiving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def only_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs row locks")


def test_no_row_is_claimed_twice(alice):
    for number in range(10):
        make_endpoint(alice, name=f"E{number}", subjects=[f"s{number}"])
        make_message(alice, subject=f"s{number}")
    barrier, claimed = threading.Barrier(4), []

    def claim(owner):
        barrier.wait()
        claimed.extend(row.pk for row, _ in claim_due(owner, timezone.now(), 100))
        connections.close_all()

    threads = [threading.Thread(target=claim, args=(f"sender{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = [row.pk for row, _ in claim_due("last", timezone.now(), 100)]
    assert sorted(claimed + left) == sorted(Delivery.objects.values_list("pk", flat=True))
    assert Attempt.objects.count() == 10


def test_endpoint_is_deleted_while_a_sender_opens_an_attempt(alice):
    endpoint = make_endpoint(alice)
    make_message(alice)
    claimed, started = threading.Event(), threading.Event()

    def claim():
        with transaction.atomic():
            assert len(claim_due("sender", timezone.now(), 10)) == 1
            claimed.set()
            started.wait()
            # Long enough for the deletion to have looked for attempts and found none.
            time.sleep(0.5)
        connections.close_all()

    other = threading.Thread(target=claim)
    other.start()
    claimed.wait()
    started.set()
    delete_endpoint(endpoint)
    other.join()
    assert not Delivery.objects.exists()
    assert not Attempt.objects.exists()


SENDER = (
    "import django; django.setup(); from webhooks.outbound.sender import run_sender; run_sender()"
)


def database_url():
    """The test's own database, also when its server listens on a socket directory only."""
    row = connection.settings_dict
    places = {name: row[name.upper()] or row["OPTIONS"].get(name, "") for name in ("host", "port")}
    query = urlencode({name: value for name, value in places.items() if value})
    return f"postgres://{row['USER']}:{row['PASSWORD']}@/{row['NAME']}?{query}"


def wait_for_state(delivery, state):
    def has_state():
        delivery.refresh_from_db()
        return delivery.state == state

    wait_until(has_state)


def test_what_a_sigkilled_sender_held_arrives_with_the_same_id_and_body(alice):
    with black_hole() as hole, receiving() as receiver:
        endpoint = make_endpoint(alice, url=hole)
        (delivery,) = make_message(alice)
        body = delivery.body
        environment = {**os.environ, "DATABASE_URL": database_url()}
        process = subprocess.Popen([sys.executable, "-c", SENDER], env=environment)
        try:
            wait_for_state(delivery, "sending")
        finally:
            process.kill()
            process.wait()
        endpoint.url = receiver.url
        endpoint.save()
        assert run_sender(Clock(timezone.now() + timedelta(seconds=9))) == 1
    (request,) = receiver.requests
    assert request.headers["webhook-id"] == str(delivery.code)
    assert request.body == body.encode()
    outcomes = Attempt.objects.values_list("number", "outcome")
    assert list(outcomes) == [(1, "interrupted"), (2, "success")]
