"""EMA Stack, written from its definition."""

import math

from strategies.engine.tests.twins.words import above, below, ema, from_bar, word

STACK_RULES = (
    ("SML", lambda s, m, g: s >= m >= g),
    ("SLM", lambda s, m, g: s >= g > m),
    ("MSL", lambda s, m, g: m > s >= g),
    ("MLS", lambda s, m, g: m >= g > s),
    ("LSM", lambda s, m, g: g > s >= m),
    ("LMS", lambda s, m, g: g > m > s),
)


def twin(bars, periods):
    lines = [from_bar(ema(bars.close.tolist(), int(n)), int(n)) for n in periods]
    states, bits = [], []
    for t, values in enumerate(zip(*lines, strict=True)):
        known = not any(map(math.isnan, values))
        states.append(next(n for n, rule in STACK_RULES if rule(*values)) if known else None)
        short, mid, long = lines
        crosses = (above(short, mid, t), below(short, mid, t), above(mid, long, t))
        bits.append(word(*crosses, below(mid, long, t)))
    return lines, states, bits
