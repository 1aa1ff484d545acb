"""A strategy as the engine takes it: everything resolved, checked and typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.indicators.time_exits import TIME_METHODS
from strategies.engine.template import Execution, Parameters, Template, Trigger

Side = Literal["LONG", "SHORT"]
ATR_PERIOD = 14
WARM_UP_FACTOR = 5
DAY_SECONDS = 86_400
FIRST_NS = -(1 << 63)


@dataclass(frozen=True)
class PackSpec:
    """A template with parameters, under the id that trigger ids and conditions use."""

    id: str
    base_template: str
    version: str
    parameters: Parameters = field(hash=False)
    enabled: bool = True

    @property
    def template(self) -> Template:
        return TEMPLATES[self.base_template]

    @property
    def display(self) -> str:
        return f"{self.template.name} ({self.version})"


@dataclass(frozen=True)
class TriggerRef:
    """A trigger of a pack, by its canonical id."""

    id: str
    pack: PackSpec
    base: str
    execution: Execution = "C"

    @property
    def trigger(self) -> Trigger:
        return self.pack.template.triggers[self.bit]

    @property
    def bit(self) -> int:
        """Its position in the trigger word of the pack's node."""
        return [trigger.base for trigger in self.pack.template.triggers].index(self.base)

    @property
    def is_within_bar(self) -> bool:
        """Whether its orders fill at a level, not at a close."""
        return self.execution in ("L", "LC")

    @property
    def display(self) -> str:
        return f"{self.pack.display}: {self.trigger.name} [{self.execution}]"


@dataclass(frozen=True)
class ConditionRef:
    """What must be true at entry: this pack in this state.

    `timeframe` names another timeframe on whose last closed bar the pack is read; empty is the
    strategy's own.
    """

    text: str
    pack: PackSpec
    state: str
    timeframe: str = ""
    timeframe_seconds: int = 0

    @property
    def code(self) -> int:
        return self.pack.template.state_names().index(self.state)


@dataclass(frozen=True)
class Protection:
    """A stop or a target; `size` is the multiple, amount, percentage or R of its method."""

    method: str
    size: float = 0.0
    lookback: int = 0
    padding: float = 0.0
    execution: Execution = "L"


@dataclass(frozen=True)
class Trailing:
    """A stop that follows the close at a distance once the move has reached `activation_r`."""

    method: str
    size: float
    activation_r: float = 0.0


@dataclass(frozen=True)
class Breakeven:
    """A stop that goes to the entry price, `offset` beyond it, once the move is large enough."""

    activation_r: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Confirmation:
    """How an `LC` entry is confirmed, and how a position is left whose entry was not.

    `bar_offset` 0 tests the close of the entry bar, 1 that of the next one.
    """

    bar_offset: int = 0
    on_failure: Literal["exit_market", "exit_limit"] = "exit_market"


@dataclass(frozen=True)
class TimeExit:
    """Leaving by the clock or after `bars` bars; minutes are Eastern, since midnight."""

    method: str
    minutes_before_close: int = 0
    start_minute: int = 0
    end_minute: int = 0
    bars: int = 0

    @property
    def is_clock(self) -> bool:
        return TIME_METHODS[self.method].is_clock


class CostStep(NamedTuple):
    """Costs that hold from an instant on, midnight in New York."""

    from_ns: int
    costs: Costs


@dataclass(frozen=True)
class Costs:
    """What orders cost: amounts in quote currency per share or order, basis points of notional.

    All of it is off at zero; `walk.costs` says how it adds up. `slippage_open_factor` widens
    slippage and half-spread for `slippage_open_minutes` from the open of the regular session on. A
    schedule replaces all other fields from its instants on; before its first, the first holds.
    """

    commission_per_share: float = 0.0
    commission_per_order: float = 0.0
    slippage_bps: float = 0.0
    slippage_per_share: float = 0.0
    minimum_per_order: float = 0.0
    maximum_bps_per_order: float = 0.0
    commission_bps: float = 0.0
    commission_surcharge: float = 0.0
    sell_fee_bps: float = 0.0
    sell_fee_per_share: float = 0.0
    sell_fee_cap: float = 0.0
    both_sides_fee_per_share: float = 0.0
    half_spread_per_share: float = 0.0
    half_spread_bps: float = 0.0
    slippage_open_factor: float = 0.0
    slippage_open_minutes: float = 0.0
    schedule: tuple[CostStep, ...] = field(default=(), kw_only=True)

    @cached_property
    def is_plain(self) -> bool:
        """Whether only commission per share and order and slippage are charged."""
        plain = Costs(
            self.commission_per_share,
            self.commission_per_order,
            self.slippage_bps,
            self.slippage_per_share,
        )
        return self == plain

    @cached_property
    def steps(self) -> tuple[CostStep, ...]:
        """What holds from when on, the first of them for ever before."""
        if not self.schedule:
            return (CostStep(FIRST_NS, self),)
        first, *later = self.schedule
        return (first._replace(from_ns=FIRST_NS), *later)

    @cached_property
    def are_units_whole(self) -> bool:
        """Whether orders are charged for whole shares: somewhere they have a minimum."""
        return any(step.costs.minimum_per_order > 0.0 for step in self.steps)

    def at(self, instant_ns: int) -> Costs:
        """What holds at an instant."""
        return next(step.costs for step in reversed(self.steps) if step.from_ns <= instant_ns)


