"""What the API says about a user's settings."""

from collections.abc import Mapping

from rest_framework import serializers

from accounts import timezones
from accounts.cost_defaults import faults_of
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
            "default_costs_config",
            "global_data_seed",
            "updated_at",
        ]
        read_only_fields = ["default_stop_config", "default_target_config", "updated_at"]

    def validate_default_costs_config(self, config: object) -> object:
        """Only as a whole: a part would leave the rest to guessing."""
        faults = list(faults_of(config))
        if faults:
            raise serializers.ValidationError(faults)
        return config

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """What can't be set is refused by name rather than passed over."""
        sent: Mapping[str, object] = self.initial_data
        faults = {name: "There is no such setting." for name in sent if name not in self.fields}
        shown = self.to_representation(self.instance) if self.instance else {}
        for name in self.Meta.read_only_fields:
            if name in sent and sent[name] != shown.get(name):
                faults[name] = "This can't be changed here; the settings page does."
        if faults:
            raise serializers.ValidationError(faults)
        return attrs
