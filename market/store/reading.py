"""Reading stored bars as arrays; whole past months come from a cache of files.

A month's file is named by the series' cache key, which changes with its past, so a file is
either right or never asked for again. The month a series still grows in is read from the
database. Files appear by rename: any number of processes may read and write them.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import structlog
from django.conf import settings
from django.db import connection

from market.arrays import Floats, RawBars, concatenate_raw, empty_raw
from market.models import DataVersion

logger = structlog.get_logger(__name__)
# Ranges shorter than this are read from the database, where they cost about a millisecond.
SHORT_RANGE_SECONDS = 4 * 86_400
_SELECT = (
    "SELECT start_ts, open, high, low, close, volume FROM bars "
    "WHERE source = %s AND symbol = %s AND timeframe = %s AND start_ts >= %s AND start_ts < %s "
    "ORDER BY start_ts"
)
_FAR_FUTURE = 1 << 40


class Series(NamedTuple):
    source: str
    symbol: str
    timeframe: str


def cache_dir() -> Path:
    return Path(settings.VAR_DIR) / "cache" / "bars"


def read_raw(
    source: str, symbol: str, timeframe: str, start_ts: int, end_ts: int | None
) -> RawBars:
    """Stored bars that start in [start_ts, end_ts), from the database."""
    until = _FAR_FUTURE if end_ts is None else end_ts
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, [source, symbol, timeframe, start_ts, until])
        rows = cursor.fetchall()
    return _from_table(np.array(rows, np.float64).reshape(-1, 6))


def read_cached(source: str, symbol: str, timeframe: str, start_ts: int, end_ts: int) -> RawBars:
    """The same bars, past months from the cache."""
    series = Series(source, symbol, timeframe)
    if end_ts - start_ts <= SHORT_RANGE_SECONDS:
        return read_raw(*series, start_ts, end_ts)
    known = DataVersion.objects.filter(source=source, symbol=symbol, timeframe=timeframe).first()
    if known is None:
        return empty_raw()
    start, end = max(start_ts, known.first_ts), min(end_ts, known.last_ts + 1)
    newest_month = _month(known.last_ts)
    parts = [_read_month(series, known, m) for m in _months(start, min(end, newest_month))]
    if end > newest_month:
        parts.append(read_raw(*series, max(start, newest_month), end))
    bars = concatenate_raw(parts)
    first, last = np.searchsorted(bars.start_ts, [start, end])
    return bars.take(slice(int(first), int(last)))


def prune_cache() -> int:
    """Remove months of series that have changed or are gone; the number of series removed."""
    known = set(DataVersion.objects.values_list("cache_key", flat=True))
    stale = [path for path in cache_dir().glob("*/*") if path.name not in known]
    for path in stale:
        shutil.rmtree(path, ignore_errors=True)
    return len(stale)


def _read_month(series: Series, known: DataVersion, month_ts: int) -> RawBars:
    month = np.int64(month_ts).astype("datetime64[s]").astype("datetime64[M]")
    path = cache_dir() / known.cache_key[:2] / known.cache_key / f"{month}.npy"
    try:
        return _from_table(np.load(path))
    except (OSError, ValueError, EOFError):
        bars = read_raw(*series, month_ts, _next_month(month_ts))
        _write_month(path, bars)
        return bars


def _write_month(path: Path, bars: RawBars) -> None:
    """Best effort: a full disk or a folder pruned in between costs the cache, not the result."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.save(file, np.column_stack([column.astype(np.float64) for column in bars]))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        logger.warning("bars_cache_not_written", reason=str(error))


def _from_table(table: Floats) -> RawBars:
    """Columns made contiguous; whole seconds are exact in a float64."""
    columns = np.ascontiguousarray(table.T)
    return RawBars(columns[0].astype(np.int64), *columns[1:])


def _month(ts: int) -> int:
    """Start of the UTC month of an instant."""
    month = np.int64(ts).astype("datetime64[s]").astype("datetime64[M]")
    return int(month.astype("datetime64[s]").astype(np.int64))


def _next_month(month_ts: int) -> int:
    return _month(month_ts + 32 * 86_400)


def _months(start_ts: int, end_ts: int) -> list[int]:
    months, month = [], _month(start_ts)
    while month < end_ts:
        months.append(month)
        month = _next_month(month)
    return months
