"""A strategy: what it trades and when, with the cached result of its last run."""

import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.urls import reverse

from market.sources import kind_of
from strategies.querysets import StrategyQuerySet
from strategies.record.shape import StrategyRecord


class Strategy(models.Model):
    class Direction(models.TextChoices):
        LONG = "LONG", "Long"
        SHORT = "SHORT", "Short"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="strategies"
    )
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    symbol = models.CharField(max_length=20)
    direction = models.CharField(max_length=5, choices=Direction.choices, default=Direction.LONG)
    timeframe = models.CharField(max_length=10, default="1Min")
    data_source = models.CharField(max_length=80)
    strategy_origin = models.CharField(max_length=20, default="standard")
    is_replay_copy = models.BooleanField(
        default=False, help_text="Made for one replay: in no list, and gone with its bars."
    )
    trading_session = models.CharField(max_length=20, default="RTH")
    config = models.JSONField(default=dict)
    notes = models.TextField(blank=True, default="")

    kpis = models.JSONField(default=dict, blank=True)
    equity_curve_data = models.JSONField(default=dict, blank=True)
    current_run = models.ForeignKey(
        "strategies.Run", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    data_refreshed_at = models.DateTimeField(null=True, blank=True)

    forward_testing = models.BooleanField(default=True)
    forward_test_start = models.DateTimeField()
    # Start of the visible window, frozen when the strategy is saved.
    window_start_ts = models.BigIntegerField()
    alert_tracking_enabled = models.BooleanField(default=False)

    # What decides the trades: normalised configuration and parameters of the packs in use.
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    legacy_id = models.CharField(max_length=40, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    # How its owner orders the list; none of it is part of what is computed.
    tag_line = models.CharField(
        max_length=240, blank=True, default="", help_text="Tags, a comma before and after each."
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it lies in the bin, where nothing finds it."
    )

    objects = StrategyQuerySet.as_manager()

    class Meta:
        db_table = "strategies"
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "strategies"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "legacy_id"], name="strategy_legacy_id_once_per_user"
            ),
        ]
        indexes = [
            # The list page of one user, newest first.
            models.Index(fields=["user", "-created_at"], name="strategy_user_newest"),
            # What the monitor evaluates when bars of one series close.
            models.Index(
                fields=["data_source", "symbol", "alert_tracking_enabled"],
                name="strategy_monitored_series",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        if self.deleted_at is not None:
            return reverse("strategies:strategy-bin")
        return reverse("strategies:strategy-detail", args=[self.pk])

    def as_record(self) -> StrategyRecord:
        """The flat record: configuration with the columns laid over it."""
        config: StrategyRecord = self.config
        return {
            **config,
            "name": self.name,
            "symbol": self.symbol,
            "direction": self.direction,
            "timeframe": self.timeframe,
            "data_source": self.data_source,
            "strategy_origin": self.strategy_origin,
            "trading_session": self.trading_session,
            "notes": self.notes,
        }

    @property
    def tags(self) -> list[str]:
        return [tag for tag in self.tag_line.split(",") if tag]

    @property
    def is_on_recorded_bars(self) -> bool:
        """Whether no new bar can come: nothing is tested forward, and a monitor waits for ever."""
        return kind_of(self.data_source).is_recorded

    @property
    def forward_test_since(self) -> datetime | None:
        """None on bars that never go on; the stored instant stays, for bars it may move to."""
        is_none = self.is_on_recorded_bars or not self.forward_testing
        return None if is_none else self.forward_test_start

    @property
    def figures_as_of(self) -> datetime | None:
        """Market time up to which the shown result speaks; needs `with_span`."""
        read_at: str | int | None = getattr(self, "read_at_ts", None)
        if read_at is None or self.current_run is None:
            return None
        return datetime.fromtimestamp(self.current_run.end_ts(int(read_at)), UTC)

    @property
    def is_stale(self) -> bool:
        """Whether the shown result belongs to another configuration, or there is none."""
        return self.current_run is None or self.current_run.fingerprint != self.fingerprint

    def settle_forward_start(self, now_ts: int) -> int:
        """The forward test can't begin after market time: a feed may start behind the wall clock.

        Stores and returns its start in epoch seconds.
        """
        if int(self.forward_test_start.timestamp()) > now_ts:
            self.forward_test_start = datetime.fromtimestamp(now_ts, UTC)
            self.save(update_fields=["forward_test_start"])
        return int(self.forward_test_start.timestamp())


class PackUse(models.Model):
    """Which packs a strategy reads, so that editing one finds the strategies it resets."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="pack_uses")
    pack_id = models.CharField(max_length=80)

    class Meta:
        db_table = "strategy_pack_uses"
        constraints = [
            models.UniqueConstraint(fields=["strategy", "pack_id"], name="pack_use_once"),
        ]
        indexes = [models.Index(fields=["pack_id"], name="pack_use_by_pack")]

    def __str__(self) -> str:
        return f"{self.strategy_id}: {self.pack_id}"
