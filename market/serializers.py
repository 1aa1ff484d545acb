"""What the API accepts and gives out."""

from datetime import datetime
from typing import NotRequired, TypedDict

from rest_framework import serializers

from market.calendar import SESSIONS
from market.sources import SAMPLE, SIMULATED
from market.timeframes import TIMEFRAMES

BarWanted = TypedDict(
    "BarWanted",
    {
        "source": str,
        "symbol": str,
        "timeframe": str,
        "session": str,
        "from": NotRequired[datetime],
        "to": NotRequired[datetime],
    },
)


class BarQuery(serializers.Serializer[None]):
    """Which bars; `from` and `to` are instants of bar starts, `to` exclusive."""

    # Two fields share their name with attributes of the library's base class.
    source = serializers.CharField(  # type: ignore[assignment]
        default=SAMPLE, max_length=64, help_text=f"e.g. {SIMULATED}"
    )
    symbol = serializers.CharField(max_length=24)
    timeframe = serializers.ChoiceField(choices=list(TIMEFRAMES), default="1Min")
    session = serializers.ChoiceField(choices=SESSIONS, default="RTH")
    to = serializers.DateTimeField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[object, object, object, object]]:
        # `from` is a word of the language and can't be declared as an attribute.
        return {**super().get_fields(), "from": serializers.DateTimeField(required=False)}

    def validate(self, attrs: BarWanted) -> BarWanted:
        if "from" in attrs and "to" in attrs and attrs["to"] <= attrs["from"]:
            raise serializers.ValidationError({"to": "Must lie after from."})
        return attrs


class ListedBar(TypedDict):
    """One bar; instants as ISO-8601 texts."""

    ts: str
    close_ts: str
    open: float
    high: float
    low: float
    close: float
    volume: float


class BarRow(serializers.Serializer[ListedBar]):
    ts = serializers.DateTimeField(help_text="Start of the bar.")
    close_ts = serializers.DateTimeField(help_text="Instant at which it was known.")
    open = serializers.FloatField()
    high = serializers.FloatField()
    low = serializers.FloatField()
    close = serializers.FloatField()
    volume = serializers.FloatField()


class BarPage(serializers.Serializer[None]):
    """The shape of every list of the API."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = BarRow(many=True)


class ListedSymbol(TypedDict):
    symbol: str
    name: str
    price_decimals: int
    first_ts: str
    last_ts: str


class SymbolRow(serializers.Serializer[ListedSymbol]):
    symbol = serializers.CharField()
    name = serializers.CharField()
    price_decimals = serializers.IntegerField()
    first_ts = serializers.DateTimeField()
    last_ts = serializers.DateTimeField()


class ListedSource(TypedDict):
    name: str
    label: str
    is_simulated: bool
    is_live: bool
    now_ts: str | None
    symbols: list[ListedSymbol]


class SourceRow(serializers.Serializer[ListedSource]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_simulated = serializers.BooleanField()
    is_live = serializers.BooleanField()
    now_ts = serializers.DateTimeField(allow_null=True, help_text="Market time of the source.")
    symbols = SymbolRow(many=True)
