"""Random strategies that use everything the engine evaluates, reproducible from a seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.spec import (
    Breakeven,
    ConditionRef,
    Confirmation,
    Costs,
    Limits,
    PackSpec,
    Protection,
    StrategySpec,
    TimeExit,
    Trailing,
    TriggerRef,
)
from strategies.engine.tests.builders import (
    COARSE,
    any_parameters,
    condition,
    make_spec,
    pack,
    trigger,
)

PACK_TEMPLATES = [t for t in TEMPLATES.values() if t.run is not None]
# Packs whose longest period would leave no bar of a short history to trade on are drawn shorter.
LONGEST_WARM_UP = 90


class Drawer:
    """Draws strategies from one random generator."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def one_of(self, items: Any) -> Any:
        return items[int(self.rng.integers(len(items)))]

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def number(self, low: float, high: float) -> float:
        return round(float(self.rng.uniform(low, high)), 3)

    def pack(self, template_id: str) -> PackSpec:
        """A pack of a template whose warm-up leaves bars to trade on."""
        template = TEMPLATES[template_id]
        for _ in range(200):
            parameters = any_parameters(template, self.rng)
            if 5 * template.longest_period(parameters) <= LONGEST_WARM_UP:
                return pack(template_id, f"{template_id}_x", **parameters)
        return pack(template_id, f"{template_id}_x", **any_parameters(template, self.rng))

    def packs(self, n: int | None = None) -> list[PackSpec]:
        """Packs of n templates, one with triggers of every kind among them; of all for None."""
        ids = [template.id for template in PACK_TEMPLATES]
        if n is not None:
            others = [one for one in ids if one != "utbot"]
            ids = ["utbot", *map(str, self.rng.choice(others, n - 1, replace=False))]
        return [self.pack(template_id) for template_id in ids]

    def trigger(self, packs: list[PackSpec], executions: tuple[str, ...]) -> TriggerRef:
        offered = [
            (one, t.base, execution)
            for one in packs
            for t in one.template.triggers
            for execution in t.executions
            if execution in executions
        ]
        # Every execution as likely as any other, however few triggers offer it.
        kind = self.one_of(sorted({execution for _, _, execution in offered}))
        return trigger(*self.one_of([one for one in offered if one[2] == kind]))

    def triggers(self, packs: list[PackSpec]) -> tuple[TriggerRef, tuple[TriggerRef, ...]]:
        entry = self.trigger(packs, ("C", "L", "LC", "CC"))
        exits = {}
        for _ in range(int(self.rng.integers(0, 4))):
            leave = self.trigger(packs, ("C", "L"))
            if leave.id != entry.id:
                exits[leave.id] = leave
        return entry, tuple(exits.values())

    def protection(self, methods: tuple[str, ...]) -> Protection:
        method = self.one_of(methods)
        execution = self.one_of(("L", "L", "C", "LC", "CC"))
        if method == "swing":
            lookback, padding = int(self.rng.integers(2, 9)), self.number(0, 0.5)
            return Protection("swing", 0.0, lookback, padding, execution)
        size = {
            "atr": self.number(0.5, 3),
            "fixed_dollar": self.number(0.1, 5),
            "percentage": self.number(0.05, 3),
            "risk_reward": self.number(0.5, 4),
        }[method]
        return Protection(method, size, execution=execution)

    def trailing(self) -> Trailing:
        method = self.one_of(("atr", "fixed_dollar", "percentage"))
        size = {"atr": 1.0, "fixed_dollar": 1.5, "percentage": 0.7}[method]
        return Trailing(method, size, self.one_of((0.0, 0.5, 1.0)))

    def time_exit(self) -> TimeExit:
        method = self.one_of(("eod_exit", "time_of_day_exit", "max_hold_bars", "session_exit"))
        start, end = (int(minute) for minute in self.rng.integers(560, 620, 2))
        return TimeExit(
            method,
            minutes_before_close=int(self.rng.integers(340, 380)),
            start_minute=start,
            end_minute=end if end != start else end + 1,
            bars=int(self.rng.integers(1, 15)),
        )

    def conditions(self, packs: list[PackSpec]) -> tuple[ConditionRef, ...]:
        """At most two states, on the own timeframe or on another one."""
        found = {}
        for _ in range(self.one_of((0, 0, 1, 1, 2))):
            owner = self.one_of([one for one in packs if one.template.states])
            state = self.one_of(owner.template.state_names())
            is_general = owner.template.family == "general"
            timeframe = "" if is_general else self.one_of(("", *COARSE))
            found[owner.id, timeframe] = condition(owner, state, timeframe)
        return tuple(found.values())

    def opposite(self, entry: TriggerRef) -> TriggerRef | None:
        base = entry.trigger.opposite
        return trigger(entry.pack, base) if base and self.chance(0.2) else None

    def spec(self, packs: list[PackSpec]) -> StrategySpec:
        """A strategy of these packs."""
        entry, exits = self.triggers(packs)
        stops = ("atr", "fixed_dollar", "percentage", "swing")
        has_target = self.chance(0.7)
        return make_spec(
            direction=self.one_of(("LONG", "SHORT")),
            entry=entry,
            exits=exits,
            conditions=self.conditions(packs),
            bar_count=int(self.rng.integers(1, 20)) if self.chance(0.3) else None,
            time_exit_bars=int(self.rng.integers(1, 20)) if self.chance(0.1) else None,
            opposite=self.opposite(entry),
            stop=self.protection(stops),
            target=self.protection((*stops, "risk_reward")) if has_target else None,
            trailing=self.trailing() if self.chance(0.3) else None,
            breakeven=Breakeven(self.number(0, 1.5), self.number(0, 0.5))
            if self.chance(0.3)
            else None,
            time_exit=self.time_exit() if self.chance(0.3) else None,
            confirmation=Confirmation(
                int(self.rng.integers(2)), self.one_of(("exit_market", "exit_limit"))
            ),
            packs=tuple(packs),
            costs=self.costs(),
            limits=self.limits() if self.chance(0.5) else Limits(),
        )

    def costs(self) -> Costs:
        """None, those of the older formula, or such as depend on side, date and size."""
        plain = Costs(0.01, 0.5, 2.0, 0.03)
        return self.one_of((Costs(), plain, Costs(0.005, minimum_per_order=1.0, sell_fee_bps=0.3)))

    def limits(self) -> Limits:
        """Some of the limits, each often reached."""
        return Limits(
            max_trades_per_day=self.one_of((None, None, 1, 2, 4)),
            stop_after_losses=self.one_of((None, None, 1, 2, 3)),
            stop_after_loss_r=self.one_of((None, None, 0.5, 1.0, 2.5)),
            stop_after_profit_r=self.one_of((None, None, 0.2, 1.0, 2.0)),
            cooldown_bars=self.one_of((None, None, 0, 1, 5)),
        )
