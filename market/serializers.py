"""What the API accepts and gives out."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from market.calendar import SESSIONS
from market.sources import SAMPLE, SIMULATED
from market.timeframes import TIMEFRAMES


class BarQuery(serializers.Serializer[dict[str, Any]]):
    """Which bars; `from` and `to` are instants of bar starts, `to` exclusive."""

    # Two fields share their name with attributes of the library's base class.
    source = serializers.CharField(  # type: ignore[assignment]
        default=SAMPLE, max_length=64, help_text=f"e.g. {SIMULATED}"
    )
    symbol = serializers.CharField(max_length=24)
    timeframe = serializers.ChoiceField(choices=list(TIMEFRAMES), default="1Min")
    session = serializers.ChoiceField(choices=SESSIONS, default="RTH")
    to = serializers.DateTimeField(required=False)

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of the language and can't be declared as an attribute.
        return {**super().get_fields(), "from": serializers.DateTimeField(required=False)}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start: datetime | None = attrs.get("from")
        end: datetime | None = attrs.get("to")
        if start is not None and end is not None and end <= start:
            raise serializers.ValidationError({"to": "Must lie after from."})
        return attrs


class BarRow(serializers.Serializer[dict[str, Any]]):
    ts = serializers.DateTimeField(help_text="Start of the bar.")
    close_ts = serializers.DateTimeField(help_text="Instant at which it was known.")
    open = serializers.FloatField()
    high = serializers.FloatField()
    low = serializers.FloatField()
    close = serializers.FloatField()
    volume = serializers.FloatField()


class BarPage(serializers.Serializer[dict[str, Any]]):
    """The shape of every list of the API."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = BarRow(many=True)


class SymbolRow(serializers.Serializer[dict[str, Any]]):
    symbol = serializers.CharField()
    name = serializers.CharField()
    price_decimals = serializers.IntegerField()
    first_ts = serializers.DateTimeField()
    last_ts = serializers.DateTimeField()


class SourceRow(serializers.Serializer[dict[str, Any]]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_simulated = serializers.BooleanField()
    is_live = serializers.BooleanField()
    now_ts = serializers.DateTimeField(allow_null=True, help_text="Market time of the source.")
    symbols = SymbolRow(many=True)
