"""Support Resistance Channels, written from their definition: rebuilt from all bars so far."""

import math

from strategies.engine.tests.twins.words import NAN, word


def pivot_values(bars, n, by_close_and_open):
    """What each bar confirms: the value of the pivot n bars before it, None for none."""
    highs, lows = bars.high.tolist(), bars.low.tolist()
    if by_close_and_open:
        pairs = list(zip(bars.close.tolist(), bars.open.tolist(), strict=True))
        highs, lows = [max(pair) for pair in pairs], [min(pair) for pair in pairs]
    found = []
    for t in range(bars.n):
        p = t - n
        if p < n:
            found.append(None)
            continue
        left, right = range(p - n, p), range(p + 1, t + 1)
        value = None
        if all(lows[p] < lows[i] for i in left) and all(lows[p] <= lows[i] for i in right):
            value = lows[p]
        if all(highs[p] > highs[i] for i in left) and all(highs[p] >= highs[i] for i in right):
            value = highs[p]
        found.append(value)
    return found


def grow(centre, values, limit):
    lo = hi = centre
    strength = 0
    for v in values:
        extension = hi - v if v <= hi else v - lo
        if extension <= limit:
            lo, hi, strength = min(lo, v), max(hi, v), strength + 20
    return lo, hi, strength


def build(values, highs, lows, limit, least, most):
    """Channels as (lo, hi), strongest first."""
    candidates = []
    for centre in values:
        lo, hi, strength = grow(centre, values, limit)
        pairs = zip(highs, lows, strict=True)
        strength += sum(1 for h, low in pairs if lo <= h <= hi or lo <= low <= hi)
        candidates.append((lo, hi, strength))
    chosen = []
    while len(chosen) < most:
        strong = [c for c in candidates if c[2] >= least]
        if not strong:
            break
        lo, hi, _ = max(strong, key=lambda c: c[2])
        chosen.append((lo, hi))
        candidates = [c for c in candidates if not (lo <= c[0] <= hi or lo <= c[1] <= hi)]
    return chosen


def channel_sets(bars, parameters):
    n, source, width, strength, most, loopback = parameters
    highs, lows = bars.high.tolist(), bars.low.tolist()
    confirmed, current, sets = [], [], []
    for t, value in enumerate(pivot_values(bars, int(n), source == 1)):
        if value is not None:
            confirmed = [(value, t), *[c for c in confirmed if t - c[1] <= loopback]]
            current = []
            if t >= 299:
                limit = (max(highs[t - 299 : t + 1]) - min(lows[t - 299 : t + 1])) * width / 100.0
                span = slice(max(0, t - int(loopback)), t + 1)
                values = [c[0] for c in confirmed]
                current = build(
                    values, highs[span], lows[span], limit, 20 * strength, min(10, most)
                )
        sets.append(current)
    return sets


def name_of(close, channels):
    if not channels:
        return None
    if any(lo <= close <= hi for lo, hi in channels):
        return "IN_CHANNEL"
    if all(hi < close for _, hi in channels):
        return "ABOVE_RESISTANCE"
    return "BELOW_SUPPORT" if all(lo > close for lo, _ in channels) else "BETWEEN_LEVELS"


def levels(close, channels):
    if not channels:
        return NAN, NAN, NAN
    lo, hi = min(channels, key=lambda c: abs(close - (c[1] + c[0]) / 2.0))
    return hi, lo, min(max(0.0, close - top, bottom - close) for bottom, top in channels)


def twin(bars, parameters):
    sets, close = channel_sets(bars, parameters), bars.close.tolist()
    states = [name_of(c, channels) for c, channels in zip(close, sets, strict=True)]
    rows = [levels(c, channels) for c, channels in zip(close, sets, strict=True)]
    bits = []
    for t, (c, now) in enumerate(zip(close, states, strict=True)):
        last, was = (close[t - 1], states[t - 1]) if t else (math.nan, None)
        outside = now not in (None, "IN_CHANNEL")
        up = outside and any(last <= hi < c for _, hi in sets[t])
        down = outside and any(last >= lo > c for lo, _ in sets[t])
        enters = now == "IN_CHANNEL" and was not in (None, "IN_CHANNEL")
        bits.append(word(up, down, enters, outside and was == "IN_CHANNEL"))
    return [list(column) for column in zip(*rows, strict=True)], states, bits
