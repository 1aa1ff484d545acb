"""A recorded day played again for one user, under a source of its own."""

import uuid

from django.conf import settings
from django.db import models

from market.querysets import ReplayQuerySet
from market.sources import REPLAY, source_of


class Replay(models.Model):
    class Status(models.TextChoices):
        REQUESTED = "requested"
        RUNNING = "running"
        FINISHED = "finished"
        CANCELLED = "cancelled"
        FAILED = "failed"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="replays"
    )
    dataset = models.CharField(max_length=64, help_text="The source whose bars are played.")
    symbol = models.CharField(max_length=24)
    day = models.DateField()
    speed = models.FloatField(default=60, help_text="Times real time; 0 is as fast as it goes.")
    history_days = models.PositiveSmallIntegerField(default=10)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    cancel_requested = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    n_steps = models.PositiveIntegerField(
        default=0, help_text="Minutes still to be played while it is paused."
    )
    n_bars = models.PositiveIntegerField(default=0)
    n_played = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ReplayQuerySet.as_manager()

    class Meta:
        db_table = "replays"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["status"], name="replay_to_play"),
            models.Index(fields=["user", "-created_at"], name="replay_list"),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.day} ({self.status})"

    @property
    def source(self) -> str:
        return source_of(REPLAY, self.code)

    @property
    def is_over(self) -> bool:
        return self.status not in {self.Status.REQUESTED, self.Status.RUNNING}

    @property
    def is_held(self) -> bool:
        """Whether it stands still until its owner lets it go on."""
        return self.is_paused and not self.is_over

    @property
    def progress(self) -> float:
        """0 to 1."""
        return self.n_played / self.n_bars if self.n_bars else 0.0
