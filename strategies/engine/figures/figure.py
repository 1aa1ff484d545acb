"""What one of the extended figures is, and what it is computed from."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from strategies.engine.types import Floats

FEWEST_TRADES = 5


class Sample(NamedTuple):
    """R by trade in exit order, R by trading date, and the money."""

    rs: Floats
    daily: Floats
    risk_per_trade: float
    starting_balance: float
    n_trials: int

    @property
    def mean_amount(self) -> float:
        """Of a trading date, in quote currency."""
        return float(self.daily.mean()) * self.risk_per_trade


class Figure(NamedTuple):
    """How a figure is computed, and from how many closed trades on."""

    compute: Callable[[Sample], float | None]
    minimum: int = FEWEST_TRADES
