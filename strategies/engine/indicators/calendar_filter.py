"""Calendar Filter: whether a bar starts near an event that moves the whole market."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from strategies.engine.indicators.event_calendar import (
    DAY_NS,
    EPOCH_DAY,
    EXPIRY_DAYS,
    FOMC_NS,
    JOBS_NS,
    MINUTE_NS,
    coverage,
    coverage_warning,
)
from strategies.engine.jit import kernel
from strategies.engine.template import Parameter, Seed, State, Template

if TYPE_CHECKING:
    from datetime import date

    from strategies.engine.template import Parameters
    from strategies.engine.types import Bars, Bits, Floats, Int8s, Int64s

CLEAR, BLOCKED = 0, 1


@kernel
def wall_ns_nb(day: int, minute: int, start_ns: int) -> int:
    """New York wall time of a bar's start; its offset from UTC is whole minutes."""
    return (day - EPOCH_DAY) * DAY_NS + minute * MINUTE_NS + start_ns % MINUTE_NS


@kernel
def first_nb(events: Int64s, earliest: int) -> int:
    """Position of the first event that is not before `earliest`."""
    return int(np.searchsorted(events, earliest))


@kernel
def next_nb(events: Int64s, i: int, earliest: int) -> int:
    """The same, looked for from event `i` on."""
    while i < events.shape[0] and events[i] < earliest:
        i += 1
    return i


@kernel
def is_due_nb(events: Int64s, i: int, latest: int) -> bool:
    """Whether event `i` exists and is not after `latest`."""
    return i < events.shape[0] and bool(events[i] <= latest)


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`. An event blocks from buffer before to buffer after."""
    avoids_fomc, avoids_expiry = parameters[0] > 0.0, parameters[1] > 0.0
    avoids_jobs, buffer = parameters[2] > 0.0, int(parameters[3]) * MINUTE_NS
    fomc, jobs, expiry = 0, 0, 0
    for t in range(bars.day.shape[0]):
        day = int(bars.day[t])
        now = wall_ns_nb(day, int(bars.minute[t]), int(bars.start_ns[t]))
        if t == 0:
            fomc, jobs = first_nb(FOMC_NS, now - buffer), first_nb(JOBS_NS, now - buffer)
            expiry = first_nb(EXPIRY_DAYS, day)
        fomc = next_nb(FOMC_NS, fomc, now - buffer)
        jobs = next_nb(JOBS_NS, jobs, now - buffer)
        expiry = next_nb(EXPIRY_DAYS, expiry, day)
        is_blocked = (
            (avoids_fomc and is_due_nb(FOMC_NS, fomc, now + buffer))
            or (avoids_jobs and is_due_nb(JOBS_NS, jobs, now + buffer))
            or (avoids_expiry and is_due_nb(EXPIRY_DAYS, expiry, day))
        )
        codes[t] = BLOCKED if is_blocked else CLEAR
        bits[t] = 0


def words(parameters: Parameters) -> str:
    timed = [
        name
        for name, key in (("FOMC statements", "avoid_fomc"), ("jobs reports", "avoid_nfp"))
        if parameters[key]
    ]
    parts = [f"{' and '.join(timed)} ±{parameters['buffer_minutes']} min"] if timed else []
    if parameters["avoid_opex"]:
        parts.append("option expiry days")
    if not parts:
        return "avoids nothing"
    first, last = coverage()
    known = f" (FOMC dates known for {first.year}–{last.year})" if parameters["avoid_fomc"] else ""
    return f"avoids {', '.join(parts)}{known}"


def warn(parameters: Parameters, first: date, last: date) -> str:
    """Dates of statements are known for some years only."""
    return coverage_warning(first, last) if parameters["avoid_fomc"] else ""


TEMPLATE = Template(
    id="calendar_filter",
    name="Calendar Filter",
    category="Calendar",
    family="general",
    order=40,
    seeds=(Seed("cal_avoid_fomc_nfp", "Avoid FOMC & NFP", enabled=False),),
    description=(
        "Bars that start near an event: FOMC statements and jobs reports (NFP) with a buffer on "
        "both sides, monthly option expiries for the whole day. Jobs reports not yet published "
        "are where the usual schedule puts them."
    ),
    parameters=(
        Parameter("avoid_fomc", "Avoid FOMC statements", "bool", True),
        Parameter("avoid_opex", "Avoid option expiry days", "bool", False),
        Parameter("avoid_nfp", "Avoid jobs reports (NFP)", "bool", True),
        Parameter("buffer_minutes", "Minutes before and after", "int", 30, 0, 120),
    ),
    states=(
        State("CLEAR", "the bar starts away from events"),
        State("BLOCKED", "the bar starts near an event"),
    ),
    is_intraday_only=True,
    run=run_nb,
    words=words,
    warn=warn,
)
