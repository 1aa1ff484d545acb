"""The walk over the candidates that masks allow: one variant of a search.

Masks are int64 words: candidate i is bit ``i % 64`` of word ``i // 64``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from strategies.engine.jit import inlined, lean
from strategies.engine.search.figures import FiguresRow, new_figures
from strategies.engine.search.limits import begin_nb, is_spent_nb, take_nb

if TYPE_CHECKING:
    from strategies.engine.search.candidates import Candidates
    from strategies.engine.search.limits import Limited
    from strategies.engine.types import Int64s, Rows

_ODD, _PAIRS, _NIBBLES, _BYTES = (
    0x5555555555555555,
    0x3333333333333333,
    0x0F0F0F0F0F0F0F0F,
    0x0101010101010101,
)


@inlined
def n_bits_nb(word: int) -> int:
    """Number of set bits, in the form that compilers turn into one instruction."""
    x = word - ((word >> 1) & _ODD)
    x = (x & _PAIRS) + ((x >> 2) & _PAIRS)
    x = (x + (x >> 4)) & _NIBBLES
    return ((x * _BYTES) >> 56) & 0xFF


@inlined
def lowest_bit_nb(word: int) -> int:
    """Place of the lowest set bit of a word that has one."""
    return n_bits_nb((word & -word) - 1)


@lean
def count_bits_nb(mask: Int64s) -> int:
    """Number of set bits of all words."""
    total = 0
    for word in mask:
        total += n_bits_nb(word)
    return total


@inlined
def walk_mask_nb(
    one: Int64s,
    other: Int64s,
    candidates: Candidates,
    limited: Limited | None,
    figures: FiguresRow,
) -> None:
    """Figures of the trades that the AND of two masks allows.

    Parameters
    ----------
    one, other : (w,) int64
    candidates : Candidates
    limited : Limited, None without limits: what asks for them is then not even compiled
    figures : FIGURES row to fill

    Notes
    -----
    Words before the exit of a trade are never looked at. A trade still held adds zeros and leads
    behind the last candidate; one that missing data ended adds zeros, and so does a candidate that
    limits keep out. The counted ones are noted in `candidates.taken`.
    """
    # One loop over sums that stay in registers: a part of it would hand all eight back each time.
    n_words, k = one.shape[0], candidates.r.shape[0]
    total, gain, loss, peak, deepest = 0.0, 0.0, 0.0, 0.0, 0.0
    trades, wins, at, free = 0, 0, 0, 0
    bits = one[0] & other[0]
    if limited is not None:
        begin_nb(limited)
    while True:
        while bits == 0 and at + 1 < n_words:
            at += 1
            bits = one[at] & other[at]
        if bits == 0:
            break
        place = (at << 6) + lowest_bit_nb(bits)
        free = candidates.next_free[place]
        r, n_counted = candidates.r[place], candidates.n_counted[place]
        if limited is not None:
            if is_spent_nb(limited, place):
                free, r, n_counted = limited.next_date[place], 0.0, 0
            else:
                take_nb(limited, candidates, place)
        candidates.taken[trades] = place
        trades += n_counted
        wins += r > 0.0
        total += r
        gain += r if r > 0.0 else 0.0
        loss += -r if r < 0.0 else 0.0
        peak = total if total > peak else peak
        deepest = total - peak if total - peak < deepest else deepest
        if free >= k:
            break
        if free >> 6 != at:
            at = free >> 6
            bits = one[at] & other[at]
        bits &= -1 << (free & 63)
    figures.trades = trades
    figures.wins = wins
    figures.total_r = total
    figures.gain_r = gain
    figures.loss_r = loss
    figures.max_r_drawdown = deepest


@lean
def curve_of_nb(one: Int64s, other: Int64s, candidates: Candidates, limited: Limited | None) -> int:
    """Form the curve of the same trades; answers their number."""
    n, total, free = 0, 0.0, 0
    if limited is not None:
        begin_nb(limited)
    for place in range(candidates.r.shape[0]):
        bit = (one[place >> 6] & other[place >> 6]) >> (place & 63) & 1
        if bit == 0 or place < free:
            continue
        if limited is not None:
            if is_spent_nb(limited, place):
                free = limited.next_date[place]
                continue
            take_nb(limited, candidates, place)
        free = candidates.next_free[place]
        if candidates.n_counted[place] != 0:
            total += candidates.r[place]
            candidates.curve[n] = total
            n += 1
    return n


@lean
def figures_of_nb(
    rows: Int64s,
    masks: Int64s,
    allowed: Int64s,
    candidates: Candidates,
    limited: Limited | None,
    both: Int64s,
    figures: Rows,
) -> None:
    """Figures of given combinations.

    Parameters
    ----------
    rows : (m, MAX_DEPTH) int64, places of conditions, ended by -1
    masks : (c, w) int64, one row per condition
    allowed : (w,) int64, candidates there are to begin with
    both : (w,) int64, scratch
    figures : (m,) FIGURES to fill
    """
    for i in range(rows.shape[0]):
        for at in range(both.shape[0]):
            both[at] = allowed[at]
        for level in range(rows.shape[1]):
            if rows[i, level] < 0:
                break
            for at in range(both.shape[0]):
                both[at] &= masks[rows[i, level], at]
        walk_mask_nb(both, both, candidates, limited, figures[i])


def evaluate(
    rows: Int64s,
    masks: Int64s,
    candidates: Candidates,
    allowed: Int64s | None = None,
    limited: Limited | None = None,
) -> Rows:
    """Figures of given combinations, (m,) FIGURES.

    Parameters
    ----------
    rows : (m, MAX_DEPTH) int64, places of conditions, ended by -1
    masks : (c, w) int64
    allowed : (w,) int64, candidates there are to begin with, those not refused by default
    """
    figures, start = new_figures(len(rows)), candidates.allowed if allowed is None else allowed
    figures_of_nb(rows, masks, start, candidates, limited, np.empty_like(start), figures)
    return figures
