"""How many bars are stored in a span of time: counted, not read."""

from typing import NamedTuple

from django.core.cache import cache
from django.db import connection

from market.models import DataVersion

# Counting goes no further: nobody may read more.
MOST_COUNTED = 4_000_000
# The growing end of a live series makes a count stale; the past has a version.
SECONDS = 60
# Sessions, those that run into the evening too, lie on one date five hours behind UTC.
_BEHIND_UTC = 5 * 3600
_SELECT = (
    "SELECT COUNT(*), COUNT(DISTINCT place) FROM ("
    "SELECT (start_ts - %s) / 86400 AS place FROM bars "
    "WHERE source = %s AND symbol = %s AND timeframe = %s AND start_ts >= %s AND start_ts < %s "
    "LIMIT %s) AS held"
)


class Held(NamedTuple):
    """Stored bars, and the dates on which they lie."""

    n_bars: int
    n_dates: int


def count_held(source: str, symbol: str, timeframe: str, start_ts: int, end_ts: int) -> Held | None:
    """What is stored of a series between two instants; None when nothing ever was."""
    series = DataVersion.objects.filter(source=source, symbol=symbol, timeframe=timeframe)
    cache_key = series.values_list("cache_key", flat=True).first()
    if cache_key is None:
        return None
    # Within a minute of each other, ends are the same one.
    key = f"bars-held:{cache_key}:{start_ts}:{end_ts // SECONDS}"
    found = cache.get(key)
    if found is None:
        with connection.cursor() as cursor:
            span = (source, symbol, timeframe, start_ts, end_ts)
            cursor.execute(_SELECT, (_BEHIND_UTC, *span, MOST_COUNTED))
            found = tuple(map(int, cursor.fetchone()))
        cache.set(key, found, SECONDS)
    return Held(*found)
