"""The heartbeat of the monitors: proof that workers look at their strategies."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from alerts.models import Monitor
from alerts.models.monitor import HEARTBEAT_INTERVAL


def note_work(user_ids: Iterable[int], duration_ms: float) -> None:
    """The monitors of these users have been at work; touches nothing else of their status."""
    now = timezone.now()
    Monitor.objects.filter(user_id__in=user_ids).update(
        last_poll_at=now, last_poll_duration_ms=round(duration_ms, 3), heartbeat_at=now
    )


def beat(now: datetime) -> None:
    """The heartbeat of every running monitor; nothing else of its status is touched."""
    stale = Monitor.objects.running().filter(
        Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lte=now - HEARTBEAT_INTERVAL / 2)
    )
    stale.update(heartbeat_at=now)
