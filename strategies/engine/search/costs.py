"""What a candidate's trade counts for: its R net of costs, as trades of a backtest have it."""

# Items of arrays have no static types.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from strategies.engine.jit import inlined, lean
from strategies.engine.walk.costs import BPS, NOISE, fill_cost_nb
from strategies.engine.walk.positions import Fill, Reason, RulesRow, TradeRow
from strategies.engine.walk.trades import ORDERS_PER_TRADE

if TYPE_CHECKING:
    from strategies.engine.search.candidates import Candidates
    from strategies.engine.types import Int64s, Rows

_STOP, _TARGET = int(Reason.STOP), int(Reason.TARGET)
_GAP = int(Reason.DATA_GAP)
_AT_LEVEL, _AT_OPEN = int(Fill.LEVEL), int(Fill.OPEN)


class PlainCosts(NamedTuple):
    """What orders cost by the older formula; see `trades.cost_per_share`."""

    commission_per_share: float
    commission_per_order: float
    slippage_bps: float
    slippage_per_share: float
    risk_per_trade: float


class Costs(NamedTuple):
    """What orders cost: plainly, or where there are rows by these.

    rows : (k,) COSTS, ascending; none where the older formula holds
    since_open_ns : (n,) int64, from the open of the regular session to the start of each bar; only
        where there are rows
    """

    plain: PlainCosts
    are_units_whole: bool
    rows: Rows
    since_open_ns: Int64s


@inlined
def rates_place_nb(costs: Costs, instant_ns: int) -> int:
    """The place of what holds at an instant."""
    place = costs.rows.shape[0] - 1
    while costs.rows[place].from_ns > instant_ns:
        place -= 1
    return place


@inlined
def detailed_cost_nb(
    rules: RulesRow, trade: TradeRow, costs: Costs, is_within: bool, exit_takes: bool
) -> float:
    """As `costs.detailed_cost`."""
    units, is_long = costs.plain.risk_per_trade / trade.risk, rules.side > 0.0
    if costs.are_units_whole:
        units = max(1.0, math.floor(units + NOISE))
    since, at_ns = costs.since_open_ns, trade.entry_close_ns - 1
    since_ns = since[trade.entry_index] + at_ns - trade.entry_start_ns
    rates = costs.rows[rates_place_nb(costs, at_ns)]
    paid = fill_cost_nb(rates, trade.entry_price, units, not is_long, not is_within, since_ns)
    at_ns = trade.exit_start_ns if trade.fill == _AT_OPEN else trade.exit_close_ns - 1
    since_ns = since[trade.exit_index] + at_ns - trade.exit_start_ns
    rates = costs.rows[rates_place_nb(costs, at_ns)]
    return paid + fill_cost_nb(rates, trade.exit_price, units, is_long, exit_takes, since_ns)


@inlined
def net_r_nb(rules: RulesRow, trade: TradeRow, costs: PlainCosts, is_within: bool) -> float:
    """R net of costs, in the order of `trade_list.closed_trades`."""
    entry, leave, risk = trade.entry_price, trade.exit_price, trade.risk
    gross = leave - entry if rules.side > 0.0 else entry - leave
    shares = costs.risk_per_trade / risk
    commission = ORDERS_PER_TRADE * (
        costs.commission_per_share + costs.commission_per_order / shares
    )
    slippage = 0.0
    if not is_within:
        slippage += costs.slippage_per_share + costs.slippage_bps / BPS * abs(entry)
    if trade.reason == _STOP or (trade.reason != _TARGET and trade.fill != _AT_LEVEL):
        slippage += costs.slippage_per_share + costs.slippage_bps / BPS * abs(leave)
    return (gross - (commission + slippage)) / risk


@lean
def count_plain_nb(
    rules: RulesRow,
    trade: TradeRow,
    costs: PlainCosts,
    is_within: bool,
    place: int,
    candidates: Candidates,
) -> int:
    """Fill in what a candidate's trade counts for; 0 when missing dates ended it: for nothing."""
    if trade.reason == _GAP:
        return 0
    candidates.r[place] = net_r_nb(rules, trade, costs, is_within)
    candidates.n_counted[place] = 1
    return 1


@lean
def count_detailed_nb(
    rules: RulesRow,
    trade: TradeRow,
    costs: Costs,
    is_within: bool,
    place: int,
    candidates: Candidates,
) -> int:
    """The same by rows of costs: apart, since handing over arrays costs the plain way its speed."""
    if trade.reason == _GAP:
        return 0
    entry, leave = trade.entry_price, trade.exit_price
    gross = leave - entry if rules.side > 0.0 else entry - leave
    exit_takes = trade.reason == _STOP or (trade.reason != _TARGET and trade.fill != _AT_LEVEL)
    cost = detailed_cost_nb(rules, trade, costs, is_within, exit_takes)
    candidates.r[place] = (gross - cost) / trade.risk
    candidates.n_counted[place] = 1
    return 1


@inlined
def count_nb(
    rules: RulesRow,
    trade: TradeRow,
    costs: Costs,
    is_within: bool,
    place: int,
    candidates: Candidates,
) -> int:
    """The same by whichever costs there are."""
    if costs.rows.shape[0] == 0:
        return count_plain_nb(rules, trade, costs.plain, is_within, place, candidates)
    return count_detailed_nb(rules, trade, costs, is_within, place, candidates)
