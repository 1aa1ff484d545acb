"""The rows by which others see that a cluster works, and the probe that keeps it honest."""

import time
from datetime import datetime, timedelta

from django.utils import timezone
from django_q.tasks import async_task

from trader.models import WorkerHeartbeat
from trader.worker.group import ClusterGroup

FORGET_AFTER = timedelta(hours=1)


def probe() -> None:
    """Task that does nothing: that it ran is the message."""


def send_probe(cluster: str) -> None:
    async_task("trader.worker.heartbeat.probe", cluster=cluster, task_name=f"{cluster} probe")


def write(group: ClusterGroup) -> None:
    """Say that this group is in order now; only called while it is."""
    now = timezone.now()
    WorkerHeartbeat.objects.update_or_create(
        worker_id=group.worker_id,
        cluster=group.name,
        defaults={
            "started_at": _wall(now, group.started_at),
            "beat_at": now,
            "last_task_at": _wall(now, group.progress.last_task_at),
            "n_busy": len(group.progress.busy),
            "n_workers": group.n_workers,
            "n_restarts": group.n_restarts,
            "last_restart_reason": group.last_reason[:200],
        },
    )


def _wall(now: datetime, monotonic_s: float) -> datetime:
    return now - timedelta(seconds=time.monotonic() - monotonic_s)


def remove(worker_id: str) -> None:
    WorkerHeartbeat.objects.filter(worker_id=worker_id).delete()


def forget_dead() -> None:
    WorkerHeartbeat.objects.filter(beat_at__lt=timezone.now() - FORGET_AFTER).delete()
