"""The curve of a result as it is drawn: few points that look as all of them would.

Axis 0 is the trade, in exit order; R net of costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from strategies.engine.types import Bars, Floats, Int64s
from strategies.engine.walk.trades import Trade

NS = 1_000_000_000
# Columns of pixels a curve is drawn in.
N_COLUMNS = 600
DECIMALS = 4


class Holding(TypedDict):
    """What the same shares would have made, bought at the first bar and held.

    `r` at the exit of each kept trade; a unit is the median initial risk of the trades.
    """

    r: list[float]
    total_r: float
    max_drawdown_r: float
    change_pct: float
    median_risk: float


class DrawnCurve(TypedDict):
    """Kept trades by number, with exit instants in seconds, cumulative R and R below its peak."""

    n_trades: int
    trades: list[int]
    ts: list[int]
    r: list[float]
    fall: list[float]
    holding: Holding | None


def kept_places(values: Floats, falls: Floats, n_columns: int = N_COLUMNS) -> Int64s:
    """Places of which a picture of n_columns columns is made, ascending.

    Notes
    -----
    Of each column the highest point, the lowest, and the deepest below the peak, beside the first
    and the last of all: what any other would add lies between these. All where there are no more.
    """
    n = int(values.size)
    if n <= 3 * n_columns:
        return np.arange(n)
    edges = np.linspace(0, n, n_columns + 1).astype(np.int64)
    kept = {0, n - 1}
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = values[low:high]
        kept |= {low + int(part.argmax()), low + int(part.argmin())}
        kept.add(low + int(falls[low:high].argmin()))
    return np.array(sorted(kept), np.int64)


def falls_of(values: Floats) -> Floats:
    """Cumulative R below its running maximum, which starts at 0; never above 0."""
    if not values.size:
        return values
    return values - np.maximum(0.0, np.maximum.accumulate(values))


def drawn_curve(trades: Sequence[Trade], visible: Bars, also: Sequence[int] = ()) -> DrawnCurve:
    """The curve of closed trades that count, and beside it that of holding.

    Parameters
    ----------
    trades : in exit order
    visible : the evaluated window
    also : places to keep whatever they look like
    """
    values = np.cumsum([trade.r_multiple for trade in trades]) if trades else np.empty(0)
    falls = falls_of(values)
    kept = np.union1d(kept_places(values, falls), np.array(also, np.int64)).astype(np.int64)
    places = kept.tolist()
    return {
        "n_trades": len(trades),
        "trades": [place + 1 for place in places],
        "ts": [trades[place].exit_fill_ns // NS for place in places],
        "r": values[kept].round(DECIMALS).tolist(),
        "fall": falls[kept].round(DECIMALS).tolist(),
        "holding": _holding([trades[place] for place in places], trades, visible),
    }


def _holding(kept: Sequence[Trade], trades: Sequence[Trade], bars: Bars) -> Holding | None:
    """From the open of the first bar to the close of the exit bars, in units of median risk."""
    if not trades or not bars.n:
        return None
    risk = float(np.median([trade.risk for trade in trades]))
    first = float(bars.open[0])
    if not risk > 0.0 or not np.isfinite(first) or first == 0.0:
        return None
    made = (bars.close - first) / risk
    exits = np.searchsorted(bars.start_ns, [trade.exit_bar_ns for trade in kept])
    return {
        "r": made[np.minimum(exits, bars.n - 1)].round(DECIMALS).tolist(),
        "total_r": float(made[-1]),
        "max_drawdown_r": float(falls_of(made).min()),
        "change_pct": 100.0 * (float(bars.close[-1]) / first - 1.0),
        "median_risk": risk,
    }
