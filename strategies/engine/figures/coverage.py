"""Which exchange dates the bars cover, and what is missing between them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from strategies.engine.types import Bars, Int64s
from strategies.engine.walk.trades import OpenTrade, Trade

# Held over more missing sessions than this, a trade carries a warning.
LONGEST_QUIET_GAP = 5


class MissingRun(NamedTuple):
    """Consecutive exchange dates without a bar, as date ordinals."""

    first_day: int
    last_day: int
    n_sessions: int

    def __str__(self) -> str:
        first, last = date.fromordinal(self.first_day), date.fromordinal(self.last_day)
        span = f"{first}" if first == last else f"{first} to {last}"
        noun = "session" if self.n_sessions == 1 else "sessions"
        return f"no bars for {self.n_sessions} {noun}: {span}"


def session_dates(bars: Bars) -> Int64s:
    """Exchange dates with at least one bar, as ascending ordinals."""
    return np.unique(bars.day[bars.is_session_day]).astype(np.int64)


def trading_days(bars: Bars) -> int:
    """D: exchange dates with at least one bar, at least 1."""
    return max(1, int(session_dates(bars).size))


def missing_runs(bars: Bars, session_days: Int64s) -> list[MissingRun]:
    """Runs of exchange dates without a bar between the first bar and the last.

    Parameters
    ----------
    session_days : ordinals of all exchange dates, ascending, covering the bars
    """
    if not bars.n:
        return []
    inside = session_days[(session_days > bars.day[0]) & (session_days < bars.day[-1])]
    present = np.isin(inside, bars.day)
    runs: list[MissingRun] = []
    run: list[int] = []
    for day, is_present in zip(inside.tolist(), present.tolist(), strict=True):
        if not is_present:
            run.append(day)
        elif run:
            runs.append(MissingRun(run[0], run[-1], len(run)))
            run = []
    if run:
        runs.append(MissingRun(run[0], run[-1], len(run)))
    return runs


def _gap_warnings(
    trade: Trade | OpenTrade, last_index: int, bars: Bars, runs: list[MissingRun]
) -> tuple[str, ...]:
    first_day, last_day = int(bars.day[trade.entry_index]), int(bars.day[last_index])
    return tuple(
        f"held over a gap: {run}"
        for run in runs
        if run.n_sessions > LONGEST_QUIET_GAP
        and first_day < run.first_day
        and run.last_day < last_day
    )


def with_gap_warnings(trades: list[Trade], bars: Bars, runs: list[MissingRun]) -> list[Trade]:
    """The trades, those held over more than five missing sessions with a warning."""
    if not any(run.n_sessions > LONGEST_QUIET_GAP for run in runs):
        return trades
    return [
        trade._replace(warnings=trade.warnings + _gap_warnings(trade, trade.exit_index, bars, runs))
        for trade in trades
    ]


def open_with_gap_warnings(
    held: OpenTrade | None, bars: Bars, runs: list[MissingRun]
) -> OpenTrade | None:
    """The same for the position still held."""
    if held is None:
        return None
    return held._replace(warnings=held.warnings + _gap_warnings(held, bars.n - 1, bars, runs))
