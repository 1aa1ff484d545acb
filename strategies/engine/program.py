"""A compiled strategy: which nodes it reads, and the walk over their outputs.

`advance` serves batch and live alike: a backtest is one long advance from a new state, the
monitor many short ones. Nothing in a state depends on how the bars were cut.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from strategies.engine.advance import Advance, Event
from strategies.engine.errors import StateMismatch
from strategies.engine.live import NodeGroup
from strategies.engine.nodes import NodeKey, NodeOutputs, decide_nodes
from strategies.engine.positions import (
    POSITION,
    REJECTED,
    RULES,
    TRADE,
    Method,
    new_position,
    walk_nb,
)
from strategies.engine.risk import STOP_METHODS, TARGET_METHODS
from strategies.engine.storage import pack, unpack
from strategies.engine.strategy import PackSpec, Protection, StrategySpec
from strategies.engine.types import Bars, BarsLike, Bools, Flags, Floats, Int8s, Rows, as_bars
from strategies.engine.version import ENGINE_VERSION

ATR_KEY = NodeKey("atr", ())
_LOWEST, _HIGHEST = 0, 1
_NO_TRADES, _NONE_REJECTED = np.empty(0, TRADE), np.empty(0, REJECTED)


@dataclass
class PositionState:
    """The position of one strategy after `n_seen` bars of its window."""

    row: Rows = field(default_factory=new_position)
    n_seen: int = 0
    entry_records: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return bool(self.row["is_open"].item())


@dataclass
class State:
    """Nodes and position of one strategy that shares its nodes with no other."""

    nodes: NodeGroup
    position: PositionState


def node_key(pack_spec: PackSpec, is_daily: bool) -> NodeKey | None:
    """The node a pack reads; None when it has none on this timeframe."""
    template = pack_spec.template
    if template.run is None or (is_daily and template.is_intraday_only):
        return None
    return NodeKey(template.id, template.vector(pack_spec.parameters))


@dataclass(frozen=True)
class Program:
    """A strategy resolved to nodes, masks and rules. Immutable and shareable."""

    spec: StrategySpec
    # The node of every pack that is used or observed, by pack id.
    pack_keys: dict[str, NodeKey]
    # What entries, exits, stop and target read.
    decision_keys: tuple[NodeKey, ...]
    # Only the stored record sets of trades need these.
    observer_keys: tuple[NodeKey, ...]
    observed_packs: tuple[PackSpec, ...]
    rules: Rows

    @property
    def keys(self) -> tuple[NodeKey, ...]:
        """All nodes of the program, each once."""
        return self.decision_keys + self.observer_keys

    @cached_property
    def warm_up_bars(self) -> int:
        return self.spec.warm_up_bars

    @cached_property
    def fingerprint(self) -> str:
        """Changes when a stored position of this strategy would no longer mean the same."""
        spec = self.spec
        content = [
            ENGINE_VERSION,
            [spec.direction, spec.timeframe, spec.trading_session, spec.warm_up_bars],
            [[trigger.id, trigger.bit] for trigger in (spec.entry, *spec.exits)],
            [[record.text, record.code] for record in spec.required],
            sorted([key.template, list(key.vector)] for key in self.decision_keys),
            self.rules.tobytes().hex(),
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]

    def new_state(self) -> State:
        """The state before the first bar of the window."""
        return State(NodeGroup.new(self.keys), PositionState())

    def advance(self, state: State, bars: BarsLike, *, first_visible_index: int = 0) -> Advance:
        """Step nodes and position over the next bars; `state` moves with them.

        Entries are possible from index ``max(W, first_visible_index)`` of the window on.
        """
        columns = as_bars(bars)
        outputs = state.nodes.advance(columns)
        return self.walk(state.position, outputs, columns, first_visible_index=first_visible_index)

    def backtest(self, bars: BarsLike, *, first_visible_index: int = 0) -> Advance:
        """The whole history at once. What only records and charts need runs when it is read."""
        columns = as_bars(bars)
        outputs = decide_nodes(self.decision_keys, columns, _protection_keys(self.spec))
        return self.walk(PositionState(), outputs, columns, first_visible_index=first_visible_index)

    def walk(
        self,
        position: PositionState,
        outputs: NodeOutputs,
        bars: BarsLike,
        *,
        first_visible_index: int = 0,
    ) -> Advance:
        """Walk the position over bars whose node outputs are known; `position` moves along."""
        columns, offset, carried = as_bars(bars), position.n_seen, position.entry_records
        entries = self._entries(outputs, columns.n)
        entries[: max(0, max(self.warm_up_bars, first_visible_index) - offset)] = 0
        n_entries = int(np.count_nonzero(entries))
        trades, rejected = _NO_TRADES, _NONE_REJECTED
        if n_entries or position.is_open:
            trades, rejected = self._walk(position, outputs, columns, entries, n_entries)
        position.n_seen = offset + columns.n
        row = position.row.copy()
        advance = Advance(self, columns, offset, outputs, trades, rejected, row, carried)
        if not position.is_open:
            position.entry_records = ()
        elif not self._is_lazy(outputs):
            # For a position entered before these bars, the records it carries already.
            position.entry_records = advance.records_at(int(row["entry_index"].item()))
        return advance

    def _walk(
        self,
        position: PositionState,
        outputs: NodeOutputs,
        bars: Bars,
        entries: Flags,
        n_entries: int,
    ) -> tuple[Rows, Rows]:
        """The trades and rejected entries of these bars."""
        trades, rejected = np.empty(n_entries + 1, TRADE), np.empty(n_entries, REJECTED)
        n_trades, n_rejected = walk_nb(
            self.rules,
            position.row,
            bars,
            position.n_seen,
            entries,
            self._signals(outputs, bars.n),
            self._basis(self.spec.stop, outputs, bars, is_stop=True),
            self._basis(self.spec.target, outputs, bars, is_stop=False),
            trades,
            rejected,
        )
        return trades[:n_trades], rejected[:n_rejected]

    def _is_lazy(self, outputs: NodeOutputs) -> bool:
        return any(key not in outputs for key in self.observer_keys)

    def _entries(self, outputs: NodeOutputs, n: int) -> Flags:
        """1 where the entry trigger fires and every required record is true."""
        spec = self.spec
        entries = self._fires(outputs, spec.entry.pack.id, spec.entry.bit, n)
        for record in spec.required:
            key = self.pack_keys.get(record.pack.id)
            if key is None:
                return np.zeros(n, np.uint8)
            entries &= outputs[key].codes == record.code
        return entries.view(np.uint8)

    def _signals(self, outputs: NodeOutputs, n: int) -> Int8s:
        """1 + place of the first exit trigger that fires on each bar, 0 for none."""
        exits = self.spec.exits
        if len(exits) == 1:
            return self._fires(outputs, exits[0].pack.id, exits[0].bit, n).view(np.int8)
        signals = np.zeros(n, np.int8)
        for place in range(len(exits), 0, -1):
            trigger = exits[place - 1]
            fires = self._fires(outputs, trigger.pack.id, trigger.bit, n)
            np.copyto(signals, np.int8(place), where=fires)
        return signals

    def _fires(self, outputs: NodeOutputs, pack_id: str, bit: int, n: int) -> Bools:
        key = self.pack_keys.get(pack_id)
        if key is None:
            return np.zeros(n, np.bool_)
        fires: Bools = (outputs[key].bits & np.uint16(1 << bit)) != 0
        return fires

    def _basis(
        self, protection: Protection | None, outputs: NodeOutputs, bars: Bars, *, is_stop: bool
    ) -> Floats:
        """ATR or swing extreme per bar, as the method needs; any column where it needs none."""
        basis = bars.close
        if protection is not None and protection.method == "atr":
            basis = outputs[ATR_KEY].columns[0]
        elif protection is not None and protection.method == "swing":
            is_low = self.spec.is_long == is_stop
            basis = outputs[swing_key(protection)].columns[_LOWEST if is_low else _HIGHEST]
        return basis

    def dumps(self, state: State) -> bytes:
        """Nodes and position in one piece."""
        nodes = state.nodes.dumps()
        return pack("state", {"nodes": len(nodes)}, nodes + self.dumps_position(state.position))

    def loads(self, data: bytes) -> State:
        """The state that `dumps` wrote. Raises StateMismatch when it is not of this program."""
        header, body = unpack("state", data)
        nodes = NodeGroup.loads(body[: header["nodes"]])
        position = self.loads_position(body[header["nodes"] :])
        if nodes.missing(self.keys) or nodes.n_seen != position.n_seen:
            raise StateMismatch("the stored nodes are not those of this strategy")
        return State(nodes, position)

    def dumps_position(self, position: PositionState) -> bytes:
        """The position as bytes, stamped with this program's fingerprint."""
        header = {
            "program": self.fingerprint,
            "n_seen": position.n_seen,
            "records": list(position.entry_records),
        }
        return pack("position", header, position.row.tobytes())

    def loads_position(self, data: bytes) -> PositionState:
        """The position that `dumps_position` wrote. Raises StateMismatch for another program's."""
        header, body = unpack("position", data)
        if header["program"] != self.fingerprint:
            raise StateMismatch("the strategy has changed since its position was stored")
        row = np.frombuffer(body, POSITION).copy()
        return PositionState(row, header["n_seen"], tuple(header["records"]))


