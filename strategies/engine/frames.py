"""What walks read: outputs on the own timeframe, and states of other timeframes as known then.

A bar of another timeframe is seen from its close on: an order at the close of a bar knows what
had closed by that close, an order within the bar what had closed by its start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from strategies.engine.nodes import Layout, NodeKey, Outputs
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
    bindings: dict[int, Any] = field(default_factory=dict, repr=False)

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
    known = np.concatenate([outputs.last.codes[:, None], outputs.codes], axis=1)
    rows = np.empty((2 * known.shape[0], bars.n), np.int8)
    rows[0::2] = known[:, np.searchsorted(other.close_ns, bars.close_ns, "right")]
    rows[1::2] = known[:, np.searchsorted(other.close_ns, bars.start_ns, "right")]
    return rows
