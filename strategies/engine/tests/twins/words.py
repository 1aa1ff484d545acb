"""What twins share: plain lists in, plain lists out."""

import math

NAN = math.nan


def ema(values, n):
    a, out = 2.0 / (n + 1.0), []
    for x in values:
        out.append(x if not out else a * x + (1.0 - a) * out[-1])
    return out


def from_bar(values, n):
    """Missing (NaN) on the first n - 1 bars."""
    return [NAN] * min(n - 1, len(values)) + list(values[n - 1 :])


def above(x, y, t):
    if t == 0 or any(math.isnan(v) for v in (x[t], y[t], x[t - 1], y[t - 1])):
        return False
    return x[t] > y[t] and x[t - 1] <= y[t - 1]


def below(x, y, t):
    return above([-v for v in x], [-v for v in y], t)


def word(*flags):
    return sum(1 << i for i, flag in enumerate(flags) if flag)
