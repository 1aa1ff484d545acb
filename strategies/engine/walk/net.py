"""R net of costs, in kernels: what searches rank by and limits count, as built trades have it."""

# Items of arrays have no static types.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from strategies.engine.jit import inlined
from strategies.engine.walk.costs import (
    BPS,
    MINUTE_NS,
    N_WEEKDAYS,
    NEVER_NS,
    NOISE,
    OPEN_MINUTE,
    fill_cost_nb,
)
from strategies.engine.walk.positions import Fill, LimitsRow, Reason, RulesRow, TradeRow
from strategies.engine.walk.trades import ORDERS_PER_TRADE

if TYPE_CHECKING:
    from strategies.engine.types import Bars, Rows

_STOP, _TARGET = int(Reason.STOP), int(Reason.TARGET)
_AT_LEVEL, _AT_OPEN = int(Fill.LEVEL), int(Fill.OPEN)


class PlainCosts(NamedTuple):
    """What orders cost by the older formula; see `trades.cost_per_share`."""

    commission_per_share: float
    commission_per_order: float
    slippage_bps: float
    slippage_per_share: float
    risk_per_trade: float


@inlined
def bar_since_open_nb(bars: Bars, t: int) -> int:
    """From the open of the regular session to the start of bar t, as `costs.bars_since_open_ns`."""
    if bars.weekday[t] >= N_WEEKDAYS:
        return NEVER_NS
    return int(bars.minute[t] - OPEN_MINUTE) * MINUTE_NS + bars.start_ns[t] % MINUTE_NS


@inlined
def rates_place_nb(rows: Rows, instant_ns: int) -> int:
    """The place of what holds at an instant."""
    place = rows.shape[0] - 1
    while rows[place].from_ns > instant_ns:
        place -= 1
    return place


@inlined
def is_taking_nb(trade: TradeRow) -> bool:
    """Whether an exit pays slippage, as `trades.slips`."""
    return trade.reason == _STOP or (trade.reason != _TARGET and trade.fill != _AT_LEVEL)


@inlined
def detailed_r_nb(
    rules: RulesRow,
    trade: TradeRow,
    rows: Rows,
    risk_per_trade: float,
    are_units_whole: bool,
    is_within: bool,
    entry_since_ns: int,
    exit_since_ns: int,
) -> float:
    """R net of what `costs.detailed_cost` charges.

    Parameters
    ----------
    rows : (k,) COSTS, ascending, at least one
    entry_since_ns, exit_since_ns : from the open of the session to the starts of these bars
    """
    units, is_long = risk_per_trade / trade.risk, rules.side > 0.0
    if are_units_whole:
        units = max(1.0, math.floor(units + NOISE))
    at_ns = trade.entry_close_ns - 1
    since_ns = entry_since_ns + at_ns - trade.entry_start_ns
    rates = rows[rates_place_nb(rows, at_ns)]
    paid = fill_cost_nb(rates, trade.entry_price, units, not is_long, not is_within, since_ns)
    at_ns = trade.exit_start_ns if trade.fill == _AT_OPEN else trade.exit_close_ns - 1
    since_ns = exit_since_ns + at_ns - trade.exit_start_ns
    rates = rows[rates_place_nb(rows, at_ns)]
    takes = is_taking_nb(trade)
    cost = paid + fill_cost_nb(rates, trade.exit_price, units, is_long, takes, since_ns)
    entry, leave = trade.entry_price, trade.exit_price
    gross = leave - entry if is_long else entry - leave
    return (gross - cost) / trade.risk


@inlined
def plain_r_nb(
    rules: RulesRow, trade: TradeRow, costs: PlainCosts | LimitsRow, is_within: bool
) -> float:
    """R net of the older formula's costs, in the order of `trade_list.closed_trades`."""
    entry, leave, risk = trade.entry_price, trade.exit_price, trade.risk
    gross = leave - entry if rules.side > 0.0 else entry - leave
    shares = costs.risk_per_trade / risk
    commission = ORDERS_PER_TRADE * (
        costs.commission_per_share + costs.commission_per_order / shares
    )
    slippage = 0.0
    if not is_within:
        slippage += costs.slippage_per_share + costs.slippage_bps / BPS * abs(entry)
    if is_taking_nb(trade):
        slippage += costs.slippage_per_share + costs.slippage_bps / BPS * abs(leave)
    return (gross - (commission + slippage)) / risk
