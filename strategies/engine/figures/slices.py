"""Mean R of parts of the trades, with intervals that hold for all parts of a page together.

Axis 0 is the trade, in exit order; R net of costs; closed trades only; nothing is annualised.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypedDict

import numpy as np

from strategies.engine.figures.students_t import quantile
from strategies.engine.types import Floats, Int64s

FEWEST_TRADES, FEWEST_DATES = 30, 10
# What lies outside of an interval on either side.
OUTSIDE = 0.025


class Interval(TypedDict):
    """Ends in R: of the slice by itself, and of all slices of the page together."""

    low: float
    high: float
    family_low: float
    family_high: float


class Slice(TypedDict):
    """The trades of one slice; `interval` is None where there are too few."""

    n: int
    n_dates: int
    win_rate: float
    mean_r: float
    total_r: float
    interval: Interval | None


class Spread(TypedDict):
    """How far a mean may be off: its standard error, and the dates it rests on."""

    error: float
    n_dates: int


def slice_intervals(
    rs: Floats, dates: Int64s, places: Mapping[str, Int64s], n_slices: int | None = None
) -> dict[str, Slice]:
    """Figures of each slice, with 95 % intervals of mean R.

    Parameters
    ----------
    rs : (n,) R of the trades
    dates : (n,) the date on which each trade counts, as an ordinal
    places : for each slice the places of its trades, ascending
    n_slices : slices of the page that have an interval; counted here when None

    Notes
    -----
    Trades of a date are taken as one observation. With S the sum of R and n the trades of a date, N
    all trades of the slice, D its dates and m its mean: ``u = (S - m n) / N`` per date,
    ``se = √(D/(D-1) Σu²)``, ``m ± t(1 - .025/K; D - 1) se``; K is 1 for a slice by itself and
    the number of slices with an interval for the family, so that all of them hold on 95 of 100
    pages. There is none below 30 trades or 10 dates, nor where all trades have the same R.
    """
    spreads = {name: _spread(rs[at], dates[at]) for name, at in places.items()}
    known = sum(one is not None for one in spreads.values()) if n_slices is None else n_slices
    return {name: _slice(rs[at], dates[at], spreads[name], known) for name, at in places.items()}


def _slice(rs: Floats, dates: Int64s, spread: Spread | None, n_slices: int) -> Slice:
    mean = float(rs.mean()) if rs.size else 0.0
    return {
        "n": int(rs.size),
        "n_dates": int(np.unique(dates).size),
        "win_rate": 100.0 * float((rs > 0.0).mean()) if rs.size else 0.0,
        "mean_r": mean,
        "total_r": float(rs.sum()),
        "interval": None if spread is None else _interval(mean, spread, n_slices),
    }


def _spread(rs: Floats, dates: Int64s) -> Spread | None:
    """The standard error of the mean over dates; None where there is too little for one."""
    found, place = np.unique(dates, return_inverse=True)
    n_dates = int(found.size)
    if rs.size < FEWEST_TRADES or n_dates < FEWEST_DATES:
        return None
    sums, counts = np.bincount(place, rs), np.bincount(place)
    off = (sums - rs.mean() * counts) / rs.size
    error = math.sqrt(n_dates / (n_dates - 1) * float(off @ off))
    # What is left of equal results by rounding is no spread.
    if not math.isfinite(error) or error <= 1e-12 * max(1.0, float(np.abs(rs).max())):
        return None
    return {"error": error, "n_dates": n_dates}


def _interval(mean: float, spread: Spread, n_slices: int) -> Interval:
    alone, family = (
        spread["error"] * quantile(1.0 - OUTSIDE / k, spread["n_dates"] - 1)
        for k in (1, max(1, n_slices))
    )
    return {
        "low": mean - alone,
        "high": mean + alone,
        "family_low": mean - family,
        "family_high": mean + family,
    }
