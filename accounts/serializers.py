"""What the API says about a user's settings."""

from collections.abc import Mapping

from rest_framework import serializers

from accounts import timezones
from accounts.cost_defaults import MOST, PLAN_CHOICES, SPREAD_CHOICES
from accounts.cost_presets import PLAN_FIELDS
from accounts.models import UserSettings
from accounts.models.settings import LARGEST_SEED
from trader.api.strict import Strict


class OwnCostsSerializer(Strict[object]):
    """A user's own figures, by the fields of a strategy's costs."""

    def get_fields(self) -> dict[str, serializers.Field[object, object, object, object]]:
        amounts = {
            name: serializers.FloatField(
                required=False, min_value=0, max_value=1 if name == "commission_surcharge" else MOST
            )
            for name in PLAN_FIELDS
        }
        return {**super().get_fields(), **amounts}


class CostDefaultsSerializer(Strict[object]):
    """The costs that new strategies begin with in the form."""

    plan = serializers.ChoiceField(choices=PLAN_CHOICES, required=False)
    spread = serializers.ChoiceField(choices=SPREAD_CHOICES, required=False)
    us_fees = serializers.BooleanField(
        required=False, help_text="With own figures: the fees on sales in the USA as well."
    )
    own = OwnCostsSerializer(required=False, help_text="They count while the plan is `own`.")


class SettingsSerializer(Strict[UserSettings], serializers.ModelSerializer[UserSettings]):
    display_timezone = serializers.ChoiceField(choices=timezones.CHOICES, required=False)
    chart_visible_candles = serializers.IntegerField(min_value=0, max_value=5000, required=False)
    default_costs_config = CostDefaultsSerializer(required=False)
    global_data_seed = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_SEED,
        required=False,
        help_text="Kept for programs that store it; nothing here is drawn by it.",
    )

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

    def update(self, instance: UserSettings, validated_data: dict[str, object]) -> UserSettings:
        """What is not named of the costs stays, but own figures are replaced as a whole."""
        given = validated_data.pop("default_costs_config", None)
        if isinstance(given, dict):
            instance.default_costs_config = {**instance.default_costs_config, **given}
        return super().update(instance, validated_data)

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
