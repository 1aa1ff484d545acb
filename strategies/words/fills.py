"""How orders are filled: the suffixes of trigger ids, and executions in plain words."""

from strategies.engine.template import Execution
from strategies.record.ids import SUFFIX_OF

OFFERED: tuple[Execution, ...] = ("C", "CC", "L", "LC")
# In the order they are offered; a plain id fills at the close.
SUFFIXES: dict[Execution, str] = {execution: SUFFIX_OF[execution] for execution in OFFERED}
# Older files name `LC` by what is done when it is not confirmed.
OLDER_SUFFIXES = {"_hm": "exit_market", "_hl": "exit_limit"}
# What an exit may be: one that waits for a confirmation would not be left in time.
EXIT_EXECUTIONS: tuple[Execution, ...] = ("C", "L")

ENTRY_LABELS: dict[Execution, str] = {
    "C": "At the close of the bar [C]",
    "CC": "At the close, then confirmed [CC]",
    "L": "Within the bar, at the level [L]",
    "LC": "At the level, then confirmed [LC]",
}
ENTRY_NOTES: dict[Execution, str] = {
    "C": "Fills when the bar with the signal closes.",
    "CC": "Fills at the close. If the next bar does not confirm the signal, the trade is left at "
    "the open after it.",
    "L": "Fills while the bar runs, as soon as the price reaches the level of the bar before.",
    "LC": "Fills at the level. If the close does not confirm it, the trade is left.",
}
EXIT_LABELS: dict[Execution, str] = {"C": "[C] close", "L": "[L] level"}
STOP_LABELS: dict[Execution, str] = {
    "L": "When touched, at its price [L]",
    "C": "On a close beyond it [C]",
    "LC": "Touched, then closed beyond it [LC]",
    "CC": "On the second close beyond it [CC]",
}
STOP_WORDS: dict[str, str] = {
    "C": "on a close beyond [C]",
    "LC": "touched and closed beyond [LC]",
    "CC": "on two closes beyond [CC]",
}
FAILURE_LABELS = {"exit_market": "Next open", "exit_limit": "Entry price"}
CONFIRMATION_LABELS = {"0": "Entry bar", "1": "Next bar"}


def split(trigger: str) -> tuple[str, Execution]:
    """The id without its suffix, and the execution the suffix says."""
    for execution, suffix in SUFFIXES.items():
        if suffix and trigger.endswith(suffix):
            return trigger.removesuffix(suffix), execution
    for suffix in OLDER_SUFFIXES:
        if trigger.endswith(suffix):
            return trigger.removesuffix(suffix), "LC"
    return trigger, "C"


def joined(trigger: str, execution: str) -> str:
    """The id of a trigger with an execution; nothing stays nothing."""
    return f"{trigger}{_suffix(execution)}" if trigger else ""


def _suffix(execution: str) -> str:
    return next((suffix for name, suffix in SUFFIXES.items() if name == execution), "")


def nearest(execution: str, possible: tuple[Execution, ...]) -> Execution:
    """This execution where the trigger has it, else the one that keeps its confirmation."""
    for one in possible:
        if one == execution:
            return one
    return "CC" if execution == "LC" and "CC" in possible else "C"


def confirmation_text(confirmation: object) -> str:
    """`Confirmed by the close of the entry bar, else left at the next open`."""
    block = confirmation if isinstance(confirmation, dict) else {}
    when = CONFIRMATION_LABELS.get(str(block.get("confirm_bar_offset") or 0), "")
    failure = FAILURE_LABELS.get(str(block.get("on_failure") or "exit_market"), "")
    return f"Confirmed by the close of the {when.lower()}, else left at the {failure.lower()}"