def swing_key(protection: Protection) -> NodeKey:
    """The node of a swing stop or target."""
    return NodeKey("swing_levels", (float(protection.lookback),))


def _protection_keys(spec: StrategySpec) -> list[NodeKey]:
    keys = []
    for protection in (spec.stop, spec.target):
        if protection is not None and protection.method == "atr":
            keys.append(ATR_KEY)
        elif protection is not None and protection.method == "swing":
            keys.append(swing_key(protection))
    return keys


def _rules(spec: StrategySpec) -> Rows:
    rules = np.zeros(1, RULES)
    row = rules[0]
    row["side"] = 1.0 if spec.is_long else -1.0
    row["bar_count"] = spec.bar_count or 0
    row["stop_method"] = STOP_METHODS[spec.stop.method].code
    row["stop_size"], row["stop_padding"] = spec.stop.size, spec.stop.padding
    row["target_method"] = int(Method.NONE)
    if spec.target is not None:
        row["target_method"] = TARGET_METHODS[spec.target.method].code
        row["target_size"], row["target_padding"] = spec.target.size, spec.target.padding
    return rules


def compile_program(spec: StrategySpec) -> Program:
    """Resolve a strategy to its nodes. Compiles no kernel: that happens on the first advance."""
    used = spec.referenced_packs()
    observed = [p for p in spec.packs if p.enabled and p.template.states]
    observed += [r.pack for r in spec.required if r.pack not in observed]
    pack_keys = {}
    for pack_spec in [*used, *observed]:
        key = node_key(pack_spec, spec.is_daily)
        if key is not None:
            pack_keys[pack_spec.id] = key
    used_keys = [pack_keys[p.id] for p in used if p.id in pack_keys]
    decision = dict.fromkeys([*used_keys, *_protection_keys(spec)])
    observers = dict.fromkeys(key for key in pack_keys.values() if key not in decision)
    return Program(
        spec=spec,
        pack_keys=pack_keys,
        decision_keys=tuple(decision),
        observer_keys=tuple(observers),
        observed_packs=tuple(dict.fromkeys(observed)),
        rules=_rules(spec),
    )


__all__ = ["Advance", "Event", "PositionState", "Program", "State", "compile_program"]
