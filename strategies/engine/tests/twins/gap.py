"""Gaps, written from their definition: each bar looks over the bars of its date."""

import math

from strategies.engine.tests.twins.prior_day import day_before
from strategies.engine.tests.twins.vwap import session_rows


def opened(open_, c, percent):
    if math.isnan(c):
        return None
    share = percent / 100.0
    if open_ >= (c * (1.0 + share) if c >= 0 else c * (1.0 - share)):
        return "GAP_UP"
    if open_ <= (c * (1.0 - share) if c >= 0 else c * (1.0 + share)):
        return "GAP_DOWN"
    return "NO_GAP"


def touches(kind, bars, t, c):
    return (kind == "GAP_UP" and bars.low[t] <= c) or (kind == "GAP_DOWN" and bars.high[t] >= c)


def twin(bars, parameters):
    lines, states, words = [], [], []
    for t, first in enumerate(session_rows(bars)):
        c = day_before(bars, first)[2]
        kind = opened(float(bars.open[first]), c, parameters[0])
        filled_at = next((i for i in range(first, t + 1) if touches(kind, bars, i, c)), None)
        lines.append(c)
        states.append(kind if filled_at is None else "FILLED")
        words.append(int(filled_at == t))
    return [lines], states, words
