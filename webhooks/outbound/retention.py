"""Forgetting: closed deliveries and their attempts after 30 days."""

from datetime import datetime, timedelta

from trader.work.turns import remove
from webhooks.models import Attempt, Delivery
from webhooks.querysets import OPEN_STATES

KEEP = timedelta(days=30)
# Each with its attempts.
DELIVERIES_OF_A_TURN = 200


def prune(now: datetime) -> int:
    """Delete in turns, so that nobody waits for it. Returns the rows gone."""
    before = now - KEEP
    old = Delivery.objects.filter(created_at__lt=before).exclude(state__in=OPEN_STATES)
    # Until its owner has decided, an exit that did not arrive goes on holding entries back.
    n_removed = remove(old.filter(blocked_lane__isnull=True), DELIVERIES_OF_A_TURN)
    return n_removed + remove(Attempt.objects.filter(started_at__lt=before))
