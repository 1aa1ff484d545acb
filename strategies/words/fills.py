"""How orders are filled, in words; read by every page, and by rooms above. Plain data.

One row says all there is to say of an execution, wherever it is named.
"""

from collections.abc import Mapping
from typing import NamedTuple

from strategies.engine.template import Execution
from strategies.record import ids


class Fill(NamedTuple):
    """An execution as an option of entries and of stops, explained, and told of a trade."""

    entry: str
    note: str
    entered: str
    left: str
    stop: str
    # Beside the price of an entry and of an exit.
    entered_short: str
    left_short: str
    # Beside the distance of a stop; empty for the usual one.
    stop_beside: str = ""


FILLS: dict[Execution, Fill] = {
    "C": Fill(
        entry="At the close of the bar [C]",
        note="Fills when the bar on which it fires closes.",
        entered="Entered at the close",
        left="left at the close",
        stop="On a close beyond it [C]",
        entered_short="close",
        left_short="close",
        stop_beside="on a close beyond [C]",
    ),
    "CC": Fill(
        entry="At the close, then confirmed [CC]",
        note="Fills at the close. If the next bar does not confirm it, the trade is left"
        " at the open after it.",
        entered="Entered at the close, then confirmed by the next",
        left="left at the second close beyond its price",
        stop="On the second close beyond it [CC]",
        entered_short="close, confirmed",
        left_short="second close",
        stop_beside="on two closes beyond [CC]",
    ),
    "L": Fill(
        entry="Within the bar, at the level [L]",
        note="Fills while the bar runs, as soon as the price reaches the level of the bar before.",
        entered="Entered at the level within the bar",
        left="left at its price within the bar",
        stop="When touched, at its price [L]",
        entered_short="level",
        left_short="touched",
    ),
    "LC": Fill(
        entry="At the level, then confirmed [LC]",
        note="Fills at the level. If the close does not confirm it, the trade is left.",
        entered="Entered at the level, then confirmed by a close",
        left="left at the close, after its price was touched",
        stop="Touched, then closed beyond it [LC]",
        entered_short="level, confirmed",
        left_short="touched, then close",
        stop_beside="touched and closed beyond [LC]",
    ),
}
# In the order in which they are offered.
OFFERED: tuple[Execution, ...] = tuple(ids.SUFFIX_OF)
STOPS_OFFERED: tuple[Execution, ...] = ("L", "C", "LC", "CC")
# What an exit may be: one that waits for a confirmation would not be left in time.
EXIT_LABELS: dict[Execution, str] = {"C": "[C] close", "L": "[L] level"}
EXIT_EXECUTIONS: tuple[Execution, ...] = tuple(EXIT_LABELS)
ENTRY_LABELS: dict[Execution, str] = {one: FILLS[one].entry for one in OFFERED}
STOP_LABELS: dict[Execution, str] = {one: FILLS[one].stop for one in STOPS_OFFERED}
FAILURE_LABELS = {"exit_market": "Next open", "exit_limit": "Entry price"}
CONFIRMATION_LABELS = {"0": "Entry bar", "1": "Next bar"}


def fill_of(execution: object) -> Fill | None:
    """The words of an execution as it is stored; None for what is none."""
    return next((fill for name, fill in FILLS.items() if name == execution), None)


def short(execution: str) -> str:
    """`[LC]`, as it stands behind a trigger."""
    return f"[{execution}]"


def nearest(execution: str, possible: tuple[Execution, ...]) -> Execution:
    """This execution where the trigger has it, else the one that keeps its confirmation."""
    for one in possible:
        if one == execution:
            return one
    return "CC" if execution == "LC" and "CC" in possible else "C"


def confirmation_text(confirmation: object) -> str:
    """`Confirmed by the close of the entry bar, else left at the next open`."""
    block = confirmation if isinstance(confirmation, Mapping) else {}
    when = CONFIRMATION_LABELS.get(str(block.get("confirm_bar_offset") or 0), "")
    failure = FAILURE_LABELS.get(str(block.get("on_failure") or "exit_market"), "")
    return f"Confirmed by the close of the {when.lower()}, else left at the {failure.lower()}"