@dataclass(frozen=True)
class Limits:
    """When a strategy rests: no entry beyond these; None, or a cool-down of 0, is off.

    All but the cool-down are of one trading date, R is net of costs.
    """

    max_trades_per_day: int | None = None
    stop_after_losses: int | None = None
    stop_after_loss_r: float | None = None
    stop_after_profit_r: float | None = None
    cooldown_bars: int | None = None

    @property
    def are_set(self) -> bool:
        return self.max_trades_per_day is not None or self.counts_r or bool(self.cooldown_bars)

    @property
    def counts_r(self) -> bool:
        """Whether the R of trades decides about later entries."""
        counted = (self.stop_after_losses, self.stop_after_loss_r, self.stop_after_profit_r)
        return any(one is not None for one in counted)


@dataclass(frozen=True)
class StrategySpec:
    """One strategy, ready to compile. `warnings` are what the reader had to normalise."""

    symbol: str
    direction: Side
    timeframe: str
    timeframe_seconds: int
    label: str
    trading_session: str
    entry: TriggerRef
    exits: tuple[TriggerRef, ...]
    bar_count: int | None
    conditions: tuple[ConditionRef, ...]
    stop: Protection
    target: Protection | None
    packs: tuple[PackSpec, ...]
    trailing: Trailing | None = None
    breakeven: Breakeven | None = None
    confirmation: Confirmation = Confirmation()
    time_exit: TimeExit | None = None
    # Exits of older files: the opposite of the entry trigger, and a bar count that counts as time.
    opposite: TriggerRef | None = None
    time_exit_bars: int | None = None
    # Decide bars that held both stop and target by finer bars, where there are any.
    hifi: bool = False
    costs: Costs = Costs()
    limits: Limits = Limits()
    risk_per_trade: float = 100.0
    starting_balance: float = 10_000.0
    name: str = ""
    data_source: str = ""
    forward_test_start_ns: int | None = None
    warnings: tuple[str, ...] = ()

    @property
    def is_long(self) -> bool:
        return self.direction == "LONG"

    @property
    def is_daily(self) -> bool:
        return self.timeframe_seconds >= DAY_SECONDS

    def referenced_packs(self) -> list[PackSpec]:
        """The packs its entry, exits and conditions name, each once."""
        packs = [self.entry.pack, *(e.pack for e in self.exits), *(c.pack for c in self.conditions)]
        return list({pack.id: pack for pack in packs}.values())

    def own_packs(self) -> list[PackSpec]:
        """Those of them that are read on the strategy's own timeframe."""
        read = [c.pack for c in self.conditions if not c.timeframe]
        packs = [self.entry.pack, *(e.pack for e in self.exits), *read]
        return list({pack.id: pack for pack in packs}.values())

    def packs_by_timeframe(self) -> dict[str, list[PackSpec]]:
        """The packs read on each other timeframe, in the order of the conditions."""
        found: dict[str, list[PackSpec]] = {}
        for one in self.conditions:
            if one.timeframe and one.pack not in found.setdefault(one.timeframe, []):
                found[one.timeframe].append(one.pack)
        return found

    @property
    def warm_up_bars(self) -> int:
        """W: the first index at which an entry is possible, 5 x the longest period in use.

        Packs that conditions read on other timeframes count too, in own bars.
        """
        periods = [p.template.longest_period(p.parameters) for p in self.referenced_packs()]
        if "atr" in (part.method for part in (self.stop, self.target, self.trailing) if part):
            periods.append(ATR_PERIOD)
        return WARM_UP_FACTOR * max(periods, default=0)
