"""What a candidate's trade counts for: its R net of costs, as trades of a backtest have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from strategies.engine.jit import inlined, lean
from strategies.engine.walk.net import PlainCosts, detailed_r_nb, plain_r_nb
from strategies.engine.walk.positions import Reason, RulesRow, TradeRow

if TYPE_CHECKING:
    from strategies.engine.search.candidates import Candidates
    from strategies.engine.types import Int64s, Rows

_GAP = int(Reason.DATA_GAP)


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
    candidates.r[place] = plain_r_nb(rules, trade, costs, is_within)
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
    since = costs.since_open_ns
    candidates.r[place] = detailed_r_nb(
        rules,
        trade,
        costs.rows,
        costs.plain.risk_per_trade,
        costs.are_units_whole,
        is_within,
        since[trade.entry_index],
        since[trade.exit_index],
    )
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
