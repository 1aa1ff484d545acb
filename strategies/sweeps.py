"""A cheap question for the supervisor: is there anything to sweep?"""

from django.utils import timezone

from strategies.models import Run


def due() -> bool:
    return Run.objects.all().orphaned(timezone.now()).exists()
