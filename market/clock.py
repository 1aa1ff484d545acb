"""Market time: what 'now' is for a source. Bars after it exist for no one.

The feed of a source owns its clock and moves it in the transaction that stores the bars. Without
a feed, now is the close of the newest bar.
"""

from market import calendar, eastern
from market.models import DataVersion, FeedState
from market.timeframes import TIMEFRAMES


def now(source: str) -> int:
    """Epoch seconds of the source's market time; 0 for a source without bars."""
    fed = FeedState.objects.filter(source=source).values_list("now_ts", flat=True).first()
    return fed or newest_close(source)


def newest_close(source: str) -> int:
    """Close instant of the newest stored bar of a source; 0 without one."""
    newest: dict[str, int] = {}
    for timeframe, last in DataVersion.objects.filter(source=source).values_list(
        "timeframe", "last_ts"
    ):
        newest[timeframe] = max(last, newest.get(timeframe, 0))
    return max((close_of(timeframe, last) for timeframe, last in newest.items()), default=0)


def close_of(timeframe: str, start_ts: int) -> int:
    """When a stored bar was known: a day at the close of its regular session."""
    if not TIMEFRAMES[timeframe].is_daily:
        return start_ts + TIMEFRAMES[timeframe].seconds
    bounds = calendar.session_bounds(eastern.date_of(start_ts))
    return bounds[1] if bounds else eastern.midnight(eastern.ordinal_of(start_ts) + 1)
