"""Combinations of conditions: how many there are, and which comes when.

Combinations are ordered by depth and, within a depth, by the places of their members. Members of
one group exclude each other: a pack is in one state at a time, so no bar is in two of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from strategies.engine.types import Int64s

MAX_DEPTH = 4


def count_by_depth(groups: Sequence[int], max_depth: int) -> list[int]:
    """Number of combinations of each depth from 0 to `max_depth`.

    Notes
    -----
    Elementary symmetric polynomials of the group sizes; with every member alone in its group they
    are the binomial coefficients.
    """
    sizes = np.unique(np.array(groups, np.int64), return_counts=True)[1].tolist()
    counts = [1] + [0] * max_depth
    for size in sizes:
        for depth in range(max_depth, 0, -1):
            counts[depth] += counts[depth - 1] * size
    return counts


def count(groups: Sequence[int], max_depth: int) -> int:
    """Number of combinations of depth 0 to `max_depth`, the empty one included."""
    return sum(count_by_depth(groups, max_depth))


def each(groups: Sequence[int], max_depth: int) -> Iterator[tuple[int, ...]]:
    """Every combination of places in order, the empty one first."""
    for depth in range(max_depth + 1):
        for places in combinations(range(len(groups)), depth):
            if len({groups[place] for place in places}) == depth:
                yield places


def as_rows(places: Sequence[Sequence[int]]) -> Int64s:
    """Combinations as rows (m, MAX_DEPTH) of places, ended by -1."""
    rows = np.full((len(places), MAX_DEPTH), -1, np.int64)
    for row, members in zip(rows, places, strict=True):
        row[: len(members)] = members
    return rows
