"""Limits in a search: what a walk over candidates has to know of their dates.

The cool-down is part of `next_free`. A limit of a date that is reached stays so until the date
ends, so the walk goes on with the first candidate of a later one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from strategies.engine.jit import inlined
from strategies.engine.program.binding import limits_of
from strategies.engine.search.candidates import Candidates
from strategies.engine.types import Int32s, Int64s, Rows
from strategies.engine.walk.limits import count_entry_nb, count_exit_nb, spent_nb
from strategies.engine.walk.positions import POSITION

if TYPE_CHECKING:
    from strategies.engine.spec import StrategySpec


class Limited(NamedTuple):
    """Limits, and the dates of k candidates.

    rows : (1,) LIMITS
    entry_day : (k,) int64, the date of each candidate
    next_date : (k,) int32, the first candidate of a later date, k when there is none
    exit_day : (k,) int64, the date on which its trade is left, where it is
    counts : (1,) POSITION, scratch: what has been counted
    """

    rows: Rows
    entry_day: Int64s
    next_date: Int32s
    exit_day: Int64s
    counts: Rows


def limited_of(
    spec: StrategySpec, day: Int32s, next_day: Int32s, entry_index: Int64s
) -> Limited | None:
    """The limits of a strategy over its candidates; None without any.

    Parameters
    ----------
    day : (n,) int32, date of each bar
    next_day : (n,) int32, first bar of a later date
    entry_index : (k,) int64, bars of the candidates, ascending
    """
    if not spec.limits.are_set:
        return None
    following = np.searchsorted(entry_index, next_day[entry_index]).astype(np.int32)
    entry_day = day[entry_index].astype(np.int64)
    return Limited(
        limits_of(spec), entry_day, following, np.zeros_like(entry_day), np.zeros(1, POSITION)
    )


@inlined
def begin_nb(limited: Limited) -> None:
    """Nothing has been counted yet."""
    counts = limited.counts[0]
    counts.entered_day = 0
    counts.left_day = 0


@inlined
def is_spent_nb(limited: Limited, place: int) -> bool:
    """Whether a limit keeps a candidate out."""
    return spent_nb(limited.rows[0], limited.counts[0], limited.entry_day[place]) != 0


@inlined
def take_nb(limited: Limited, candidates: Candidates, place: int) -> None:
    """Count the entry of a candidate, and its trade where it counts."""
    counts = limited.counts[0]
    count_entry_nb(counts, limited.entry_day[place])
    if candidates.n_counted[place] != 0:
        count_exit_nb(counts, limited.exit_day[place], candidates.r[place])
