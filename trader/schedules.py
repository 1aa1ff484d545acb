"""Retention: what every room forgets, and when."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_q.models import Schedule, Task

from trader.work.turns import remove

KEEP_FAILED_TASKS = timedelta(days=30)
CLUSTER = "slow"
# Hour of the night (UTC) at which each room's pruning runs; apart, to share the database.
NIGHTLY = {
    "accounts.tasks.prune": 5,
    "alerts.tasks.prune": 6,
    "webhooks.tasks.prune": 7,
    "strategies.tasks.prune": 8,
    "market.tasks.prune": 9,
    "trader.schedules.prune": 10,
}


def ensure_schedules() -> None:
    """Write the schedules as listed here; an obsolete one of ours is removed."""
    ours = Schedule.objects.filter(name__startswith="nightly ")
    ours.exclude(func__in=NIGHTLY).delete()
    for function, hour in NIGHTLY.items():
        Schedule.objects.update_or_create(
            name=f"nightly {function}",
            defaults={
                "func": function,
                "schedule_type": Schedule.DAILY,
                "repeats": -1,
                "cluster": CLUSTER,
            },
            create_defaults={
                "func": function,
                "schedule_type": Schedule.DAILY,
                "repeats": -1,
                "cluster": CLUSTER,
                "next_run": _next(hour),
            },
        )


def _next(hour: int) -> datetime:
    now = timezone.now()
    today = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def prune() -> int:
    """Drop rows of tasks that failed long ago; those that succeeded leave none."""
    before = timezone.now() - KEEP_FAILED_TASKS
    return remove(Task.objects.filter(stopped__lt=before))
