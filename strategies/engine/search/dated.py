"""Luck beside a search: net R per date of each variant that is walked, weighed as it comes.

The walk notes which candidates it took; their R is summed by the date of the exit and handed to the
tally. No row of any variant is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from strategies.engine.evidence.luck import Luck
from strategies.engine.evidence.resamples import counted
from strategies.engine.evidence.tally import Tally, new_tally, weigh_nb
from strategies.engine.figures.coverage import last_dates
from strategies.engine.jit import lean
from strategies.engine.types import Bars, Int32s, Int64s

if TYPE_CHECKING:
    from strategies.engine.search.candidates import Candidates


class Dated(NamedTuple):
    """Where a search weighs what it walks.

    tally : over D dates; over none where nobody asked for luck
    date_of : (n,) int32, the place of the date on which a trade left on bar t counts
    """

    tally: Tally
    date_of: Int32s


def dated(luck: Luck, bars: Bars, days: Sequence[int] | Int64s) -> Dated:
    """Weigh variants over these dates, ascending ordinals, that bars of a search stand for.

    A bar of several dates counts on its last one; a date that is not among them on the next, after
    the last on the last, as in the daily series of a result.
    """
    places = np.searchsorted(np.asarray(days, np.int64), last_dates(bars))
    return Dated(luck.tally, np.minimum(places, len(days) - 1).astype(np.int32))


def undated() -> Dated:
    """Nobody asked for luck."""
    return Dated(new_tally(counted(np.zeros((0, 0), np.int64))), np.zeros(0, np.int32))


@lean
def weigh_taken_nb(candidates: Candidates, n: int, dated: Dated) -> None:
    """Weigh the variant whose trades are the first n of `candidates.taken`, in their order."""
    tally, last, n_dates, n_with_r = dated.tally, -1, 0, 0
    for i in range(n):
        place = candidates.taken[i]
        date = dated.date_of[candidates.exit_index[place]]
        if date != last:
            # A date whose R adds up to 0 is one with a trade, and nothing to sum.
            n_with_r += last >= 0 and tally.r[n_with_r] != 0.0
            tally.dates[n_with_r] = date
            tally.r[n_with_r] = 0.0
            last, n_dates = date, n_dates + 1
        tally.r[n_with_r] += candidates.r[place]
    n_with_r += last >= 0 and tally.r[n_with_r] != 0.0
    weigh_nb(tally, n_with_r, n_dates)
