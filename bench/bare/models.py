"""The table of alerts as a model of its own."""

from django.db import models


class Alert(models.Model):
    code = models.UUIDField()
    strategy_id = models.BigIntegerField(null=True)
    alert_type = models.CharField(max_length=20)
    level = models.CharField(max_length=10)
    source = models.CharField(max_length=10)
    strategy_name = models.CharField(max_length=120)
    symbol = models.CharField(max_length=20)
    direction = models.CharField(max_length=5)
    timeframe = models.CharField(max_length=10)
    data_source = models.CharField(max_length=80)
    trigger = models.CharField(max_length=120)
    exec_type = models.CharField(max_length=4)
    exit_reason = models.CharField(max_length=30)
    bar_ts = models.BigIntegerField()
    trigger_at = models.DateTimeField()
    fill_at = models.DateTimeField()
    received_at = models.DateTimeField()
    price = models.FloatField()
    stop_price = models.FloatField(null=True)
    target_price = models.FloatField(null=True)
    data = models.JSONField()
    is_late = models.BooleanField()
    acknowledged = models.BooleanField()
    acknowledged_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects: "models.Manager[Alert]" = models.Manager()

    class Meta:
        app_label = "bare"
        managed = False
        db_table = "alerts"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return str(self.code)
