"""Limits, from the rules in words: every past entry and exit is looked at anew for each entry."""

from strategies.engine.walk.trades import cost_per_share


class Discipline:
    """What a strategy has done so far, and which limit a next entry would break."""

    def __init__(self, spec, bars):
        self.spec, self.limits, self.bars = spec, spec.limits, bars
        self.entries, self.exits = [], []

    def entered(self, t):
        self.entries.append(t)

    def left(self, held, t, reason, price, where):
        self.exits.append((t, self.net_r(held, t, reason, price, where)))

    def net_r(self, held, t, reason, price, where):
        """R after costs; an exit at an open is one that was not confirmed."""
        bars, entry, risk = self.bars, held["entry"], held["risk"]
        is_at_open = held["pending"] == "exit_market" and reason.startswith("unconfirmed")
        takes = reason == "stop_loss" or (reason != "target" and (where == "close" or is_at_open))
        exit_ns = bars.start_ns[t] if is_at_open else bars.close_ns[t] - 1
        ends = int(bars.close_ns[held["t"]]) - 1, int(exit_ns)
        cost = cost_per_share(self.spec, entry, price, risk, takes, *ends)
        gross = price - entry if self.spec.is_long else entry - price
        return (gross - cost) / risk

    def broken(self, t):
        """The name of the first limit that an entry on bar t would break, None for none."""
        limits, day = self.limits, int(self.bars.day[t])
        n_today = sum(int(self.bars.day[one]) == day for one in self.entries)
        today = [r for one, r in self.exits if int(self.bars.day[one]) == day]
        total = 0.0
        for r in today:
            total += r
        for name, is_broken in (
            ("max_trades_per_day", lambda n: n_today >= n),
            ("stop_after_losses", lambda k: losses_in_a_row(today) >= k),
            ("stop_after_loss_r", lambda x: bool(today) and total <= -x),
            ("stop_after_profit_r", lambda y: bool(today) and total >= y),
            ("cooldown_bars", lambda c: bool(self.exits) and t - self.exits[-1][0] - 1 < c),
        ):
            limit = getattr(limits, name)
            if limit is not None and is_broken(limit):
                return name
        return None


def losses_in_a_row(rs):
    n = 0
    for r in rs:
        n = n + 1 if r <= 0 else 0
    return n
