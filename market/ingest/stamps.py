"""What the stamps of a file's rows mean for bars of its timeframe. No database.

A day is often stamped 00:00Z of its date, which is the evening before in New York. And a row is
one bar: two rows inside the same one are no bars of this timeframe.
"""

import numpy as np

from market import calendar, eastern
from market.arrays import Bools, Int64s
from market.errors import BarsError
from market.ingest.csv_bars import CsvBars, instant_text
from market.resample import period_ends
from market.timeframes import DAY, MINUTE, TIMEFRAMES, Timeframe, timeframe_of_spacing
from trader.work.plural import counted, plural_of

# Midnight in New York is at 04:00Z in summer and at 05:00Z in winter.
LATEST_MIDNIGHT = 5 * 3600
# Rows from which their spacing tells something.
ENOUGH_ROWS = 6


def check_stamps(read: CsvBars, timeframe: Timeframe) -> CsvBars:
    """The rows as bars of `timeframe`. Raises BarsError naming the first that is none."""
    if timeframe.name == "1Day":
        read = _dated(read)
    _refuse_shared_bars(read, timeframe)
    return read._replace(warnings=[*read.warnings, *_spacing_warnings(read, timeframe)])


def _dated(read: CsvBars) -> CsvBars:
    """Days stamped in the hours around these midnights begin at midnight Eastern of their date."""
    starts = read.bars.start_ts
    dates = starts // DAY + eastern.EPOCH_ORDINAL
    midnights = eastern.instants(dates, 0)
    moved = (starts % DAY <= LATEST_MIDNIGHT) & (starts != midnights)
    if not moved.any():
        return read
    first, n_moved = int(np.argmax(moved)), int(moved.sum())
    at = instant_text(int(starts[first]))
    one_or_more = counted(n_moved, "row is", "rows are")
    warning = (
        f"{one_or_more} not stamped at midnight in New York (line {read.lines[first]}: {at}): "
        "read as days of the date in the stamp"
    )
    bars = read.bars._replace(start_ts=np.where(moved, midnights, starts))
    return read._replace(bars=bars, warnings=[*read.warnings, warning])


def _refuse_shared_bars(read: CsvBars, timeframe: Timeframe) -> None:
    shared = np.flatnonzero(_shares_bar_before(read.bars.start_ts, timeframe))
    if shared.size:
        index = int(shared[0]) + 1
        at = instant_text(int(read.bars.start_ts[index]))
        raise BarsError(
            f"ts {at} lies inside the {timeframe.name} bar of the row above; give one row a bar, "
            "or the timeframe that the rows have",
            line=read.lines[index],
        )


def _shares_bar_before(start_ts: Int64s, timeframe: Timeframe) -> Bools:
    """For each row but the first: whether it begins inside the bar of the row before it."""
    if timeframe.is_daily:
        of_bar = period_ends if timeframe.is_period else _dates
        same: Bools = np.diff(of_bar(start_ts, timeframe)) == 0
        return same
    close: Bools = np.diff(start_ts) < timeframe.seconds
    close[close] = ~_is_session_between(start_ts[:-1][close], start_ts[1:][close])
    return close


def _dates(start_ts: Int64s, _: Timeframe) -> Int64s:
    return eastern.ordinals(start_ts)


def _is_session_between(before: Int64s, after: Int64s) -> Bools:
    """Whether a session or date begins or ends after one instant and not after the other.

    Bars are cut there: an hour of 09:00 is followed by one of 09:30.
    """
    days = eastern.ordinals(after)
    edges = [eastern.instants(days, 0)]
    for session in ("RTH", "Extended Hours"):
        bounds = calendar.day_bounds(days, session)
        edges += [bounds.open_ts, bounds.close_ts]
    between: Bools = np.any([(before < edge) & (edge <= after) for edge in edges], axis=0)
    return between


def _spacing_warnings(read: CsvBars, timeframe: Timeframe) -> list[str]:
    """A word when no row follows within the next bar: the timeframe may be another one."""
    if read.bars.n < ENOUGH_ROWS or timeframe.is_period:
        return []
    spacing = int(np.diff(read.bars.start_ts).min())
    longest = DAY + 3600 if timeframe.is_daily else timeframe.seconds
    if spacing <= longest:
        return []
    finer = timeframe_of_spacing(spacing)
    is_named = finer is not None and finer is not timeframe
    guess = f"; are they {finer.name} bars?" if finer is not None and is_named else ""
    return [
        f"the rows lie at least {_length(spacing)} apart, and each is taken for a bar of "
        f"{timeframe.name}{guess}"
    ]


def _length(seconds: int) -> str:
    for size, name in ((TIMEFRAMES["1Day"].seconds, "day"), (3600, "hour"), (MINUTE, "minute")):
        if seconds >= size:
            count = round(seconds / size, 1)
            return f"{count:g} {plural_of(count, name)}"
    return f"{seconds} seconds"
