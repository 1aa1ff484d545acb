"""Trading Session: whether a bar starts inside a session of an exchange date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategies.engine.jit import kernel
from strategies.engine.template import Parameter, Seed, State, Template, span_of_day

if TYPE_CHECKING:
    from strategies.engine.template import Parameters
    from strategies.engine.types import Bars, Bits, Floats, Int8s

PRE_MARKET, REGULAR, AFTER_HOURS, EXTENDED = 0, 1, 2, 3
EXTENDED_OPEN, REGULAR_OPEN, EXTENDED_CLOSE = 4 * 60, 9 * 60 + 30, 20 * 60
# On ordinary dates.
REGULAR_CLOSE = 16 * 60


@kernel
def step_nb(session: int, regular_close: int, minute: int) -> int:
    """0 inside the session, 1 outside; `regular_close` is -1 on a date without one.

    The regular session ends, and after hours begin, at the close of that very date.
    """
    if regular_close < 0:
        return 1
    first, last = EXTENDED_OPEN, EXTENDED_CLOSE
    if session == PRE_MARKET:
        last = REGULAR_OPEN
    elif session == REGULAR:
        first, last = REGULAR_OPEN, regular_close
    elif session == AFTER_HOURS:
        first = regular_close
    return 0 if first <= minute < last else 1


@kernel
def run_nb(
    parameters: Floats, memory: Floats, bars: Bars, columns: Floats, codes: Int8s, bits: Bits
) -> None:
    """Step over the bars; see `RunKernel`."""
    session = int(parameters[0])
    for t in range(bars.minute.shape[0]):
        codes[t] = step_nb(session, bars.regular_close_minute[t], bars.minute[t])
        bits[t] = 0


SESSION_WORDS = {
    "pre_market": ("Pre-market", EXTENDED_OPEN, REGULAR_OPEN),
    "regular": ("Regular session", REGULAR_OPEN, REGULAR_CLOSE),
    "after_hours": ("After hours", REGULAR_CLOSE, EXTENDED_CLOSE),
    "extended": ("Extended hours", EXTENDED_OPEN, EXTENDED_CLOSE),
}


def words(parameters: Parameters) -> str:
    """On ordinary dates: an early close moves the end of the regular session."""
    name, first, last = SESSION_WORDS[str(parameters["session"])]
    return f"{name}, {span_of_day(first, last)}"


TEMPLATE = Template(
    id="trading_session",
    name="Trading Session",
    category="Time",
    family="general",
    order=20,
    seeds=(Seed("session_regular", "Regular Hours"),),
    description="Bars that start inside a session of an exchange date.",
    parameters=(
        Parameter(
            "session",
            "Session",
            "select",
            "regular",
            options=("pre_market", "regular", "after_hours", "extended"),
        ),
    ),
    states=(
        State("IN_SESSION", "the bar starts inside the session"),
        State("OUT_OF_SESSION", "the bar starts outside the session"),
    ),
    is_intraday_only=True,
    run=run_nb,
    words=words,
)
