"""Every combination of conditions over the candidates of one base configuration."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from strategies.engine.jit import inlined, lean
from strategies.engine.search.combinations import MAX_DEPTH
from strategies.engine.search.dated import weigh_taken_nb
from strategies.engine.search.figures import (
    is_enough_nb,
    needs_curve_nb,
    r_squared_nb,
    score_nb,
)
from strategies.engine.search.masks import count_bits_nb, curve_of_nb, walk_mask_nb
from strategies.engine.search.ranking import Keeper, keep_nb
from strategies.engine.types import Int64s

if TYPE_CHECKING:
    from strategies.engine.search.candidates import Candidates
    from strategies.engine.search.figures import Demands
    from strategies.engine.search.limits import Limited

# Combinations between two looks at the callback, some tenths of a second.
CHUNK = 50_000


class Tree(NamedTuple):
    """The combinations of conditions, and where among them a search stands.

    masks : (c, w) int64, the candidates each condition allows
    groups : (c,) int64, conditions of one group exclude each other
    cursor : (1 + MAX_DEPTH,) int64, depth and places of the combination tried last
    prefix : (MAX_DEPTH, w) int64, candidates left by the first conditions of it, row 0 by none
    alive : (MAX_DEPTH,) int64, how many those are
    """

    masks: Int64s
    groups: Int64s
    cursor: Int64s
    prefix: Int64s
    alive: Int64s


def new_tree(masks: Int64s, groups: Int64s, allowed: Int64s) -> Tree:
    """The combinations before the first, among the candidates allowed to begin with."""
    cursor = np.full(1 + MAX_DEPTH, -1, np.int64)
    cursor[0] = 1
    prefix = np.zeros((MAX_DEPTH, allowed.size), np.int64)
    prefix[0] = allowed
    alive = np.zeros(MAX_DEPTH, np.int64)
    alive[0] = count_bits_nb(allowed)
    return Tree(masks, groups, cursor, prefix, alive)


@inlined
def excludes_nb(chosen: Int64s, level: int, groups: Int64s, place: int) -> bool:
    """Whether a condition is of the same group as one chosen before."""
    is_excluded = False
    for before in range(level):
        is_excluded |= groups[chosen[before]] == groups[place]
    return is_excluded


@inlined
def next_combination_nb(chosen: Int64s, depth: int, groups: Int64s) -> int:
    """Move to the next combination of this depth, from all -1 to the first.

    Answers the first place that changed, -1 when there is none left.
    """
    level = 0 if chosen[0] < 0 else depth - 1
    start = chosen[level] + 1
    changed = level
    while level >= 0:
        place = start
        while place < groups.shape[0] and excludes_nb(chosen, level, groups, place):
            place += 1
        if place >= groups.shape[0]:
            level -= 1
            changed = min(changed, level)
            start = chosen[level] + 1 if level >= 0 else 0
            continue
        chosen[level] = place
        if level == depth - 1:
            return changed
        level += 1
        start = place + 1
    return -1


@lean
def try_nb(
    one: Int64s,
    other: Int64s,
    candidates: Candidates,
    limited: Limited | None,
    demand: Demands,
    keeper: Keeper,
) -> None:
    """Walk the variant of two masks, and keep it if it is good enough."""
    row = keeper.variant[0]
    walk_mask_nb(one, other, candidates, limited, row.figures)
    is_weighed = keeper.dated.date_of.shape[0] > 0
    if is_weighed and row.figures.trades >= max(1, demand.min_trades):
        weigh_taken_nb(candidates, row.figures.trades, keeper.dated)
    if is_enough_nb(row.figures, demand):
        row.r_squared = math.nan
        if needs_curve_nb(demand):
            n = curve_of_nb(one, other, candidates, limited)
            row.r_squared = r_squared_nb(candidates.curve, n)
        if not row.r_squared < demand.min_r_squared:
            row.score = score_nb(row.figures, demand, row.r_squared)
            keep_nb(keeper)


@lean
def try_base_nb(
    allowed: Int64s,
    candidates: Candidates,
    limited: Limited | None,
    demand: Demands,
    keeper: Keeper,
) -> None:
    """Try the variant without further conditions."""
    keeper.variant[0].chosen[:] = -1
    try_nb(allowed, allowed, candidates, limited, demand, keeper)
    keeper.variant[0].number += 1


@inlined
def narrow_nb(tree: Tree, chosen: Int64s, depth: int, first: int) -> None:
    """Join the conditions chosen but the last, from place `first` on, and count what is left."""
    prefix, masks = tree.prefix, tree.masks
    for level in range(first, depth - 1):
        for at in range(prefix.shape[1]):
            prefix[level + 1, at] = prefix[level, at] & masks[chosen[level], at]
        tree.alive[level + 1] = count_bits_nb(prefix[level + 1])


@lean
def search_nb(
    tree: Tree,
    max_depth: int,
    n_most: int,
    candidates: Candidates,
    limited: Limited | None,
    demand: Demands,
    keeper: Keeper,
) -> int:
    """Try the next combinations, at most `n_most`; answers how many there were.

    Parameters
    ----------
    tree : Tree, moved along
    max_depth : the longest combinations, at least 1
    candidates, limited, demand, keeper : Candidates, Limited or None, Demands, Keeper

    Notes
    -----
    Conditions shared by neighbours are joined once; the last one is joined word by word where the
    walk looks. A combination that leaves fewer candidates than trades are demanded is counted and
    not walked.
    """
    cursor, row = tree.cursor, keeper.variant[0]
    chosen = cursor[1:]
    for n_tried in range(n_most):
        changed = next_combination_nb(chosen, cursor[0], tree.groups)
        while changed < 0:
            if cursor[0] == max_depth:
                return n_tried
            cursor[0] += 1
            chosen[:] = -1
            changed = next_combination_nb(chosen, cursor[0], tree.groups)
        last = cursor[0] - 1
        narrow_nb(tree, chosen, cursor[0], changed)
        if tree.alive[last] >= demand.min_trades:
            for level in range(chosen.shape[0]):
                row.chosen[level] = chosen[level]
            mask = tree.masks[chosen[last]]
            try_nb(tree.prefix[last], mask, candidates, limited, demand, keeper)
        row.number += 1
    return n_most


# Told how many more variants were tried; False ends the search.
Progress = Callable[[int], bool | None]


def search_conditions(
    candidates: Candidates,
    tree: Tree,
    max_depth: int,
    demand: Demands,
    keeper: Keeper,
    progress: Progress | None = None,
    limited: Limited | None = None,
) -> bool:
    """Try a base alone and with every combination of at most `max_depth` conditions.

    Answers whether all were tried; False when `progress`, asked between chunks, wanted no more.
    What was found until then stays in `keeper`, also when `progress` raises.
    """
    try_base_nb(tree.prefix[0], candidates, limited, demand, keeper)
    n_done = 1
    while max_depth and len(tree.groups):
        n = search_nb(tree, max_depth, CHUNK, candidates, limited, demand, keeper)
        n_done += n
        if n < CHUNK:
            break
        if progress is not None and progress(n_done) is False:
            return False
        n_done = 0
    return progress is None or progress(n_done) is not False
