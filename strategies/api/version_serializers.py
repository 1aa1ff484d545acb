"""Versions and comparisons as the API documents them; what it answers is made elsewhere."""

from rest_framework import serializers

from strategies.models import StrategyVersion


# A class attribute `label` would hide what a serializer keeps there.
class DifferenceSerializer(serializers.Serializer[object]):
    """A line of the configuration that the save changed. Only documents it."""

    before = serializers.CharField()
    after = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field[object, object, object, object]]:
        return {"label": serializers.CharField(), **super().get_fields()}


class VersionResultSerializer(serializers.Serializer[object]):
    """The figures of then, and what they speak of. Only documents it."""

    kpis = serializers.DictField()
    first_bar = serializers.DateTimeField(allow_null=True)
    last_bar = serializers.DateTimeField(allow_null=True)
    engine_version = serializers.CharField()


class VersionSerializer(serializers.Serializer[object]):
    """A strategy as one save left it. Only documents it."""

    strategy_id = serializers.IntegerField()
    number = serializers.IntegerField(
        help_text="The `version` of the strategy then. A save that changed nothing left none."
    )
    kind = serializers.ChoiceField(StrategyVersion.Kind.choices)
    is_now = serializers.BooleanField(help_text="Whether the strategy is this version now.")
    author = serializers.CharField(allow_null=True, help_text="Null for an account that is gone.")
    created_at = serializers.DateTimeField()
    market_time = serializers.DateTimeField(
        help_text="Market time of the save: trades entered from then on are of this version."
    )
    changed = serializers.ListField(
        child=serializers.CharField(),
        help_text="Keys of the record that the save changed; packs as `pack:<id>`.",
    )
    differences = DifferenceSerializer(many=True, help_text="The same in words.")
    result = VersionResultSerializer(
        allow_null=True, help_text="Null where it was changed again before it was computed."
    )


class VersionDetailSerializer(VersionSerializer):
    """The same with the whole record. Only documents it."""

    record = serializers.DictField(help_text="The flat record of then.")
    packs = serializers.ListField(
        child=serializers.DictField(), help_text="The packs it read, with their parameters of then."
    )


class SpanSerializer(serializers.Serializer[object]):
    """Only documents it."""

    first = serializers.DateTimeField()
    last = serializers.DateTimeField()


class ComparedItemSerializer(serializers.Serializer[object]):
    """Only documents it."""

    ref = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()
    symbol = serializers.CharField()
    direction = serializers.CharField()
    timeframe = serializers.CharField()
    data_source = serializers.CharField()
    engine_version = serializers.CharField(allow_blank=True)
    span = SpanSerializer(allow_null=True)
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="Why there is no result, or what to know of it."
    )


class ComparedFigureSerializer(serializers.Serializer[object]):
    """Only documents it."""

    key = serializers.CharField()
    title = serializers.CharField()
    values = serializers.ListField(child=serializers.FloatField(allow_null=True))
    infinite = serializers.ListField(child=serializers.BooleanField())
    differences = serializers.ListField(
        child=serializers.FloatField(allow_null=True), help_text="To the first of the items."
    )


class ComparedRowSerializer(serializers.Serializer[object]):
    """Only documents it."""

    texts = serializers.ListField(child=serializers.CharField())
    differs = serializers.BooleanField()

    def get_fields(self) -> dict[str, serializers.Field[object, object, object, object]]:
        return {"label": serializers.CharField(), **super().get_fields()}


class ComparedCurveSerializer(serializers.Serializer[object]):
    """At most 1,500 points, each turn of the curve among them. Only documents it."""

    name = serializers.CharField()
    numbers = serializers.ListField(child=serializers.IntegerField())
    exit_times = serializers.ListField(child=serializers.IntegerField(), help_text="UTC seconds")
    cumulative_r = serializers.ListField(child=serializers.FloatField())


class OverlapSerializer(serializers.Serializer[object]):
    """Only documents it."""

    ref = serializers.CharField()
    other = serializers.CharField()
    n_trades = serializers.IntegerField(help_text="Of `ref`.")
    n_overlapping = serializers.IntegerField(
        help_text="Of these, how many share time and direction with a trade of `other`."
    )
    n_same_entry_bar = serializers.IntegerField(
        help_text="Of these, how many `other` entered on the same bar in the same direction."
    )


class CorrelationSerializer(serializers.Serializer[object]):
    """Of daily R. Only documents it."""

    refs = serializers.ListField(child=serializers.CharField())
    value = serializers.FloatField(allow_null=True, help_text="Null below 30 common dates.")
    n_dates = serializers.IntegerField()


class ComparisonSerializer(serializers.Serializer[object]):
    """Everything of the page of a comparison. Only documents it."""

    items = ComparedItemSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    dates = serializers.ChoiceField(["all", "common"])
    common_span = SpanSerializer(allow_null=True)
    figures = ComparedFigureSerializer(many=True)
    configuration = ComparedRowSerializer(many=True)
    curves = ComparedCurveSerializer(many=True)
    overlaps = OverlapSerializer(many=True)
    correlations = CorrelationSerializer(many=True)
