"""Relative Volume, written from its definition."""

import math

from strategies.engine.tests.twins.words import NAN, above, word


def twin(bars, parameters):
    n, high, extreme = int(parameters[0]), parameters[1], parameters[2]
    volume, values = bars.volume.tolist(), []
    for t, v in enumerate(volume):
        window, total = volume[max(0, t + 1 - n) : t + 1], 0.0
        for x in window:
            total += x
        mean = total / len(window)
        values.append(v / mean if t + 1 >= 5 and mean > 0 else NAN)
    names = (("EXTREME", extreme), ("HIGH", high), ("NORMAL", 0.75), ("LOW", 0.5))
    states, bits = [], []
    for t, x in enumerate(values):
        name = next((name for name, limit in names if x > limit), "MINIMAL")
        states.append(None if math.isnan(x) else name)
        highs, extremes = [high] * len(values), [extreme] * len(values)
        fades = t > 0 and x < 1.0 and values[t - 1] >= 1.0
        bits.append(word(above(values, highs, t), above(values, extremes, t), fades))
    return [values], states, bits
