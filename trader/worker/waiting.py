"""The row by which pages see what a worker waits for before it works, and how far that is."""

import time
from datetime import timedelta

from django.utils import timezone

from trader.models import EnginePreparation
from trader.worker.preparation import Progress

FORGET_AFTER = timedelta(hours=1)


def write(worker_id: str, progress: Progress) -> None:
    EnginePreparation.objects.update_or_create(
        worker_id=worker_id,
        defaults={
            "n_done": progress.n_done,
            "n_parts": progress.n_parts,
            "elapsed_s": max(0, int(time.time() - progress.started_at)) if progress.n_parts else 0,
            "beat_at": timezone.now(),
        },
    )


def remove(worker_id: str) -> None:
    """Also what workers left that were killed meanwhile."""
    EnginePreparation.objects.filter(worker_id=worker_id).delete()
    EnginePreparation.objects.filter(beat_at__lt=timezone.now() - FORGET_AFTER).delete()
