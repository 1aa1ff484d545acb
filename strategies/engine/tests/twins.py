"""Plain-Python twins of every kernel: written from the definitions, slow and literal."""

from __future__ import annotations

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


STACK_RULES = (
    ("SML", lambda s, m, g: s >= m >= g),
    ("SLM", lambda s, m, g: s >= g > m),
    ("MSL", lambda s, m, g: m > s >= g),
    ("MLS", lambda s, m, g: m >= g > s),
    ("LSM", lambda s, m, g: g > s >= m),
    ("LMS", lambda s, m, g: g > m > s),
)


def ema_stack(bars, periods):
    lines = [from_bar(ema(bars.close.tolist(), int(n)), int(n)) for n in periods]
    states, bits = [], []
    for t, values in enumerate(zip(*lines, strict=True)):
        known = not any(map(math.isnan, values))
        states.append(next(n for n, rule in STACK_RULES if rule(*values)) if known else None)
        short, mid, long = lines
        crosses = (above(short, mid, t), below(short, mid, t), above(mid, long, t))
        bits.append(word(*crosses, below(mid, long, t)))
    return lines, states, bits


def macd_line(bars, periods):
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


def vwap(bars, parameters):
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


def rvol(bars, parameters):
    n, high, extreme = int(parameters[0]), parameters[1], parameters[2]
    volume, values = bars.volume.tolist(), []
    for t, v in enumerate(volume):
        window, total = volume[max(0, t + 1 - n) : t + 1], 0.0
        for x in window:
            total += x
        mean = total / len(window)
        values.append(v / mean if t + 1 >= 5 and mean > 0 else NAN)
    names = (("EXTREME", extreme), ("HIGH", high), ("NORMAL", 0.75), ("LOW", 0.5))
    states, bits = [], []
    for t, x in enumerate(values):
        name = next((name for name, limit in names if x > limit), "MINIMAL")
        states.append(None if math.isnan(x) else name)
        highs, extremes = [high] * len(values), [extreme] * len(values)
        fades = t > 0 and x < 1.0 and values[t - 1] >= 1.0
        bits.append(word(above(values, highs, t), above(values, extremes, t), fades))
    return [values], states, bits


def time_of_day(bars, parameters):
    start = int(parameters[0]) * 60 + int(parameters[1])
    end = int(parameters[2]) * 60 + int(parameters[3])
    inside = set(range(start, end)) if start <= end else {*range(start, 1440), *range(end)}
    names = ["IN_WINDOW" if m in inside else "OUT_OF_WINDOW" for m in bars.minute.tolist()]
    return [], names, [0] * bars.n


def trading_session(bars, parameters):
    states = []
    for minute, close in zip(bars.minute.tolist(), bars.regular_close_minute.tolist(), strict=True):
        windows = ((240, 570), (570, close), (close, 1200), (240, 1200))
        low, high = windows[int(parameters[0])]
        states.append("IN_SESSION" if close > 0 and low <= minute < high else "OUT_OF_SESSION")
    return [], states, [0] * bars.n


def atr(bars, parameters):
    spans = []
    for t, (high, low) in enumerate(zip(bars.high.tolist(), bars.low.tolist(), strict=True)):
        before = float(bars.close[t - 1]) if t else None
        moves = [] if before is None else [abs(high - before), abs(low - before)]
        spans.append(max([high - low, *moves]))
    return [from_bar(ema(spans, 14), 14)], [], []


def swing_levels(bars, parameters):
    n, lows, highs = int(parameters[0]), [], []
    for t in range(bars.n):
        window = slice(max(0, t - n), t)
        lows.append(min(bars.low[window].tolist(), default=NAN))
        highs.append(max(bars.high[window].tolist(), default=NAN))
    return [lows, highs], [], []


def _level(kind, side, entry, size, padding, atr_value, extreme):
    distance = {
        "atr": size * atr_value,
        "fixed_dollar": size,
        "percentage": entry * size / 100.0,
    }
    return extreme + side * padding if kind == "swing" else entry + side * distance[kind]


class Walk:
    """The position walk, bar by bar, from the rules in words."""

    def __init__(self, spec, bars, entries, signals, atr_values, swings):
        self.spec, self.bars, self.entries, self.signals = spec, bars, entries, signals
        self.atr_values, self.swings = atr_values, swings
        self.side = 1 if spec.direction == "LONG" else -1
        self.position, self.trades, self.rejected = None, [], []

    def run(self):
        for t in range(self.bars.n):
            if self.position is not None:
                self.exit(t)
            elif self.entries[t] and t >= self.spec.warm_up_bars:
                self.enter(t)
        return self.trades, self.rejected

    def price(self, protection, t, entry, side):
        index = 1 if side > 0 else 0
        extreme = self.swings[protection.lookback][index][t] if protection.lookback else NAN
        return _level(
            protection.method,
            side,
            entry,
            protection.size,
            protection.padding,
            self.atr_values[t],
            extreme,
        )

    def enter(self, t):
        entry = float(self.bars.close[t])
        stop = self.price(self.spec.stop, t, entry, -self.side)
        risk = (entry - stop) * self.side
        if math.isnan(stop) or risk < 1e-9 * abs(entry):
            self.rejected.append(t)
            return
        self.position = (t, entry, stop, self.target(t, entry, risk), risk)

    def target(self, t, entry, risk):
        target = self.spec.target
        if target is None:
            return None
        if target.method == "risk_reward":
            price = entry + self.side * (target.size * risk)
        else:
            price = self.price(target, t, entry, self.side)
        return price if (price - entry) * self.side > 0 else None

    def exit(self, t):
        begin, _, stop, target, _ = self.position
        open_, high, low, close = (float(c[t]) for c in self.bars[2:6])
        long = self.side > 0
        hits_target = target is not None and (high >= target if long else low <= target)
        opens_at_target = target is not None and (open_ >= target if long else open_ <= target)
        hits_stop = low <= stop if long else high >= stop
        if opens_at_target:
            self.close(t, "target", open_)
        elif hits_stop:
            self.close(t, "stop_loss", min(stop, open_) if long else max(stop, open_))
        elif hits_target:
            self.close(t, "target", target)
        elif self.spec.bar_count and t - begin >= self.spec.bar_count:
            self.close(t, "bar_count_exit", close)
        elif self.signals[t]:
            self.close(t, "signal_exit", close)

    def close(self, t, reason, price):
        begin, entry, _, _, risk = self.position
        self.trades.append((begin, t, reason, price, self.side * (price - entry) / risk))
        self.position = None
