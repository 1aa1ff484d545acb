"""The one crossing from stored bars to the engine's arrays."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from market import clock, eastern
from market.arrays import Bars, RawBars, empty_raw
from market.errors import BarsError
from market.models import Bar, DataVersion
from market.resample import to_engine_bars
from market.store.reading import SHORT_RANGE_SECONDS, read_cached, read_raw
from market.timeframes import TIMEFRAMES

DAY = 86_400
NS = 1_000_000_000


def load_bars(
    source: str,
    symbol: str,
    timeframe: str,
    session: str,
    start_ts: int,
    end_ts: int,
    now_ts: int | None = None,
    *,
    base: str | None = None,
) -> Bars:
    """Bars of a strategy that start in [start_ts, end_ts) and had closed by market time.

    `now_ts` None asks the source's clock; `base` spares looking up `base_timeframe`. The last few
    bars cost about a millisecond, long ranges come from the column cache.
    """
    if timeframe not in TIMEFRAMES:
        raise BarsError(f"unknown timeframe {timeframe!r}; choose one of {', '.join(TIMEFRAMES)}")
    now = clock.now(source) if now_ts is None else now_ts
    base = base or base_timeframe(source, symbol, timeframe, session)
    raw = _read(source, symbol, base, timeframe, start_ts, min(end_ts, now))
    bars = to_engine_bars(
        raw,
        base_timeframe=base,
        timeframe=timeframe,
        session=session,
        now_ts=now,
        after_ts=start_ts,
    )
    inside = (bars.start_ns >= start_ts * NS) & (bars.start_ns < end_ts * NS)
    return bars if inside.all() else bars.take(inside)


def base_timeframe(source: str, symbol: str, timeframe: str, session: str) -> str:
    """Which stored series a timeframe is made from.

    Days that were built here hold the regular session only; other sessions form their own.
    """
    if not TIMEFRAMES[timeframe].is_daily:
        return "1Min"
    return base_of(timeframe, session, stored_series(source, symbol))


def newest_before(
    source: str, symbol: str, timeframe: str, session: str, before_ts: int
) -> int | None:
    """Start of the newest stored bar before an instant that `timeframe` is made from, if any."""
    base = base_timeframe(source, symbol, timeframe, session)
    rows = Bar.objects.filter(source=source, symbol=symbol, timeframe=base)
    newest = rows.filter(start_ts__lt=before_ts).order_by("-start_ts")
    return newest.values_list("start_ts", flat=True).first()


class StoredSeries(NamedTuple):
    """What is known of one stored series; `last_ts` is the start of its newest bar."""

    version: int
    last_ts: int
    is_derived: bool


def stored_series(source: str, symbol: str) -> dict[str, StoredSeries]:
    """The stored series of a symbol by timeframe; one query."""
    rows = DataVersion.objects.filter(source=source, symbol=symbol)
    found = rows.values_list("timeframe", "version", "last_ts", "is_derived")
    return {row[0]: StoredSeries._make(row[1:]) for row in found}


def base_of(timeframe: str, session: str, stored: Mapping[str, StoredSeries]) -> str:
    """The same as `base_timeframe` for series that are known already."""
    days = stored.get("1Day") if TIMEFRAMES[timeframe].is_daily else None
    is_usable = days is not None and (not days.is_derived or session == "RTH")
    return "1Day" if is_usable else "1Min"


def require_series(source: str, symbol: str, timeframe: str, session: str) -> None:
    """Raises BarsError when nothing is stored that bars of `timeframe` could be made from."""
    stored = stored_series(source, symbol)
    base = base_of(timeframe, session, stored)
    if base not in stored:
        raise BarsError(
            f"{timeframe} bars of {symbol} are made from {base} bars, of which {source} has none"
        )


def data_version(source: str, symbol: str, timeframe: str, session: str, *others: str) -> str:
    """A text that changes whenever stored bars behind a strategy change.

    `others` are further timeframes it reads; the first part speaks of its own one.
    """
    return version_text((timeframe, *others), session, stored_series(source, symbol))


def version_text(
    timeframes: Iterable[str], session: str, stored: Mapping[str, StoredSeries]
) -> str:
    """The text of `data_version` for series that are known already."""
    bases = dict.fromkeys(base_of(timeframe, session, stored) for timeframe in timeframes)
    return ",".join(_part(base, stored) for base in bases)


def _part(base: str, stored: Mapping[str, StoredSeries]) -> str:
    return f"{base}:{stored[base].version if base in stored else 0}"


def bases_of_version(text: str) -> list[str]:
    """The stored series that a `data_version` speaks of, that of the strategy itself first."""
    return [part.partition(":")[0] for part in text.split(",")] if text else []


def is_current(text: str, source: str, symbol: str, timeframe: str, session: str) -> bool:
    """Whether a `data_version` noted earlier is what it would be now."""
    stored = stored_series(source, symbol)
    bases = bases_of_version(text)
    is_same_base = bases[:1] == [base_of(timeframe, session, stored)]
    return is_same_base and text == ",".join(_part(base, stored) for base in bases)


def _read(
    source: str, symbol: str, base: str, timeframe: str, start_ts: int, end_ts: int
) -> RawBars:
    """Stored bars from which every wanted bar can be formed whole."""
    if end_ts <= start_ts:
        return empty_raw()
    target = TIMEFRAMES[timeframe]
    if target.seconds > TIMEFRAMES[base].seconds:
        start_ts = eastern.midnight(eastern.ordinal_of(start_ts))
        end_ts += target.seconds + 3600 + (DAY if target.is_period else 0)
    # Days are few: years of them are read faster than the files of their months.
    is_short = end_ts - start_ts <= SHORT_RANGE_SECONDS or base == "1Day"
    read = read_raw if is_short else read_cached
    return read(source, symbol, base, start_ts, end_ts)
