"""A secret address at which somebody without an account may read the report of one strategy."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ownership import OwnedQuerySet
from strategies.models.strategy import Strategy


class ReportLink(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="report_links")
    # Of the secret only this is kept: it is shown once.
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    n_opened = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        db_table = "report_links"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"link {self.pk} to strategy {self.strategy_id}"

    @property
    def is_over(self) -> bool:
        return timezone.now() >= self.expires_at

    def is_open_at(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at
