"""The queue seen from outside: who works, and how long the oldest due task has waited."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_q.models import OrmQ

from trader.models import WorkerHeartbeat
from trader.observability.health import Finding
from webhooks.outbound.sender import stalled_seconds

ALIVE_SECONDS = 15
# A slow cluster may be busy for its whole timeout with everything in order.
MAX_AGE_SECONDS = {"hot": 30.0, "slow": 600.0}
MAX_STALLED_SECONDS = 60.0


def oldest_due_s(cluster: str) -> float:
    """Seconds the oldest unclaimed task has been due, 0 when there is none."""
    now = timezone.now()
    oldest = (
        OrmQ.objects.filter(key=cluster, lock__lte=now)
        .order_by("lock")
        .values_list("lock", flat=True)
        .first()
    )
    return 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())


def live_workers(cluster: str) -> int:
    since = timezone.now() - timedelta(seconds=ALIVE_SECONDS)
    return WorkerHeartbeat.objects.filter(cluster=cluster, beat_at__gt=since).count()


def check_queue() -> Finding:
    ages = {name: oldest_due_s(name) for name in settings.WORKER_CLUSTERS}
    workers = {name: live_workers(name) for name in settings.WORKER_CLUSTERS}
    details = {
        name: {"workers": workers[name], "oldest_due_s": round(ages[name], 1)} for name in ages
    }
    age_s = max(ages.values())
    idle = [name for name, count in workers.items() if not count]
    late = [name for name, age in ages.items() if age > MAX_AGE_SECONDS[name]]
    if idle:
        return Finding(False, f"no live worker for {', '.join(idle)}", age_s, details=details)
    if late:
        return Finding(False, f"tasks wait too long in {', '.join(late)}", age_s, details=details)
    stalled_s = stalled_seconds(timezone.now())
    if stalled_s > MAX_STALLED_SECONDS:
        return Finding(False, "deliveries are due and none is sent", stalled_s, details=details)
    return Finding(True, age_s=age_s, details=details)
