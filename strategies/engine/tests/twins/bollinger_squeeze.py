"""Bollinger Squeeze, written from its definition."""

import math

from strategies.engine.tests.twins.bollinger_bands import bands
from strategies.engine.tests.twins.words import above, below, word


def name_of(close, basis, upper, lower, percent, limit):
    rules = (
        ("SQUEEZE", percent <= limit),
        ("ABOVE_UPPER", close > upper),
        ("BELOW_LOWER", close < lower),
        ("MID_ZONE", abs(close - basis) <= 0.25 * (upper - lower)),
        ("UPPER_ZONE", close > basis),
        ("LOWER_ZONE", True),
    )
    return next(name for name, holds in rules if holds)


def twin(bars, parameters):
    limit = parameters[2]
    basis, upper, lower, width = bands(bars, int(parameters[0]), parameters[1])
    percent = [100.0 * w for w in width]
    close, states, bits = bars.close.tolist(), [], []
    for t, c in enumerate(close):
        row = (c, basis[t], upper[t], lower[t], percent[t])
        states.append(name_of(*row, limit) if upper[t] > lower[t] else None)
        crosses = (above(close, upper, t), below(close, lower, t))
        crosses += (above(close, basis, t), below(close, basis, t))
        both = t > 0 and not math.isnan(percent[t]) and not math.isnan(percent[t - 1])
        now, was = percent[t] <= limit, both and percent[t - 1] <= limit
        bits.append(word(*crosses, both and now and not was, was and not now))
    return [basis, upper, lower, percent], states, bits
