"""Stochastic Oscillator, written from its definition."""

import math

from strategies.engine.tests.twins.words import NAN, above, below, word


def mean(values, n):
    """Mean of the last n, NaN while there are fewer or one of them is missing."""
    out = []
    for t in range(len(values)):
        total = 0.0
        for x in values[max(0, t + 1 - n) : t + 1]:
            total += x
        out.append(total / n if t + 1 >= n else NAN)
    return out


def raw(bars, n):
    out = []
    for t, close in enumerate(bars.close.tolist()):
        window = slice(max(0, t + 1 - n), t + 1)
        low, high = min(bars.low[window].tolist()), max(bars.high[window].tolist())
        value = 100.0 * (close - low) / (high - low) if high > low else 50.0
        out.append(value if t + 1 >= n else NAN)
    return out


def state(k, d, ob, os, mid):
    if math.isnan(k) or math.isnan(d):
        return None
    if k >= ob:
        return "OVERBOUGHT_BEARISH" if k < d else "OVERBOUGHT_BULLISH"
    if k <= os:
        return "OVERSOLD_BULLISH" if k > d else "OVERSOLD_BEARISH"
    return "BULLISH_MIDRANGE" if k >= mid else "BEARISH_MIDRANGE"


def twin(bars, parameters):
    (n, n_k, n_d), (ob, os, mid) = map(int, parameters[:3]), parameters[3:]
    k = mean(raw(bars, n), n_k)
    d = mean(k, n_d)
    middle, bits = [mid] * len(k), []
    for t, now in enumerate(k):
        was = k[t - 1] if t else NAN
        over, under = above(k, d, t), below(k, d, t)
        between = os < now < ob
        bits.append(
            word(
                over and now <= os,
                under and now >= ob,
                over and between,
                under and between,
                now >= ob and was < ob,
                now < ob and was >= ob,
                now <= os and was > os,
                now > os and was <= os,
                above(k, middle, t),
                below(k, middle, t),
            )
        )
    return [k, d], [state(*lines, ob, os, mid) for lines in zip(k, d, strict=True)], bits
