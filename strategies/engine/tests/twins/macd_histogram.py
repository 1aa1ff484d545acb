"""MACD Histogram, written from its definition."""

import math

from strategies.engine.tests.twins.words import NAN, above, below, ema, from_bar, word


def twin(bars, periods):
    fast, slow, n_signal = map(int, periods)
    close = bars.close.tolist()
    line = [f - s for f, s in zip(ema(close, fast), ema(close, slow), strict=True)]
    both = zip(line, ema(line, n_signal), strict=True)
    x = from_bar([value - signal for value, signal in both], slow + n_signal - 1)
    zero, change, states, bits = [0.0] * len(x), [], [], []
    for t, value in enumerate(x):
        one, two = (x[t - 1] if t else NAN), (x[t - 2] if t > 1 else NAN)
        change.append(value - one)
        name = ("H+" if value > 0 else "H-") + ("up" if value > one else "dn")
        states.append(None if math.isnan(value) or math.isnan(one) else name)
        turns = (value > one and one < two, value < one and one > two)
        bits.append(word(above(x, zero, t), below(x, zero, t), *turns))
    return [x, [v if v <= 0 else NAN for v in x], change], states, bits
