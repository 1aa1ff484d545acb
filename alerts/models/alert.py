"""One thing that happened live and that a trader, or a bot, must know."""

import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from alerts import kinds
from alerts.kinds import Kind, Order
from alerts.models.documents import AlertDetails, AlertEvent
from alerts.querysets import AlertQuerySet
from market.prices import decimals_apart
from market.sources import kind_of, label_of
from strategies.words.exits import reason_text
from trader.work.instants import iso


class Alert(models.Model):
    class Level(models.TextChoices):
        STRATEGY = "strategy", "Strategy"
        PORTFOLIO = "portfolio", "Portfolio"

    class Source(models.TextChoices):
        BAR_CLOSE = "bar_close", "Bar close"
        INTRA_BAR = "intra_bar", "Within the bar"
        WEBHOOK = "webhook", "Webhook"
        TEST = "test", "Test"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alerts"
    )
    # Derived from (strategy, type, trigger, bar): the same event always has the same code.
    code = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    strategy = models.ForeignKey(
        "strategies.Strategy",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="alerts",
    )
    alert_type = models.CharField(max_length=20, choices=kinds.choices)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.STRATEGY)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.BAR_CLOSE)
    strategy_name = models.CharField(max_length=120)
    symbol = models.CharField(max_length=20)
    direction = models.CharField(max_length=5)
    timeframe = models.CharField(max_length=10)
    data_source = models.CharField(max_length=80)
    trigger = models.CharField(max_length=120)
    exec_type = models.CharField(max_length=4, default="C")
    exit_reason = models.CharField(max_length=30, blank=True, default="")
    # Start of the bar that decided, epoch seconds of the source's own clock.
    bar_ts = models.BigIntegerField()
    # Start of the bar on which the position was entered; pairs an exit with its entry.
    entry_bar_ts = models.BigIntegerField(null=True, blank=True)
    trigger_at = models.DateTimeField()
    fill_at = models.DateTimeField()
    # Wall clock: when the deciding bar was stored. Age counts from here.
    received_at = models.DateTimeField()
    price = models.FloatField()
    stop_price = models.FloatField(null=True, blank=True)
    target_price = models.FloatField(null=True, blank=True)
    # `AlertDetails`.
    data = models.JSONField(default=dict)
    is_late = models.BooleanField(default=False)
    acknowledged = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        db_table = "alerts"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "alert_type", "trigger", "bar_ts"],
                condition=Q(strategy__isnull=False),
                name="alert_once_per_bar",
            ),
        ]
        indexes = [
            # The list page: a user's alerts, newest first, within a range of days.
            models.Index(fields=["user", "-created_at"], name="alert_user_newest"),
            # The badge in the frame.
            models.Index(
                fields=["user"], condition=Q(acknowledged=False), name="alert_user_unread"
            ),
            models.Index(fields=["created_at"], name="alert_prune"),
        ]

    def __str__(self) -> str:
        return f"{self.get_alert_type_display()} {self.symbol} {self.direction} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("alerts:alert-detail", args=[self.pk])

    @property
    def kind(self) -> Kind:
        """Raises UnknownKindError when the table has it no more."""
        return kinds.kind_of(self.alert_type)

    @property
    def is_entry(self) -> bool:
        return self.kind.order is Order.OPEN

    @property
    def is_exit(self) -> bool:
        return self.kind.order is Order.CLOSE

    @property
    def is_test(self) -> bool:
        return self.source == self.Source.TEST

    @property
    def origin_text(self) -> str:
        """How its bars came; empty for a market's own."""
        return label_of(self.data_source) if self.is_simulated else ""

    @property
    def is_simulated(self) -> bool:
        """Whether the bars behind it never came from a market as it happened."""
        return not kind_of(self.data_source).is_real

    @property
    def details(self) -> AlertDetails:
        details: AlertDetails = self.data
        return details

    @property
    def prices(self) -> tuple[float | None, ...]:
        """Those of its trade that it knows: different ones must not look equal."""
        details = self.details
        own = self.price, self.stop_price, self.target_price
        return *own, details.get("entry_price"), details.get("initial_stop_price")

    @property
    def shown_decimals(self) -> int:
        """With which its prices are written, wherever they appear."""
        return decimals_apart(self.prices, self.price_decimals)

    @property
    def price_decimals(self) -> int | None:
        """Those of the instrument when it fired; None when they are not known."""
        decimals = self.details.get("price_decimals")
        return decimals if isinstance(decimals, int) else None

    @property
    def bar_at(self) -> datetime:
        return datetime.fromtimestamp(self.bar_ts, UTC)

    @property
    def event_type(self) -> str:
        """The name webhook endpoints choose by."""
        return self.kind.event_type_of(self.direction)

    def as_event(self) -> AlertEvent:
        """What browsers are told when it fires."""
        return {
            "alert": self.pk,
            "code": str(self.code),
            "strategy": self.strategy_id,
            "strategy_name": self.strategy_name,
            "alert_type": self.alert_type,
            "kind_text": self.kind.label,
            "symbol": self.symbol,
            "direction": self.direction,
            "price": self.price,
            "price_decimals": self.shown_decimals,
            "exit_reason": self.exit_reason,
            "exit_reason_text": reason_text(self.exit_reason) if self.exit_reason else "",
            "trigger": self.trigger,
            "source": self.source,
            "data_source": self.data_source,
            "origin_text": self.origin_text,
            "is_late": self.is_late,
            "fill_at": iso(self.fill_at),
            # Not reversed: that would load every page's code into the workers.
            "url": f"/alerts/{self.pk}/",
        }
