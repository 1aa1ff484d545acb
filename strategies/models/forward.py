"""That the result of a strategy has to take in newer bars, and how far it has."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from strategies.models.strategy import Strategy
from trader.work.models import LeasedWork
from trader.work.querysets import LeasedQuerySet


class ForwardRefresh(LeasedWork):
    """One row per strategy. Whoever sees a trade begin or end asks; several asks are answered at
    once, and while one is being answered the next are counted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    strategy = models.OneToOneField(
        Strategy, on_delete=models.CASCADE, related_name="forward_refresh"
    )
    asked = models.PositiveBigIntegerField(default=0)
    answered = models.PositiveBigIntegerField(default=0)
    # Not begun again before, so that one strategy takes only a share of a worker's time.
    rest_until = models.DateTimeField(null=True, blank=True)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        db_table = "forward_refreshes"
        indexes = [
            # The sweep: active ones whose lease has passed, and those that were asked for since.
            models.Index(fields=["status", "lease_until"], name="forward_status_lease"),
            models.Index(
                fields=["rest_until"], condition=Q(asked__gt=F("answered")), name="forward_due"
            ),
        ]

    @property
    def is_behind(self) -> bool:
        """Whether something has happened that the shown result does not know yet."""
        return self.asked > self.answered and self.status != self.Status.FAILED

    def __str__(self) -> str:
        return f"forward refresh of {self.strategy_id}"
