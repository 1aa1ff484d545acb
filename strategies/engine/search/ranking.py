"""The best variants so far, in memory that does not grow with how many are tried.

A heap with the worst kept variant on top. Equal scores rank by number of trades, then by the order
in which the variants come, so the same search always keeps the same ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from strategies.engine.jit import inlined, lean
from strategies.engine.search.combinations import MAX_DEPTH
from strategies.engine.search.dated import Dated, undated
from strategies.engine.search.figures import FIGURES, FiguresRow

if TYPE_CHECKING:
    from strategies.engine.types import Int64s, Rows


class KeptRow(Protocol):
    """A variant that is kept, or being tried.

    `number` counts all variants of the search from 0; `base` and `general` say what the conditions
    in `chosen` (ended by -1) were added to.
    """

    score: float
    number: int
    base: int
    general: int
    chosen: Int64s
    r_squared: float
    figures: FiguresRow


KEPT = np.dtype(
    [
        ("score", np.float64),
        ("number", np.int64),
        ("base", np.int64),
        ("general", np.int64),
        ("chosen", np.int64, (MAX_DEPTH,)),
        ("r_squared", np.float64),
        ("figures", FIGURES),
    ]
)


@inlined
def is_worse_nb(one: KeptRow, other: KeptRow) -> bool:
    """Whether `one` ranks behind `other`."""
    if one.score != other.score:
        return bool(one.score < other.score)
    if one.figures.trades != other.figures.trades:
        return bool(one.figures.trades < other.figures.trades)
    return bool(one.number > other.number)


@inlined
def swap_nb(heap: Rows, i: int, j: int, spare: Rows) -> None:
    """Exchange two kept variants."""
    spare[0] = heap[i]
    heap[i] = heap[j]
    heap[j] = spare[0]


@lean
def rise_nb(heap: Rows, place: int, spare: Rows) -> None:
    """Move a variant up until it is not worse than the one above."""
    while place > 0:
        above = (place - 1) // 2
        if not is_worse_nb(heap[place], heap[above]):
            return
        swap_nb(heap, place, above, spare)
        place = above


@lean
def sink_nb(heap: Rows, size: int, spare: Rows) -> None:
    """Move the topmost variant down until both below it are better."""
    place = 0
    while True:
        worst = place
        for below in (2 * place + 1, 2 * place + 2):
            if below < size and is_worse_nb(heap[below], heap[worst]):
                worst = below
        if worst == place:
            return
        swap_nb(heap, place, worst, spare)
        place = worst


class Keeper(NamedTuple):
    """What a search moves along: the best variants so far.

    heap : (N,) KEPT, the worst one on top
    size : (1,) int64, how many are kept
    variant : (1,) KEPT, the one being tried; `number` is its number from before it is tried
    spare : (1,) KEPT, scratch
    dated : where every variant with enough trades is weighed against luck
    """

    heap: Rows
    size: Int64s
    variant: Rows
    spare: Rows
    dated: Dated

    @property
    def n_tried(self) -> int:
        return int(self.variant["number"][0])

    def ranked(self) -> Rows:
        """Kept variants, the best first."""
        rows = self.heap[: int(self.size[0])]
        return rows[np.lexsort((rows["number"], -rows["figures"]["trades"], -rows["score"]))]


def new_keeper(limit: int, dated: Dated | None = None) -> Keeper:
    """A keeper of the best `limit` variants, before the first one; without luck unless asked."""
    one, spare = np.zeros(1, KEPT), np.zeros(1, KEPT)
    one["chosen"] = -1
    heap, size = np.zeros(limit, KEPT), np.zeros(1, np.int64)
    return Keeper(heap, size, one, spare, undated() if dated is None else dated)


@lean
def keep_nb(keeper: Keeper) -> None:
    """Keep the variant being tried if it is among the best; one without a score is not."""
    heap, variant, n = keeper.heap, keeper.variant, keeper.size[0]
    if variant[0].score != variant[0].score or heap.shape[0] == 0:
        return
    if n < heap.shape[0]:
        heap[n] = variant[0]
        keeper.size[0] = n + 1
        rise_nb(heap, n, keeper.spare)
    elif is_worse_nb(heap[0], variant[0]):
        heap[0] = variant[0]
        sink_nb(heap, n, keeper.spare)
