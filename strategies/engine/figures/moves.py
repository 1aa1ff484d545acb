"""How the price moved after events, against all bars: means with intervals, clustered by date.

Events of one date share its weather, so dates and not events are what is counted as independent.
All intervals that are shown together are one family: each is as wide as it takes for all of them
to hold at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, TypedDict

import numpy as np

from strategies.engine.figures.students_t import quantile
from strategies.engine.types import Bars, Bools, Floats, Int32s, Int64s

HORIZONS = (1, 5, 15, 60)
LEAST_EVENTS, LEAST_DATES = 30, 10
# Both sides of a family of intervals that holds with 95 %.
ERROR_SHARE = 0.05


class Sample(NamedTuple):
    """A mean, its standard error by date, and the dates behind it."""

    n: int
    n_dates: int
    mean: float
    error: float

    @property
    def is_enough(self) -> bool:
        return self.n >= LEAST_EVENTS and self.n_dates >= LEAST_DATES and self.error > 0.0


class MoveFigures(TypedDict):
    """A mean move in percent; the interval is None where there is too little, or none holds.

    `differs`: the family's interval of the difference to all bars leaves zero out.
    """

    n: int
    n_dates: int
    mean_pct: float | None
    low_pct: float | None
    high_pct: float | None
    differs: bool


def moves_after(bars: Bars, horizon: int, *, is_daily: bool) -> Floats:
    """The move of the close over the next bars, at most until the session ends.

    Parameters
    ----------
    bars : n bars, ascending
    horizon : bars after the event, >= 1
    is_daily : whether a bar is a date or more; then no session ends between bars

    Returns
    -------
    (n,) float64, percent; NaN where no bar follows, or those that follow are not known yet
    """
    n = bars.n
    ends = np.arange(n) + horizon
    if is_daily:
        is_known = ends < n
    else:
        last = _last_of_day(bars.day)
        is_known = (ends <= last) | ((last > np.arange(n)) & _is_over(bars, last))
        ends = np.minimum(ends, last)
    ends = np.minimum(ends, n - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = 100.0 * (bars.close[ends] / bars.close - 1.0)
    return np.where(is_known & np.isfinite(moves), moves, np.nan)


def _last_of_day(day: Int32s) -> Int64s:
    """The index of the last bar of each bar's date."""
    return np.searchsorted(day, day, side="right") - 1


def _is_over(bars: Bars, last: Int64s) -> Bools:
    """Whether the bar after which nothing more comes today closed with the session."""
    is_newest = last == bars.n - 1
    has_closed = bars.close_ns[last] >= bars.session_close_ns[last]
    is_over: Bools = ~is_newest | has_closed
    return is_over


def sample_of(days: Int32s, moves: Floats) -> Sample:
    """Mean and standard error of moves, dates as clusters; NaN moves are left out.

    Notes
    -----
    With S_d the sum and n_d the number of a date's moves, N all moves and m their mean:
    u_d = (S_d - m n_d) / N, error = sqrt(D / (D - 1) * sum u_d^2) over D dates.
    """
    is_known = np.isfinite(moves)
    values, dates = moves[is_known], days[is_known]
    if not values.shape[0]:
        return Sample(0, 0, math.nan, math.nan)
    mean = float(values.mean())
    places = np.unique(dates, return_inverse=True)[1]
    return Sample(values.shape[0], int(places.max()) + 1, mean, _error(_shares(places, values)))


def difference_of(days: Int32s, moves: Floats, is_event: Bools) -> Sample:
    """Mean move after events less that of all bars, paired by date; `n` counts the events.

    Notes
    -----
    u_d = (S1_d - m1 n1_d) / N1 - (S0_d - m0 n0_d) / N0 over the dates of either. `n_dates`, from
    which the degrees of freedom come, are only those with an event: events on a few dates of many
    must not pass for sure.
    """
    is_known = np.isfinite(moves)
    values, dates, chosen = moves[is_known], days[is_known], is_event[is_known]
    n = int(chosen.sum())
    if not n:
        return Sample(0, 0, math.nan, math.nan)
    places = np.unique(dates, return_inverse=True)[1]
    n_dates = int(places.max()) + 1
    shares = _shares(places[chosen], values[chosen], n_dates) - _shares(places, values)
    mean = float(values[chosen].mean() - values.mean())
    return Sample(n, np.unique(places[chosen]).shape[0], mean, _error(shares))


