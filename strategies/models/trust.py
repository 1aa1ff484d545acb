"""The trust checks of a run: work of their own, so that no result waits for them."""

from django.conf import settings
from django.db import models

from strategies.models.documents import Document
from strategies.models.run import Run
from trader.work.models import LeasedWork
from trader.work.querysets import LeasedQuerySet


class TrustCheck(LeasedWork):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trust_checks"
    )
    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="trust_check")
    engine_version = models.CharField(max_length=40, blank=True, default="")
    seed = models.PositiveIntegerField(null=True, blank=True)
    # By check: passed, caution, failed or unknown. Lists read these and not the result.
    verdicts = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        db_table = "trust_checks"
        ordering = ["-created_at", "-id"]
        indexes = [
            # The sweep: active checks whose lease has passed.
            models.Index(fields=["status", "lease_until"], name="trust_status_lease"),
        ]

    def __str__(self) -> str:
        return f"trust of {self.run_id}"

    def as_summary(self) -> Document:
        """Where they stand and what came of each, without the figures."""
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
