"""What happened in a trade, in words: why it was left and how both orders were filled."""

from collections.abc import Mapping

from strategies.models import Run, Trade
from strategies.record import ids
from strategies.words import exits
from strategies.words.fills import fill_of


def reason_note(trade: Trade, triggers: Mapping[str, str]) -> str:
    """Why the trade was left, in a sentence; the trigger by its name."""
    trigger = triggers.get(trade.exit_trigger, trade.exit_trigger)
    return exits.reason_note(trade.exit_reason, trigger)


def exit_execution(trade: Trade) -> str:
    """How the trade was left; empty where no order type says it."""
    if trade.exit_reason == "stop_loss":
        return str(trade.stop_exec_type)
    if trade.exit_reason == "target":
        return str(trade.target_exec_type)
    if trade.exit_reason.startswith("unconfirmed"):
        return ""
    return ids.split(str(trade.exit_trigger))[1]


def entered_short(trade: Trade) -> str:
    """`close`: how the entry was filled, beside its price."""
    fill = fill_of(trade.exec_type)
    return fill.entered_short if fill else str(trade.exec_type)


def left_short(trade: Trade) -> str:
    """`second close`: how the exit was filled; empty where its reason says it."""
    fill = fill_of(exit_execution(trade))
    return fill.left_short if fill else ""


def shares_text(quantity: float) -> str:
    """Whole shares as such, a fraction with two decimals."""
    return f"{quantity:,.0f}" if quantity == round(quantity) else f"{quantity:,.2f}"


def fills_note(trade: Trade) -> str:
    entry, leaving = fill_of(trade.exec_type), fill_of(exit_execution(trade))
    entered = entry.entered if entry else trade.exec_type
    return f"{entered}; {leaving.left}." if leaving else f"{entered}."


def trigger_names(run: Run) -> dict[str, str]:
    """The names of the run's triggers by id, as they were when it ran."""
    config = run.config
    triggers = [config.get("entry_trigger_confluence_id")]
    names = [config.get("entry_trigger_name")]
    triggers += config.get("exit_trigger_confluence_ids") or []
    names += config.get("exit_trigger_names") or []
    pairs = zip(triggers, names, strict=False)
    return {str(trigger): str(name) for trigger, name in pairs if trigger and name}
