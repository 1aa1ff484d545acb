"""Templates of packs, what a change would touch, and previews, as the API shows and takes them."""

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from market.timeframes import TIMEFRAMES
from strategies.api.serializers import InstantField
from strategies.models import Pack, PackPreview
from strategies.previews.question import DAYS_LIMITS, DIRECTIONS, SESSIONS
from trader.api.reading import ReadSerializer
from trader.api.strict import Strict


class ParameterSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=["int", "float", "bool", "select", "str", "color"])
    default = serializers.JSONField()
    minimum = serializers.FloatField(allow_null=True)
    maximum = serializers.FloatField(allow_null=True)
    options = serializers.ListField(child=serializers.CharField())

    def get_fields(self) -> dict[str, serializers.Field[object, object, object, object]]:
        # A class attribute of this name would hide what a serializer keeps there.
        return {**super().get_fields(), "label": serializers.CharField()}


class StateSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    meaning = serializers.CharField()


class TriggerSerializer(serializers.Serializer[object]):
    base = serializers.CharField(help_text="With the id of a pack before it: the id of a trigger")
    name = serializers.CharField()
    direction = serializers.ChoiceField(choices=["LONG", "SHORT", "BOTH"])
    type = serializers.ChoiceField(choices=["ENTRY", "EXIT", "BOTH"])
    executions = serializers.ListField(child=serializers.CharField())


class PackTemplateSerializer(serializers.Serializer[object]):
    """What packs are made of: the schema of their parameters, their states and triggers."""

    id = serializers.CharField()
    name = serializers.CharField()
    family = serializers.ChoiceField(choices=Pack.Family.choices)
    category = serializers.CharField()
    description = serializers.CharField()
    parameters = ParameterSerializer(many=True)
    ordered = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Pairs of parameters of which the first must be the smaller one",
    )
    states = StateSerializer(many=True)
    triggers = TriggerSerializer(many=True)


class TouchedSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    has_forward_test = serializers.BooleanField()
    is_monitored = serializers.BooleanField()


class ImpactSerializer(serializers.Serializer[object]):
    """What other parameters of a pack would begin anew."""

    is_change = serializers.BooleanField(
        help_text="Whether the parameters sent compute something else; without any: true"
    )
    text = serializers.CharField(help_text="In words; empty where nothing reads the pack")
    strategies = TouchedSerializer(many=True)
    reason_to_keep = serializers.CharField(
        help_text="Why the pack can't be deleted; empty when it can"
    )


class ImpactRequestSerializer(Strict[object]):
    parameters = serializers.DictField(required=False, help_text="Those that would be changed")


class PreviewRequestSerializer(Strict[object]):
    """Over which bars, and with which parameters; what is left out is as the pack is stored."""

    parameters = serializers.DictField(required=False)
    data_source = serializers.CharField(max_length=80)
    symbol = serializers.CharField(max_length=20)
    timeframe = serializers.ChoiceField(choices=list(TIMEFRAMES), default="1Min")
    trading_session = serializers.ChoiceField(choices=SESSIONS, default="RTH")
    days = serializers.IntegerField(min_value=DAYS_LIMITS[0], max_value=DAYS_LIMITS[1], default=30)
    direction = serializers.ChoiceField(
        choices=DIRECTIONS, default="LONG", help_text="Of entries; packs with states ignore it"
    )


class PreviewSerializer(ReadSerializer[PackPreview]):
    pack_id = serializers.IntegerField(read_only=True)
    window_start = InstantField(source="window_start_ts", read_only=True)

    class Meta:
        model = PackPreview
        fields: tuple[str, ...] = (
            "id", "code", "pack_id", "base_template", "parameters", "data_source", "symbol",
            "timeframe", "trading_session", "days", "direction", "window_start", "status",
            "progress", "progress_label", "error", "data_version", "engine_version", "created_at",
            "started_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class PreviewDetailSerializer(PreviewSerializer):
    result = serializers.JSONField(read_only=True)

    class Meta(PreviewSerializer.Meta):
        fields = (*PreviewSerializer.Meta.fields, "result")
        read_only_fields = fields


class PreviewChartSerializer(serializers.Serializer[object]):
    """A stretch of bars with lines, states and events. Only documents it."""

    bars = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        help_text="Start in epoch seconds, open, high, low, close, volume",
    )
    overlays = serializers.ListField(child=serializers.DictField())
    states = serializers.DictField(allow_null=True)
    codes = serializers.ListField(
        child=serializers.IntegerField(), help_text="State of each bar, -1 for none"
    )
    markers = serializers.ListField(child=serializers.DictField())
    trades = serializers.ListField(child=serializers.DictField())
    has_more = serializers.BooleanField()
    decimals = serializers.IntegerField()


PREVIEW_EXAMPLES = [
    OpenApiExample(
        "Faster averages on recorded bars",
        {
            "parameters": {"short_period": 5, "mid_period": 13},
            "data_source": "sample",
            "symbol": "SPY",
            "timeframe": "5Min",
            "days": 30,
        },
        request_only=True,
    ),
    OpenApiExample(
        "Under way",
        {
            "id": 12,
            "code": "6f8f3b0e-1f6e-4c9e-8f5b-6a2f6f3c9d10",
            "pack_id": 3,
            "base_template": "ema_stack",
            "parameters": {"short_period": 5, "mid_period": 13, "long_period": 200},
            "data_source": "sample",
            "symbol": "SPY",
            "timeframe": "5Min",
            "trading_session": "RTH",
            "days": 30,
            "direction": "LONG",
            "window_start": "2020-11-18T05:00:00Z",
            "status": "running",
            "progress": 0.65,
            "progress_label": "Summing up states and triggers",
            "error": "",
            "data_version": "",
            "engine_version": "",
            "created_at": "2026-01-05T14:00:00Z",
            "started_at": "2026-01-05T14:00:01Z",
            "finished_at": None,
        },
        response_only=True,
        status_codes=["202"],
    ),
]
IMPACT_EXAMPLES = [
    OpenApiExample("Another period", {"parameters": {"short_period": 8}}, request_only=True),
    OpenApiExample(
        "Three strategies read it",
        {
            "is_change": True,
            "text": "3 strategies, 1 forward test, 1 monitored",
            "strategies": [
                {"id": 7, "name": "Open drive", "has_forward_test": True, "is_monitored": True},
                {"id": 9, "name": "Pull-back", "has_forward_test": False, "is_monitored": False},
                {"id": 11, "name": "Fade", "has_forward_test": False, "is_monitored": False},
            ],
            "reason_to_keep": "Still used by “Open drive”, “Pull-back”, “Fade”. "
            "Change or delete these first.",
        },
        response_only=True,
    ),
]
PACK_EXAMPLES = [
    OpenApiExample(
        "A faster EMA stack",
        {
            "base_template": "ema_stack",
            "version": "Scalping",
            "parameters": {"short_period": 5, "mid_period": 13, "long_period": 50},
        },
        request_only=True,
    )
]
EDIT_EXAMPLES = [
    OpenApiExample(
        "Other parameters, agreed to",
        {"revision": 3, "parameters": {"short_period": 8}, "confirmed": True},
        request_only=True,
    ),
    OpenApiExample(
        "Colours and width",
        {"revision": 3, "plot_settings": {"colors": {"short": "#0ea5e9"}, "line_width": 2}},
        request_only=True,
    ),
]
