"""The opening range, written from its definition: each bar looks back over its date."""

import math

from strategies.engine.tests.twins.vwap import session_rows
from strategies.engine.tests.twins.words import NAN, above, below, word

MINUTE_NS = 60_000_000_000


def range_of(bars, first, t, end):
    """High and low of the date's bars up to t that start before the end; None without one."""
    rows = [i for i in range(first, t + 1) if int(bars.start_ns[i]) < end]
    if not rows:
        return NAN, NAN
    return max(float(bars.high[i]) for i in rows), min(float(bars.low[i]) for i in rows)


def state_of(close, top, bottom):
    if math.isnan(top):
        return None
    return "ABOVE" if close > top else "BELOW" if close < bottom else "INSIDE"


def twin(bars, parameters):
    close, tops, bottoms, states = bars.close.tolist(), [], [], []
    firsts = session_rows(bars)
    for t, first in enumerate(firsts):
        end = int(bars.session_open_ns[t]) + int(parameters[0]) * MINUTE_NS
        if int(bars.close_ns[t]) < end:
            top, bottom, state = NAN, NAN, "FORMING"
        else:
            top, bottom = range_of(bars, first, t, end)
            state = state_of(close[t], top, bottom)
        tops.append(top)
        bottoms.append(bottom)
        states.append(state)
    words = []
    for t, first in enumerate(firsts):
        is_back = states[t] == "INSIDE" and states[t - 1] in ("ABOVE", "BELOW")
        found = word(above(close, tops, t), below(close, bottoms, t), is_back)
        words.append(0 if t == first else found)
    return [tops, bottoms], states, words
