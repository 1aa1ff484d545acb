"""Node states that strategies share: one group per source, symbol, timeframe, session, anchor.

A group and the positions that read it start at the same first bar, the anchor. Each new bar
moves the group once; every strategy then walks its own position over the group's outputs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from strategies.engine.errors import StateMismatch
from strategies.engine.nodes import (
    NodeKey,
    NodeOutputs,
    NodeStates,
    advance_nodes,
    new_node_state,
)
from strategies.engine.storage import pack, unpack
from strategies.engine.types import BarsLike, as_bars


@dataclass
class NodeGroup:
    """Distinct nodes after the same `n_seen` bars."""

    states: NodeStates = field(default_factory=dict)
    n_seen: int = 0

    @classmethod
    def new(cls, keys: Iterable[NodeKey]) -> NodeGroup:
        """A group that has seen no bar."""
        return cls({key: new_node_state(key) for key in keys})

    def advance(self, bars: BarsLike) -> NodeOutputs:
        """Step every node over the next bars."""
        columns = as_bars(bars)
        outputs = advance_nodes(self.states, self.states, columns)
        self.n_seen += columns.n
        return outputs

    def missing(self, keys: Iterable[NodeKey]) -> list[NodeKey]:
        """The named nodes that are not in the group."""
        return [key for key in dict.fromkeys(keys) if key not in self.states]

    def join(self, keys: Iterable[NodeKey], bars: BarsLike) -> list[NodeKey]:
        """Add missing nodes by replaying every bar since the anchor; those that were added.

        Raises StateMismatch unless `bars` are exactly the bars the group has seen.
        """
        added = NodeGroup.new(self.missing(keys))
        if added.states:
            added.advance(bars)
            self.merge(added)
        return list(added.states)

    def merge(self, other: NodeGroup) -> None:
        """Take over nodes of a group that has seen the same bars. Raises StateMismatch."""
        if other.n_seen != self.n_seen:
            raise StateMismatch(f"group has seen {self.n_seen} bars, the other {other.n_seen}")
        for key, state in other.states.items():
            self.states.setdefault(key, state)

    def retain(self, keys: Iterable[NodeKey]) -> None:
        """Drop nodes that no strategy reads any more."""
        wanted = set(keys)
        self.states = {key: state for key, state in self.states.items() if key in wanted}

    def dumps(self) -> bytes:
        """The group as bytes; equal groups give equal bytes."""
        keys = sorted(self.states)
        header = {
            "n_seen": self.n_seen,
            "nodes": [[key.template, list(key.vector), self.states[key].size] for key in keys],
        }
        return pack("nodes", header, b"".join(self.states[key].tobytes() for key in keys))

    @classmethod
    def loads(cls, data: bytes) -> NodeGroup:
        """The group that `dumps` wrote. Raises StateMismatch for another engine's."""
        header, body = unpack("nodes", data)
        numbers = np.frombuffer(body, np.float64)
        states: NodeStates = {}
        start = 0
        for template, vector, size in header["nodes"]:
            states[NodeKey(template, tuple(vector))] = numbers[start : start + size].copy()
            start += size
        return cls(states, header["n_seen"])
