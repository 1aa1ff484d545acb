"""A trade that a run produced. Instants are epoch seconds, prices the engine's own numbers."""

from typing import Any

from django.conf import settings
from django.db import models

from strategies.engine.walk.trades import is_counted
from strategies.querysets import TradeQuerySet


class Trade(models.Model):
    class Segment(models.TextChoices):
        BACKTEST = "backtest", "Backtest"
        FORWARD = "forward", "Forward"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey("strategies.Run", on_delete=models.CASCADE, related_name="trades")
    # Set on the trades of the result a saved strategy shows.
    strategy = models.ForeignKey(
        "strategies.Strategy",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="trades",
    )
    number = models.PositiveIntegerField()
    direction = models.CharField(max_length=5)
    segment = models.CharField(max_length=10, choices=Segment.choices, default=Segment.BACKTEST)
    entry_bar_ts = models.BigIntegerField()
    exit_bar_ts = models.BigIntegerField(null=True, blank=True)
    entry_trigger_ts = models.BigIntegerField()
    entry_fill_ts = models.BigIntegerField()
    exit_trigger_ts = models.BigIntegerField(null=True, blank=True)
    exit_fill_ts = models.BigIntegerField(null=True, blank=True)
    entry_price = models.FloatField()
    exit_price = models.FloatField(null=True, blank=True)
    initial_stop_price = models.FloatField()
    stop_price = models.FloatField()
    target_price = models.FloatField(null=True, blank=True)
    risk = models.FloatField()
    pnl = models.FloatField(null=True, blank=True)
    pnl_gross = models.FloatField(null=True, blank=True)
    r_multiple = models.FloatField(null=True, blank=True)
    r_multiple_gross = models.FloatField(null=True, blank=True)
    win = models.BooleanField(default=False)
    mae_r = models.FloatField(default=0.0)
    mfe_r = models.FloatField(default=0.0)
    exit_reason = models.CharField(max_length=30, blank=True, default="")
    entry_trigger = models.CharField(max_length=120, blank=True, default="")
    exit_trigger = models.CharField(max_length=120, blank=True, default="")
    exec_type = models.CharField(max_length=4, default="C")
    stop_exec_type = models.CharField(max_length=4, default="L")
    target_exec_type = models.CharField(max_length=4, default="L")
    confluence_records = models.JSONField(default=list)
    bars_held = models.PositiveIntegerField(default=0)
    hold_seconds = models.BigIntegerField(default=0)
    ambiguous = models.BooleanField(default=False)
    hifi_resolved = models.BooleanField(default=False)
    warnings = models.JSONField(default=list, blank=True)

    # No columns: laid on by `runs.trade_sizes` where a list shows them.
    quantity: float
    pnl_amount: float | None
    running_r: float | None

    objects = TradeQuerySet.as_manager()

    class Meta:
        db_table = "trades"
        ordering = ["run_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="trade_number_once_per_run"),
        ]
        indexes = [
            # The trade table of a strategy and the API list, by entry.
            models.Index(fields=["strategy", "entry_fill_ts"], name="trade_strategy_entry"),
            models.Index(fields=["user", "-entry_fill_ts"], name="trade_user_newest"),
        ]

    def __str__(self) -> str:
        return f"trade {self.number} of run {self.run_id}"

    @property
    def is_counted(self) -> bool:
        """Whether it counts in figures; one that missing data ended does not."""
        return is_counted(self.exit_reason)

    @property
    def prices(self) -> tuple[float | None, ...]:
        """Those that a table shows side by side: different ones must not look equal."""
        return self.entry_price, self.exit_price, self.initial_stop_price, self.target_price

    def as_curve_point(self) -> dict[str, Any]:
        return {"ts": self.exit_fill_ts, "r": self.r_multiple, "segment": self.segment}
