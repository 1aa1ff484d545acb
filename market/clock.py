"""Market time: what 'now' is for a source. Bars after it exist for no one.

The feed of a source owns its clock and moves it in the transaction that stores the bars. Without
a feed, now is the close of the newest bar.
"""

from collections.abc import Iterable

from django.db.models import Max

from market import calendar, eastern
from market.models import DataVersion, FeedState
from market.sources import kind_of
from market.timeframes import TIMEFRAMES


def now(source: str) -> int:
    """Epoch seconds of the source's market time; 0 for a source without bars."""
    return now_of([source])[source]


def now_of(sources: Iterable[str]) -> dict[str, int]:
    """Market time of several sources, in two queries at most."""
    found = dict.fromkeys(sources, 0)
    fed = FeedState.objects.filter(source__in=found).values_list("source", "now_ts")
    found.update(fed)
    unfed = [source for source, now_ts in found.items() if not now_ts]
    if unfed:
        found.update(_newest_closes(unfed))
    return found


def shared() -> dict[str, int]:
    """Market time of the feeds that everybody may read."""
    fed = FeedState.objects.filter(now_ts__gt=0).order_by().values_list("source", "now_ts")
    return {source: now_ts for source, now_ts in fed if kind_of(source).is_shared}


def newest_close(source: str) -> int:
    """Close instant of the newest stored bar of a source; 0 without one."""
    return _newest_closes([source]).get(source, 0)


def _newest_closes(sources: list[str]) -> dict[str, int]:
    newest: dict[str, int] = {}
    rows = DataVersion.objects.filter(source__in=sources).order_by()
    for source, timeframe, last in rows.values_list("source", "timeframe").annotate(
        newest=Max("last_ts")
    ):
        newest[source] = max(newest.get(source, 0), close_of(timeframe, last))
    return newest


def close_of(timeframe: str, start_ts: int) -> int:
    """When a stored bar was known: a day at the close of its regular session."""
    if not TIMEFRAMES[timeframe].is_daily:
        return start_ts + TIMEFRAMES[timeframe].seconds
    bounds = calendar.session_bounds(eastern.date_of(start_ts))
    return bounds[1] if bounds else eastern.midnight(eastern.ordinal_of(start_ts) + 1)
