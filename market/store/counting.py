"""How many bars are stored in a span of time, and on which dates: counted, not read."""

from typing import NamedTuple

import numpy as np
from django.core.cache import cache
from django.db import connection

from market import calendar, eastern
from market.arrays import Int64s
from market.models import DataVersion
from market.timeframes import TIMEFRAMES

# Counting goes no further: nobody may read more.
MOST_COUNTED = 4_000_000
# The growing end of a live series makes a count stale; the past has a version.
SECONDS = 60
# Sessions, those that run into the evening too, lie on one date five hours behind UTC.
_BEHIND_UTC = 5 * 3600
# A stored day begins at midnight Eastern, in summer four hours behind.
_DAYS_BEHIND_UTC = 4 * 3600
_SELECT = (
    "SELECT COUNT(*), COUNT(DISTINCT place) FROM ("
    "SELECT (start_ts - %s) / 86400 AS place FROM bars "
    "WHERE source = %s AND symbol = %s AND timeframe = %s AND start_ts >= %s AND start_ts < %s "
    "LIMIT %s) AS held"
)

_DATES = (
    "SELECT DISTINCT (start_ts - %s) / 86400 FROM bars "
    "WHERE source = %s AND symbol = %s AND timeframe = %s AND start_ts >= %s"
)


class Held(NamedTuple):
    """Stored bars, and the dates on which they lie."""

    n_bars: int
    n_dates: int


def count_held(source: str, symbol: str, timeframe: str, start_ts: int, end_ts: int) -> Held | None:
    """What is stored of a series between two instants; None when nothing ever was."""
    cache_key = _cache_key(source, symbol, timeframe)
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


def held_dates(source: str, symbol: str, timeframe: str, since_ts: int) -> Int64s:
    """The exchange dates on which a series holds bars since an instant, as ordinals."""
    cache_key = _cache_key(source, symbol, timeframe)
    if cache_key is None:
        return np.empty(0, np.int64)
    key = f"bars-dates:{cache_key}:{since_ts}"
    found = cache.get(key)
    if found is None:
        with connection.cursor() as cursor:
            behind = _DAYS_BEHIND_UTC if TIMEFRAMES[timeframe].is_daily else _BEHIND_UTC
            cursor.execute(_DATES, (behind, source, symbol, timeframe, since_ts))
            found = sorted(int(place) for (place,) in cursor.fetchall())
        cache.set(key, found, SECONDS)
    days = np.array(found, np.int64) + eastern.EPOCH_ORDINAL
    return days[calendar.day_bounds(days, "RTH").is_session]


def _cache_key(source: str, symbol: str, timeframe: str) -> str | None:
    series = DataVersion.objects.filter(source=source, symbol=symbol, timeframe=timeframe)
    key: str | None = series.values_list("cache_key", flat=True).first()
    return key
