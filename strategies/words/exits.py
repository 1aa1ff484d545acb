"""Why trades are left, in words: the one place, for pages, alerts and charts. Plain data."""

from collections.abc import Mapping
from typing import NamedTuple

from strategies.record import ids
from strategies.record.ids import OPPOSITE
from strategies.record.shape import Unread
from strategies.words.protection import enabled


class Reason(NamedTuple):
    """An exit reason as a column shows it; `note` explains it in a sentence where it can."""

    label: str
    note: str = ""


REASONS: dict[str, Reason] = {
    "stop_loss": Reason("Stop"),
    "target": Reason("Target"),
    "bar_count_exit": Reason("Bar count", "Held for as many bars as the strategy allows."),
    "signal_exit": Reason("Exit trigger"),
    "time_exit": Reason("Time exit", "The time exit was due."),
    "opposite_signal": Reason("Opposite trigger", "The opposite of the entry trigger fired."),
    "unconfirmed_lc": Reason(
        "Entry not confirmed", "The close did not confirm the fill at the level."
    ),
    "unconfirmed_cc": Reason("Entry not confirmed", "The next close did not confirm the trigger."),
    "data_gap": Reason(
        "Missing data",
        "Two or more trading days are missing after this bar: the trade counts in no figure.",
    ),
    "unconfirmed_hm": Reason("Entry not confirmed"),
    "unconfirmed_hl": Reason("Entry not confirmed"),
}
# Keys of a record that end trades beside its stop, and what moves that.
WAYS_OUT = ("target_config", "exit_trigger_confluence_ids", "bar_count_exit", "time_exit_config")
MOVING = ("trailing", "breakeven")
# Reasons that a trigger stands behind.
BY_TRIGGER = ("signal_exit", "opposite_signal")

# Exits that are no trigger of a pack; but for the first only older files have them.
_WITHOUT_TRIGGER = {
    OPPOSITE: "Opposite of the entry",
    "fixed_r_2": "At 2R",
    "fixed_r_3": "At 3R",
    "time_exit_50": "After 50 bars",
    "trailing_stop": "Trailing stop",
}


def reason_text(reason: str) -> str:
    """`Stop` for `stop_loss`; an unknown reason as it is stored."""
    found = REASONS.get(reason)
    return found.label if found else reason.replace("_", " ").capitalize()


def reason_note(reason: str, trigger: str = "") -> str:
    """Why a trade was left, in a sentence; `trigger` names the one that ended it, if one did."""
    if trigger and reason in BY_TRIGGER:
        return trigger
    return REASONS[reason].note if reason in REASONS else ""


def only_the_stop(record: Unread) -> str:
    """What it means that nothing but the stop ends trades; empty when something else does."""
    stop = record.get("stop_config")
    moves = {name for name in MOVING if enabled(stop, name)} if isinstance(stop, Mapping) else set()
    if any(record.get(key) for key in WAYS_OUT) or "trailing" in moves:
        return ""
    _, execution = ids.split(str(record.get("entry_trigger_confluence_id") or ""))
    but = " that was confirmed" if execution in ("LC", "CC") else ""
    result = "can win more than its breakeven leaves" if moves else "can win: each must lose"
    return (
        f"The stop is the only way out, so no closed trade{but} {result}. "
        "Add a target, an exit trigger or a time exit."
    )


def is_without_trigger(exit_id: str) -> bool:
    """Whether a listed exit is no trigger of a pack."""
    return exit_id in _WITHOUT_TRIGGER


def text_without_trigger(exit_id: str) -> str:
    """An exit that is no trigger of a pack, in words; another id as it is stored."""
    return _WITHOUT_TRIGGER.get(exit_id, exit_id)
