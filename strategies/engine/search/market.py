"""What every variant of a search reads: bars, outputs of nodes, and where bars are quiet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strategies.engine.jit import lean
from strategies.engine.nodes.frames import Frame
from strategies.engine.types import Bars, Bits, Floats, Int8s, Int32s

# Bars that are looked at as one where no price of them matters.
BLOCK = 16


class Market(NamedTuple):
    """A frame as kernels read it, and what tells quickly that nothing happens on a bar.

    top, bottom : (n,) float64, highest and lowest of open, high, low and close
    block_top, block_bottom : the same of every BLOCK bars
    next_day : (n,) int32, first bar of a later date than bar t's, n when there is none
    """

    bars: Bars
    codes: Int8s
    bits: Bits
    columns: Floats
    last_codes: Int8s
    last_columns: Floats
    last_bar: Floats
    top: Floats
    bottom: Floats
    block_top: Floats
    block_bottom: Floats
    next_day: Int32s


@lean
def is_plain_nb(bars: Bars) -> bool:
    """Whether no bar opens or closes outside its range."""
    for t in range(bars.close.shape[0]):
        high, low = bars.high[t], bars.low[t]
        if not (low <= bars.open[t] <= high and low <= bars.close[t] <= high):
            return False
    return True


@lean
def lay_out_nb(market: Market) -> None:
    """Fill the extremes of blocks and the first bar of each next date."""
    day, n = market.bars.day, market.top.shape[0]
    following = n
    for back in range(n):
        t = n - 1 - back
        if t + 1 < n and day[t + 1] != day[t]:
            following = t + 1
        market.next_day[t] = following
        block, top, bottom = t // BLOCK, market.top[t], market.bottom[t]
        if t % BLOCK == BLOCK - 1 or back == 0:
            market.block_top[block], market.block_bottom[block] = top, bottom
        else:
            market.block_top[block] = max(market.block_top[block], top)
            market.block_bottom[block] = min(market.block_bottom[block], bottom)


def market_of(frame: Frame) -> Market:
    """Lay out a frame for a search."""
    bars, own = frame.bars, frame.own
    n_blocks = -(-bars.n // BLOCK)
    top, bottom = bars.high, bars.low
    if not is_plain_nb(bars):
        ends = np.maximum(bars.open, bars.close), np.minimum(bars.open, bars.close)
        top, bottom = np.maximum(top, ends[0]), np.minimum(bottom, ends[1])
    market = Market(
        bars,
        frame.codes,
        own.bits,
        own.columns,
        own.last.codes,
        own.last.columns,
        own.last.bar,
        top=top,
        bottom=bottom,
        block_top=np.empty(n_blocks),
        block_bottom=np.empty(n_blocks),
        next_day=np.empty(bars.n, np.int32),
    )
    lay_out_nb(market)
    return market
