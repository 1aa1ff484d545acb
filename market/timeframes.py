"""The timeframes a strategy may use, and their labels in conditions."""

from typing import NamedTuple

MINUTE = 60
DAY = 86_400


class Timeframe(NamedTuple):
    name: str
    seconds: int
    label_primary: str
    label_secondary: str
    bars_per_day: float
    max_range_days: int

    @property
    def is_daily(self) -> bool:
        """A day or longer: its bars are made of exchange dates."""
        return self.seconds >= DAY

    @property
    def is_period(self) -> bool:
        """Weeks and months: bars of several dates; `seconds` is then only their usual length."""
        return self.seconds > DAY

    def can_be_built_from(self, base: "Timeframe") -> bool:
        """Whether bars of `base` can be merged into bars of this timeframe."""
        if base.seconds >= self.seconds or base.is_period:
            return base.name == self.name
        return self.is_daily or self.seconds % base.seconds == 0


_ALL = (
    Timeframe("1Min", 60, "1M", "1m", 390, 90),
    Timeframe("2Min", 120, "2M", "2m", 195, 182),
    Timeframe("3Min", 180, "3M", "3m", 130, 182),
    Timeframe("5Min", 300, "5M", "5m", 78, 365),
    Timeframe("10Min", 600, "10M", "10m", 39, 730),
    Timeframe("15Min", 900, "15M", "15m", 26, 730),
    Timeframe("30Min", 1800, "30M", "30m", 13, 1095),
    Timeframe("1Hour", 3600, "1H", "1h", 7, 1825),
    Timeframe("2Hour", 7200, "2H", "2h", 4, 1825),
    Timeframe("4Hour", 14_400, "4H", "4h", 2, 1825),
    Timeframe("1Day", DAY, "1D", "1d", 1, 1825),
    Timeframe("1Week", 7 * DAY, "1W", "1w", 0.2, 3650),
    Timeframe("1Month", 30 * DAY, "1MO", "1mo", 1 / 21, 3650),
)
TIMEFRAMES: dict[str, Timeframe] = {timeframe.name: timeframe for timeframe in _ALL}
# What the database holds; every other timeframe is derived on the way to the engine.
STORED_TIMEFRAMES = ("1Min", "1Day")


def timeframe_of_spacing(seconds: int) -> Timeframe | None:
    """The timeframe whose bars lie `seconds` apart; a day may be an hour short or long.

    Weeks and months are not told by their spacing, which holidays change.
    """
    if DAY - 3600 <= seconds <= DAY + 3600:
        return TIMEFRAMES["1Day"]
    return next((t for t in _ALL if t.seconds == seconds and not t.is_period), None)
