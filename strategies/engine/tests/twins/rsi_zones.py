"""RSI Zones, written from its definition."""

import math
from itertools import pairwise

from strategies.engine.tests.twins.words import NAN, above, below, word


def wilder(values, n):
    a, out = 1.0 / n, []
    for x in values:
        out.append(x if not out else a * x + (1.0 - a) * out[-1])
    return out


def rsi(close, n):
    changes = [b - a for a, b in pairwise(close)]
    gains = wilder([max(0.0, x) for x in changes], n)
    losses = wilder([max(0.0, -x) for x in changes], n)
    pairs = zip(gains, losses, strict=True)
    values = [NAN, *(100.0 if d == 0 else 100.0 - 100.0 / (1.0 + u / d) for u, d in pairs)]
    return [NAN if t < n else x for t, x in enumerate(values[: len(close)])]


def zone(x, ob, os, xob, xos, mid):
    rules = (
        ("EXTREME_OVERBOUGHT", x >= mid and x >= xob),
        ("OVERBOUGHT", x >= mid and x >= ob),
        ("BULLISH_NEUTRAL", x >= mid),
        ("BEARISH_NEUTRAL", x > os),
        ("OVERSOLD", x > xos),
        ("EXTREME_OVERSOLD", True),
    )
    return None if math.isnan(x) else next(name for name, holds in rules if holds)


def twin(bars, parameters):
    n, (ob, os, xob, xos, mid) = int(parameters[0]), parameters[1:]
    x = rsi(bars.close.tolist(), n)
    middle, bits = [mid] * len(x), []
    for t, now in enumerate(x):
        was = x[t - 1] if t else NAN
        up, down = above(x, middle, t), below(x, middle, t)
        leaves_high, leaves_low = now < ob and was >= ob, now > os and was <= os
        bits.append(
            word(
                now >= ob and was < ob,
                now <= os and was > os,
                leaves_high,
                leaves_low,
                now >= xob and was < xob,
                now <= xos and was > xos,
                up,
                down,
                leaves_high,
                leaves_low,
                down,
                up,
            )
        )
    return [x], [zone(value, ob, os, xob, xos, mid) for value in x], bits
