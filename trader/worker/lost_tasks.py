"""Tasks whose worker died under them: offered again at once, given up when they kill every time.

The queue by itself would offer them again only after its retry time, and for ever: a task that
takes its process down is never counted as an attempt.
"""

from collections import Counter

import structlog
from django.utils import timezone
from django_q.models import OrmQ

log = structlog.get_logger(__name__)
MAX_DEATHS = 3


def settle(lost: Counter[int], settled: Counter[int]) -> None:
    """Handle the deaths in `lost` that `settled` doesn't know yet, and note them there."""
    for row_id, deaths in lost.items():
        if not row_id or settled[row_id] >= deaths:
            continue
        if deaths >= MAX_DEATHS:
            _give_up(row_id, deaths)
        else:
            OrmQ.objects.filter(pk=row_id).update(lock=timezone.now())
        settled[row_id] = deaths


def _give_up(row_id: int, deaths: int) -> None:
    row = OrmQ.objects.filter(pk=row_id).first()
    if row is not None:
        log.error("task_given_up", task=row.name(), function=str(row.func()), deaths=deaths)
        row.delete()
