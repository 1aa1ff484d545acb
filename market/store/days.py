"""Days made from the stored minutes of their regular session."""

from market import eastern
from market.arrays import RawBars, concatenate_raw
from market.models import DataVersion
from market.resample import to_engine_bars
from market.store.reading import Series, read_raw

# Dates whose minutes are read at once.
DATES_AT_ONCE = 250
MINUTE = 60
NS = 1_000_000_000


def days_of(minutes: Series) -> Series:
    return minutes._replace(timeframe="1Day")


def are_delivered(days: DataVersion | None) -> bool:
    """A source that delivers days keeps its own."""
    return days is not None and not days.is_derived


def made_days(
    minutes: Series,
    from_ts: int,
    last_ts: int,
    edition: int | None = None,
    now_ts: int | None = None,
) -> RawBars:
    """The days of the minutes from the date of `from_ts` to the newest one, `last_ts`.

    Those whose session had closed by `now_ts`; None is the close of the newest minute.
    """
    first, end = eastern.ordinal_of(from_ts), eastern.ordinal_of(last_ts) + 1
    now = last_ts + MINUTE if now_ts is None else now_ts
    return concatenate_raw(
        [
            _made(minutes, day, min(day + DATES_AT_ONCE, end), edition, now)
            for day in range(first, end, DATES_AT_ONCE)
        ]
    )


def _made(minutes: Series, first: int, end: int, edition: int | None, now_ts: int) -> RawBars:
    """Of the dates in [first, end)."""
    raw = read_raw(*minutes, eastern.midnight(first), eastern.midnight(end), edition)
    built = to_engine_bars(
        raw, base_timeframe="1Min", timeframe="1Day", session="RTH", now_ts=now_ts
    )
    return RawBars(built.start_ns // NS, *built[2:7])
