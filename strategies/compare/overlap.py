"""How much the trades of several have in common, and whether their days go together."""

from datetime import date
from typing import NamedTuple

import numpy as np

from market import calendar, eastern
from strategies.engine.types import Bools, Floats, Int64s
from strategies.runs.kept import ShortTrades

# Exchange dates below which a correlation says nothing.
LEAST_DATES = 30


class Overlap(NamedTuple):
    """Of the trades of one: how many share time and direction with one of the other's, and how
    many were entered on the same bar in the same direction."""

    n_trades: int
    n_overlapping: int
    n_same_bar: int

    @property
    def share_pct(self) -> float:
        return 100.0 * self.n_overlapping / self.n_trades if self.n_trades else 0.0


class Correlation(NamedTuple):
    """Of daily R over the exchange dates that both cover; None where it can't be said."""

    value: float | None
    n_dates: int

    @property
    def text(self) -> str:
        if self.n_dates < LEAST_DATES:
            return f"not enough dates ({self.n_dates} of {LEAST_DATES})"
        if self.value is None:
            return "— (one of them did not vary)"
        return (
            f"{self.value:+.2f}".replace("-", "−").replace("+0.00", "0.00").replace("−0.00", "0.00")
        )


def overlap(one: ShortTrades, other: ShortTrades) -> Overlap:
    """Not symmetrical: a long trade of the other may meet several of the one."""
    n_overlapping = n_same_bar = 0
    for side in (1, -1):
        mine, others = one.side == side, other.side == side
        meets = _meets(one, other, mine, others)
        n_overlapping += int(meets.sum())
        n_same_bar += int(np.isin(one.entry_bar_ts[mine], other.entry_bar_ts[others]).sum())
    return Overlap(one.n, n_overlapping, n_same_bar)


def _meets(one: ShortTrades, other: ShortTrades, mine: Bools, others: Bools) -> Bools:
    """For each of mine whether one of the others shares more than an instant, or its beginning."""
    order = np.argsort(other.entry_ts[others], kind="stable")
    entries = other.entry_ts[others][order]
    entry, left = one.entry_ts[mine], one.exit_ts[mine]
    if not entries.size:
        return np.zeros(entry.size, bool)
    # The latest exit of those that were entered up to each one: intervals need not be disjoint.
    latest = np.maximum.accumulate(other.exit_ts[others][order])
    begun = np.searchsorted(entries, left, side="left")
    is_met = (begun > 0) & (latest[np.maximum(begun, 1) - 1] > entry)
    met: Bools = is_met | np.isin(entry, entries)
    return met


def correlation(one: ShortTrades, other: ShortTrades, first_ts: int, last_ts: int) -> Correlation:
    """Pearson's, of R by exit date; dates without an exit count as 0."""
    days = _dates(first_ts, last_ts)
    if days.size < LEAST_DATES:
        return Correlation(None, int(days.size))
    x, y = (_daily(each.between(first_ts, last_ts), days) for each in (one, other))
    if np.ptp(x) == 0.0 or np.ptp(y) == 0.0:
        return Correlation(None, int(days.size))
    return Correlation(_pearson(x, y), int(days.size))


def _pearson(x: Floats, y: Floats) -> float:
    """Scaled first, so that no square of very large R overflows."""
    x, y = (column - column.mean() for column in (x, y))
    x, y = (column / np.abs(column).max() for column in (x, y))
    found = float(x @ y / np.sqrt((x @ x) * (y @ y)))
    return max(-1.0, min(1.0, found))


def _dates(first_ts: int, last_ts: int) -> Int64s:
    first, last = (date.fromordinal(eastern.ordinal_of(ts)) for ts in (first_ts, last_ts - 1))
    days: Int64s = calendar.sessions_between(first, last).day_ordinal.astype(np.int64)
    return days


def _daily(trades: ShortTrades, days: Int64s) -> Floats:
    """R of each date; an exit on a date without a session counts on the next one, after the last
    on the last. An exit at a close belongs to the date that ends with it."""
    exits = eastern.ordinals(trades.exit_ts - 1)
    places = np.minimum(np.searchsorted(days, exits), days.size - 1)
    sums: Floats = np.bincount(places, weights=trades.r, minlength=days.size).astype(np.float64)
    return sums
