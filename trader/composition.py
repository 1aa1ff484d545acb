"""Ties the rooms together where one may not know the other."""

from accounts import events
from alerts.hints import hint
from trader.observability import health, metrics
from trader.queue_health import check_queue, oldest_due_s

# Cheap looks for work whose task was lost, enqueued every two seconds: (task, cluster).
SWEEPS: tuple[tuple[str, str], ...] = ()


def connect() -> None:
    """Called once, when all apps are ready."""
    if hint not in events.on_published:
        events.on_published.append(hint)
    health.checks["queue"] = check_queue
    metrics.gauges[:] = [
        ("ror_queue_hot_oldest_s", "Age of the oldest due hot task", lambda: oldest_due_s("hot")),
        (
            "ror_queue_slow_oldest_s",
            "Age of the oldest due slow task",
            lambda: oldest_due_s("slow"),
        ),
    ]
