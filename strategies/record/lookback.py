"""From lookback fields to instants: the visible window, and how many bars it holds.

The visible window is what trades and KPIs speak of; `strategies.bars` says where loading begins.
"""

import math
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from market.timeframes import TIMEFRAMES
from strategies.record.shape import Unread

EASTERN = ZoneInfo("America/New_York")
DAY = 86_400
DAYS, BARS, DATE_RANGE = "Days", "Bars/Candles", "Date Range"
LOOKBACK_MODES = (DAYS, BARS, DATE_RANGE)
SESSION_HOURS = {
    "RTH": 6.5,
    "Pre-Market": 5.5,
    "After Hours": 4.0,
    "Extended Hours": 16.0,
    "24/7": 24.0,
}
DATA_DAYS_LIMITS = (7, 1825)
BAR_COUNT_LIMITS = (100, 500_000)
LARGE_BARS = 50_000
VERY_LARGE_BARS = 200_000


class Window(NamedTuple):
    start_ts: int
    # None: up to now, whatever now will be.
    end_ts: int | None


def visible_window(record: Unread, now_ts: int) -> Window:
    """The evaluated window that the lookback fields describe, seen from `now_ts`."""
    mode = str(record.get("lookback_mode") or DAYS).lower()
    if mode == DATE_RANGE.lower() and record.get("lookback_start_date"):
        start = _ts(str(record["lookback_start_date"]), time(9, 30))
        end_text = record.get("lookback_end_date")
        end = _ts(str(end_text), time(16)) if end_text else None
        return Window(start, end)
    if mode == BARS.lower():
        bars = _whole(record.get("bar_count"), 1000)
        days = days_for_bars(bars, str(record.get("timeframe") or "1Min"), _session(record))
    else:
        days = _whole(record.get("data_days"), 30)
    return Window(_midnight(now_ts - days * DAY), None)


def bars_per_day(timeframe: str, session: str) -> float:
    """Bars on one exchange date; sessions beyond the regular one scale by their hours."""
    row = TIMEFRAMES[timeframe]
    if row.is_daily:
        return row.bars_per_day
    return row.bars_per_day * SESSION_HOURS.get(session, 6.5) / 6.5


def estimated_bars(timeframe: str, session: str, days: float) -> int:
    trading_days = math.floor(days * 252 / 365)
    return max(1, math.floor(trading_days * bars_per_day(timeframe, session)))


def days_for_bars(bars: int, timeframe: str, session: str) -> int:
    # Rounded first: 1/21 of a day is no exact number.
    trading_days = math.ceil(round(bars / bars_per_day(timeframe, session), 6))
    return max(1, math.ceil(trading_days * 365 / 252))


def size_warning(bars: int) -> str:
    if bars > VERY_LARGE_BARS:
        return f"{bars:,} bars: a very large run."
    if bars > LARGE_BARS:
        return f"{bars:,} bars: a large run."
    return ""


def _whole(value: object, usual: int) -> int:
    return int(value) if value and isinstance(value, int | float | str) else usual


def _session(record: Unread) -> str:
    return str(record.get("trading_session") or "RTH")


def _midnight(ts: int) -> int:
    day = datetime.fromtimestamp(ts, EASTERN)
    return int(day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())


def _ts(text: str, clock: time) -> int:
    return int(instant_of(text, clock).timestamp())


def instant_of(text: str, clock: time = time(9, 30)) -> datetime:
    """A date means that Eastern clock time; a full instant means itself, Eastern when naive.

    Raises ValueError for anything else.
    """
    if len(text) <= 10:
        return datetime.combine(date.fromisoformat(text), clock, EASTERN)
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=EASTERN)
