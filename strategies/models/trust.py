"""The trust checks of a run: work of their own, so that no result waits for them."""

from typing import Any

from django.conf import settings
from django.db import models

from strategies.models.run import Run
from strategies.querysets import TrustCheckQuerySet


class TrustCheck(models.Model):
    Status = Run.Status

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trust_checks"
    )
    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="trust_check")
    status = models.CharField(max_length=10, choices=Run.Status.choices, default=Run.Status.QUEUED)
    progress = models.FloatField(default=0.0)
    progress_label = models.CharField(max_length=80, blank=True, default="")
    engine_version = models.CharField(max_length=40, blank=True, default="")
    seed = models.PositiveIntegerField(null=True, blank=True)
    # By check: passed, caution, failed or unknown. Lists read these and not the result.
    verdicts = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True, default="")
    lease_owner = models.CharField(max_length=40, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TrustCheckQuerySet.as_manager()

    class Meta:
        db_table = "trust_checks"
        ordering = ["-created_at", "-id"]
        indexes = [
            # The sweep: active checks whose lease has passed.
            models.Index(fields=["status", "lease_until"], name="trust_status_lease"),
        ]

    def __str__(self) -> str:
        return f"trust of {self.run_id}"

    @property
    def is_active(self) -> bool:
        return self.status in (Run.Status.QUEUED, Run.Status.RUNNING)

    @property
    def progress_percent(self) -> int:
        return round(100 * self.progress)

    def as_summary(self) -> dict[str, Any]:
        """Where it stands and what came of each check, without the figures."""
        return {
            "status": self.status,
            "progress": round(self.progress, 4),
            "progress_label": self.progress_label,
            "error": self.error,
            "verdicts": self.verdicts,
            "engine_version": self.engine_version,
            "seed": self.seed,
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
        }
