"""The day before, written from its definition: each bar looks back for the date before its own."""

import math

from strategies.engine.tests.twins.vwap import session_rows
from strategies.engine.tests.twins.words import NAN, above, below, word


def day_before(bars, first):
    """High, low and close of the date that ends before bar `first`; all missing without one."""
    if first == 0:
        return NAN, NAN, NAN
    rows = [i for i in range(first) if bars.day[i] == bars.day[first - 1]]
    top, bottom = max(bars.high[rows].tolist()), min(bars.low[rows].tolist())
    return top, bottom, float(bars.close[rows[-1]])


def state_of(close, top, bottom, last):
    if math.isnan(last):
        return None
    if close > top:
        return "ABOVE_HIGH"
    if close < bottom:
        return "BELOW_LOW"
    return "UPPER" if close >= last else "LOWER"


def twin(bars, parameters):
    close, firsts = bars.close.tolist(), session_rows(bars)
    found = {first: day_before(bars, first) for first in set(firsts)}
    lines = [list(column) for column in zip(*(found[first] for first in firsts), strict=True)]
    tops, bottoms, lasts = lines
    states = [state_of(c, *found[first]) for c, first in zip(close, firsts, strict=True)]
    words = []
    for t, first in enumerate(firsts):
        outer = above(close, tops, t), below(close, bottoms, t)
        crosses = word(*outer, above(close, lasts, t), below(close, lasts, t))
        words.append(0 if t == first else crosses)
    return lines, states, words
