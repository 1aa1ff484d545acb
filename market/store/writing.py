"""Writing bars: new ones are added, changed ones become revisions, equal ones stay untouched.

Every function runs in the caller's transaction, so a batch is there as a whole or not at all.
"""

from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import F

from market import eastern
from market.arrays import Bools, RawBars
from market.models import Bar, DataVersion
from market.models.bar import new_cache_key
from market.prices import learn_decimals
from market.resample import newest_close, to_engine_bars
from market.store.reading import read_raw

CHUNK_ROWS = 5_000
DAY = 86_400

_INSERT = (
    "INSERT INTO bars (source, symbol, timeframe, start_ts, open, high, low, close, volume, "
    "revision, received_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
# A bar of the same minute is the same bar: a feed that starts again may offer it once more.
_APPEND = f"{_INSERT} ON CONFLICT (source, symbol, timeframe, start_ts) DO NOTHING"


class Stored(NamedTuple):
    n_new: int
    n_revised: int
    first_new_ts: int | None = None


class Minute(NamedTuple):
    """One closed minute of one symbol, as a feed delivers it."""

    symbol: str
    start_ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float


def store_bars(
    source: str, symbol: str, timeframe: str, raw: RawBars, received_at: datetime
) -> Stored:
    """Add or revise a range of bars of one series; builds its days when it is minutes."""
    if not raw.n:
        return Stored(0, 0)
    with transaction.atomic():
        previous = DataVersion.objects.filter(
            source=source, symbol=symbol, timeframe=timeframe
        ).first()
        stored = _write(source, symbol, timeframe, raw, received_at)
        _touch(source, symbol, timeframe, raw, previous, stored)
        learn_decimals(symbol, raw)
        if timeframe == "1Min" and (stored.n_new or stored.n_revised):
            first = int(raw.start_ts[0]) if previous is None else previous.last_ts
            build_days(source, symbol, min(first, int(raw.start_ts[0])), received_at)
    return stored


def append_minutes(source: str, minutes: list[Minute], received_at: datetime) -> None:
    """The way of live bars: one statement for all symbols of a closed minute."""
    stamp = connection.ops.adapt_datetimefield_value(received_at)
    with connection.cursor() as cursor:
        cursor.executemany(
            _APPEND,
            [(source, m[0], "1Min", *m[1:], 0, stamp) for m in minutes],
        )
    newest = max(m.start_ts for m in minutes)
    symbols = {m.symbol for m in minutes}
    series = DataVersion.objects.filter(source=source, timeframe="1Min", symbol__in=symbols)
    if series.update(last_ts=newest) < len(symbols):
        known = set(series.values_list("symbol", flat=True))
        DataVersion.objects.bulk_create(
            DataVersion(
                source=source,
                symbol=m.symbol,
                timeframe="1Min",
                first_ts=m.start_ts,
                last_ts=newest,
            )
            for m in minutes
            if m.symbol not in known
        )


def build_days(
    source: str, symbol: str, from_ts: int, received_at: datetime, now_ts: int | None = None
) -> Stored:
    """Make 1Day bars from the regular session's minutes since `from_ts`.

    A day is built once its session has closed; a source that delivers days keeps its own.
    """
    days = DataVersion.objects.filter(source=source, symbol=symbol, timeframe="1Day").first()
    if days is not None and not days.is_derived:
        return Stored(0, 0)
    start = eastern.midnight(eastern.ordinal_of(from_ts))
    minutes = read_raw(source, symbol, "1Min", start, None)
    built = to_engine_bars(
        minutes,
        base_timeframe="1Min",
        timeframe="1Day",
        session="RTH",
        now_ts=newest_close(minutes, "1Min") if now_ts is None else now_ts,
    )
    if not built.n:
        return Stored(0, 0)
    raw = RawBars(built.start_ns // 1_000_000_000, *built[2:7])
    stored = _write(source, symbol, "1Day", raw, received_at)
    _touch(source, symbol, "1Day", raw, days, stored, is_derived=True)
    return stored


def _write(source: str, symbol: str, timeframe: str, raw: RawBars, received_at: datetime) -> Stored:
    old = read_raw(source, symbol, timeframe, int(raw.start_ts[0]), int(raw.start_ts[-1]) + 1)
    is_known = np.isin(raw.start_ts, old.start_ts)
    fresh = raw.take(~is_known)
    stamp = connection.ops.adapt_datetimefield_value(received_at)
    rows = [
        (source, symbol, timeframe, *row, 0, stamp)
        for row in zip(*(column.tolist() for column in fresh), strict=True)
    ]
    with connection.cursor() as cursor:
        for begin in range(0, len(rows), CHUNK_ROWS):
            cursor.executemany(_INSERT, rows[begin : begin + CHUNK_ROWS])
    revised = raw.take(is_known)
    revised = revised.take(_differs(revised, old))
    _revise(source, symbol, timeframe, revised, received_at)
    return Stored(len(rows), revised.n, int(fresh.start_ts[0]) if fresh.n else None)


def _differs(new: RawBars, old: RawBars) -> Bools:
    position = np.searchsorted(old.start_ts, new.start_ts)
    changed = np.zeros(new.n, np.bool_)
    for column, before in zip(new[1:], old[1:], strict=True):
        changed |= column != before[position]
    return changed


def _revise(
    source: str, symbol: str, timeframe: str, revised: RawBars, received_at: datetime
) -> None:
    series = Bar.objects.filter(source=source, symbol=symbol, timeframe=timeframe)
    for row in zip(*(column.tolist() for column in revised), strict=True):
        series.filter(start_ts=row[0]).update(
            **dict(zip(("open", "high", "low", "close", "volume"), row[1:], strict=True)),
            revision=F("revision") + 1,
            received_at=received_at,
        )


def _touch(
    source: str,
    symbol: str,
    timeframe: str,
    raw: RawBars,
    previous: DataVersion | None,
    stored: Stored,
    is_derived: bool = False,
) -> None:
    """Record the extent of a series; a change of its past gets a new version."""
    first, last = int(raw.start_ts[0]), int(raw.start_ts[-1])
    if previous is None:
        DataVersion.objects.create(
            source=source,
            symbol=symbol,
            timeframe=timeframe,
            first_ts=first,
            last_ts=last,
            is_derived=is_derived,
        )
        return
    has_new_past = stored.first_new_ts is not None and stored.first_new_ts <= previous.last_ts
    if stored.n_revised or has_new_past:
        previous.version += 1
        previous.cache_key = new_cache_key()
    previous.first_ts = min(previous.first_ts, first)
    previous.last_ts = max(previous.last_ts, last)
    previous.is_derived = is_derived
    previous.save()
