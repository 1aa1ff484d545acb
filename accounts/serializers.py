"""What the API says about a user's settings."""

from rest_framework import serializers

from accounts import timezones
from accounts.models import UserSettings
from trader.api.strict import Strict


class SettingsSerializer(Strict[UserSettings], serializers.ModelSerializer[UserSettings]):
    display_timezone = serializers.ChoiceField(choices=timezones.CHOICES, required=False)
    chart_visible_candles = serializers.IntegerField(min_value=0, max_value=5000, required=False)

    class Meta:
        model = UserSettings
        fields = [
            "display_timezone",
            "theme",
            "alert_sound",
            "chart_visible_candles",
            "default_stop_config",
            "default_target_config",
            "global_data_seed",
            "updated_at",
        ]
        read_only_fields = ["default_stop_config", "default_target_config", "updated_at"]
