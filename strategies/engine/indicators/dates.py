"""What a date leaves to the next one: its high, low and close."""

from __future__ import annotations

import math

from strategies.engine.jit import kernel

# date, its high, low and close so far, and those of the date before (NaN without one)
Dates = tuple[float, float, float, float, float, float, float]


@kernel
def step_nb(dates: Dates, day: float, high: float, low: float, close: float) -> Dates:
    """The values after one more bar; date 0 is none, as a new memory has it."""
    if day == dates[0]:
        top, bottom = max(dates[1], high), min(dates[2], low)
        return day, top, bottom, close, dates[4], dates[5], dates[6]
    if dates[0] == 0.0:
        return day, high, low, close, math.nan, math.nan, math.nan
    return day, high, low, close, dates[1], dates[2], dates[3]
