"""Nodes that strategies share: one group per source, symbol, timeframe, session and anchor.

A group and the positions that read it start at the same first bar, the anchor. Each new bar
moves the group once; every strategy then walks its own position over the group's outputs. `Nodes`
adds the groups of other timeframes that conditions read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from strategies.engine.errors import SnapshotMismatch
from strategies.engine.nodes.frames import Frame, FrameLayout, OtherOutputs
from strategies.engine.nodes.node import (
    Last,
    Layout,
    NodeKey,
    NodeMemories,
    Outputs,
    new_node_memory,
    step_nodes,
)
from strategies.engine.nodes.storage import pack, unpack
from strategies.engine.types import BarsLike, as_bars


@dataclass
class NodeGroup:
    """Distinct nodes after the same `n_seen` bars, with their outputs on the last of them."""

    memories: NodeMemories
    layout: Layout
    last: Last
    n_seen: int = 0

    @classmethod
    def new(cls, keys: Iterable[NodeKey]) -> NodeGroup:
        """A group that has seen no bar."""
        layout = Layout.of(keys)
        memories = {key: new_node_memory(key) for key in layout.keys}
        return cls(memories, layout, layout.nothing_before())

    def step(self, bars: BarsLike) -> Outputs:
        """Step every node over the next bars."""
        columns = as_bars(bars)
        outputs = step_nodes(self.memories, self.layout, columns, self.last)
        self.last = outputs.last_after(columns)
        self.n_seen += columns.n
        return outputs

    def missing(self, keys: Iterable[NodeKey]) -> list[NodeKey]:
        """The named nodes that are not in the group."""
        return [key for key in dict.fromkeys(keys) if key not in self.memories]

    def join(self, keys: Iterable[NodeKey], bars: BarsLike) -> list[NodeKey]:
        """Add missing nodes by replaying every bar since the anchor; those that were added.

        Raises SnapshotMismatch unless `bars` are exactly the bars the group has seen.
        """
        added = NodeGroup.new(self.missing(keys))
        if added.memories:
            added.step(bars)
            self.merge(added)
        return list(added.memories)

    def merge(self, other: NodeGroup) -> None:
        """Take over nodes of a group that has seen the same bars. Raises SnapshotMismatch."""
        if other.n_seen != self.n_seen:
            raise SnapshotMismatch(f"group has seen {self.n_seen} bars, the other {other.n_seen}")
        new = [key for key in other.layout.keys if key not in self.memories]
        self._choose([*self.layout.keys, *new], [self, other])

    def retain(self, keys: Iterable[NodeKey]) -> None:
        """Drop nodes that no strategy reads any more."""
        wanted = set(keys)
        kept = [key for key in self.layout.keys if key in wanted]
        if len(kept) < len(self.layout.keys):
            self._choose(kept, [self])

    def _choose(self, keys: list[NodeKey], sources: list[NodeGroup]) -> None:
        """Consist of these nodes, each taken from the first source that has it."""
        owners = [next(source for source in sources if key in source.memories) for key in keys]
        columns = [
            owner.last.columns[owner.layout.columns_of(key)]
            for key, owner in zip(keys, owners, strict=True)
        ]
        codes = [
            owner.last.codes[owner.layout.rows[key]]
            for key, owner in zip(keys, owners, strict=True)
        ]
        self.memories = {key: owner.memories[key] for key, owner in zip(keys, owners, strict=True)}
        self.layout = Layout.of(keys)
        self.last = Last(
            np.array(codes, np.int8), np.concatenate([*columns, np.empty(0)]), self.last.bar
        )

    def dumps(self) -> bytes:
        """The group as a snapshot, equal for equal groups, whatever order they grew in."""
        keys = sorted(self.memories)
        header = {
            "n_seen": self.n_seen,
            "nodes": [[key.template, list(key.vector), self.memories[key].size] for key in keys],
            "codes": [int(self.last.codes[self.layout.rows[key]]) for key in keys],
        }
        parts = [self.memories[key] for key in keys]
        parts += [self.last.columns[self.layout.columns_of(key)] for key in keys]
        return pack("nodes", header, b"".join(p.tobytes() for p in [*parts, self.last.bar]))

    @classmethod
    def loads(cls, data: bytes) -> NodeGroup:
        """The group that `dumps` wrote. Raises SnapshotMismatch for another engine's."""
        header, body = unpack("nodes", data)
        numbers = np.frombuffer(body, np.float64)
        memories: NodeMemories = {}
        start = 0
        for template, vector, size in header["nodes"]:
            memories[NodeKey(template, tuple(vector))] = numbers[start : start + size].copy()
            start += size
        layout = Layout.of(memories)
        columns = numbers[start : start + layout.n_columns].copy()
        last = Last(np.array(header["codes"], np.int8), columns, numbers[-2:].copy())
        return cls(memories, layout, last, header["n_seen"])


