"""What the engine remembers of a group, as one object and as the snapshot in its row."""

import json
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict

from strategies.engine.errors import SnapshotMismatch
from strategies.engine.nodes.frames import Frame
from strategies.engine.nodes.groups import Nodes
from strategies.engine.nodes.node import NodeKey
from strategies.engine.program.program import Position, Program
from strategies.engine.types import Bars

MAX_CACHED = 512
NS = 1_000_000_000


class OtherSeries(NamedTuple):
    """Bars of another timeframe from a first instant on; its name says both.

    Strategies share the nodes of a series, so one with another first bar is another series.
    """

    timeframe: str
    anchor_ts: int

    @property
    def name(self) -> str:
        return f"{self.timeframe}@{self.anchor_ts}"

    @classmethod
    def of(cls, name: str) -> "OtherSeries":
        timeframe, _, anchor_ts = name.partition("@")
        return cls(timeframe, int(anchor_ts))


class Snapshot(TypedDict):
    """The document in the row: nodes and, by strategy id, positions as base64."""

    nodes: str
    seen: dict[str, int]
    positions: dict[str, str]


@dataclass
class GroupMemory:
    """Shared nodes, and per strategy id the position that reads them."""

    nodes: Nodes
    positions: dict[int, Position] = field(default_factory=dict)
    # By series of another timeframe: close of the newest bar its nodes have seen.
    seen_ts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def new(cls, programs: dict[int, Program]) -> "GroupMemory":
        nodes = Nodes.new(_keys(programs), _other_keys(programs))
        return cls(nodes, {pk: Position() for pk in programs})

    def advance(self, bars: Bars, others: Mapping[str, Bars]) -> Frame:
        """Step the shared nodes over the next bars."""
        frame = self.nodes.step(bars, others)
        seen = {name: int(one.close_ns[-1]) // NS for name, one in others.items() if one.n}
        self.seen_ts |= seen
        return frame

    def fits(self, programs: dict[int, Program]) -> bool:
        """Whether it holds everything these strategies need."""
        return all(
            pk in self.positions and not self.nodes.lacks(program.keys, program.other_keys)
            for pk, program in programs.items()
        )

    def dumps(self, programs: dict[int, Program]) -> bytes:
        """Only what these strategies need; the rest belongs to nobody any more."""
        self.nodes.retain(_keys(programs), _other_keys(programs))
        self.seen_ts = {n: ts for n, ts in self.seen_ts.items() if n in self.nodes.others}
        document: Snapshot = {
            "nodes": _text(self.nodes.dumps()),
            "seen": dict(sorted(self.seen_ts.items())),
            "positions": {
                str(pk): _text(program.dumps_position(self.positions[pk]))
                for pk, program in programs.items()
            },
        }
        return json.dumps(document, separators=(",", ":")).encode()


def load_snapshot(data: bytes | memoryview, programs: dict[int, Program]) -> GroupMemory | None:
    """What a snapshot says of these strategies; None when it must be rebuilt by replay."""
    document = _document(data)
    stored = document["positions"]
    if any(str(pk) not in stored for pk in programs):
        return None
    try:
        nodes = Nodes.loads(b64decode(document["nodes"]))
        positions = {
            pk: program.loads_position(b64decode(stored[str(pk)]))
            for pk, program in programs.items()
        }
    except SnapshotMismatch:
        return None
    memory = GroupMemory(nodes, positions, document.get("seen", {}))
    is_even = all(position.n_seen == nodes.own.n_seen for position in positions.values())
    return memory if is_even and memory.fits(programs) else None


def _keys(programs: Mapping[int, Program]) -> list[NodeKey]:
    return list(dict.fromkeys(key for program in programs.values() for key in program.keys))


def _other_keys(programs: Mapping[int, Program]) -> dict[str, list[NodeKey]]:
    """The nodes of all these strategies on other timeframes, by series."""
    found: dict[str, dict[NodeKey, None]] = {}
    for program in programs.values():
        for name, keys in program.other_keys.items():
            found.setdefault(name, {}).update(dict.fromkeys(keys))
    return {name: list(keys) for name, keys in found.items()}


def _document(data: bytes | memoryview) -> Snapshot:
    document: Snapshot = json.loads(bytes(data))
    return document


def _text(data: bytes) -> str:
    return b64encode(data).decode()


class MemoryCache:
    """Memories this process has stored itself, valid while the row's generation is theirs.

    Taking one removes it: whoever advances it puts it back only once that has been stored.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[int, GroupMemory]] = OrderedDict()

    def take(self, group_id: int, generation: int) -> GroupMemory | None:
        kept = self._kept.pop(group_id, None)
        return kept[1] if kept is not None and kept[0] == generation else None

    def put(self, group_id: int, generation: int, memory: GroupMemory) -> None:
        self._kept[group_id] = (generation, memory)
        while len(self._kept) > MAX_CACHED:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        self._kept.clear()


cache = MemoryCache()
