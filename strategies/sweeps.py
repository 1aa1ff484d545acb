"""A cheap question for the supervisor: is there anything to sweep?"""

from django.utils import timezone

from strategies import trust_rows
from strategies.models import Run


def due() -> bool:
    now = timezone.now()
    return Run.objects.all().orphaned(now).exists() or trust_rows.is_sweep_due(now)