Keys = Mapping[str, Iterable[NodeKey]]


@dataclass
class Nodes:
    """The nodes of the own timeframe and, by series name, those of other timeframes."""

    own: NodeGroup
    others: dict[str, NodeGroup] = field(default_factory=dict)
    _layout: FrameLayout | None = field(default=None, repr=False, compare=False)

    @classmethod
    def new(cls, keys: Iterable[NodeKey], other_keys: Keys | None = None) -> Nodes:
        """Nodes that have seen no bar."""
        others = {name: NodeGroup.new(k) for name, k in sorted((other_keys or {}).items())}
        return cls(NodeGroup.new(keys), others)

    def step(self, bars: BarsLike, others: Mapping[str, BarsLike] | None = None) -> Frame:
        """Step every node over the next bars.

        `others` holds, by series, the bars not given before that closed at or before the close
        of the last of `bars`. Raises ValueError for a later one: it would be seen too early.
        """
        columns = as_bars(bars)
        given = {name: as_bars(others[name]) for name in self.others if others and name in others}
        for name, one in given.items():
            if one.n and (not columns.n or one.close_ns[-1] > columns.close_ns[-1]):
                raise ValueError(f"{name}: a bar closes after the last bar of the strategy")
        own = self.own.step(columns)
        read = {}
        for name, group in self.others.items():
            other = given[name] if name in given else columns.take(slice(0, 0))
            read[name] = OtherOutputs(other.close_ns, group.step(other))
        return Frame.of(self.layout, columns, own, read)

    @property
    def layout(self) -> FrameLayout:
        """The layout of its frames, the same object while its nodes stay the same."""
        others = tuple((name, group.layout) for name, group in self.others.items())
        if self._layout is None or not self._layout.is_of(self.own.layout, others):
            self._layout = FrameLayout(self.own.layout, others)
        return self._layout

    def lacks(self, keys: Iterable[NodeKey], other_keys: Keys) -> bool:
        """Whether any of the named nodes is missing."""
        return bool(self.own.missing(keys)) or any(
            name not in self.others or self.others[name].missing(wanted)
            for name, wanted in other_keys.items()
        )

    def retain(self, keys: Iterable[NodeKey], other_keys: Keys) -> None:
        """Drop nodes that no strategy reads any more."""
        self.own.retain(keys)
        self.others = {n: group for n, group in self.others.items() if n in other_keys}
        for name, group in self.others.items():
            group.retain(other_keys[name])

    def dumps(self) -> bytes:
        """All groups as a snapshot, equal for equal nodes."""
        names = sorted(self.others)
        bodies = [self.own.dumps(), *(self.others[name].dumps() for name in names)]
        header = {"others": names, "sizes": [len(body) for body in bodies]}
        return pack("frames", header, b"".join(bodies))

    @classmethod
    def loads(cls, data: bytes) -> Nodes:
        """The nodes that `dumps` wrote. Raises SnapshotMismatch for another engine's."""
        header, body = unpack("frames", data)
        groups, start = [], 0
        for size in header["sizes"]:
            groups.append(NodeGroup.loads(body[start : start + size]))
            start += size
        return cls(groups[0], dict(zip(header["others"], groups[1:], strict=True)))
