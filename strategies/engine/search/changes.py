"""A strategy with one thing changed, many times over: what each change makes of its trades.

Every change is walked like the strategy itself, over outputs that all of them share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from strategies.engine.program.framing import shared_frame
from strategies.engine.program.program import Position, compile_program
from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bars, BarsLike, Floats, Int64s, Rows
from strategies.engine.walk.hifi import Finer
from strategies.engine.walk.positions import UNCOUNTED
from strategies.engine.walk.trade_list import net_r_multiples

_UNCOUNTED = [int(reason) for reason in UNCOUNTED]


class Taken(NamedTuple):
    """The closed trades that count of one variant, in the order they were left.

    trade_rows : (n,) TRADE
    r : (n,) float64, R net of costs
    exit_day : (n,) trading date on which each was left, as `Bars.day` has it
    """

    trade_rows: Rows
    r: Floats
    exit_day: Int64s


def trades_of_each(
    specs: Sequence[StrategySpec],
    bars: Bars,
    others: Mapping[str, BarsLike] | None = None,
    *,
    first_visible_index: int = 0,
    finer: Sequence[Finer | None] | None = None,
) -> Iterator[Taken]:
    """The trades of each strategy; all are of one symbol, timeframe and session.

    Bars and outputs are those that each of them alone would read: equal trades come of it. `finer`
    decides trades of each whose R limits count, see `Program.walk`.
    """
    programs = [compile_program(spec) for spec in specs]
    frame = shared_frame(programs, bars, others)
    deciders = finer or [None] * len(programs)
    for program, decide in zip(programs, deciders, strict=True):
        advance = program.walk(
            Position(), frame, first_visible_index=first_visible_index, finer=decide
        )
        yield taken(program.spec, advance.trade_rows, bars)


def taken(spec: StrategySpec, rows: Rows, bars: Bars) -> Taken:
    """Of TRADE rows over a whole history those that count."""
    counted = rows[~np.isin(rows["reason"], _UNCOUNTED)]
    days: Int64s = bars.day[counted["exit_index"]].astype(np.int64)
    return Taken(counted, net_r_multiples(spec, counted), days)
