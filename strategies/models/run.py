"""A run: one backtest in the background, with its progress, outcome and chart."""

import json
import uuid
import zlib

from django.conf import settings
from django.db import models
from django.urls import reverse

from strategies.models.documents import ChartContent, Document
from strategies.querysets import ChartPartQuerySet, RunQuerySet
from trader.work.models import LeasedWork, WorkEvent


class RunEvent(WorkEvent):
    run: int
    code: str
    strategy: int | None


class Run(LeasedWork):
    class Kind(models.TextChoices):
        BACKTEST = "backtest", "Backtest of a strategy"
        PREVIEW = "preview", "Backtest in the builder"
        EXTENDED = "extended", "The same strategy over more bars"

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
    # Of an aside: the strategy it is about, whose result it is not.
    subject = models.ForeignKey(
        "strategies.Strategy",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="asides",
    )
    # Of a what-if: what was changed, as `stop 0.8` or `target 3`.
    what_if = models.CharField(max_length=24, blank=True, default="")
    # The subject's fingerprint by then: an aside about what it was before is not shown.
    subject_fingerprint = models.CharField(max_length=64, blank=True, default="")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
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
    def chart_url(self) -> str:
        return reverse("strategies:run-chart", args=[self.code])

    def end_ts(self, now_ts: int) -> int:
        """Up to where bars are read, at a market time."""
        return now_ts if self.window_end_ts is None else min(self.window_end_ts, now_ts)

    def recorded(self) -> tuple[Document, list[Document]]:
        """The flat record, and all packs its user had when the run was queued."""
        record = dict(self.config)
        packs = record.pop("all_packs", [])
        record.pop("packs", None)
        return record, packs

    def as_event(self) -> RunEvent:
        return {
            "run": self.pk,
            "code": str(self.code),
            "strategy": self.strategy_id,
            **super().as_event(),
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
    def pack(content: ChartContent) -> bytes:
        return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), 6)

    def unpack(self) -> ChartContent:
        content: ChartContent = json.loads(zlib.decompress(bytes(self.payload)))
        return content
