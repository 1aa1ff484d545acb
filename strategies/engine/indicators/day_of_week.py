"""Day of Week: whether a bar starts on one of the chosen Eastern weekdays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategies.engine.jit import kernel
from strategies.engine.template import Parameter, Seed, State, Template

if TYPE_CHECKING:
    from strategies.engine.template import Parameters
    from strategies.engine.types import Bars, Bits, Floats, Int8s

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
N_DAYS = len(DAYS)


@kernel
def step_nb(chosen: Floats, weekday: int) -> int:
    """0 on a chosen day, 1 on any other; Saturday and Sunday cannot be chosen."""
    return 0 if weekday < N_DAYS and chosen[weekday] != 0.0 else 1


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`."""
    for t in range(bars.weekday.shape[0]):
        codes[t] = step_nb(parameters, bars.weekday[t])
        bits[t] = 0


def words(parameters: Parameters) -> str:
    chosen = [day.capitalize() for day in DAYS if parameters[day]]
    if len(chosen) == N_DAYS:
        return "Monday to Friday"
    return ", ".join(chosen) or "no day"


TEMPLATE = Template(
    id="day_of_week",
    name="Day of Week",
    category="Calendar",
    family="general",
    order=30,
    seeds=(Seed("dow_weekdays", "All Weekdays", enabled=False),),
    description="Bars that start on chosen weekdays, New York time; never at a weekend.",
    parameters=tuple(Parameter(day, day.capitalize(), "bool", True) for day in DAYS),
    states=(
        State("ALLOWED_DAY", "the bar starts on a chosen day"),
        State("BLOCKED_DAY", "the bar starts on another day"),
    ),
    is_intraday_only=True,
    run=run_nb,
    words=words,
)
