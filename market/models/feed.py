"""What a running feed says about itself, and the lease that keeps it alone."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

LEASE = timedelta(seconds=10)


class FeedState(models.Model):
    """One row per source that a feed writes. `now_ts` is the market time of that source."""

    class Status(models.TextChoices):
        STARTING = "starting"
        RUNNING = "running"
        WAITING = "waiting"
        STOPPED = "stopped"
        FINISHED = "finished"
        FAILED = "failed"

    source = models.CharField(max_length=64, unique=True)
    lease_owner = models.CharField(max_length=160, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    now_ts = models.BigIntegerField(default=0)
    speed = models.FloatField(default=1)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.STOPPED)
    detail = models.CharField(max_length=300, blank=True)
    bar_at = models.DateTimeField(
        null=True, blank=True, help_text="When the newest bar was stored, in wall time."
    )
    started_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "feed_states"

    def __str__(self) -> str:
        return f"{self.source}: {self.status}"

    def is_leased(self, at: datetime | None = None) -> bool:
        return self.lease_until is not None and self.lease_until > (at or timezone.now())

    @property
    def is_running(self) -> bool:
        """Whether a feed is writing this source now, judged by its lease and not by its word."""
        return self.is_leased() and self.status in {self.Status.RUNNING, self.Status.WAITING}
