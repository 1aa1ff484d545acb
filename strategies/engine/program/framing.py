"""Outputs over a whole history of all that some strategies read, each node once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from strategies.engine.nodes.frames import Frame, FrameLayout, OtherOutputs
from strategies.engine.nodes.groups import NodeGroup
from strategies.engine.nodes.node import NodeKey, decide_nodes
from strategies.engine.program.binding import column_keys
from strategies.engine.program.compiled import Compiled
from strategies.engine.types import Bars, BarsLike, as_bars


class Wanted:
    """Nodes to step, and which of them keep their columns; others by the name of their series."""

    def __init__(self) -> None:
        self.keys: dict[NodeKey, None] = {}
        self.kept: set[NodeKey] = set()
        self.others: dict[str, dict[NodeKey, None]] = {}

    def add(self, program: Compiled) -> None:
        """What decides in a strategy."""
        self.add_kept(program.decision_keys, column_keys(program.spec, program.pack_keys))
        for name, keys in program.other_keys.items():
            self.others.setdefault(name, {}).update(dict.fromkeys(keys))

    def add_kept(self, keys: Iterable[NodeKey], kept: Collection[NodeKey]) -> None:
        self.keys.update(dict.fromkeys(keys))
        self.kept.update(kept)

    def frame(self, bars: Bars, others: Mapping[str, BarsLike] | None) -> Frame:
        own = decide_nodes(self.keys, bars, self.kept)
        nothing = bars.take(slice(0, 0))
        given = others or {}
        read = {name: _read(keys, given.get(name, nothing)) for name, keys in self.others.items()}
        layouts = tuple((name, one.outputs.layout) for name, one in read.items())
        return Frame.of(FrameLayout(own.layout, layouts), bars, own, read)


def shared_frame(
    programs: Sequence[Compiled], bars: Bars, others: Mapping[str, BarsLike] | None = None
) -> Frame:
    """Outputs of what decides in any of the strategies."""
    wanted = Wanted()
    for program in programs:
        wanted.add(program)
    return wanted.frame(bars, others)


def _read(keys: Iterable[NodeKey], bars: BarsLike) -> OtherOutputs:
    columns = as_bars(bars)
    return OtherOutputs(columns.close_ns, NodeGroup.new(keys).step(columns))
