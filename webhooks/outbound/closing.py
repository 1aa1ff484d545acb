"""Ending a delivery without an acceptance: one way for all, so that none of them forgets to tell
the owner, or to block what comes after an exit that did not arrive.

In the caller's transaction, which holds the lock of the user's events (`accounts.events.lock`)
before any row of a delivery.
"""

from datetime import datetime

import structlog
from django.db import transaction

from accounts import events
from trader.work.trouble import PASSING_TROUBLE
from webhooks.models import Attempt, Delivery
from webhooks.outbound import lanes
from webhooks.outbound.news import publish_delivery
from webhooks.outbound.sequence import blocks_later_entries, ending_of

log = structlog.get_logger(__name__)


def close(delivery: Delivery, state: Delivery.State, reason: str) -> None:
    """Close a stored row; the state it had is the one it was read with, under its lock."""
    if delivery.state == Delivery.State.SENDING:
        mark_interrupted(delivery)
    delivery.state, delivery.reason = state, reason[:300]
    delivery.next_attempt_at, delivery.lease_owner = None, ""
    publish_delivery(delivery, delivery.endpoint)
    delivery.save(update_fields=["state", "reason", "next_attempt_at", "lease_owner", "updated_at"])
    block_after(delivery)


def block_after(exit: Delivery) -> None:
    """Hold later entries back when this exit has ended and its position may be open."""
    if exit.lane_id is None or not exit.is_exit:
        return
    is_settled = exit.settled_at is not None
    if blocks_later_entries(exit.state, lanes.entry_state(exit), is_settled):
        lanes.block(exit)


def mark_interrupted(delivery: Delivery) -> None:
    Attempt.objects.filter(delivery=delivery, outcome=Attempt.Outcome.SENDING).update(
        outcome=Attempt.Outcome.INTERRUPTED,
        error="The sender stopped before the outcome was known.",
    )


def close_ended(rows: list[Delivery], now: datetime) -> list[tuple[int, Exception]]:
    """Close these due rows, which end unsent. Returns those that can't be closed.

    Each in a transaction of its own: what is wrong with one must not stop the others.
    """
    failures: list[tuple[int, Exception]] = []
    for row in rows:
        try:
            _close_if_ended(row, now)
        except PASSING_TROUBLE:
            raise
        except Exception as error:
            log.exception("webhook_not_closed", delivery=row.pk)
            failures.append((row.pk, error))
    return failures


def _close_if_ended(row: Delivery, now: datetime) -> None:
    """Looked at again under the locks: meanwhile it may have been sent, or sent again."""
    with transaction.atomic():
        events.lock(row.user_id)
        rows = Delivery.objects.due(now).select_for_update(of=("self",)).filter(pk=row.pk)
        current = rows.select_related("endpoint__template", "lane").first()
        if current is None:
            return
        ending = ending_of(lanes.facts_of([current], now)[current.pk])
        if ending is not None:
            close(current, ending.state, ending.reason)
