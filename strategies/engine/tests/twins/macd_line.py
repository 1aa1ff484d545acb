"""MACD Line, written from its definition."""

import math

from strategies.engine.tests.twins.words import above, below, ema, from_bar, word


def twin(bars, periods):
    fast, slow, n_signal = map(int, periods)
    close = bars.close.tolist()
    line = [f - s for f, s in zip(ema(close, fast), ema(close, slow), strict=True)]
    signal = from_bar(ema(line, n_signal), slow + n_signal - 1)
    line = from_bar(line, slow + n_signal - 1)
    zero = [0.0] * len(line)
    states, bits = [], []
    for t, (x, s) in enumerate(zip(line, signal, strict=True)):
        name = ("M>S" if x > s else "M<S") + ("+" if x > 0 else "-")
        states.append(None if math.isnan(x) else name)
        crosses = (above(line, signal, t), below(line, signal, t), above(line, zero, t))
        bits.append(word(*crosses, below(line, zero, t)))
    return [line, signal], states, bits
