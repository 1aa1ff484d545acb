"""What of some bars is new, or differs from what is stored."""

from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.db import connection

from market.arrays import Bools, Int64s, RawBars
from market.store.reading import Series, read_numbered

INSERT = (
    "INSERT INTO bars (source, symbol, timeframe, start_ts, open, high, low, close, volume, "
    "revision, received_at, edition) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)

Row = tuple[str | int | float | datetime | None, ...]


class Changes(NamedTuple):
    """Bars that are not stored yet, or not like this; `revision` is 0 for a new one."""

    bars: RawBars
    revision: Int64s

    @property
    def n(self) -> int:
        return self.bars.n

    @property
    def n_revised(self) -> int:
        return int(np.count_nonzero(self.revision))

    @property
    def first_new_ts(self) -> int | None:
        new = np.flatnonzero(self.revision == 0)
        return int(self.bars.start_ts[new[0]]) if new.size else None

    def take(self, index: slice | Bools) -> "Changes":
        return Changes(self.bars.take(index), self.revision[index])


def changes_of(series: Series, bars: RawBars) -> Changes:
    """Compares with the current edition; `bars` ascend and are not empty."""
    old = read_numbered(series, int(bars.start_ts[0]), int(bars.start_ts[-1]) + 1)
    is_known = np.isin(bars.start_ts, old.bars.start_ts)
    revision = np.zeros(bars.n, np.int64)
    is_changed = ~is_known
    known = bars.take(is_known)
    position = np.searchsorted(old.bars.start_ts, known.start_ts)
    is_changed[is_known] = _differs(known, old.bars.take(position))
    revision[is_known] = old.revision[position] + 1
    return Changes(bars, revision).take(is_changed)


def rows_of(series: Series, changes: Changes, edition: int, received_at: datetime) -> list[Row]:
    """As `insert` takes them; made before the transaction, which is the shorter for it."""
    stamp = connection.ops.adapt_datetimefield_value(received_at)
    columns = [column.tolist() for column in changes.bars]
    rows = zip(*columns, changes.revision.tolist(), strict=True)
    return [(*series, *row, stamp, edition) for row in rows]


def insert(rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, rows)


def _differs(new: RawBars, old: RawBars) -> Bools:
    changed = np.zeros(new.n, np.bool_)
    for column, before in zip(new[1:], old[1:], strict=True):
        changed |= column != before
    return changed
