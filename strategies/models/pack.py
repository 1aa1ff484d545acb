"""A user's named parameter set of one template."""

from django.conf import settings
from django.db import models

from strategies.querysets import PackQuerySet
from strategies.record.shape import PackRecord


class Pack(models.Model):
    class Family(models.TextChoices):
        TF = "tf", "Timeframe confluence"
        GENERAL = "general", "General"
        RISK = "risk", "Risk management"
        TIME = "time", "Time exit"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="packs"
    )
    pack_id = models.CharField(max_length=80)
    family = models.CharField(max_length=10, choices=Family.choices)
    base_template = models.CharField(max_length=60)
    version = models.CharField("version name", max_length=60, default="Default")
    description = models.CharField(max_length=300, blank=True, default="")
    enabled = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    parameters = models.JSONField(default=dict)
    plot_settings = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PackQuerySet.as_manager()

    class Meta:
        db_table = "packs"
        ordering = ["family", "base_template", "-is_default", "pack_id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "pack_id"], name="pack_id_once_per_user"),
        ]

    def __str__(self) -> str:
        return f"{self.pack_id} ({self.version})"

    # What a record is made of; the rest is for the page of packs.
    RECORD_COLUMNS = ("pack_id", "base_template", "version", "enabled", "parameters")

    def as_record(self) -> PackRecord:
        """The form in which strategy JSON and the engine take a pack."""
        return {
            "id": self.pack_id,
            "base_template": self.base_template,
            "version": self.version,
            "enabled": self.enabled,
            "parameters": dict(self.parameters),
        }
