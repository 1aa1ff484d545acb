"""A cheap question for the supervisor: is there anything to sweep?"""

from django.utils import timezone

from strategies.models import Run
from strategies.trust import queue


def due() -> bool:
    now = timezone.now()
    return Run.objects.all().orphaned(now).exists() or queue.is_sweep_due(now)
