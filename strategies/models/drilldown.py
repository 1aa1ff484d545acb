"""What a strategy would be with one thing changed: a tab of cards, or a search over one tab."""

import uuid

from django.conf import settings
from django.db import models

from strategies.models.documents import Document
from strategies.querysets import DrilldownQuerySet
from trader.work.models import LeasedWork, WorkEvent


class DrilldownEvent(WorkEvent):
    code: str


class Drilldown(LeasedWork):
    class Tab(models.TextChoices):
        ENTRY = "entry", "Entry trigger"
        EXITS = "exits", "Exit triggers"
        CONDITIONS = "conditions", "Timeframe conditions"
        GENERAL = "general", "General conditions"
        STOP = "stop", "Stop loss"
        TARGET = "target", "Take profit"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drilldowns"
    )
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tab = models.CharField(max_length=12, choices=Tab.choices)
    # Combinations of so many at most; 0 for one card a choice.
    depth = models.PositiveSmallIntegerField(default=0)
    # The whole input: flat record with the parameters of the user's packs, and what may change.
    config = models.JSONField(default=dict)
    choices = models.JSONField(default=list)
    # Whether the record itself is a strategy to compare with.
    has_base = models.BooleanField(default=True)
    # Recognises the same question again, so that a reload shows its answer.
    digest = models.CharField(max_length=64)
    symbol = models.CharField(max_length=20)
    data_source = models.CharField(max_length=80)
    window_start_ts = models.BigIntegerField()
    window_end_ts = models.BigIntegerField(null=True, blank=True)
    engine_version = models.CharField(max_length=40, blank=True, default="")
    result = models.JSONField(default=dict, blank=True)

    objects = DrilldownQuerySet.as_manager()

    class Meta:
        db_table = "drilldowns"
        ordering = ["-created_at", "-id"]
        indexes = [
            # The sweep: active ones whose lease has passed.
            models.Index(fields=["status", "lease_until"], name="drill_status_lease"),
            # The builder looks for the answer to the question in its address.
            models.Index(fields=["user", "digest"], name="drill_user_digest"),
            # Which are old enough to be forgotten.
            models.Index(fields=["created_at"], name="drill_age"),
        ]

    def __str__(self) -> str:
        return f"{self.tab} {self.code}"

    @property
    def is_search(self) -> bool:
        return self.depth > 0

    @property
    def shown_choices(self) -> list[Document]:
        """Those of which there are cards: of a search the sets that it kept."""
        kept: list[Document] | None = self.result.get("sets")
        found: list[Document] = self.choices if kept is None else kept
        return found

    def end_ts(self, now_ts: int) -> int:
        """Up to where bars are read, at a market time."""
        return now_ts if self.window_end_ts is None else min(self.window_end_ts, now_ts)

    def recorded(self) -> tuple[Document, list[Document]]:
        """The flat record, and all packs its user had when it was asked."""
        record = dict(self.config)
        packs: list[Document] = record.pop("all_packs", [])
        return record, packs

    def as_event(self) -> DrilldownEvent:
        return {"code": str(self.code), **super().as_event()}


class DrilldownPart(models.Model):
    """Some of the cards, as they became known."""

    drilldown = models.ForeignKey(Drilldown, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    cards = models.JSONField(default=list)

    class Meta:
        db_table = "drilldown_parts"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["drilldown", "number"], name="drilldown_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.drilldown_id} part {self.number}"
