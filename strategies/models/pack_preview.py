"""What a pack says over bars one chooses: computed beside the page, kept for some days."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse

from strategies.models.pack import Pack
from trader.work.models import LeasedWork
from trader.work.querysets import LeasedQuerySet


class PackPreview(LeasedWork):
    """Parameters may be those of a form that was never saved: it carries its own."""

    class Direction(models.TextChoices):
        LONG = "LONG", "Long"
        SHORT = "SHORT", "Short"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pack_previews"
    )
    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="previews")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Recognises the same question again, so that a reload shows its answer.
    digest = models.CharField(max_length=64)
    base_template = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    data_source = models.CharField(max_length=80)
    symbol = models.CharField(max_length=20)
    timeframe = models.CharField(max_length=10)
    trading_session = models.CharField(max_length=20)
    direction = models.CharField(max_length=5, choices=Direction.choices)
    days = models.PositiveIntegerField()
    window_start_ts = models.BigIntegerField()
    data_version = models.CharField(max_length=40, blank=True, default="")
    engine_version = models.CharField(max_length=40, blank=True, default="")
    result = models.JSONField(default=dict, blank=True)
    chart = models.BinaryField(default=bytes, blank=True)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        db_table = "pack_previews"
        ordering = ["-created_at", "-id"]
        indexes = [
            # The sweep: active previews whose lease has passed.
            models.Index(fields=["status", "lease_until"], name="preview_status_lease"),
            # The page looks for the answer to the question in its address.
            models.Index(fields=["user", "digest"], name="preview_user_digest"),
            # Which are old enough to be pruned.
            models.Index(fields=["created_at"], name="preview_age"),
        ]

    def __str__(self) -> str:
        return f"preview of {self.base_template} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("strategies:pack-preview", args=[self.code])

    @property
    def chart_url(self) -> str:
        return reverse("strategies:pack-preview-chart", args=[self.code])
