"""Shapes of what there is to know of one strategy beside its result, with an example of each."""

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from strategies.models import ReportLink
from strategies.record.lookback import DATA_DAYS_LIMITS
from strategies.record.what_if import LIMITS
from strategies.reports.links import DAYS, USUAL_DAYS
from strategies.saving.refreshing import MOST_AT_ONCE
from trader.api.reading import ReadSerializer
from trader.api.strict import Strict


class WhatIfSerializer(Strict[object]):
    """Exactly one of both: the stop, or the target, in R of the strategy's own."""

    stop = serializers.FloatField(
        required=False,
        min_value=LIMITS["stop"][0],
        max_value=LIMITS["stop"][1],
        help_text="0.8: a stop at eight tenths of the distance, the target's price as it is.",
    )
    target = serializers.FloatField(
        required=False, min_value=LIMITS["target"][0], max_value=LIMITS["target"][1]
    )

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either `stop` or `target`.")
        return attrs


class ExtendedSerializer(Strict[object]):
    days = serializers.IntegerField(
        required=False,
        min_value=DATA_DAYS_LIMITS[0],
        max_value=DATA_DAYS_LIMITS[1],
        help_text="How far back; the strategy's `extended_data_days` when absent.",
    )


class RefreshSerializer(Strict[object]):
    strategies = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        allow_empty=False,
        max_length=MOST_AT_ONCE,
        help_text="Ids of your strategies.",
    )


class RefreshedSerializer(serializers.Serializer[object]):
    """Ids of the runs, to be watched under `/runs/`, and why others have none. Documents it."""

    runs = serializers.ListField(child=serializers.IntegerField())
    left = serializers.ListField(child=serializers.CharField())


class IntervalSerializer(serializers.Serializer[object]):
    """Of the slice by itself, and so that all slices of the family hold together. Documents it."""

    low = serializers.FloatField()
    high = serializers.FloatField()
    family_low = serializers.FloatField()
    family_high = serializers.FloatField()


class SliceSerializer(serializers.Serializer[object]):
    """Trades of one slice. Documents it."""

    n = serializers.IntegerField()
    n_dates = serializers.IntegerField()
    win_rate = serializers.FloatField()
    mean_r = serializers.FloatField()
    total_r = serializers.FloatField()
    interval = IntervalSerializer(
        allow_null=True, help_text="Null below 30 trades or 10 dates, or without any spread."
    )


class EarningSerializer(serializers.Serializer[object]):
    """When the shown result earns. `states` are one family of intervals, the others another."""

    n_trades = serializers.IntegerField()
    states = serializers.DictField(child=SliceSerializer(), help_text="By condition")
    hours = serializers.DictField(child=SliceSerializer(), help_text="By Eastern hour of entry")
    weekdays = serializers.DictField(child=SliceSerializer(), help_text="0 is Monday")
    holding = serializers.DictField(child=SliceSerializer())
    volatility = serializers.DictField(child=SliceSerializer(), help_text="Fifths, calmest first")
    fifths = serializers.ListField(child=serializers.FloatField())
    scatter = serializers.DictField(allow_null=True)
    stops = serializers.DictField()


class ReportLinkSerializer(ReadSerializer[ReportLink]):
    class Meta:
        model = ReportLink
        fields: tuple[str, ...] = (
            "id", "created_at", "expires_at", "revoked_at", "n_opened", "last_opened_at",
        )  # fmt: skip
        read_only_fields = fields


class NewReportLinkSerializer(ReportLinkSerializer):
    """The answer to making one. Only documents it."""

    url = serializers.URLField(read_only=True, help_text="Told this once.")

    class Meta(ReportLinkSerializer.Meta):
        fields = (*ReportLinkSerializer.Meta.fields, "url")
        read_only_fields = fields


class LinkRequestSerializer(Strict[object]):
    days = serializers.ChoiceField(choices=list(DAYS), default=USUAL_DAYS)


EXAMPLES = {
    "what_if": OpenApiExample("A nearer stop", {"stop": 0.8}, request_only=True),
    "extended": OpenApiExample("Two years", {"days": 730}, request_only=True),
    "refresh": OpenApiExample("Two strategies", {"strategies": [3, 4]}, request_only=True),
    "refreshed": OpenApiExample(
        "One queued, one not",
        {"runs": [17], "left": ["“Old idea”: data_source: There is no source 'x' you may read."]},
        response_only=True,
    ),
    "link": OpenApiExample("For a month", {"days": 30}, request_only=True),
    "earning": OpenApiExample(
        "Some slices",
        {
            "n_trades": 240,
            "states": {
                "1M-EMA_STACK_DEFAULT-SML": {
                    "n": 120,
                    "n_dates": 58,
                    "win_rate": 41.7,
                    "mean_r": 0.21,
                    "total_r": 25.2,
                    "interval": {
                        "low": 0.02,
                        "high": 0.4,
                        "family_low": -0.08,
                        "family_high": 0.5,
                    },
                }
            },
            "hours": {
                "09": {
                    "n": 12,
                    "n_dates": 11,
                    "win_rate": 25.0,
                    "mean_r": -0.1,
                    "total_r": -1.2,
                    "interval": None,
                }
            },
            "weekdays": {},
            "holding": {},
            "volatility": {},
            "fifths": [0.05, 0.07, 0.09, 0.12],
            "scatter": None,
            "stops": {"levels": [0.5], "reached": [150], "won": [38]},
        },
        response_only=True,
    ),
}
