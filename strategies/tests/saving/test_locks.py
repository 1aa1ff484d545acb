"""What one connection locks must not stop another from writing rows that refer to it."""

import threading

import pytest
from django.db import connection, connections, transaction

from accounts import events
from tests.waiting import PATIENCE_SECONDS
from trader.work import limits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def only_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs row locks")


def test_an_event_is_written_while_a_run_is_claimed(alice):
    """A worker publishes progress of one run while another claims: either may hold a run's row."""

    def publish():
        with transaction.atomic():
            events.publish(alice.pk, "run.progress", {})
        connections.close_all()

    thread = threading.Thread(target=publish)
    with transaction.atomic():
        limits.lock_user(alice.pk)
        thread.start()
        thread.join(PATIENCE_SECONDS)
        has_waited = thread.is_alive()
    thread.join()
    assert not has_waited
    assert events.top(alice.pk) == 1
