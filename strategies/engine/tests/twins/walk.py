"""The position walk, bar by bar, from the rules in words."""

import math

from strategies.engine.tests.twins.limits import Discipline

NAN = math.nan
MINUTE_NS = 60 * 10**9


class Facts:
    """What packs say about each bar, by plain lookups."""

    def __init__(self, spec, bars, nodes, other_bars=None, other_nodes=None):
        """`nodes`: output by pack id; `other_nodes`: by timeframe, output by pack id."""
        self.spec, self.bars, self.nodes = spec, bars, nodes
        self.other_bars, self.other_nodes = other_bars or {}, other_nodes or {}

    def fires(self, trigger, t):
        return bool(self.nodes[trigger.pack.id].bits[t] >> trigger.bit & 1)

    def state(self, pack, t):
        if t < 0:
            return None
        code = int(self.nodes[pack.id].codes[t])
        return None if code < 0 else pack.template.states[code].name

    def state_elsewhere(self, condition, instant):
        """The state of the last bar of the other timeframe that had closed by an instant."""
        state = None
        for i, close in enumerate(self.other_bars[condition.timeframe].close_ns.tolist()):
            if close <= instant:
                code = int(self.other_nodes[condition.timeframe][condition.pack.id].codes[i])
                state = None if code < 0 else condition.pack.template.states[code].name
        return state

    def value(self, pack, name, t):
        if name == "close":
            return float(self.bars.close[t])
        names = [output.name for output in pack.template.outputs]
        return float(self.nodes[pack.id].columns[names.index(name)][t])

    def level(self, trigger, t):
        """The level bar t may cross, None when the bar before did not arm it."""
        level = trigger.trigger.level
        if t == 0 or self.state(trigger.pack, t - 1) is None:
            return None
        if level.from_states and self.state(trigger.pack, t - 1) not in level.from_states:
            return None
        if trigger.pack.template.resets_daily and self.bars.day[t] != self.bars.day[t - 1]:
            return None
        price = self.value(trigger.pack, level.output, t - 1)
        close = float(self.bars.close[t - 1])
        is_armed = close <= price if level.cross == "above" else close >= price
        return price if is_armed else None

    def level_fill(self, trigger, t):
        price = self.level(trigger, t)
        if price is None:
            return None
        open_, high, low = (float(c[t]) for c in (self.bars.open, self.bars.high, self.bars.low))
        if trigger.trigger.level.cross == "above":
            return max(price, open_) if high >= price else None
        return min(price, open_) if low <= price else None

    def holds(self, trigger, t):
        relation, level = trigger.trigger.holds, trigger.trigger.level
        if relation is None and level is None:
            return self.fires(trigger, t)
        if relation is None:
            return self.is_past(trigger, self.value(trigger.pack, level.output, t), t)
        left, right = self.value(trigger.pack, relation.left, t), relation.right
        if isinstance(right, str) and right.startswith("@"):
            right = float(trigger.pack.parameters[right[1:]])
        elif isinstance(right, str):
            right = self.value(trigger.pack, right, t)
        return {
            ">": left > right,
            ">=": left >= right,
            "<": left < right,
            "<=": left <= right,
        }[relation.operator]

    def is_past(self, trigger, price, t):
        close = float(self.bars.close[t])
        return close > price if trigger.trigger.level.cross == "above" else close < price

    def allows(self, t, is_within):
        for condition in self.spec.conditions:
            if condition.timeframe:
                instant = self.bars.start_ns[t] if is_within else self.bars.close_ns[t]
                state = self.state_elsewhere(condition, int(instant))
            elif is_within and condition.pack.template.family != "general":
                state = self.state(condition.pack, t - 1)
            else:
                state = self.state(condition.pack, t)
            if state != condition.state:
                return False
        return True


