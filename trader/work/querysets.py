"""Which leased work: what is under way, what a worker holds, and what nobody does."""

from datetime import datetime
from typing import Self

from django.db.models import Q

from accounts.ownership import OwnedQuerySet


class LeasedQuerySet(OwnedQuerySet):
    """Work that one worker at a time holds by a lease."""

    def active(self) -> Self:
        """Queued or running: they count against the user's limit."""
        return self.filter(status__in=("queued", "running"))

    def orphaned(self, now: datetime) -> Self:
        """Active work that no living worker holds."""
        return self.active().filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))

    def held(self, now: datetime) -> Self:
        """Those a living worker computes."""
        return self.filter(status="running", lease_until__gte=now)
