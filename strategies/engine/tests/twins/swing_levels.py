"""Swing levels, written from their definition."""

from strategies.engine.tests.twins.words import NAN


def twin(bars, parameters):
    n, lows, highs = int(parameters[0]), [], []
    for t in range(bars.n):
        window = slice(max(0, t - n), t)
        lows.append(min(bars.low[window].tolist(), default=NAN))
        highs.append(max(bars.high[window].tolist(), default=NAN))
    return [lows, highs], [], []
