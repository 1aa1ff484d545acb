"""Retention of this room's rows."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import UserEvent

KEEP_EVENTS = timedelta(days=30)
BATCH = 5000


def prune() -> int:
    """Drop events older than `KEEP_EVENTS` in short transactions; return how many."""
    before = timezone.now() - KEEP_EVENTS
    n_deleted = 0
    while True:
        ids = list(UserEvent.objects.filter(at__lt=before).values_list("pk", flat=True)[:BATCH])
        if not ids:
            return n_deleted
        n_deleted += UserEvent.objects.filter(pk__in=ids).delete()[0]
