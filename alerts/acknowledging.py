"""Saying that alerts have been seen."""

from django.db import transaction
from django.utils import timezone

from accounts import events
from accounts.models import User
from alerts.models import Alert
from alerts.querysets import AlertQuerySet


def acknowledge(user: User, rows: AlertQuerySet) -> int:
    """Mark the unread ones among `rows` as seen and tell the user's other pages; returns how many.

    Only rows of `user` are touched, whatever `rows` holds.
    """
    with transaction.atomic():
        unread = rows.for_user(user).unread().order_by("pk")
        ids = list(unread.values_list("pk", flat=True))
        if not ids:
            return 0
        changed = Alert.objects.for_user(user).unread().filter(pk__in=ids)
        n_changed = changed.update(acknowledged=True, acknowledged_at=timezone.now())
        n_unread = Alert.objects.for_user(user).unread().order_by().count()
        # A long list is told as a number: the pages look at the rows themselves.
        data = {"alerts": ids[:100], "count": n_changed, "unread": n_unread}
        events.publish(user.pk, "alert.acknowledged", data)
    return int(n_changed)
