"""Luck p: how often chance alone does as well as the best of everything that was tried.

Hansen's test of superior predictive ability, with the deviation of each sample. Only the largest
statistic per sample is kept: memory doesn't grow with the number of variants, and runs over the
same dates merge by the larger of each two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from strategies.engine.evidence.resamples import (
    N_RESAMPLES,
    Resamples,
    dates_digest,
    resamples_of,
)
from strategies.engine.evidence.tally import (
    LEAST_TRADING_DATES,
    Tally,
    new_tally,
    statistic_nb,
    total_nb,
    weigh_rows_nb,
)
from strategies.engine.figures.metrics_daily import DATES_PER_YEAR
from strategies.engine.types import Floats, Int64s

LEAST_DATES = 60


@dataclass
class Luck:
    """What chance does beside a search, chunk by chunk.

    `digest` recognises the dates. Only instances over the same dates and samples may be merged.
    """

    digest: str
    resamples: Resamples
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        self.tally = new_tally(self.resamples)

    @classmethod
    def over(cls, days: Sequence[int] | Int64s, n_resamples: int = N_RESAMPLES) -> Luck:
        """Over these dates, ordinals in ascending order."""
        return cls(dates_digest(days), resamples_of(days, n_resamples))

    @property
    def n_dates(self) -> int:
        return self.resamples.n_dates

    @property
    def n_tried(self) -> int:
        return int(self.tally.n[0])

    @property
    def n_in_maximum(self) -> int:
        """Those with ten trading dates and a deviation."""
        return int(self.tally.n[1])

    @property
    def best(self) -> float:
        """The largest statistic of all variants, at least 0."""
        return float(self.tally.top[0])

    @property
    def maxima(self) -> Floats:
        """The largest statistic of each sample, (B,), at least 0."""
        found: Floats = np.sqrt(self.tally.most[: self.resamples.n].astype(np.float64))
        return found

    def add(self, columns: Floats, n_trading_dates: Int64s | None = None) -> Floats:
        """Weigh variants; answers the statistic of each, NaN for those left out of the maximum.

        Parameters
        ----------
        columns : (D, k) float64, net R per date and variant, 0 without a trade
        n_trading_dates : (k,) dates with a trade; by default those with R
        """
        if columns.ndim != 2 or columns.shape[0] != self.n_dates:
            raise ValueError(f"{columns.shape} are not columns of {self.n_dates} dates")
        if n_trading_dates is None:
            n_trading_dates = np.count_nonzero(columns, axis=0)
        found = np.empty(columns.shape[1])
        rows = np.ascontiguousarray(columns.T, np.float64)
        weigh_rows_nb(self.tally, rows, np.asarray(n_trading_dates, np.int64), found)
        return found

    def count(self, n_variants: int) -> None:
        """Variants that were tried and have too few trades to be weighed."""
        self.tally.n[0] += n_variants

    def merge(self, other: Luck) -> None:
        """Take over what another has seen of the same dates."""
        if (other.digest, other.resamples.n) != (self.digest, self.resamples.n):
            raise ValueError("only runs over the same dates merge")
        np.maximum(self.tally.most, other.tally.most, out=self.tally.most)
        np.maximum(self.tally.top, other.tally.top, out=self.tally.top)
        self.tally.n[:] += other.tally.n

    def p(self, t: float | None = None) -> float | None:
        """Luck p of the run, or of one of its rows; None where it is not shown."""
        return luck_p(self.maxima, self.best if t is None else t, self.n_dates)


def statistic(daily: Floats, n_trading_dates: int) -> float:
    """The statistic of one variant, as a search forms it; NaN where it stays out of the maximum.

    Parameters
    ----------
    daily : (D,) float64, net R per date, 0 without a trade
    """
    if n_trading_dates < LEAST_TRADING_DATES:
        return math.nan
    r = daily[daily != 0.0]
    total = total_nb.python(r, r.size)
    return statistic_nb.python(r, r.size, daily.size, total)


def luck_p(maxima: Floats | Sequence[float], t: float, n_dates: int) -> float | None:
    """Share of samples, and of the dates themselves, in which luck alone does as well.

    Parameters
    ----------
    maxima : (B,) largest statistic of each sample, over everything that was tried
    t : statistic of the run or of the row, single step; NaN with less than ten trading dates

    Returns
    -------
    ``(1 + #{T* >= T}) / (1 + B)``; None below 60 dates, for NaN and without any sample.
    """
    if n_dates < LEAST_DATES or math.isnan(t) or not len(maxima):
        return None
    return exceedance(maxima, t)


def exceedance(maxima: Floats | Sequence[float], t: float) -> float:
    """The same without a least number of dates."""
    found = np.asarray(maxima, np.float64)
    return (1 + int((found >= max(0.0, t)).sum())) / (1 + found.size)


def merged(runs: Sequence[Floats | Sequence[float]]) -> Floats:
    """The maxima of runs over the same dates as those of one run."""
    found: Floats = np.max(np.asarray(runs, np.float64), axis=0)
    return found


def annual(t: float, n_dates: int) -> float:
    """The annual Sharpe ratio of a statistic over D dates."""
    return t * math.sqrt(DATES_PER_YEAR / n_dates)


def reached(maxima: Floats | Sequence[float], n_dates: int) -> float:
    """Annual Sharpe ratio that luck alone reaches, given how alike the tries are."""
    return annual(float(np.mean(np.asarray(maxima, np.float64))), n_dates)