def _shares(places: Int64s, values: Floats, n_dates: int = 0) -> Floats:
    """u_d of each date."""
    sums = np.bincount(places, weights=values, minlength=n_dates)
    counts = np.bincount(places, minlength=n_dates)
    shares: Floats = (sums - values.mean() * counts) / values.shape[0]
    return shares


def _error(shares: Floats) -> float:
    n_dates = shares.shape[0]
    if n_dates < 2:
        return math.nan
    return math.sqrt(n_dates / (n_dates - 1) * float(np.sum(shares * shares)))


class Moves(NamedTuple):
    """Moves after all bars and after each kind of event, by horizon; `n_intervals` of a family."""

    horizons: list[int]
    all_bars: list[MoveFigures]
    events: list[list[MoveFigures]]
    n_intervals: int


def move_figures(bars: Bars, events: Sequence[Bools], *, is_daily: bool) -> Moves:
    """Mean moves after each kind of event, all of their intervals one family.

    Parameters
    ----------
    bars : n bars, ascending
    events : (n,) flags of each kind of event, known at the close of their bar

    Notes
    -----
    A family of K intervals, those of the differences to all bars counted too, takes the quantile
    of t at 1 - .025 / K. Over days and longer, moves of several bars reach into one another, and
    dates are no longer independent: they have no interval.
    """
    table = [moves_after(bars, horizon, is_daily=is_daily) for horizon in HORIZONS]
    has_interval = [not is_daily or horizon == 1 for horizon in HORIZONS]
    means = [[sample_of(bars.day, moves) for moves in table]]
    means += [[sample_of(bars.day[e], moves[e]) for moves in table] for e in events]
    apart = [[difference_of(bars.day, moves, e) for moves in table] for e in events]
    shown = [one for row in (*means, *apart) for one in _kept(row, has_interval)]
    p = 1.0 - 0.5 * ERROR_SHARE / max(1, len(shown))
    rows = [_row(samples, has_interval, p) for samples in means]
    for row, differences in zip(rows[1:], apart, strict=True):
        for cell, one, is_shown in zip(row, differences, has_interval, strict=True):
            cell["differs"] = is_shown and _leaves_zero_out(one, p)
    return Moves(list(HORIZONS), rows[0], rows[1:], len(shown))


def _kept(row: list[Sample], has_interval: list[bool]) -> list[Sample]:
    pairs = zip(row, has_interval, strict=True)
    return [one for one, is_shown in pairs if is_shown and one.is_enough]


def _row(samples: list[Sample], has_interval: list[bool], p: float) -> list[MoveFigures]:
    pairs = zip(samples, has_interval, strict=True)
    return [_cell(sample, p if is_shown else None) for sample, is_shown in pairs]


def _cell(sample: Sample, p: float | None) -> MoveFigures:
    low, high = (None, None) if p is None else interval_of(sample, p)
    return {
        "n": sample.n,
        "n_dates": sample.n_dates,
        "mean_pct": sample.mean if math.isfinite(sample.mean) else None,
        "low_pct": low,
        "high_pct": high,
        "differs": False,
    }


def interval_of(sample: Sample, p: float) -> tuple[float | None, float | None]:
    """From where to where the mean lies; (None, None) with too little to say."""
    if not sample.is_enough:
        return None, None
    reach = quantile(p, sample.n_dates - 1) * sample.error
    return sample.mean - reach, sample.mean + reach


def _leaves_zero_out(sample: Sample, p: float) -> bool:
    low, high = interval_of(sample, p)
    return low is not None and high is not None and not low <= 0.0 <= high
