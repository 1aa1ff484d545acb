"""What an advance found: trades, events, states and indicator values of its bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, fields
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from strategies.engine.nodes.frames import Frame
from strategies.engine.nodes.node import (
    NodeKey,
    NodeOutput,
    decide_nodes,
    new_node_memory,
    step_node,
)
from strategies.engine.program.compiled import Compiled
from strategies.engine.spec import PackSpec, StrategySpec
from strategies.engine.types import Bars, Floats, Int8s, Int64s, Rows
from strategies.engine.walk.positions import (
    TRADE,
    EntryRow,
    Fill,
    Pending,
    PositionRow,
    Reason,
    TradeRow,
)
from strategies.engine.walk.trade_list import closed_trades
from strategies.engine.walk.trades import (
    OpenTrade,
    Rejected,
    Trade,
    open_trade,
    rejected_entry,
)


class Event(NamedTuple):
    """An entry or exit that was decided on one of the bars just walked."""

    kind: str
    bar_index: int
    bar_ns: int
    trade: Trade | OpenTrade


@dataclass
class Advance:
    """What happened on the bars of one advance. Trades are built when they are read."""

    program: Compiled
    frame: Frame
    # Index of the first bar in the strategy's window.
    offset: int
    trade_rows: Rows
    rejected_rows: Rows
    position_row: Rows
    carried_conditions: tuple[str, ...]
    # Nodes that a backtest left out and something has asked for since.
    replayed: dict[NodeKey, NodeOutput] = field(default_factory=dict)

    @property
    def bars(self) -> Bars:
        return self.frame.bars

    @cached_property
    def outputs(self) -> dict[NodeKey, NodeOutput]:
        """Outputs over these bars of every node that has run."""
        own = self.frame.own
        return {key: own.of(key) for key in own.layout.keys}

    @cached_property
    def trades(self) -> list[Trade]:
        """Positions closed on these bars, in order."""
        spec, rows = self.program.spec, self.trade_rows
        conditions = self._conditions_of(rows["entry_index"].tolist())
        return closed_trades(spec, rows, conditions)

    @cached_property
    def open_trade(self) -> OpenTrade | None:
        """The position held after the last of these bars."""
        held = self._position
        if not held.is_open:
            return None
        conditions = self.conditions_at(held.entry_index)
        return open_trade(self.program.spec, held, self.offset + self.bars.n, conditions)

    @property
    def _position(self) -> PositionRow:
        return PositionRow(*self.position_row[0].tolist())

    @property
    def is_leaving(self) -> bool:
        """Whether the open position is left at the next open, whatever that brings."""
        row = self.position_row[0]
        return bool(row["is_open"] and row["pending"] == Pending.MARKET)

    @cached_property
    def leaving(self) -> Trade | None:
        """The position that the next open ends, as if it were left at the last close.

        Its order has to go out now; price and reason of the exit are known when the bar comes.
        """
        if not self.is_leaving or not self.bars.n:
            return None
        spec, held = self.program.spec, self._position
        is_cc = spec.entry.execution == "CC"
        row = TradeRow(
            **{field.name: getattr(held, field.name) for field in fields(EntryRow)},
            exit_index=self.offset + self.bars.n - 1,
            exit_start_ns=int(self.bars.start_ns[-1]),
            exit_close_ns=int(self.bars.close_ns[-1]),
            exit_trigger_ns=int(self.bars.close_ns[-1]),
            exit_price=float(self.bars.close[-1]),
            reason=Reason.UNCONFIRMED_CC if is_cc else Reason.UNCONFIRMED_LC,
            exit_place=0,
            fill=Fill.CLOSE,
            ambiguous=0,
        )
        rows = np.array([astuple(row)], TRADE)
        return closed_trades(spec, rows, [self.conditions_at(held.entry_index)])[0]

    @cached_property
    def rejected(self) -> list[Rejected]:
        """Entries refused on these bars."""
        return [rejected_entry(*row) for row in self.rejected_rows.tolist()]

    @cached_property
    def events(self) -> list[Event]:
        """Entries and exits of these bars in the order they happened."""
        found: list[Event] = []
        for trade in self.trades:
            if trade.entry_index >= self.offset:
                found.append(Event("entry", trade.entry_index, trade.entry_bar_ns, trade))
            decided = trade.decided_index
            start_ns = int(self.bars.start_ns[decided - self.offset])
            found.append(Event("exit", decided, start_ns, trade))
        held = self.open_trade
        if held is not None and held.entry_index >= self.offset:
            found.append(Event("entry", held.entry_index, held.entry_bar_ns, held))
        return found

    @property
    def r_multiples_gross(self) -> Floats:
        """Gross R of the closed trades, without building them."""
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
        names = () if output is None else self.pack(pack_id).template.outputs
        if output is None or not names:
            return {}
        if not output.columns.shape[0]:
            output = self._with_columns(self.program.pack_keys[pack_id])
        return {name.name: column for name, column in zip(names, output.columns, strict=True)}

    def state_at(self, pack_id: str, index: int) -> str | None:
        """The state of a pack on one of these bars; None while it has none."""
        output = self.node(pack_id)
        code = -1 if output is None else int(output.codes[index - self.offset])
        return None if code < 0 else self.pack(pack_id).template.states[code].name

    def triggers_at(self, pack_id: str, index: int) -> list[str]:
        """Base names of a pack's triggers that fired on one of these bars."""
        output = self.node(pack_id)
        word = 0 if output is None else int(output.bits[index - self.offset])
        triggers = self.pack(pack_id).template.triggers
        return [trigger.base for i, trigger in enumerate(triggers) if word >> i & 1]

    def conditions_at(self, index: int) -> tuple[str, ...]:
        """Sorted conditions true on a bar; for a bar before these, those its position carries."""
        return self._conditions_of([index])[0]

    def _conditions_of(self, indices: Sequence[int]) -> list[tuple[str, ...]]:
        """The conditions true on each of the bars."""
        own = np.array([i - self.offset for i in indices if i >= self.offset], np.int64)
        known = in_words(self._observed(own)) if own.size else []
        if own.size == len(indices):
            return known
        sets = iter(known)
        return [next(sets) if i >= self.offset else self.carried_conditions for i in indices]

    def _observed(self, own: Int64s) -> list[tuple[list[str], list[int]]]:
        """For each condition there may be: its possible words, and the place of what each bar had.

        Those on other timeframes have one word: an entry had all of them.
        """
        spec, keys = self.program.spec, self.program.pack_keys
        packs = [pack for pack in self.program.observed_packs if pack.id in keys]
        self._replay([keys[pack.id] for pack in packs])
        found = [([one.text], [0] * own.size) for one in spec.conditions if one.timeframe]
        for pack in packs:
            codes = self._codes_at(keys[pack.id], own, pack.template.family == "general")
            found.append((condition_texts(spec, pack), codes.tolist()))
        return found

    def _codes_at(self, key: NodeKey, own: Int64s, is_general: bool) -> Int8s:
        """State codes for entries on these bars: within a bar, own states are of the one before."""
        codes = self._output(key).codes
        if is_general or not self.program.spec.entry.is_within_bar:
            return codes[own]
        outputs = self.frame.own
        is_known = outputs.has(key) and key not in self.replayed
        before = outputs.last.codes[outputs.layout.rows[key]] if is_known else -1
        return np.concatenate([np.array([before], np.int8), codes])[own]

    def pack(self, pack_id: str) -> PackSpec:
        return next(pack for pack in self.program.spec.packs if pack.id == pack_id)

    def _output(self, key: NodeKey) -> NodeOutput:
        own = self.frame.own
        if key not in self.replayed and own.has(key):
            return own.of(key)
        self._replay([key])
        return self.replayed[key]

    def _replay(self, keys: Iterable[NodeKey]) -> None:
        """States of nodes that a backtest left out: their whole history is these bars."""
        own = self.frame.own
        left_out = [key for key in keys if key not in self.replayed and not own.has(key)]
        if left_out:
            found = decide_nodes(left_out, self.bars, ())
            self.replayed |= {key: found.of(key) for key in found.layout.keys}

    def _with_columns(self, key: NodeKey) -> NodeOutput:
        """The same with the columns, which deciding does not keep."""
        self.replayed[key] = step_node(key, new_node_memory(key), self.bars)
        return self.replayed[key]


def in_words(observed: list[tuple[list[str], list[int]]]) -> list[tuple[str, ...]]:
    """The sorted words of each bar; -1 is none.

    Words of one pack begin alike, so packs in order give words in order, and nothing is sorted bar
    by bar.
    """
    observed = sorted(observed)
    texts = [words for words, _ in observed]
    # A place of -1 is the last one.
    columns = [map([*words, ""].__getitem__, places) for words, places in observed]
    sets: list[tuple[str, ...]] = list(zip(*columns, strict=True))
    # Few bars lack a word.
    for i in {i for _, places in observed if -1 in places for i, at in enumerate(places) if at < 0}:
        sets[i] = tuple(filter(None, sets[i]))
    if any(max(these) >= min(those) for these, those in pairwise(texts)):
        sets = [tuple(sorted(words)) for words in sets]
    return sets


def condition_texts(spec: StrategySpec, pack_spec: PackSpec) -> list[str]:
    """The canonical text of each state of a pack as a condition on the own timeframe."""
    label = "GEN" if pack_spec.template.family == "general" else spec.label
    names = pack_spec.template.state_names()
    return [f"{label}-{pack_spec.id.upper()}-{name}" for name in names]
