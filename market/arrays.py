"""Bars as arrays. Axis 0 is time, ascending by start; one entry per bar, no gaps filled."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Int8s = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class RawBars(NamedTuple):
    """Bars as stored or read from a file: instants in epoch seconds, no session columns."""

    start_ts: Int64s
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    @property
    def n(self) -> int:
        return int(self.start_ts.shape[0])

    def take(self, index: slice | Bools | Int64s) -> "RawBars":
        return RawBars._make(column[index] for column in self)


class Bars(NamedTuple):
    """What the engine reads: one timeframe of one trading session.

    `day` is the proleptic ordinal of the Eastern date, `minute` the Eastern minute of the day
    at the bar's start, `weekday` 0 for Monday. The session bounds are those of the strategy's
    session on that date (midnight to midnight for 24/7). `regular_close_minute` is the Eastern
    minute at which the regular session of that date ends, -1 on a date without one.
    `missing_before` counts the exchange dates between the bar before and this one on which the
    source holds nothing, whatever the session. `date_mask` says for which exchange dates a bar
    stands: bit i for the date `day + i`.
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

    def take(self, index: slice | Bools | Int64s) -> "Bars":
        return Bars._make(column[index] for column in self)


def empty_raw() -> RawBars:
    return RawBars(np.empty(0, np.int64), *(np.empty(0, np.float64) for _ in range(5)))


def concatenate_raw(parts: list[RawBars]) -> RawBars:
    if not parts:
        return empty_raw()
    if len(parts) == 1:
        return parts[0]
    return RawBars(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