class Walk:
    """One strategy over one history."""

    def __init__(self, facts, atr_values, swings):
        self.facts, self.spec, self.bars = facts, facts.spec, facts.bars
        self.atr_values, self.swings = atr_values, swings
        self.side = 1 if self.spec.direction == "LONG" else -1
        self.held, self.trades, self.rejected = None, [], []
        self.discipline = Discipline(self.spec, self.bars)

    def run(self):
        for t in range(self.bars.n):
            if self.held is not None and self.bars.missing_before[t] >= 2:
                self.end_before_gap(t - 1)
            if self.held is None:
                if t >= self.spec.warm_up_bars:
                    self.look_for_entry(t)
                continue
            self.look_for_exit(t)
            if self.held is not None:
                self.after_close(t)
        return self.trades, self.rejected

    # Entries

    def look_for_entry(self, t):
        entry = self.spec.entry
        is_within = entry.execution in ("L", "LC")
        price = self.facts.level_fill(entry, t) if is_within else float(self.bars.close[t])
        if not is_within and not self.facts.fires(entry, t):
            price = None
        if price is None or not self.facts.allows(t, is_within) or self.clock_is_due(t):
            return
        before = t - 1 if is_within else t
        stop = self.price(self.spec.stop, t, before, price, -self.side)
        risk = (price - stop) * self.side
        needs_atr = self.spec.target is not None and self.spec.target.method == "atr"
        has_no_atr = needs_atr and math.isnan(self.atr(before))
        if math.isnan(stop) or risk < 1e-9 * abs(price) or risk == 0 or has_no_atr:
            self.rejected.append((t, None))
            return
        broken = self.discipline.broken(t)
        if broken is not None:
            self.rejected.append((t, broken))
            return
        self.discipline.entered(t)
        self.held = {
            "t": t,
            "entry": price,
            "stop": stop,
            "target": self.target(t, before, price, risk),
            "risk": risk,
            "pending": None,
            "low": 0.0,
            "high": 0.0,
            "stop_closes": 0,
            "target_closes": 0,
        }
        if is_within:
            self.see(float(self.bars.close[t]))
            level = self.facts.value(entry.pack, entry.trigger.level.output, t - 1)
            is_confirmed = self.facts.is_past(entry, level, t)
            if (
                entry.execution == "LC"
                and not self.spec.confirmation.bar_offset
                and not is_confirmed
            ):
                self.held["pending"] = self.spec.confirmation.on_failure

    def atr(self, t):
        return self.atr_values[t] if t >= 0 else NAN

    def price(self, part, t, before, entry, side):
        if part.method == "swing":
            return self.swings[part.lookback][1 if side > 0 else 0][t] + side * part.padding
        distance = {
            "atr": part.size * self.atr(before),
            "fixed_dollar": part.size,
            "percentage": entry * part.size / 100.0,
        }
        return entry + side * distance[part.method]

    def target(self, t, before, entry, risk):
        target = self.spec.target
        if target is None:
            return None
        if target.method == "risk_reward":
            price = entry + self.side * (target.size * risk)
        else:
            price = self.price(target, t, before, entry, self.side)
        return price if (price - entry) * self.side > 0 else None

    # Exits

    def look_for_exit(self, t):
        for rule in (
            self.unconfirmed_market,
            self.target_at_open,
            self.stop,
            self.goal,
            self.unconfirmed_limit,
            self.by_time,
            self.by_count,
            self.by_opposite,
            self.by_old_count,
            self.by_trigger,
        ):
            found = rule(t)
            if found is not None:
                self.leave(t, *found)
                return
        self.see(float(self.bars.high[t]))
        self.see(float(self.bars.low[t]))

    def end_before_gap(self, t):
        """Out at the close of bar t, whose range the position has seen."""
        price = self.prices(t)[3]
        held, self.held = self.held, None
        self.trades.append(self.trade(held, t, "data_gap", price, None))

    def better(self, a, b):
        """Whether price a is at least as good for the position as b."""
        return a >= b if self.side > 0 else a <= b

    def prices(self, t):
        long = self.side > 0
        low, high = float(self.bars.low[t]), float(self.bars.high[t])
        return (
            float(self.bars.open[t]),
            low if long else high,
            high if long else low,
            float(self.bars.close[t]),
        )

    def unconfirmed_market(self, t):
        if self.held["pending"] != "exit_market":
            return None
        at_open = self.target_at_open(t)
        if at_open is not None:
            return at_open
        open_ = self.prices(t)[0]
        if self.spec.stop.execution == "L" and self.better(self.held["stop"], open_):
            return "stop_loss", open_, "inside", None
        return f"unconfirmed_{self.spec.entry.execution.lower()}", open_, "inside", None

    def target_at_open(self, t):
        target, open_ = self.held["target"], self.prices(t)[0]
        if target is None or self.spec.target.execution != "L" or not self.better(open_, target):
            return None
        return "target", open_, "inside", None

    def stop(self, t):
        open_, worst, _, close = self.prices(t)
        stop, kind = self.held["stop"], self.spec.stop.execution
        if kind == "L":
            if not self.better(stop, worst):
                return None
            return (
                "stop_loss",
                min(stop, open_) if self.side > 0 else max(stop, open_),
                "inside",
                None,
            )
        if not self.better(stop, close) or (kind == "CC" and not self.held["stop_closes"]):
            return None
        return "stop_loss", close, "close", None

    def goal(self, t):
        target = self.held["target"]
        if target is None:
            return None
        _, _, best, close = self.prices(t)
        kind = self.spec.target.execution
        if kind == "L":
            return ("target", target, "inside", None) if self.better(best, target) else None
        if not self.better(close, target) or (kind == "CC" and not self.held["target_closes"]):
            return None
        return "target", close, "close", None

    def unconfirmed_limit(self, t):
        open_, _, best, _ = self.prices(t)
        entry = self.held["entry"]
        if self.held["pending"] != "exit_limit" or not self.better(best, entry):
            return None
        return "unconfirmed_lc", open_ if self.better(open_, entry) else entry, "inside", None

    def clock_is_due(self, t):
        rule = self.spec.time_exit
        if rule is None or rule.method == "max_hold_bars":
            return False
        close = int(self.bars.close_ns[t])
        if rule.method == "eod_exit":
            return (
                close >= int(self.bars.session_close_ns[t]) - rule.minutes_before_close * MINUTE_NS
            )
        minute = int(self.bars.minute[t]) + (close - int(self.bars.start_ns[t])) // MINUTE_NS
        if rule.method == "time_of_day_exit":
            return minute >= rule.start_minute
        if rule.start_minute < rule.end_minute:
            return not rule.start_minute <= minute < rule.end_minute
        return rule.end_minute <= minute % 1440 < rule.start_minute

    def by_time(self, t):
        rule = self.spec.time_exit
        if rule is None:
            return None
        if rule.method == "max_hold_bars":
            is_due = t - self.held["t"] >= rule.bars
        else:
            is_over_night = rule.method == "session_exit" and rule.start_minute > rule.end_minute
            is_later = self.bars.day[t] > self.bars.day[self.held["t"]] and not is_over_night
            is_due = is_later or self.clock_is_due(t)
        return ("time_exit", self.prices(t)[3], "close", None) if is_due else None

    def by_count(self, t):
        return self.counted(t, self.spec.bar_count, "bar_count_exit")

    def by_old_count(self, t):
        return self.counted(t, self.spec.time_exit_bars, "time_exit")

    def counted(self, t, n, reason):
        is_due = n is not None and t - self.held["t"] >= n
        return (reason, self.prices(t)[3], "close", None) if is_due else None

    def by_opposite(self, t):
        opposite = self.spec.opposite
        if opposite is None or not self.facts.fires(opposite, t):
            return None
        return "opposite_signal", self.prices(t)[3], "close", None

    def by_trigger(self, t):
        for trigger in self.spec.exits:
            if trigger.execution == "L":
                price = self.facts.level_fill(trigger, t)
                if price is not None:
                    return "signal_exit", price, "inside", trigger.id
            elif self.facts.fires(trigger, t):
                return "signal_exit", self.prices(t)[3], "close", trigger.id
        return None

    def see(self, price):
        move = self.side * (price - self.held["entry"])
        self.held["low"] = min(self.held["low"], move)
        self.held["high"] = max(self.held["high"], move)

    def leave(self, t, reason, price, where, trigger_id):
        open_, worst, best, _ = self.prices(t)
        seen = (open_, price) if where == "inside" else (worst, best)
        for one in seen:
            self.see(one)
        held, self.held = self.held, None
        self.trades.append(self.trade(held, t, reason, price, trigger_id))
        self.discipline.left(held, t, reason, price, where)

    def trade(self, held, t, reason, price, trigger_id):
        risk = held["risk"]
        return {
            "entry_index": held["t"],
            "exit_index": t,
            "exit_reason": reason,
            "exit_trigger": trigger_id,
            "entry_price": held["entry"],
            "exit_price": price,
            "stop_price": held["stop"],
            "mae_r": held["low"] / risk,
            "mfe_r": held["high"] / risk,
            "r_multiple_gross": self.side * (price - held["entry"]) / risk,
        }

    # What a close changes

    def after_close(self, t):
        held, entry = self.held, self.spec.entry
        close, age = self.prices(t)[3], t - self.held["t"]
        if age == 1 and entry.execution == "CC" and not self.facts.holds(entry, t):
            held["pending"] = "exit_market"
        if age == 1 and entry.execution == "LC" and self.spec.confirmation.bar_offset == 1:
            line = entry.trigger.level.kept_in or entry.trigger.level.output
            level = self.facts.value(entry.pack, line, t - 1)
            is_anew = self.bars.day[t] != self.bars.day[t - 1] and entry.pack.template.resets_daily
            if is_anew or not self.facts.is_past(entry, level, t):
                held["pending"] = self.spec.confirmation.on_failure
        is_past_stop = self.better(held["stop"], close)
        held["stop_closes"] = held["stop_closes"] + 1 if is_past_stop else 0
        is_past_target = held["target"] is not None and self.better(close, held["target"])
        held["target_closes"] = held["target_closes"] + 1 if is_past_target else 0
        for proposal in self.proposals(t, self.side * (close - held["entry"]) / held["risk"]):
            if not math.isnan(proposal) and self.better(proposal, held["stop"]):
                held["stop"] = proposal

    def proposals(self, t, move):
        trailing, breakeven = self.spec.trailing, self.spec.breakeven
        if breakeven is not None and move >= breakeven.activation_r:
            yield self.held["entry"] + self.side * breakeven.offset
        if trailing is not None and move >= trailing.activation_r:
            yield self.price(trailing, t, t, self.prices(t)[3], -self.side)
