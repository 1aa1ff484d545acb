"""True range and its Wilder average, which UT Bot and SuperTrend share. Not a pack.

The ATR of stops and targets is another average: see `atr.py`.
"""

from __future__ import annotations

from strategies.engine.indicators.building_blocks import ema_nb
from strategies.engine.jit import kernel


@kernel
def true_range_nb(high: float, low: float, close_before: float) -> float:
    """How far a bar reached, the gap from the close before it included."""
    return max(high - low, abs(high - close_before), abs(low - close_before))


@kernel
def wilder_atr_nb(period: float, atr: float, high: float, low: float, close_before: float) -> float:
    """The Wilder average of the true range after one more bar.

    Parameters
    ----------
    period : weight of the new value is its inverse
    atr : the average so far; the first one is the high less the low of the first bar
    high, low : of the new bar
    close_before : of the bar before it
    """
    return ema_nb(1.0 / period, atr, true_range_nb(high, low, close_before))
