"""Strat Assistant, written from its definition."""

from strategies.engine.tests.twins.words import word


def twin(bars, parameters):
    wick = parameters[0]
    columns = (bars.open, bars.high, bars.low, bars.close)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    states, bits = [], []
    for t, (open_, high, low, close) in enumerate(rows):
        if t == 0:
            states.append(None)
            bits.append(0)
            continue
        _, top, bottom, _ = rows[t - 1]
        names = {(0, 0): "INSIDE", (1, 1): "OUTSIDE", (1, 0): "TWO_UP", (0, 1): "TWO_DOWN"}
        name = names[high > top, low < bottom]
        span = wick * (high - low)
        shooter = max(open_, close) < high - span and name != "INSIDE"
        hammer = min(open_, close) > low + span and name != "INSIDE"
        order = ("TWO_UP", "TWO_DOWN", "OUTSIDE", "INSIDE")
        states.append(name)
        bits.append(word(*(name == n for n in order), shooter, hammer))
    return [], states, bits
