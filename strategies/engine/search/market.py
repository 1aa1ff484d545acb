"""What every variant of a search reads: bars, outputs of nodes, and where bars are quiet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strategies.engine.frames import Frame
from strategies.engine.jit import lean
from strategies.engine.types import Bars, Bits, Floats, Int8s, Int64s

# Bars that are looked at as one where no price of them matters.
BLOCK = 16


class Market(NamedTuple):
    """A frame as kernels read it, and what tells quickly that nothing happens on a bar.

    top, bottom : (n,) float64, highest and lowest of open, high, low and close
    block_top, block_bottom : the same of every BLOCK bars
    next_day : (n,) int64, first bar of a later date than bar t's, n when there is none
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
    next_day: Int64s


@lean
def lay_out_nb(bars: Bars, market: Market) -> None:
    """Fill what tells quickly that nothing happens on a bar."""
    n = bars.close.shape[0]
    following = n
    for back in range(n):
        t = n - 1 - back
        if t + 1 < n and bars.day[t + 1] != bars.day[t]:
            following = t + 1
        market.next_day[t] = following
        open_, high, low, close = bars.open[t], bars.high[t], bars.low[t], bars.close[t]
        # Not max and min: bars hold no NaN, and this compiles to one instruction each.
        top = open_ if open_ > high else high
        bottom = open_ if open_ < low else low
        top = close if close > top else top
        bottom = close if close < bottom else bottom
        market.top[t], market.bottom[t] = top, bottom
        block = t // BLOCK
        if t % BLOCK == BLOCK - 1 or back == 0:
            market.block_top[block], market.block_bottom[block] = top, bottom
        else:
            market.block_top[block] = max(market.block_top[block], top)
            market.block_bottom[block] = min(market.block_bottom[block], bottom)


def market_of(frame: Frame) -> Market:
    """Lay out a frame for a search."""
    bars, own = frame.bars, frame.own
    n_blocks = -(-bars.n // BLOCK)
    market = Market(
        bars,
        frame.codes,
        own.bits,
        own.columns,
        own.last.codes,
        own.last.columns,
        own.last.bar,
        top=np.empty(bars.n),
        bottom=np.empty(bars.n),
        block_top=np.empty(n_blocks),
        block_bottom=np.empty(n_blocks),
        next_day=np.empty(bars.n, np.int64),
    )
    lay_out_nb(bars, market)
    return market
