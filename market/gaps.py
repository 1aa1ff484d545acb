"""Exchange dates on which a source holds nothing, and those for which a bar stands.

A missing date is one without a stored bar of the symbol, whatever the trading session: minutes
before the open speak for their date too. Of a week or month only dates before its first and after
its last one can be missing.
"""

import numpy as np

from market import calendar, eastern
from market.arrays import Int32s, Int64s

# So many missing dates in a row end a position.
HOLE = 2


def missing_before(
    held_ts: Int64s, first_day: Int64s, last_day: Int64s, after_ts: int | None
) -> Int32s:
    """How many exchange dates are missing between the bar before each bar and the bar itself.

    `held_ts`: starts of the stored bars; `first_day`, `last_day`: the dates at both ends of each
    bar, as ordinals; `after_ts`: the close of a bar before the first one, None for none.
    """
    if not first_day.size:
        return np.empty(0, np.int32)
    before = first_day[0] - 1 if after_ts is None else eastern.ordinal_of(after_ts - 1)
    previous = np.concatenate([[before], last_day[:-1]]).astype(np.int64)
    missing = calendar.n_dates_between(previous, first_day)
    if missing.any():
        held = np.unique(eastern.ordinals(held_ts))
        held = held[calendar.day_bounds(held, "RTH").is_session]
        until = np.searchsorted(held, first_day, side="left")
        missing -= np.maximum(until - np.searchsorted(held, previous, side="right"), 0)
    return missing.astype(np.int32)


def stretches(days: Int64s) -> list[Int64s]:
    """Ascending dates, split wherever two or more exchange dates in a row are missing."""
    cuts = np.flatnonzero(calendar.n_dates_between(days[:-1], days[1:]) >= HOLE) + 1
    return np.split(days, cuts)


def mask_of_days(days: Int64s, masks: Int64s, first: Int64s, first_day: Int64s) -> Int64s:
    """The exchange dates that make up each period: bit i for the date `first_day + i`.

    `days` ascend, `masks` are 1 for exchange dates, `first` the places at which periods begin.
    """
    if not first.size:
        return np.empty(0, np.int64)
    n_days = np.diff(np.append(first, days.size))
    masks_of_dates: Int64s = masks << (days - np.repeat(first_day, n_days))
    return np.bitwise_or.reduceat(masks_of_dates, first)


def mask_of_spans(first_day: Int64s, last_day: Int64s) -> Int64s:
    """Every exchange date from a first one to a last one: what a delivered period stands for."""
    masks = np.zeros(first_day.size, np.int64)
    for shift in range(MOST_DAYS):
        day = np.minimum(first_day + shift, last_day)
        is_held = (first_day + shift <= last_day) & calendar.day_bounds(day, "RTH").is_session
        masks |= np.where(is_held, np.int64(1) << shift, 0)
    return masks


MOST_DAYS = 31
