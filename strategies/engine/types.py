"""Array types of the engine and the bars it reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol, get_type_hints

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Int8s = npt.NDArray[np.int8]
Bits = npt.NDArray[np.uint16]
Flags = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.void]
Column = npt.NDArray[np.generic]


class Bars(NamedTuple):
    """One timeframe of one trading session, ascending; every column has shape (n,).

    Instants are UTC nanoseconds; `day` is the ordinal of the Eastern trading date, `minute` the
    Eastern minute of the day at the bar's start, the session bounds are those of the strategy's
    session on that date. `regular_close_minute` is the Eastern minute at which the regular session
    of that date ends, -1 on a date without one. `missing_before` counts the exchange dates between
    the bar before and this one on which the source holds nothing. `date_mask` says for which
    exchange dates a bar stands: bit i for the date `day + i`.
    """

    start_ns: Int64s
    close_ns: Int64s
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    day: Int32s
    minute: Int32s
    session_open_ns: Int64s
    session_close_ns: Int64s
    weekday: Int8s
    regular_close_minute: Int32s
    missing_before: Int32s
    date_mask: Int64s

    @property
    def n(self) -> int:
        return int(self.start_ns.shape[0])

    def take(self, index: slice | Bools | Int64s) -> Bars:
        return Bars._make(column[index] for column in self)


class BarsLike(Protocol):
    """Whatever has the columns of `Bars` in the same order."""

    @property
    def n(self) -> int: ...

    def __iter__(self) -> Iterator[Column]: ...


_INT64, _FLOAT64 = [np.dtype(np.int64)], [np.dtype(np.float64)]
_INT32, _INT8 = [np.dtype(np.int32)], [np.dtype(np.int8)]
_DTYPES = (
    2 * _INT64 + 5 * _FLOAT64 + 2 * _INT32 + 2 * _INT64 + _INT8 + 2 * _INT32 + _INT64
)  # fmt: skip


def _fit(columns: tuple[Column, ...]) -> bool:
    return all(
        column.flags.carray and column.dtype == dtype
        for column, dtype in zip(columns, _DTYPES, strict=True)
    )


def as_bars(bars: BarsLike) -> Bars:
    """The same bars in the exact layout kernels are compiled for; copies only what differs."""
    if type(bars) is Bars and _fit(bars):
        return bars
    columns = zip(bars, _DTYPES, strict=True)
    return Bars._make(np.require(column, dtype, ["C", "A", "W"]) for column, dtype in columns)


_FIELDS: dict[type, type[np.generic]] = {int: np.int64, float: np.float64}


def fields_of(row: type) -> list[tuple[str, type[np.generic]]]:
    """The fields of a table whose rows have the numbers that a class declares, in their order."""
    return [(name, _FIELDS[kind]) for name, kind in get_type_hints(row).items()]
