"""A run: one backtest in the background, with its progress, outcome and chart."""

import json
import uuid
import zlib
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from strategies.querysets import ChartPartQuerySet, RunQuerySet


class Run(models.Model):
    class Kind(models.TextChoices):
        BACKTEST = "backtest", "Backtest of a strategy"
        PREVIEW = "preview", "Backtest in the builder"

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Finished"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="runs"
    )
    strategy = models.ForeignKey(
        "strategies.Strategy",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="runs",
    )
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    progress = models.FloatField(default=0.0)
    progress_label = models.CharField(max_length=80, blank=True, default="")
    # The whole input: flat record with the parameters of the user's packs.
    config = models.JSONField(default=dict)
    # Recognises the same unsaved configuration again, so that a reload shows its result.
    config_digest = models.CharField(max_length=64, blank=True, default="")
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    symbol = models.CharField(max_length=20)
    timeframe = models.CharField(max_length=10)
    data_source = models.CharField(max_length=80)
    data_version = models.CharField(max_length=40, blank=True, default="")
    engine_version = models.CharField(max_length=40, blank=True, default="")
    pack_fingerprints = models.JSONField(default=dict, blank=True)
    window_start_ts = models.BigIntegerField()
    window_end_ts = models.BigIntegerField(null=True, blank=True)
    forward_start_ts = models.BigIntegerField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True, default="")
    lease_owner = models.CharField(max_length=40, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        db_table = "runs"
        ordering = ["-created_at", "-id"]
        indexes = [
            # The sweep: active runs whose lease has passed.
            models.Index(fields=["status", "lease_until"], name="run_status_lease"),
            models.Index(fields=["user", "-created_at"], name="run_user_newest"),
            # The builder looks for the result of the configuration in its address.
            models.Index(fields=["user", "config_digest"], name="run_user_digest"),
            # Which previews are old enough to be pruned.
            models.Index(fields=["strategy", "created_at"], name="run_strategy_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("strategies:run-detail", args=[self.code])

    @property
    def is_active(self) -> bool:
        return self.status in (self.Status.QUEUED, self.Status.RUNNING)

    @property
    def is_finished(self) -> bool:
        return not self.is_active

    @property
    def progress_percent(self) -> int:
        return round(100 * self.progress)

    @property
    def chart_url(self) -> str:
        return reverse("strategies:run-chart", args=[self.code])

    def as_event(self) -> dict[str, Any]:
        """What browsers are told when the run moves on."""
        return {
            "run": self.pk,
            "code": str(self.code),
            "strategy": self.strategy_id,
            "status": self.status,
            "progress": round(self.progress, 4),
            "label": self.progress_label,
        }


class RunChartPart(models.Model):
    """A stretch of the price chart as compressed JSON, written by the run, served as it is."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="chart_parts")
    first_ts = models.BigIntegerField()
    n_bars = models.PositiveIntegerField()
    payload = models.BinaryField()

    objects = ChartPartQuerySet.as_manager()

    class Meta:
        db_table = "run_chart_parts"
        constraints = [
            models.UniqueConstraint(fields=["run", "first_ts"], name="chart_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} from {self.first_ts}"

    @staticmethod
    def pack(content: dict[str, Any]) -> bytes:
        return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), 6)

    def unpack(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(zlib.decompress(bytes(self.payload)))
        return content
