"""Sweeps: cheap looks for due work whose task was lost, one at a time per sweep.

Any number of worker processes may offer a sweep; the row decides who enqueues it. A sweep whose
process died counts as running for `PRESUMED_DEAD` and is then enqueued anew.
"""

import pydoc
import time
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone
from django_q.tasks import async_task

from trader.models import Sweep

INTERVAL = timedelta(seconds=2)
PRESUMED_DEAD = timedelta(seconds=10)


def offer(sweeps: tuple[tuple[str, str], ...]) -> list[str]:
    """Enqueue every sweep that is due and not running; returns the names enqueued."""
    return [name for name, cluster in sweeps if _claim(name) and _enqueue(name, cluster)]


def _claim(name: str) -> bool:
    now = timezone.now()
    is_over = Q(finished_at__gte=F("enqueued_at"), enqueued_at__lte=now - INTERVAL)
    is_lost = Q(enqueued_at__lte=now - PRESUMED_DEAD)
    due = Sweep.objects.filter(pk=name).filter(Q(enqueued_at=None) | is_over | is_lost)
    if due.update(enqueued_at=now):
        return True
    _, is_new = Sweep.objects.get_or_create(pk=name, defaults={"enqueued_at": now})
    return is_new


def _enqueue(name: str, cluster: str) -> bool:
    async_task("trader.worker.sweeps.run", name, cluster=cluster, task_name=name)
    return True


def run(name: str) -> None:
    """Task: carry out the sweep and note that it is over, whatever became of it."""
    started = time.perf_counter()
    sweep = pydoc.locate(name)
    if not callable(sweep):
        raise LookupError(f"There is no sweep {name}.")
    try:
        sweep()
    finally:
        Sweep.objects.filter(pk=name).update(
            finished_at=timezone.now(), duration_ms=(time.perf_counter() - started) * 1000
        )
