"""The indicator lines over the bars of an alert, as its page draws them."""

from typing import TypedDict

from django.conf import settings
from django.db import models

from alerts.models.alert import Alert
from strategies.models.documents import OverlayLevel
from trader.work.models import LeasedWork, WorkEvent
from trader.work.querysets import LeasedQuerySet


class DrawnLine(TypedDict):
    """A line and its values at the starts of `AlertLines`, as price charts take it."""

    name: str
    pack: str
    color: str
    pane: str
    style: str
    levels: list[OverlayLevel]
    values: list[float | None]


class OtherValue(TypedDict):
    """What a pack on another timeframe said to the bar that decided; `pack` in its words."""

    pack: str
    timeframe: str
    label: str
    value: float | None
    pane: str


class AlertLines(TypedDict):
    """`changed`: packs whose values are no longer those that the alert was decided by."""

    starts: list[int]
    overlays: list[DrawnLine]
    others: list[OtherValue]
    changed: list[str]


class DrawingEvent(WorkEvent):
    alert: int


class AlertDrawing(LeasedWork):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alert_drawings"
    )
    alert = models.OneToOneField(Alert, on_delete=models.CASCADE, related_name="drawing")
    # `AlertLines` once it has been drawn.
    content = models.JSONField(default=dict, blank=True)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        db_table = "alert_drawings"
        indexes = [
            # The sweep: active drawings whose lease has passed.
            models.Index(fields=["status", "lease_until"], name="drawing_status_lease"),
        ]

    def __str__(self) -> str:
        return f"drawing of {self.alert_id}"

    @property
    def lines(self) -> AlertLines | None:
        lines: AlertLines | None = self.content or None
        return lines

    def as_event(self) -> DrawingEvent:
        return {**super().as_event(), "alert": self.alert_id}
