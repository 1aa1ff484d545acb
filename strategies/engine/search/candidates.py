"""Candidate bars of one base configuration, and the outcome of entering at each of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strategies.engine.types import Bools, Floats, Int32s, Int64s

WORD_BITS = 64
# `exit_index` of an entry that is refused, and of one still held after the last bar.
REFUSED = -1
HELD = np.iinfo(np.int64).max


class Outcomes(NamedTuple):
    """What comes of entering at each candidate bar, all columns (k,).

    `entry_index` ascends strictly. `exit_index` is REFUSED or HELD where there is no closed trade;
    `r` is the net R there is for a closed one that counts, else NaN: also for one that missing
    data ended.
    """

    entry_index: Int64s
    exit_index: Int64s
    r: Floats

    def until(self, end_index: int) -> Outcomes:
        """The same as known before bar `end_index`: what is left later is still held."""
        kept = self.entry_index < end_index
        exits, r = self.exit_index[kept], self.r[kept]
        is_late = exits >= end_index
        exits, r = np.where(is_late, HELD, exits), np.where(is_late, np.nan, r)
        return Outcomes(self.entry_index[kept], exits, r)


class Candidates(NamedTuple):
    """Outcomes as the walk reads them.

    allowed : (w,) int64, bit i of the words is candidate i; refused ones are 0
    next_free : (k,) int32, first candidate later than the exit, k when there is none, k + 1 for a
        trade still held, which none can follow
    r : (k,) float64, 0 where there is no closed trade that counts
    n_counted : (k,) int64, 1 for a closed trade that counts, else 0
    curve : (k,) float64, scratch for cumulative R
    exit_index : (k,) int64, the bar on which a closed trade is left
    taken : (k + 1,) int32, scratch for the candidates whose trades a walk counted, in their order
    """

    allowed: Int64s
    next_free: Int32s
    r: Floats
    n_counted: Int64s
    curve: Floats
    exit_index: Int64s
    taken: Int32s

    @property
    def n(self) -> int:
        return int(self.r.shape[0])


def packed(flags: Bools) -> Int64s:
    """Rows of flags (..., k) as bit masks (..., ceil(k / 64)) in int64 words, at least one."""
    k = flags.shape[-1]
    n_words = max(1, -(-k // WORD_BITS))
    padded = np.zeros((*flags.shape[:-1], n_words * WORD_BITS), np.bool_)
    padded[..., :k] = flags
    # Little-endian words, so that candidate i is bit i % 64 of word i // 64 everywhere.
    words = np.packbits(padded, axis=-1, bitorder="little").view("<i8")
    return np.ascontiguousarray(words, np.int64)


def candidates_of(outcomes: Outcomes) -> Candidates:
    """Lay out the outcomes for the walk."""
    entries, exits, r = outcomes
    next_free = np.searchsorted(entries, exits, side="right")
    next_free[exits == HELD] = entries.size + 1
    is_counted = ~np.isnan(r)
    known = np.where(is_counted, r, 0.0)
    return Candidates(
        packed(exits != REFUSED),
        next_free.astype(np.int32),
        known,
        is_counted.astype(np.int64),
        np.empty_like(known),
        exits,
        np.empty(known.size + 1, np.int32),
    )
