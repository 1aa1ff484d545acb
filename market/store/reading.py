"""Reading stored bars as arrays; whole past months come from a cache of files.

A month's file is named by the series' cache key, which changes with its past, so a file is
either right or never asked for again. The month a series still grows in is read from the
database. Files appear by rename: any number of processes may read and write them.

The bars of a running import lie beside those they will replace, under the next edition of their
series. One statement sees one edition; a read that takes several looks whether it still does.
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
from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from market.arrays import Floats, Int64s, RawBars, concatenate_raw, empty_raw
from market.models import Bar, DataVersion

logger = structlog.get_logger(__name__)
# Ranges shorter than this are read from the database, where they cost about a millisecond.
SHORT_RANGE_SECONDS = 4 * 86_400
# Of one start, the last edition comes last.
_SELECT = (
    "SELECT start_ts, open, high, low, close, volume, revision FROM bars "
    "WHERE source = %s AND symbol = %s AND timeframe = %s AND start_ts >= %s AND start_ts < %s "
    "AND edition <= {edition} ORDER BY start_ts, edition"
)
_SELECT_EDITION = _SELECT.format(edition="%s")
_SELECT_CURRENT = _SELECT.format(
    edition="COALESCE((SELECT edition FROM data_versions "
    "WHERE source = %s AND symbol = %s AND timeframe = %s), 0)"
)
# Reads that a switch of the edition came in between; then everything is read at once.
TRIES = 3
_FAR_FUTURE = 1 << 40


class Series(NamedTuple):
    source: str
    symbol: str
    timeframe: str


def cache_dir() -> Path:
    return Path(settings.VAR_DIR) / "cache" / "bars"


class Numbered(NamedTuple):
    """Bars, and how often each has been revised."""

    bars: RawBars
    revision: Int64s


class _Month(NamedTuple):
    """A month as it is kept in a file; `is_fresh` when the file has yet to be written."""

    path: Path
    bars: RawBars
    is_fresh: bool


def read_raw(
    source: str,
    symbol: str,
    timeframe: str,
    start_ts: int,
    end_ts: int | None,
    edition: int | None = None,
) -> RawBars:
    """Stored bars that start in [start_ts, end_ts), from the database; of the current edition."""
    return read_numbered(Series(source, symbol, timeframe), start_ts, end_ts, edition).bars


def read_numbered(
    series: Series, start_ts: int, end_ts: int | None, edition: int | None = None
) -> Numbered:
    """The same with their revisions, in one statement."""
    until = _FAR_FUTURE if end_ts is None else end_ts
    statement = _SELECT_CURRENT if edition is None else _SELECT_EDITION
    of_edition = series if edition is None else (edition,)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*series, start_ts, until, *of_edition])
        rows = cursor.fetchall()
    table = _without_superseded(np.array(rows, np.float64).reshape(-1, 7))
    return Numbered(_from_table(table[:, :6]), table[:, 6].astype(np.int64))


def visible_bars(source: str, symbol: str, timeframe: str) -> QuerySet[Bar]:
    """Rows of the current edition; of one start there may be earlier ones beside the last."""
    series = {"source": source, "symbol": symbol, "timeframe": timeframe}
    edition = DataVersion.objects.filter(**series).values("edition")
    return Bar.objects.filter(**series, edition__lte=Coalesce(Subquery(edition), Value(0)))


def read_cached(source: str, symbol: str, timeframe: str, start_ts: int, end_ts: int) -> RawBars:
    """The same bars, past months from the cache."""
    series = Series(source, symbol, timeframe)
    if end_ts - start_ts <= SHORT_RANGE_SECONDS:
        return read_raw(*series, start_ts, end_ts)
    for _ in range(TRIES):
        known = version_of(series)
        if known is None:
            return empty_raw()
        bars, fresh = _read_months(series, known, start_ts, end_ts)
        if _is_same(known):
            for month in fresh:
                _write_month(month.path, month.bars)
            return bars
    return read_raw(*series, start_ts, end_ts)


def version_of(series: Series) -> DataVersion | None:
    return DataVersion.objects.filter(**series._asdict()).first()


def locked_version_of(series: Series) -> DataVersion | None:
    """To be changed in this transaction; minutes are locked before the days made from them."""
    rows = DataVersion.objects.select_for_update(no_key=True)
    return rows.filter(**series._asdict()).first()


def _read_months(
    series: Series, known: DataVersion, start_ts: int, end_ts: int
) -> tuple[RawBars, list[_Month]]:
    """Bars of a range, and the months of it that no file holds yet."""
    start, end = max(start_ts, known.first_ts), min(end_ts, known.last_ts + 1)
    newest_month = _month(known.last_ts)
    months = [_read_month(series, known, m) for m in _months(start, min(end, newest_month))]
    parts = [month.bars for month in months]
    if end > newest_month:
        parts.append(read_raw(*series, max(start, newest_month), end, known.edition))
    bars = concatenate_raw(parts)
    first, last = np.searchsorted(bars.start_ts, [start, end])
    return bars.take(slice(int(first), int(last))), [month for month in months if month.is_fresh]


def _is_same(known: DataVersion) -> bool:
    """Whether the past of a series has not changed since; bars it had may be gone otherwise."""
    return DataVersion.objects.filter(pk=known.pk, cache_key=known.cache_key).exists()


def prune_cache() -> int:
    """Remove months of series that have changed or are gone; the number of series removed."""
    known = set(DataVersion.objects.values_list("cache_key", flat=True))
    stale = [path for path in cache_dir().glob("*/*") if path.name not in known]
    for path in stale:
        shutil.rmtree(path, ignore_errors=True)
    return len(stale)


def _read_month(series: Series, known: DataVersion, month_ts: int) -> _Month:
    month = np.int64(month_ts).astype("datetime64[s]").astype("datetime64[M]")
    path = cache_dir() / known.cache_key[:2] / known.cache_key / f"{month}.npy"
    try:
        return _Month(path, _from_table(np.load(path)), is_fresh=False)
    except (OSError, ValueError, EOFError):
        bars = read_raw(*series, month_ts, _next_month(month_ts), known.edition)
        return _Month(path, bars, is_fresh=True)


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


def _without_superseded(table: Floats) -> Floats:
    """The last of each start."""
    again = table[1:, 0] == table[:-1, 0]
    return table[np.append(~again, True)] if again.any() else table


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
