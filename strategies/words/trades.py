"""What happened in a trade, in words: why it was left and how both orders were filled."""

from collections.abc import Mapping

from strategies.models import Run, Trade
from strategies.words import fills

REASONS = {
    "stop_loss": "Stop",
    "target": "Target",
    "bar_count_exit": "Bar count",
    "signal_exit": "Signal",
    "time_exit": "Time",
    "opposite_signal": "Opposite signal",
    "unconfirmed_lc": "Entry not confirmed",
    "unconfirmed_cc": "Entry not confirmed",
    "unconfirmed_hm": "Entry not confirmed",
    "unconfirmed_hl": "Entry not confirmed",
}
NOTES = {
    "bar_count_exit": "Held for as many bars as the strategy allows.",
    "time_exit": "The time exit was due.",
    "opposite_signal": "The opposite of the entry trigger fired.",
    "unconfirmed_lc": "The close did not confirm the fill at the level.",
    "unconfirmed_cc": "The next close did not confirm the signal.",
}
ENTRY_FILLS = {
    "C": "Entered at the close",
    "CC": "Entered at the close, then confirmed by the next",
    "L": "Entered at the level within the bar",
    "LC": "Entered at the level, then confirmed by a close",
}
EXIT_FILLS = {
    "C": "left at the close",
    "L": "left at its price within the bar",
    "LC": "left at the close, after its price was touched",
    "CC": "left at the second close beyond its price",
}


def reason_text(reason: str) -> str:
    """`Stop` for `stop_loss`; an unknown reason as it is stored."""
    return REASONS.get(reason, reason.replace("_", " "))


def reason_note(trade: Trade, triggers: Mapping[str, str]) -> str:
    """Why the trade was left, in a sentence; the trigger by its name."""
    if trade.exit_trigger and trade.exit_reason in ("signal_exit", "opposite_signal"):
        return triggers.get(trade.exit_trigger, trade.exit_trigger)
    return NOTES.get(trade.exit_reason, "")


def exit_execution(trade: Trade) -> str:
    """How the trade was left; empty where no order type says it."""
    if trade.exit_reason == "stop_loss":
        return str(trade.stop_exec_type)
    if trade.exit_reason == "target":
        return str(trade.target_exec_type)
    if trade.exit_reason.startswith("unconfirmed"):
        return ""
    return fills.split(str(trade.exit_trigger))[1]


def fills_text(trade: Trade) -> str:
    """`LC → C`: how the entry and the exit were filled."""
    return " → ".join(one for one in (trade.exec_type, exit_execution(trade)) if one)


def fills_note(trade: Trade) -> str:
    entry = ENTRY_FILLS.get(trade.exec_type, trade.exec_type)
    leaving = EXIT_FILLS.get(exit_execution(trade), "")
    return f"{entry}; {leaving}." if leaving else f"{entry}."


def trigger_names(run: Run) -> dict[str, str]:
    """The names of the run's triggers by id, as they were when it ran."""
    config = run.config
    ids = [config.get("entry_trigger_confluence_id")]
    names = [config.get("entry_trigger_name")]
    ids += config.get("exit_trigger_confluence_ids") or []
    names += config.get("exit_trigger_names") or []
    return {str(one): str(name) for one, name in zip(ids, names, strict=False) if one and name}
