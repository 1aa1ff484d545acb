"""How far live evaluation has come, and the snapshot it goes on from."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import models

from alerts.models.documents import PositionDetails, StrategyStatus
from alerts.querysets import EvaluationGroupQuerySet, StrategyStateQuerySet
from market.prices import decimals_apart


class EvaluationGroup(models.Model):
    """Strategies that read the same bars from the same first bar on; their nodes are shared.

    `generation` guards every write: whoever evaluates reads it, works, and writes only where it
    is still the same. Two workers may compute the same bars; only one of them stores the result,
    together with the alerts that follow from it.
    """

    data_source = models.CharField(max_length=80)
    symbol = models.CharField(max_length=20)
    timeframe = models.CharField(max_length=10)
    trading_session = models.CharField(max_length=20)
    anchor_ts = models.BigIntegerField()
    generation = models.BigIntegerField(default=0)
    # The snapshot: nodes, and the position of every strategy evaluated so far.
    state = models.BinaryField(null=True, blank=True)
    # Version of the stored bars the snapshot was computed from.
    data_version = models.CharField(max_length=40, blank=True, default="")
    # Start and close of the newest bar the snapshot has seen.
    last_bar_ts = models.BigIntegerField(null=True, blank=True)
    last_close_ts = models.BigIntegerField(null=True, blank=True)
    # Market time and newest stored minute up to which new bars have been looked for.
    seen_clock_ts = models.BigIntegerField(default=0)
    seen_minute_ts = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    objects = EvaluationGroupQuerySet.as_manager()

    class Meta:
        db_table = "evaluation_groups"
        constraints = [
            models.UniqueConstraint(
                fields=["data_source", "symbol", "timeframe", "trading_session", "anchor_ts"],
                name="evaluation_group_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.data_source} {self.symbol} {self.timeframe} {self.trading_session}"


class StrategyState(models.Model):
    """Where one monitored strategy stands."""

    class Status(models.TextChoices):
        STARTING = "starting", "Starting"
        WARMING_UP = "warming_up", "Warming up"
        FLAT = "flat", "Flat"
        IN_POSITION = "in_position", "In position"
        UNCONFIRMED = "unconfirmed", "Needs a look"
        FAILED = "failed", "Failed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    strategy = models.OneToOneField(
        "strategies.Strategy", on_delete=models.CASCADE, related_name="live_state"
    )
    group = models.ForeignKey(
        EvaluationGroup,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="strategy_states",
    )
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.STARTING)
    # Market time from which on its entries and exits become alerts; 0 until the source has one.
    monitored_since_ts = models.BigIntegerField(default=0)
    # Close of the last bar whose entries and exits were dealt with, when the group can't tell.
    evaluated_until_ts = models.BigIntegerField(default=0)
    # Bar of the open entry that this monitor announced; its exit will be announced too.
    tracked_entry_ts = models.BigIntegerField(null=True, blank=True)
    entered_before_monitoring = models.BooleanField(default=False)
    # For people: `PositionDetails` of the open position, or nothing.
    details = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True, default="")
    error = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    objects = StrategyStateQuerySet.as_manager()

    class Meta:
        db_table = "strategy_states"

    def __str__(self) -> str:
        return f"live state of strategy {self.strategy_id}: {self.status}"

    @property
    def has_position(self) -> bool:
        return self.position is not None

    @property
    def position(self) -> PositionDetails | None:
        position: PositionDetails | None = self.details or None
        return position

    @property
    def shown_decimals(self) -> int:
        """With which the prices of its open position are written."""
        held: PositionDetails = self.position or {}
        prices = held.get("entry_price"), held.get("stop_price"), held.get("target_price")
        return decimals_apart(prices, held.get("price_decimals"))

    @property
    def last_bar_ts(self) -> int | None:
        """Start of the newest bar this strategy has been evaluated on."""
        return None if self.group is None else self.group.last_bar_ts

    @property
    def last_bar_at(self) -> datetime | None:
        return None if self.last_bar_ts is None else datetime.fromtimestamp(self.last_bar_ts, UTC)

    @property
    def entered_at(self) -> datetime | None:
        ts = (self.position or {}).get("entry_fill_ts")
        return None if ts is None else datetime.fromtimestamp(ts, UTC)

    def as_status(self) -> StrategyStatus:
        return {
            "strategy": self.strategy_id,
            "status": self.status,
            "entered_before_monitoring": self.entered_before_monitoring,
            "position": self.position,
            "last_bar_ts": self.last_bar_ts,
            "monitored_since_ts": self.monitored_since_ts,
            "note": self.note,
            "error": self.error,
        }
