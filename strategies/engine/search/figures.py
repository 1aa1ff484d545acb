"""Figures of one variant, what it must reach to be kept, and what variants are ranked by.

Sums run over trades in exit order, from 0.0 and one after the other, as the ordinary path forms
them: equal trades give equal bits.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from strategies.engine.jit import inlined, lean
from strategies.engine.types import fields_of

if TYPE_CHECKING:
    from strategies.engine.types import Floats, Rows


class FiguresRow:
    """Figures of one variant.

    `loss_r` is the size of the sum of negative R, `max_r_drawdown` is never positive.
    """

    trades: int
    wins: int
    total_r: float
    gain_r: float
    loss_r: float
    max_r_drawdown: float


FIGURES = np.dtype(fields_of(FiguresRow))


class Rank(IntEnum):
    """What variants may be ranked by, the largest first."""

    TRADES = 0
    WIN_RATE = 1
    PROFIT_FACTOR = 2
    AVG_R = 3
    TOTAL_R = 4
    DAILY_R = 5
    R_SQUARED = 6
    MAX_R_DRAWDOWN = 7


RANK_NAMES = {
    "total_trades": Rank.TRADES,
    "win_rate": Rank.WIN_RATE,
    "profit_factor": Rank.PROFIT_FACTOR,
    "avg_r": Rank.AVG_R,
    "total_r": Rank.TOTAL_R,
    "daily_r": Rank.DAILY_R,
    "r_squared": Rank.R_SQUARED,
    "max_r_drawdown": Rank.MAX_R_DRAWDOWN,
}

_TRADES, _WIN_RATE, _FACTOR = int(Rank.TRADES), int(Rank.WIN_RATE), int(Rank.PROFIT_FACTOR)
_AVG, _TOTAL, _DAILY = int(Rank.AVG_R), int(Rank.TOTAL_R), int(Rank.DAILY_R)
_R_SQUARED = int(Rank.R_SQUARED)


class Demands(NamedTuple):
    """What a variant must reach to be kept, the days its figures span, and its rank.

    A bound of minus infinity demands nothing. `n_days` is at least 1.
    """

    rank: int
    n_days: int
    min_trades: int
    min_win_rate: float
    min_profit_factor: float
    min_daily_r: float
    min_r_squared: float


def demands(
    rank: str = "total_r",
    *,
    n_days: int = 1,
    min_trades: int = 0,
    min_win_rate: float | None = None,
    min_profit_factor: float | None = None,
    min_daily_r: float | None = None,
    min_r_squared: float | None = None,
) -> Demands:
    """Demands in the types kernels are compiled for; None demands nothing."""
    bounds = (min_win_rate, min_profit_factor, min_daily_r, min_r_squared)
    return Demands(
        int(RANK_NAMES[rank]),
        max(int(n_days), 1),
        int(min_trades),
        *(-math.inf if bound is None else float(bound) for bound in bounds),
    )


def new_figures(n: int) -> Rows:
    """(n,) FIGURES of variants without trades."""
    return np.zeros(n, FIGURES)


@inlined
def win_rate_nb(figures: FiguresRow) -> float:
    """Wins per hundred trades, 0 without trades."""
    return 100.0 * figures.wins / figures.trades if figures.trades > 0 else 0.0


@inlined
def profit_factor_nb(figures: FiguresRow) -> float:
    """Gains over losses; infinite with gains and no loss, 0 without both."""
    if figures.loss_r == 0.0:
        return math.inf if figures.gain_r > 0.0 else 0.0
    return float(figures.gain_r / figures.loss_r)


@lean
def r_squared_nb(curve: Floats, n: int) -> float:
    """Squared correlation of cumulative R with 0 .. n - 1, as `metrics.r_squared` forms it.

    Parameters
    ----------
    curve : (>= n,) float64, cumulative R of the first n trades
    """
    largest = 0.0
    for i in range(n):
        if not math.isfinite(curve[i]):
            return 0.0
        largest = max(largest, abs(curve[i]))
    if n < 2 or largest == 0.0:
        return 0.0
    _, exponent = math.frexp(largest)
    mean_x, total = (n - 1) / 2.0, 0.0
    for i in range(n):
        total += math.ldexp(curve[i], -exponent)
    mean_y = total / n
    sxx, syy, sxy = 0.0, 0.0, 0.0
    for i in range(n):
        x, y = i - mean_x, math.ldexp(curve[i], -exponent) - mean_y
        sxx += x * x
        syy += y * y
        sxy += x * y
    return sxy * sxy / (sxx * syy) if sxx * syy > 0.0 else 0.0


@inlined
def is_enough_nb(figures: FiguresRow, demand: Demands) -> bool:
    """Whether a variant reaches what is demanded, the correlation left aside."""
    return bool(
        figures.trades >= demand.min_trades
        and win_rate_nb(figures) >= demand.min_win_rate
        and profit_factor_nb(figures) >= demand.min_profit_factor
        and figures.total_r / demand.n_days >= demand.min_daily_r
    )


@inlined
def needs_curve_nb(demand: Demands) -> bool:
    """Whether the correlation decides anything."""
    return demand.rank == _R_SQUARED or demand.min_r_squared > -math.inf


@inlined
def score_nb(figures: FiguresRow, demand: Demands, r_squared: float) -> float:
    """The figure that variants are ranked by."""
    rank, score = demand.rank, float(figures.max_r_drawdown)
    if rank == _TRADES:
        score = float(figures.trades)
    elif rank == _WIN_RATE:
        score = win_rate_nb(figures)
    elif rank == _FACTOR:
        score = profit_factor_nb(figures)
    elif rank == _AVG:
        score = figures.total_r / figures.trades if figures.trades > 0 else 0.0
    elif rank == _TOTAL:
        score = figures.total_r
    elif rank == _DAILY:
        score = figures.total_r / demand.n_days
    elif rank == _R_SQUARED:
        score = r_squared
    return score
