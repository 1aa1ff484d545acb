"""What a user wants to be told: one row for everything, one more per strategy that differs."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from alerts.querysets import AlertConfigQuerySet


class AlertConfig(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alert_configs"
    )
    # Null: the user's general choice.
    strategy = models.ForeignKey(
        "strategies.Strategy",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="alert_configs",
    )
    alert_on_entry = models.BooleanField("Alert on entries", default=True)
    alert_on_exit = models.BooleanField("Alert on exits", default=True)
    send_webhooks = models.BooleanField("Send webhooks", default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AlertConfigQuerySet.as_manager()

    class Meta:
        db_table = "alert_config"
        constraints = [
            models.UniqueConstraint(fields=["strategy"], name="alert_config_once_per_strategy"),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(strategy__isnull=True),
                name="alert_config_general_once",
            ),
        ]

    def __str__(self) -> str:
        return f"alert settings of {self.strategy_id or 'everything'}"
