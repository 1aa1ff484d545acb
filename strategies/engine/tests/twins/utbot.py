"""UT Bot, written from its definition."""

from strategies.engine.tests.twins.ranges import wilder_atr
from strategies.engine.tests.twins.words import NAN, word


def stops(close, atr, multiple):
    out = []
    for t, c in enumerate(close):
        d = multiple * atr[t]
        if t == 0:
            out.append(c - d)
        elif c > out[-1] and close[t - 1] > out[-1]:
            out.append(max(out[-1], c - d))
        elif c < out[-1] and close[t - 1] < out[-1]:
            out.append(min(out[-1], c + d))
        elif c > out[-1]:
            out.append(c - d)
        else:
            out.append(c + d)
    return out


def twin(bars, parameters):
    close = bars.close.tolist()
    trail = stops(close, wilder_atr(bars, parameters[0]), parameters[1])
    names = ["BULL" if c > s else "BEAR" for c, s in zip(close, trail, strict=True)]
    states = [None, *names[1:]][: bars.n]
    bits = []
    for t, now in enumerate(states):
        turned = t > 0 and states[t - 1] not in (None, now)
        bits.append(word(turned and now == "BULL", turned and now == "BEAR"))
    return [[NAN, *trail[1:]][: bars.n]], states, bits
