"""A user's preferences."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.cost_presets import default_config
from accounts.timezones import zone_of

# Said here because databases differ in what a whole number may be.
LARGEST_SEED = 2**31 - 1


def default_stop() -> dict[str, str | float]:
    return {"method": "atr", "atr_mult": 1.5}


class UserSettings(models.Model):
    class Theme(models.TextChoices):
        SYSTEM = "system", "Like the system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="settings"
    )
    display_timezone = models.CharField(max_length=64, default="US/Eastern")
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    alert_sound = models.BooleanField(default=False)
    chart_visible_candles = models.PositiveIntegerField(default=200)
    default_stop_config = models.JSONField(default=default_stop)
    default_target_config = models.JSONField(null=True, blank=True, default=None)
    # Costs of new strategies; see `accounts.cost_defaults`.
    default_costs_config = models.JSONField(default=default_config)
    global_data_seed = models.IntegerField(
        default=42, validators=[MinValueValidator(0), MaxValueValidator(LARGEST_SEED)]
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "user_settings"

    def __str__(self) -> str:
        return f"settings of user {self.user_id}"

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.display_timezone)
