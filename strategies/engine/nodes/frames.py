"""What walks read: outputs on the own timeframe, and states of other timeframes as known then.

A bar of another timeframe is seen from its close on: an order at the close of a bar knows what
had closed by that close, an order within the bar what had closed by its start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from strategies.engine.jit import lean
from strategies.engine.nodes.node import Layout, NodeKey, Outputs
from strategies.engine.types import Bars, Int8s, Int64s

MAX_BINDINGS = 4096


class OtherOutputs(NamedTuple):
    """Outputs over bars of another timeframe, and when each of those bars closed."""

    close_ns: Int64s
    outputs: Outputs


Others = Mapping[str, OtherOutputs]


@dataclass(eq=False)
class FrameLayout:
    """Rows of a frame: those of the own nodes, then two for each node of other timeframes.

    Of the two, the first is as known at the close of a bar, the second as known at its start.
    """

    own: Layout
    others: tuple[tuple[str, Layout], ...] = ()
    # What programs have looked up here, by program.
    bindings: dict[object, object] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        places = [(name, key) for name, layout in self.others for key in layout.keys]
        n_own = len(self.own.keys)
        self.other_rows: dict[tuple[str, NodeKey], int] = {
            place: n_own + 2 * i for i, place in enumerate(places)
        }

    def is_of(self, own: Layout, others: tuple[tuple[str, Layout], ...]) -> bool:
        """Whether these very layouts make up this one."""
        if self.own is not own or len(self.others) != len(others):
            return False
        pairs = zip(self.others, others, strict=True)
        return all(mine[0] == one[0] and mine[1] is one[1] for mine, one in pairs)


class Frame(NamedTuple):
    """Outputs over n own bars; `codes` has the rows of `FrameLayout`."""

    layout: FrameLayout
    bars: Bars
    own: Outputs
    codes: Int8s

    @classmethod
    def of(cls, layout: FrameLayout, bars: Bars, own: Outputs, others: Others) -> Frame:
        if not layout.others:
            return cls(layout, bars, own, own.codes)
        rows = [_seen(bars, others[name]) for name, _ in layout.others]
        return cls(layout, bars, own, np.concatenate([own.codes, *rows]))


def _seen(bars: Bars, other: OtherOutputs) -> Int8s:
    """State codes (2 x nodes, n) of the last bar of the other timeframe known at each own bar."""
    outputs = other.outputs
    rows = np.empty((2 * outputs.codes.shape[0], bars.n), np.int8)
    args = (other.close_ns, outputs.codes, outputs.last.codes, rows)
    known_nb(bars.close_ns, *args, 0)
    known_nb(bars.start_ns, *args, 1)
    return rows


@lean
def known_nb(
    instants: Int64s, close_ns: Int64s, codes: Int8s, before: Int8s, rows: Int8s, first: int
) -> None:
    """Fill every second row with the codes of the last bar closed by each ascending instant."""
    n_known = 0
    for t in range(instants.shape[0]):
        while n_known < close_ns.shape[0] and close_ns[n_known] <= instants[t]:
            n_known += 1
        for node in range(codes.shape[0]):
            code = codes[node, n_known - 1] if n_known > 0 else before[node]
            rows[2 * node + first, t] = code
