"""Time of Day: whether a bar starts inside a window of Eastern wall time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategies.engine.jit import kernel
from strategies.engine.template import Parameter, Seed, State, Template, span_of_day

if TYPE_CHECKING:
    from strategies.engine.template import Parameters
    from strategies.engine.types import Bars, Bits, Floats, Int8s


@kernel
def step_nb(minute: int, start: int, end: int) -> int:
    """0 inside [start, end), 1 outside; a window that ends before it starts wraps midnight."""
    if start <= end:
        return 0 if start <= minute < end else 1
    return 0 if minute >= start or minute < end else 1


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`."""
    start = int(parameters[0]) * 60 + int(parameters[1])
    end = int(parameters[2]) * 60 + int(parameters[3])
    for t in range(bars.minute.shape[0]):
        codes[t] = step_nb(bars.minute[t], start, end)
        bits[t] = 0


def words(parameters: Parameters) -> str:
    start = int(parameters["start_hour"]) * 60 + int(parameters["start_minute"])
    end = int(parameters["end_hour"]) * 60 + int(parameters["end_minute"])
    span = span_of_day(start, end)
    if start == end:
        return f"{span}, an empty window"
    return f"{span}, over midnight" if end < start else span


TEMPLATE = Template(
    id="time_of_day",
    name="Time of Day",
    category="Time",
    family="general",
    order=10,
    seeds=(Seed("tod_ny_open", "NY Open"),),
    description="Bars that start inside a window of New York time.",
    parameters=(
        Parameter("start_hour", "From hour", "int", 9, 0, 23),
        Parameter("start_minute", "From minute", "int", 30, 0, 59),
        Parameter("end_hour", "Until hour", "int", 12, 0, 23),
        Parameter("end_minute", "Until minute", "int", 0, 0, 59),
    ),
    states=(
        State("IN_WINDOW", "the bar starts inside the window"),
        State("OUT_OF_WINDOW", "the bar starts outside the window"),
    ),
    is_intraday_only=True,
    run=run_nb,
    words=words,
)
