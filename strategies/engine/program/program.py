"""A compiled strategy in motion: its nodes step over bars, its position walks their outputs.

`advance` serves batch and live alike: a backtest is one long advance from new memory, the
monitor many short ones. No memory depends on how the bars were cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from strategies.engine.errors import SnapshotMismatch
from strategies.engine.nodes.frames import Frame
from strategies.engine.nodes.groups import Nodes
from strategies.engine.nodes.storage import pack, unpack
from strategies.engine.program.advance import Advance
from strategies.engine.program.compiled import Compiled
from strategies.engine.program.framing import shared_frame
from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bars, BarsLike, Rows, as_bars
from strategies.engine.walk.hifi import Finer
from strategies.engine.walk.kernel import walk_nb
from strategies.engine.walk.limits import count_exit_nb
from strategies.engine.walk.positions import POSITION, REJECTED, TRADE, new_position
from strategies.engine.walk.trade_list import closed_trades

# Trades of one call of the kernel; it is called again from where it stopped.
MAX_ROWS = 4096
OtherBars = Mapping[str, BarsLike]


@dataclass
class Position:
    """The position of one strategy after `n_seen` bars of its window."""

    row: Rows = field(default_factory=new_position)
    n_seen: int = 0
    entry_conditions: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return bool(self.row["is_open"].item())


@dataclass
class Memory:
    """What is remembered of the bars so far: nodes, shared with no other strategy, and position."""

    nodes: Nodes
    position: Position


class Program(Compiled):
    """A compiled strategy that advances. Immutable and shareable: what moves is handed in."""

    def new_memory(self) -> Memory:
        """The memory before the first bar of the window."""
        return Memory(Nodes.new(self.keys, self.other_keys), Position())

    def advance(
        self,
        memory: Memory,
        bars: BarsLike,
        others: OtherBars | None = None,
        *,
        first_visible_index: int = 0,
        finer: Finer | None = None,
    ) -> Advance:
        """Step nodes and walk the position over the next bars; `memory` moves with them.

        `others` holds, by series, the bars of other timeframes not given before that closed at
        or before the close of the last of `bars`. Entries are possible from index
        ``max(W, first_visible_index)`` of the window on. `finer`: see `walk`.
        """
        frame = memory.nodes.step(bars, others)
        return self.walk(
            memory.position, frame, first_visible_index=first_visible_index, finer=finer
        )

    def backtest(
        self,
        bars: BarsLike,
        others: OtherBars | None = None,
        *,
        first_visible_index: int = 0,
        finer: Finer | None = None,
    ) -> Advance:
        """The whole history at once; what only stored conditions and charts need runs when read.

        Bars of other timeframes may go on after the last of `bars`: what closes later than a bar
        is not seen by it.
        """
        frame = self.frame(as_bars(bars), others)
        return self.walk(Position(), frame, first_visible_index=first_visible_index, finer=finer)

    def frame(self, bars: Bars, others: OtherBars | None = None) -> Frame:
        """Outputs of what decides over a whole history."""
        return shared_frame([self], bars, others)

    def walk(
        self,
        position: Position,
        frame: Frame,
        *,
        first_visible_index: int = 0,
        finer: Finer | None = None,
    ) -> Advance:
        """Walk the position over bars whose node outputs are known; `position` moves along.

        `finer` decides trades whose R limits count, where the strategy asks for it; they stay in
        the advance as the walk left them.
        """
        # Rows that an earlier advance has shown stay as they are.
        position.row = position.row.copy()
        first = max(0, max(self.warm_up_bars, first_visible_index) - position.n_seen)
        trades, rejected = self._walk(position, frame, first, finer)
        return self.settle(position, frame, trades, rejected)

    def _walk(
        self, position: Position, frame: Frame, first: int, finer: Finer | None
    ) -> tuple[Rows, Rows]:
        """The trades and rejected entries of these bars."""
        own, found, t = frame.own, [], 0
        binding, size = self.binding(frame.layout), min(frame.bars.n + 1, MAX_ROWS)
        while t < frame.bars.n:
            trades, rejected = np.empty(size, TRADE), np.empty(size, REJECTED)
            n_trades, n_rejected, t = walk_nb(
                *binding,
                position.row,
                frame.bars,
                position.n_seen,
                t,
                first,
                frame.codes,
                own.bits,
                own.columns,
                *own.last,
                trades,
                rejected,
            )
            found.append((trades[:n_trades], rejected[:n_rejected]))
            if self.awaits_finer and n_trades and trades[n_trades - 1]["ambiguous"]:
                day = int(frame.bars.day[t - 1])
                self._count_by_finer(position, trades[n_trades - 1 : n_trades], day, finer)
        if len(found) == 1:
            return found[0]
        parts = [*found, (np.empty(0, TRADE), np.empty(0, REJECTED))]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    def _count_by_finer(self, position: Position, row: Rows, day: int, finer: Finer | None) -> None:
        """Count a trade that the walk left to finer bars; without any it stays at its stop."""
        trade = closed_trades(self.spec, row, [()])[0]
        decided = trade if finer is None else finer(trade)
        count_exit_nb.python(position.row[0], day, decided.r_multiple)

    def settle(self, position: Position, frame: Frame, trades: Rows, rejected: Rows) -> Advance:
        """What a walk over these bars found; the position then has seen them."""
        offset, row = position.n_seen, position.row
        position.n_seen = offset + frame.bars.n
        advance = Advance(self, frame, offset, trades, rejected, row, position.entry_conditions)
        if not position.is_open:
            position.entry_conditions = ()
        elif row["entry_index"].item() >= offset and self._is_whole(frame):
            position.entry_conditions = advance.conditions_at(row["entry_index"].item())
        return advance

    def _is_whole(self, frame: Frame) -> bool:
        """Whether what only stored conditions need has run as well: in a backtest it has not."""
        return all(frame.own.has(key) for key in self.observer_keys)

    def dumps(self, memory: Memory, data_version: str = "") -> bytes:
        """The snapshot of nodes and position, stamped with the version of the bars behind them."""
        nodes = memory.nodes.dumps()
        header = {"nodes": len(nodes), "data": data_version}
        return pack("state", header, nodes + self.dumps_position(memory.position))

    def loads(self, data: bytes, data_version: str = "") -> Memory:
        """Nodes and position of the snapshot that `dumps` took.

        Raises SnapshotMismatch when it is not of this program, engine and version of the bars.
        """
        header, body = unpack("state", data)
        if header["data"] != data_version:
            raise SnapshotMismatch("the bars have changed since the snapshot was taken")
        nodes = Nodes.loads(body[: header["nodes"]])
        position = self.loads_position(body[header["nodes"] :])
        if nodes.lacks(self.keys, self.other_keys) or nodes.own.n_seen != position.n_seen:
            raise SnapshotMismatch("the stored nodes are not those of this strategy")
        return Memory(nodes, position)

    def dumps_position(self, position: Position) -> bytes:
        """The snapshot of a position, stamped with this program's fingerprint."""
        header = {
            "program": self.fingerprint,
            "n_seen": position.n_seen,
            "records": list(position.entry_conditions),
        }
        return pack("position", header, position.row.tobytes())

    def loads_position(self, data: bytes) -> Position:
        """The position of such a snapshot. Raises SnapshotMismatch for another program's."""
        header, body = unpack("position", data)
        if header["program"] != self.fingerprint:
            raise SnapshotMismatch("the strategy has changed since the snapshot was taken")
        row = np.zeros(1, POSITION)
        # One stored before there were limits lacks what they count, which is zero without them.
        row.view(np.uint8)[: len(body)] = np.frombuffer(body, np.uint8)
        return Position(row, header["n_seen"], tuple(header["records"]))


def compile_program(spec: StrategySpec, series: Mapping[str, str] | None = None) -> Program:
    """Resolve a strategy to its nodes, see `Compiled.of`. No kernel compiles before it moves."""
    return Program.of(spec, series)
