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
from webhooks.outbound.outcomes import record_result
from webhooks.outbound.sender import run_sender
from webhooks.outbound.transport import SendResult
from webhooks.testing import ORDER, Clock, black_hole, make_endpoint, make_message, receiving

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


def test_one_message_of_a_strategy_is_claimed_however_many_senders_try(alice):
    make_endpoint(alice)
    rows = [make_message(alice, position=f"p{n}")[0] for n in range(8)]
    barrier, claimed = threading.Barrier(4), []

    def claim(owner):
        barrier.wait()
        for _ in range(5):
            claimed.extend(row.pk for row, _ in claim_due(owner, timezone.now(), 100))
        connections.close_all()

    threads = [threading.Thread(target=claim, args=(f"sender{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    claimed += [row.pk for row, _ in claim_due("last", timezone.now(), 100)]
    assert claimed == [rows[0].pk]


def test_entry_is_not_claimed_while_its_exit_is_being_stored(alice):
    make_endpoint(alice, payload_template=ORDER)
    (entry,) = make_message(alice, position="p1")
    stored, looked = threading.Event(), threading.Event()

    def store_exit():
        with transaction.atomic():
            make_message(alice, "exit_long", position="p1")
            stored.set()
            looked.wait(30)
        connections.close_all()

    other = threading.Thread(target=store_exit)
    other.start()
    stored.wait(30)
    found = claim_due("sender", timezone.now(), 10)
    looked.set()
    other.join()
    entry.refresh_from_db()
    assert (found, entry.state) == ([], "superseded")
    assert claim_due("sender", timezone.now(), 10) == []


def test_results_and_new_messages_of_one_strategy_never_wait_for_each_other_in_a_circle(alice):
    make_endpoint(alice, rate_per_second=50)
    failures, n_trades = [], 12

    def trade():
        for number in range(n_trades):
            make_message(alice, position=f"p{number}")
            make_message(alice, "exit_long", position=f"p{number}")

    def send():
        broken = SendResult(status=503, error="The receiver answered 503")
        for _ in range(40):
            for row, attempt in claim_due("sender", timezone.now(), 10):
                record_result(row, attempt, broken, "sender", timezone.now())

    threads = [guarded(trade, failures), guarded(send, failures)]
    for thread in threads:
        thread.join()
    assert failures == []
    assert Delivery.objects.count() == 2 * n_trades


def guarded(work, failures):
    """The work in a running thread, with a connection of its own."""

    def run():
        try:
            work()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


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
