"""Bars of a strategy as its checks take them, and the trades it made on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from strategies.engine.program.advance import Advance
from strategies.engine.program.program import Program
from strategies.engine.types import Bars, Floats, Int64s
from strategies.engine.walk.hifi import Finer
from strategies.engine.walk.trades import Trade, counted

# Asked between steps with what is done and what there is; False ends the check early.
GoOn = Callable[[int, int], bool]
# Fewer trades than this say little about a strategy.
ENOUGH_TRADES = 30


def always(_done: int, _total: int) -> bool:
    """Go on until everything is done."""
    return True


class History(NamedTuple):
    """The loaded bars; entries are possible from `first_visible_index` on.

    `others` holds, by series, bars of other timeframes; `finer` decides trades where limits count
    what finer bars make of them.
    """

    bars: Bars
    others: Mapping[str, Bars] = {}
    first_visible_index: int = 0
    finer: Finer | None = None

    def until(self, index: int) -> History:
        """What was known at the close of a bar, and nothing else."""
        known_ns = self.bars.close_ns[index]
        others = {
            name: bars.take(slice(0, int(np.searchsorted(bars.close_ns, known_ns, "right"))))
            for name, bars in self.others.items()
        }
        return self._replace(bars=self.bars.take(slice(0, index + 1)), others=others)

    def backtest(self, program: Program) -> Advance:
        return program.backtest(
            self.bars,
            self.others,
            first_visible_index=self.first_visible_index,
            finer=self.finer,
        )


class Sample(NamedTuple):
    """Closed trades that count, in order, as columns of shape (n,).

    `entry_index` and `exit_index` are bars of the history, `risk` is the initial risk per share in
    quote currency, > 0, `r` the net result in R.
    """

    entry_index: Int64s
    exit_index: Int64s
    risk: Floats
    r: Floats

    @property
    def n(self) -> int:
        return int(self.r.shape[0])

    @classmethod
    def of(cls, trades: Sequence[Trade]) -> Sample:
        trades = counted(trades)
        return cls(
            np.array([trade.entry_index for trade in trades], np.int64),
            np.array([trade.exit_index for trade in trades], np.int64),
            np.array([trade.risk for trade in trades], np.float64),
            np.array([trade.r_multiple for trade in trades], np.float64),
        )


def rows_of(n_columns: int, n_rows: int, limit: int = 2_000_000) -> list[int]:
    """Sizes of blocks of rows so that a block holds at most about `limit` numbers."""
    size = max(1, limit // max(1, n_columns))
    sizes = [size] * (n_rows // size)
    return [*sizes, n_rows % size] if n_rows % size else sizes
