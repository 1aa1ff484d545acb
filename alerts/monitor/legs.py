"""The two legs of a trade, its entry and its exit, and how each was filled."""

from typing import NamedTuple

from alerts.monitor.decide import Leg
from strategies.engine.program.advance import Advance
from strategies.engine.walk.trades import OpenTrade, Trade
from strategies.record.ids import split

# A position that is over, or one that is still held.
Position = Trade | OpenTrade


class Filled(NamedTuple):
    """How a leg was filled.

    Instants are UTC nanoseconds; `bar_index` counts the bars of the strategy's window.
    """

    bar_index: int
    bar_ns: int
    trigger_ns: int
    fill_ns: int
    price: float
    # The trigger's id; for an exit without one its reason.
    trigger: str
    exec_type: str
    # Empty for an entry.
    exit_reason: str


def filled(leg: Leg[Position], advance: Advance) -> Filled:
    """How a leg that was found on these bars was filled."""
    over = ended_trade(leg)
    if over is None:
        return _entry(leg.trade)
    return _exit(over) if over.is_counted else _seen_late(over, advance)


def ended_trade(leg: Leg[Position]) -> Trade | None:
    """The trade that an exit ends; None for an entry, also of a trade that is over since."""
    if leg.is_entry:
        return None
    assert isinstance(leg.trade, Trade)
    return leg.trade


def _entry(trade: Position) -> Filled:
    return Filled(
        bar_index=trade.entry_index,
        bar_ns=trade.entry_bar_ns,
        trigger_ns=trade.entry_trigger_ns,
        fill_ns=trade.entry_fill_ns,
        price=trade.entry_price,
        trigger=trade.entry_trigger,
        exec_type=trade.exec_type,
        exit_reason="",
    )


def _exit(trade: Trade) -> Filled:
    return Filled(
        bar_index=trade.exit_index,
        bar_ns=trade.exit_bar_ns,
        trigger_ns=trade.exit_trigger_ns,
        fill_ns=trade.exit_fill_ns,
        price=trade.exit_price,
        trigger=trade.exit_trigger or trade.exit_reason,
        exec_type=_exit_execution(trade),
        exit_reason=trade.exit_reason,
    )


def _seen_late(trade: Trade, advance: Advance) -> Filled:
    """An exit for missing data: told on the bar that showed it, at the close before.

    That the next dates are missing is only known once a bar has come after them.
    """
    at = trade.decided_index - advance.offset
    start_ns, close_ns = int(advance.bars.start_ns[at]), int(advance.bars.close_ns[at])
    return _exit(trade)._replace(
        bar_index=trade.decided_index, bar_ns=start_ns, trigger_ns=close_ns, fill_ns=close_ns
    )


def _exit_execution(trade: Trade) -> str:
    if trade.exit_trigger:
        return split(trade.exit_trigger)[1]
    by_reason = {"stop_loss": trade.stop_exec_type, "target": trade.target_exec_type}
    return by_reason.get(trade.exit_reason, "C")
