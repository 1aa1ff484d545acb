"""VWAP, written from its definition."""

import math

from strategies.engine.tests.twins.words import NAN, above, below, word


def session_rows(bars):
    """For each bar the index of the first bar of its date."""
    first, rows = 0, []
    for t, day in enumerate(bars.day.tolist()):
        if day != bars.day[first]:
            first = t
        rows.append(first)
    return rows


def vwap_lines(bars, near, far):
    typical = ((bars.high + bars.low + bars.close) / 3.0).tolist()
    volume, rows = bars.volume.tolist(), []
    for t, first in enumerate(session_rows(bars)):
        k, total, one, two = typical[first], 0.0, 0.0, 0.0
        for i in range(first, t + 1):
            off = typical[i] - k
            total, one, two = (
                total + volume[i],
                one + volume[i] * off,
                two + volume[i] * (off * off),
            )
        if total == 0.0:
            rows.append((NAN,) * 5)
            continue
        line = k + one / total
        sigma = math.sqrt(max(0.0, two / total - (one / total) * (one / total)))
        if sigma <= 1e-9 * abs(line):
            rows.append((line, NAN, NAN, NAN, NAN))
            continue
        a, b = near * sigma, far * sigma
        rows.append((line, line + a, line - a, line + b, line - b))
    return [list(column) for column in zip(*rows, strict=True)]


def vwap_state(close, line, up1, low1, up2, low2):
    if math.isnan(up1):
        return None
    half = (up1 - line) / 2.0
    rules = (
        (">+2σ", close > up2),
        (">+1σ", close > up1),
        (">V", close > line + half),
        ("@V", close >= line - half),
        ("<V", close >= low1),
        ("<-1σ", close >= low2),
        ("<-2σ", True),
    )
    return next(name for name, holds in rules if holds)


def twin(bars, parameters):
    lines = vwap_lines(bars, *parameters)
    line, up1, low1, up2, low2 = lines
    close, first = bars.close.tolist(), session_rows(bars)
    states = [vwap_state(c, *(x[t] for x in lines)) for t, c in enumerate(close)]
    bits = []
    for t, c in enumerate(close):
        if t == first[t]:
            bits.append(0)
            continue
        half = (up1[t] - line[t]) / 2.0
        was_outside = close[t - 1] > up1[t - 1] or close[t - 1] < low1[t - 1]
        is_back = was_outside and line[t] - half <= c <= line[t] + half
        crosses = (above(close, line, t), below(close, line, t), above(close, up2, t))
        bits.append(word(*crosses, below(close, low2, t), is_back))
    return lines, states, bits
