"""Which exchange dates the bars cover, and what is missing between them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from strategies.engine.types import Bars, Int64s
from strategies.engine.walk.trades import OpenTrade, Trade


class MissingRun(NamedTuple):
    """Exchange dates without a bar between two bars, as date ordinals.

    `bar_index` is the bar that comes after them; `n_sessions` of the `n_between` dates are
    missing, on the others the source holds bars of another session.
    """

    first_day: int
    last_day: int
    n_sessions: int
    n_between: int
    bar_index: int

    def __str__(self) -> str:
        first, last = date.fromordinal(self.first_day), date.fromordinal(self.last_day)
        span = f"{first}" if first == last else f"{first} to {last}"
        noun = "session" if self.n_between == 1 else "sessions"
        some = "" if self.n_sessions == self.n_between else f"{self.n_sessions} of "
        return f"no bars for {some}{self.n_between} {noun}: {span}"


def session_dates(bars: Bars) -> Int64s:
    """Exchange dates of which a bar holds something, as ascending ordinals.

    A bar of a week or month stands for every date of which it was made.
    """
    masks, days = bars.date_mask, bars.day.astype(np.int64)
    found, shift = [days[masks & 1 == 1]], 0
    while (masks := masks >> 1).any():
        shift += 1
        found.append(days[masks & 1 == 1] + shift)
    return np.unique(np.concatenate(found))


def last_dates(bars: Bars) -> Int64s:
    """The last exchange date for which each bar stands, its own date where it has none."""
    masks, last, shift = bars.date_mask, bars.day.astype(np.int64), 0
    while (masks := masks >> 1).any():
        shift += 1
        last[masks & 1 == 1] = bars.day[masks & 1 == 1] + shift
    return last


def trading_days(bars: Bars) -> int:
    """D: exchange dates with at least one bar, at least 1."""
    return max(1, int(session_dates(bars).size))


def missing_runs(bars: Bars, session_days: Int64s) -> list[MissingRun]:
    """Exchange dates without a bar between the first bar and the last, by the bar after them.

    Parameters
    ----------
    session_days : ordinals of all exchange dates, ascending, covering the bars, without those
        inside a longer bar
    """
    runs = []
    for after in np.flatnonzero(bars.missing_before[1:]).tolist():
        first, last = np.searchsorted(session_days, bars.day[[after, after + 1]]).tolist()
        first += first < session_days.size and int(session_days[first] == bars.day[after])
        between = session_days[first:last].tolist()
        n_missing = int(bars.missing_before[after + 1])
        if between:
            runs.append(MissingRun(between[0], between[-1], n_missing, len(between), after + 1))
    return runs


def _gap_warnings(
    trade: Trade | OpenTrade, last_index: int, runs: list[MissingRun]
) -> tuple[str, ...]:
    return tuple(
        f"held over a gap: {run}" for run in runs if trade.entry_index < run.bar_index <= last_index
    )


def with_gap_warnings(trades: list[Trade], runs: list[MissingRun]) -> list[Trade]:
    """The trades, those held over a missing session with a warning."""
    if not runs:
        return trades
    return [
        trade._replace(warnings=trade.warnings + _gap_warnings(trade, trade.exit_index, runs))
        for trade in trades
    ]


def open_with_gap_warnings(
    held: OpenTrade | None, bars: Bars, runs: list[MissingRun]
) -> OpenTrade | None:
    """The same for the position still held."""
    if held is None:
        return None
    return held._replace(warnings=held.warnings + _gap_warnings(held, bars.n - 1, runs))
