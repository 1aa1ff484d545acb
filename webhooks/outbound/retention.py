"""Forgetting: closed deliveries and their attempts after 30 days."""

from datetime import datetime, timedelta

from webhooks.models import Attempt, Delivery
from webhooks.querysets import OPEN_STATES

KEEP = timedelta(days=30)
CHUNK = 2000


def prune(now: datetime) -> int:
    """Delete in chunks, so that no transaction holds the log for long. Returns the rows gone."""
    before = now - KEEP
    n_deleted = 0
    while True:
        old = Delivery.objects.filter(created_at__lt=before).exclude(state__in=OPEN_STATES)
        # Until its owner has decided, an exit that did not arrive goes on holding entries back.
        old = old.filter(blocked_lane__isnull=True)
        ids = list(old.order_by("created_at").values_list("pk", flat=True)[:CHUNK])
        if not ids:
            break
        n_deleted += Attempt.objects.filter(delivery_id__in=ids).delete()[0]
        n_deleted += Delivery.objects.filter(pk__in=ids).delete()[0]
    return n_deleted + Attempt.objects.filter(started_at__lt=before).delete()[0]
