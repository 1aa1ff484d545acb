"""How the window of a backtest reads."""

from strategies.record.lookback import BARS, DATE_RANGE, DAYS
from strategies.record.shape import Unread
from trader.work.plural import counted


def lookback_text(record: Unread) -> str:
    """`Last 30 days`, `Last 1,000 bars`, `2011-03-01 to 2011-03-18`."""
    mode = str(record.get("lookback_mode") or DAYS).lower()
    if mode == DATE_RANGE.lower():
        first, last = (_date(record.get(f"lookback_{name}_date")) for name in ("start", "end"))
        return f"{first} to {last}" if last else f"{first} up to now"
    if mode == BARS.lower():
        return _last(record.get("bar_count"), 1000, "bar")
    return _last(record.get("data_days"), 30, "day")


def _date(value: object) -> str:
    return str(value or "")[:10]


def _last(value: object, usual: int, noun: str) -> str:
    n = int(value) if isinstance(value, int | float) else usual
    return f"Last {counted(n, noun)}"
