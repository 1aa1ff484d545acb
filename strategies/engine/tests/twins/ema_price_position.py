"""EMA Price Position, written from its definition."""

import math

from strategies.engine.tests.twins.words import above, below, ema, from_bar, word


def order(close, short, mid, long):
    """The letters of the four, greatest first; of equal ones the earlier of P, S, M, L."""
    values = {"P": close, "S": short, "M": mid, "L": long}
    return "".join(sorted(values, key=lambda letter: -values[letter]))


def twin(bars, periods):
    close = bars.close.tolist()
    lines = [from_bar(ema(close, int(n)), int(n)) for n in periods]
    short, mid, _ = lines
    states, bits = [], []
    for t, values in enumerate(zip(close, *lines, strict=True)):
        states.append(None if any(map(math.isnan, values)) else order(*values))
        crosses = (above(close, short, t), below(close, short, t), above(close, mid, t))
        bits.append(word(*crosses, below(close, mid, t)))
    return lines, states, bits
