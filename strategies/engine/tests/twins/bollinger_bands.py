"""Bollinger Bands, written from their definition."""

import math

from strategies.engine.tests.twins.words import NAN, above, below, word


def bands(bars, n, multiple):
    """Basis, upper, lower and width over basis."""
    close, rows = bars.close.tolist(), []
    for t in range(bars.n):
        window = close[t + 1 - n : t + 1] if t + 1 >= n else []
        if not window:
            rows.append((NAN,) * 4)
            continue
        total = 0.0
        for x in window:
            total += x
        mean, squares = total / n, 0.0
        for x in window:
            squares += (x - mean) * (x - mean)
        reach = multiple * math.sqrt(squares / n)
        upper, lower = mean + reach, mean - reach
        rows.append((mean, upper, lower, (upper - lower) / mean if mean else NAN))
    return [list(column) for column in zip(*rows, strict=True)]


def zone(close, basis, upper, lower):
    q = 0.25 * (upper - lower)
    if close >= basis + q:
        return "UPPER"
    return "LOWER" if close <= basis - q else "MID"


def twin(bars, parameters):
    threshold = parameters[2]
    columns = bands(bars, int(parameters[0]), parameters[1])
    basis, upper, lower, width = columns
    close, states, bits = bars.close.tolist(), [], []
    for t, c in enumerate(close):
        known = upper[t] > lower[t]
        name = zone(c, basis[t], upper[t], lower[t]) if known else ""
        squeezed = width[t] < threshold
        states.append((f"SQUEEZE_{name}" if squeezed else f"{name}_ZONE") if known else None)
        crosses = (above(close, upper, t), below(close, lower, t))
        crosses += (above(close, basis, t), below(close, basis, t))
        both = t > 0 and not math.isnan(width[t]) and not math.isnan(width[t - 1])
        was = both and width[t - 1] < threshold
        bits.append(word(*crosses, both and squeezed and not was, was and not squeezed))
    return columns, states, bits
