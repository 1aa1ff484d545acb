"""Drill-downs as the API shows and takes them."""

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from market.timeframes import TIMEFRAMES
from strategies.drilldown.asking import DEPTHS
from strategies.models import Drilldown
from trader.api.reading import ReadSerializer
from trader.api.strict import Strict

MOST_COMBINED = 4


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "What each condition on 5-minute bars would do",
            request_only=True,
            value={
                "tab": "conditions",
                "timeframe": "5Min",
                "config": {
                    "symbol": "SPY",
                    "data_source": "sample",
                    "entry_trigger_confluence_id": "ema_stack_default_cross_bull",
                    "stop_config": {"method": "atr", "atr_mult": 1.5},
                    "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
                    "data_days": 90,
                },
            },
        ),
    ]
)
class DrilldownRequestSerializer(Strict[object]):
    """A strategy and the one thing of it to vary; without an entry only entries can be."""

    tab = serializers.ChoiceField(choices=Drilldown.Tab.choices)
    config = serializers.DictField(help_text="A flat record as for a strategy")
    depth = serializers.IntegerField(
        required=False,
        default=0,
        min_value=0,
        max_value=MOST_COMBINED,
        help_text="0: each choice alone. Of exits (to 3) and conditions (to 4): the best sets of"
        " at most so many, which take the place of what the record has.",
    )
    timeframe = serializers.ChoiceField(
        choices=[(name, name) for name in TIMEFRAMES],
        required=False,
        help_text="On which bars timeframe conditions are read; the record's own without it.",
    )

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        most = DEPTHS.get(Drilldown.Tab(str(attrs["tab"])), 0)
        if int(str(attrs["depth"])) > most:
            what = f"at most {most} of this tab" if most else "nothing of this tab"
            raise serializers.ValidationError({"depth": [f"Combine {what}."]})
        return attrs


class EffectSerializer(serializers.Serializer[object]):
    """Marginal effect on mean R, paired by date. Only documents it."""

    effect = serializers.FloatField()
    alone = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="95 % for this card alone"
    )
    among_all = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="95 % for all cards of the tab"
    )
    reason = serializers.CharField(help_text="Why there is no interval; else empty")


class CardSerializer(serializers.Serializer[object]):
    """The strategy with one thing changed. Only documents it."""

    key = serializers.CharField()
    change = serializers.DictField(help_text="Keys of the record, as they then are")
    fault = serializers.CharField(required=False, help_text="In place of figures")
    figures = serializers.DictField(required=False)
    curve = serializers.ListField(child=serializers.FloatField(), required=False)
    n_dates = serializers.IntegerField(required=False)
    effect = EffectSerializer(required=False, allow_null=True)
    t = serializers.FloatField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[object, object, object, object]]:
        # A class attribute of this name would hide what a serializer keeps there.
        return {**super().get_fields(), "label": serializers.CharField()}


class DrilldownSerializer(ReadSerializer[Drilldown]):
    n_choices = serializers.SerializerMethodField()

    class Meta:
        model = Drilldown
        fields: tuple[str, ...] = (
            "code", "tab", "depth", "status", "progress", "progress_label", "error", "symbol",
            "data_source", "engine_version", "n_choices", "created_at", "started_at",
            "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_n_choices(self, instance: Drilldown) -> int:
        return len(instance.choices)


class DrilldownDetailSerializer(DrilldownSerializer):
    base = serializers.SerializerMethodField()
    luck = serializers.SerializerMethodField()
    n_tried = serializers.SerializerMethodField()
    cards = serializers.SerializerMethodField()

    class Meta(DrilldownSerializer.Meta):
        fields = (*DrilldownSerializer.Meta.fields, "base", "luck", "n_tried", "cards")
        read_only_fields = fields

    @extend_schema_field(CardSerializer(allow_null=True))
    def get_base(self, instance: Drilldown) -> object:
        return instance.result.get("base")

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_luck(self, instance: Drilldown) -> object:
        found = instance.result.get("luck")
        return {k: v for k, v in found.items() if k != "maxima"} if found else None

    def get_n_tried(self, instance: Drilldown) -> int:
        return int(instance.result.get("n_tried", 0))

    @extend_schema_field(CardSerializer(many=True))
    def get_cards(self, instance: Drilldown) -> list[dict[str, object]]:
        found = {choice["key"]: choice for choice in instance.shown_choices}
        cards = [card for part in instance.parts.all() for card in part.cards]
        return [
            {"label": found[one["key"]]["label"], "change": found[one["key"]]["change"], **one}
            for one in cards
            if one["key"] in found
        ]
