"""What the two orders of a trade cost, per share or whatever else is the unit.

One kernel says what a fill costs, in a search and, as plain Python, wherever trades are built.
Costs that name none of the later fields go by the older formula in `trades.cost_per_share` and
`search.costs.net_r_nb`, so that results stored before keep their last bit.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from strategies.engine.jit import lean
from strategies.engine.types import fields_of

if TYPE_CHECKING:
    from strategies.engine.spec import Costs, StrategySpec
    from strategies.engine.types import Bars, Int64s, Rows

NS = 1_000_000_000
MINUTE_NS = 60 * NS
BPS = 1e4
# A quotient this near to a whole number of shares is that number.
NOISE = 1e-9
EASTERN = ZoneInfo("America/New_York")
OPEN_MINUTE = 570
N_WEEKDAYS = 5
NEVER_NS = -(1 << 62)


class CostRow:
    """The fields of `spec.Costs`, as they hold from an instant on."""

    from_ns: int
    commission_per_share: float
    commission_per_order: float
    slippage_bps: float
    slippage_per_share: float
    minimum_per_order: float
    maximum_bps_per_order: float
    commission_bps: float
    commission_surcharge: float
    sell_fee_bps: float
    sell_fee_per_share: float
    sell_fee_cap: float
    both_sides_fee_per_share: float
    half_spread_per_share: float
    half_spread_bps: float
    slippage_open_factor: float
    slippage_open_minutes: float


COSTS = np.dtype((np.record, fields_of(CostRow)))


@lean
def fill_cost_nb(
    rates: Costs | CostRow,
    price: float,
    units: float,
    is_sale: bool,
    takes: bool,
    since_open_ns: int,
) -> float:
    """Cost of one fill, per unit.

    Parameters
    ----------
    rates : what holds on the date of the fill
    price : of the fill
    units : of the order, > 0
    is_sale : the exit of a long position, the entry of a short one
    takes : whether it takes liquidity and so pays spread and slippage
    since_open_ns : how long the regular session had been open; any negative number for not yet

    Notes
    -----
    ``order = min(max(per share x n + bps x notional + per order, minimum), maximum x notional)``;
    the surcharge is a fraction of that. Sales pay ``bps x notional + min(per share x n, cap)``.
    A maximum or cap of zero is none.
    """
    size = abs(price)
    notional = units * size
    order = (
        rates.commission_per_share * units
        + rates.commission_bps / BPS * notional
        + rates.commission_per_order
    )
    order = max(order, rates.minimum_per_order)
    if rates.maximum_bps_per_order > 0.0:
        order = min(order, rates.maximum_bps_per_order / BPS * notional)
    fees = rates.commission_surcharge * order + rates.both_sides_fee_per_share * units
    if is_sale:
        per_share = rates.sell_fee_per_share * units
        if rates.sell_fee_cap > 0.0:
            per_share = min(per_share, rates.sell_fee_cap)
        fees += rates.sell_fee_bps / BPS * notional + per_share
    cost = (order + fees) / units
    if takes:
        spread = rates.slippage_per_share + rates.half_spread_per_share
        spread += (rates.slippage_bps + rates.half_spread_bps) / BPS * size
        if 0 <= since_open_ns < rates.slippage_open_minutes * MINUTE_NS:
            spread *= max(1.0, rates.slippage_open_factor)
        cost += spread
    return cost


_fill_cost = fill_cost_nb.python


def whole_units(units: float) -> float:
    """Whole shares of a fraction, one at least."""
    return max(1.0, float(math.floor(units + NOISE)))


def units_of(spec: StrategySpec, risk: float) -> float:
    """Shares whose orders are charged, at the risk per trade of a strategy."""
    return units_at(spec.costs, spec.risk_per_trade, risk)


def units_at(costs: Costs, risk_per_trade: float, risk: float) -> float:
    """Shares that risk so much, `risk` each: whole ones where an order has a minimum."""
    units = risk_per_trade / risk
    return whole_units(units) if costs.are_units_whole else units


def is_over_risk(spec: StrategySpec, risk: float) -> bool:
    """Whether a single share risks more than a trade may, where shares are whole."""
    return spec.costs.are_units_whole and spec.risk_per_trade / risk + NOISE < 1.0


def detailed_cost(
    spec: StrategySpec,
    entry_price: float,
    exit_price: float,
    risk: float,
    exit_takes: bool,
    entry_ns: int,
    exit_ns: int,
) -> float:
    """Cost of a whole trade, per share, by all fields of `spec.Costs`.

    Parameters
    ----------
    risk : initial risk per share, > 0
    exit_takes : whether the exit takes liquidity; an entry does unless it fills at a level
    entry_ns, exit_ns : instants inside the bars in which the orders fill, UTC: that of the open,
        or the last one before the close
    """
    units, is_long = units_of(spec, risk), spec.is_long
    costs = spec.costs
    takes = not spec.entry.is_within_bar
    rates = costs.at(entry_ns)
    since_ns = since_open_ns(rates, entry_ns)
    paid = _fill_cost(rates, entry_price, units, not is_long, takes, since_ns)
    rates = costs.at(exit_ns)
    since_ns = since_open_ns(rates, exit_ns)
    return paid + _fill_cost(rates, exit_price, units, is_long, exit_takes, since_ns)


def since_open_ns(rates: Costs, instant_ns: int) -> int:
    """Time since 09:30 in New York on a weekday; a negative number where it does not matter."""
    if rates.slippage_open_minutes <= 0.0:
        return NEVER_NS
    at = datetime.fromtimestamp(instant_ns // NS, EASTERN)
    if at.weekday() >= N_WEEKDAYS:
        return NEVER_NS
    seconds = (at.hour * 60 + at.minute - OPEN_MINUTE) * 60 + at.second
    return seconds * NS + instant_ns % NS


def bars_since_open_ns(bars: Bars) -> Int64s:
    """The same for the start of every bar, (n,)."""
    since = (bars.minute.astype(np.int64) - OPEN_MINUTE) * MINUTE_NS + bars.start_ns % MINUTE_NS
    return np.where(bars.weekday < N_WEEKDAYS, since, NEVER_NS)


def cost_rows(costs: Costs) -> Rows:
    """What holds from when on, (k,) COSTS; none for costs that go by the older formula."""
    if costs.is_plain:
        return np.empty(0, COSTS)
    rows = np.zeros(len(costs.steps), COSTS)
    for row, (from_ns, rates) in zip(rows, costs.steps, strict=True):
        row["from_ns"] = from_ns
        for name in COSTS.names or ():
            if name != "from_ns":
                row[name] = getattr(rates, name)
    return rows
