"""Waking the sender. A lost wake-up costs two seconds: the sweep finds every due row."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django_q.tasks import async_task

from webhooks.outbound.slot import is_taken


def enqueue_sender() -> None:
    async_task("webhooks.tasks.send_due", cluster="hot")


def kick() -> None:
    """Enqueue a sender unless one is running, which polls and finds the rows by itself."""
    if not is_taken(timezone.now() + timedelta(seconds=1)):
        enqueue_sender()


def kick_on_commit() -> None:
    """Wake the sender once per transaction, however many messages it stores."""
    if not any(row[1] is kick for row in connection.run_on_commit):
        transaction.on_commit(kick)
