"""The row of one piece of work in the background: what every kind of it has."""

from datetime import datetime
from typing import TypedDict

from django.db import models


class WorkEvent(TypedDict):
    """What browsers are told when work moves on."""

    status: str
    progress: float
    label: str


class LeasedWork(models.Model):
    """Work that one worker at a time holds by a lease; moved by `life` and nothing else.

    A kind adds its owner as `user`, what is to be done, and what came of it.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Finished"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    user_id: int

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    progress = models.FloatField(default=0.0)
    progress_label = models.CharField(max_length=80, blank=True, default="")
    error = models.TextField(blank=True, default="")
    lease_owner = models.CharField(max_length=40, blank=True, default="")
    # Of a queued row: until when it may wait before the sweep asks for it again.
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_active(self) -> bool:
        return self.status in (self.Status.QUEUED, self.Status.RUNNING)

    @property
    def is_finished(self) -> bool:
        return not self.is_active

    def is_held(self, now: datetime) -> bool:
        """Whether a living worker computes it."""
        is_running = self.status == self.Status.RUNNING
        return bool(is_running and self.lease_until and self.lease_until > now)

    @property
    def progress_percent(self) -> int:
        return round(100 * self.progress)

    def as_event(self) -> WorkEvent:
        """What browsers are told when it moves on; a kind says which work it is."""
        return {
            "status": self.status,
            "progress": round(self.progress, 4),
            "label": self.progress_label,
        }
