"""The position walk, written from the rules in words."""

import math

from strategies.engine.tests.twins.words import NAN


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
