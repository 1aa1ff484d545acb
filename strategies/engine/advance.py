"""What an advance found: trades, events, states and indicator values of its bars."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from strategies.engine.nodes import (
    NodeKey,
    NodeOutput,
    NodeOutputs,
    advance_nodes,
    new_node_state,
)
from strategies.engine.strategy import PackSpec, StrategySpec
from strategies.engine.trades import (
    OpenTrade,
    Rejected,
    Trade,
    closed_trade,
    open_trade,
    rejected_entry,
)
from strategies.engine.types import Bars, Floats, Rows

if TYPE_CHECKING:
    from strategies.engine.program import Program


class Event(NamedTuple):
    """An entry or exit that happened on one of the bars just walked."""

    kind: str
    bar_index: int
    bar_ns: int
    trade: Trade | OpenTrade


@dataclass
class Advance:
    """What happened on the bars of one advance. Records are built when they are read."""

    program: Program
    bars: Bars
    # Index of the first bar in the strategy's window.
    offset: int
    outputs: NodeOutputs
    trade_rows: Rows
    rejected_rows: Rows
    position_row: Rows
    carried_records: tuple[str, ...]

    @cached_property
    def trades(self) -> list[Trade]:
        """Positions closed on these bars, in order."""
        spec = self.program.spec
        return [
            closed_trade(spec, row, self.records_at(int(row["entry_index"])))
            for row in self.trade_rows
        ]

    @cached_property
    def open_trade(self) -> OpenTrade | None:
        """The position held after the last of these bars."""
        row = self.position_row[0]
        if not row["is_open"]:
            return None
        records = self.records_at(int(row["entry_index"]))
        return open_trade(self.program.spec, row, self.offset + self.bars.n, records)

    @cached_property
    def rejected(self) -> list[Rejected]:
        """Entries refused on these bars."""
        return [rejected_entry(row) for row in self.rejected_rows]

    @cached_property
    def events(self) -> list[Event]:
        """Entries and exits of these bars in the order they happened."""
        found: list[Event] = []
        for trade in self.trades:
            if trade.entry_index >= self.offset:
                found.append(Event("entry", trade.entry_index, trade.entry_bar_ns, trade))
            found.append(Event("exit", trade.exit_index, trade.exit_bar_ns, trade))
        held = self.open_trade
        if held is not None and held.entry_index >= self.offset:
            found.append(Event("entry", held.entry_index, held.entry_bar_ns, held))
        return found

    @property
    def r_multiples_gross(self) -> Floats:
        """Gross R of the closed trades, without building their records."""
        rows = self.trade_rows
        side = 1.0 if self.program.spec.is_long else -1.0
        gross: Floats = side * (rows["exit_price"] - rows["entry_price"]) / rows["risk"]
        return gross

    def node(self, pack_id: str) -> NodeOutput | None:
        """Columns, state codes and trigger words of a pack; None when it has no node here."""
        key = self.program.pack_keys.get(pack_id)
        return None if key is None else self._output(key)

    def columns(self, pack_id: str) -> dict[str, Floats]:
        """Indicator columns of a pack by name."""
        output = self.node(pack_id)
        if output is None:
            return {}
        names = self._pack(pack_id).template.outputs
        return {name.name: column for name, column in zip(names, output.columns, strict=True)}

    def state_at(self, pack_id: str, index: int) -> str | None:
        """The state of a pack on one of these bars; None while it has none."""
        output = self.node(pack_id)
        code = -1 if output is None else int(output.codes[index - self.offset])
        return None if code < 0 else self._pack(pack_id).template.states[code].name

    def triggers_at(self, pack_id: str, index: int) -> list[str]:
        """Base names of a pack's triggers that fired on one of these bars."""
        output = self.node(pack_id)
        word = 0 if output is None else int(output.bits[index - self.offset])
        triggers = self._pack(pack_id).template.triggers
        return [trigger.base for i, trigger in enumerate(triggers) if word >> i & 1]

    def records_at(self, index: int) -> tuple[str, ...]:
        """Sorted records true on a bar; for a bar before these, those its position carries."""
        if index < self.offset:
            return self.carried_records
        records = []
        for pack_spec in self.program.observed_packs:
            state = self.state_at(pack_spec.id, index)
            if state is not None:
                records.append(record_text(self.program.spec, pack_spec, state))
        return tuple(sorted(records))

    def _pack(self, pack_id: str) -> PackSpec:
        return next(pack for pack in self.program.spec.packs if pack.id == pack_id)

    def _output(self, key: NodeKey) -> NodeOutput:
        if key not in self.outputs:
            # A backtest's observers: their whole history is these bars.
            self.outputs |= advance_nodes({key: new_node_state(key)}, [key], self.bars)
        return self.outputs[key]


def record_text(spec: StrategySpec, pack_spec: PackSpec, state: str) -> str:
    """The canonical record of a pack's state on the strategy's own timeframe."""
    label = "GEN" if pack_spec.template.family == "general" else spec.label
    return f"{label}-{pack_spec.id.upper()}-{state}"
