"""A strategy as the engine takes it: everything resolved, checked and typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from strategies.engine.catalogue import TEMPLATES
from strategies.engine.template import Template

Side = Literal["LONG", "SHORT"]
ATR_PERIOD = 14
WARM_UP_FACTOR = 5
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class PackSpec:
    """A template with parameters, under the id that trigger ids and records use."""

    id: str
    base_template: str
    version: str
    parameters: dict[str, Any] = field(hash=False)
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
    execution: str = "C"

    @property
    def bit(self) -> int:
        """Its position in the trigger word of the pack's node."""
        return [trigger.base for trigger in self.pack.template.triggers].index(self.base)

    @property
    def display(self) -> str:
        trigger = self.pack.template.triggers[self.bit]
        return f"{self.pack.display}: {trigger.name} [{self.execution}]"


@dataclass(frozen=True)
class RecordRef:
    """A required confluence record: this pack in this state."""

    text: str
    pack: PackSpec
    state: str

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


@dataclass(frozen=True)
class Costs:
    """Per share and order amounts in quote currency, slippage in basis points and per share."""

    commission_per_share: float = 0.0
    commission_per_order: float = 0.0
    slippage_bps: float = 0.0
    slippage_per_share: float = 0.0


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
    required: tuple[RecordRef, ...]
    stop: Protection
    target: Protection | None
    packs: tuple[PackSpec, ...]
    costs: Costs = Costs()
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
        """The packs its entry, exits and required records name, each once."""
        packs = [self.entry.pack, *(e.pack for e in self.exits), *(r.pack for r in self.required)]
        return list({pack.id: pack for pack in packs}.values())

    @property
    def warm_up_bars(self) -> int:
        """W: the first index at which an entry is possible, 5 x the longest period in use."""
        periods = [p.template.longest_period(p.parameters) for p in self.referenced_packs()]
        if "atr" in (self.stop.method, self.target.method if self.target else ""):
            periods.append(ATR_PERIOD)
        return WARM_UP_FACTOR * max(periods, default=0)
