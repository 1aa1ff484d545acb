"""Trades, built from the rows of the position walk."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple, TypeVar, overload

from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bools, Floats, Int64s
from strategies.engine.walk.costs import BPS, NS, detailed_cost, is_over_risk
from strategies.engine.walk.positions import (
    REASON_NAMES,
    REJECTION_NAMES,
    UNCOUNTED,
    Fill,
    PositionRow,
    Reason,
    Rejection,
)

Number = TypeVar("Number", float, Floats)

ORDERS_PER_TRADE = 2
UNCOUNTED_REASONS = frozenset(REASON_NAMES[reason] for reason in UNCOUNTED)
WRONG_SIDE_TARGET = "the target would have been on the wrong side of the entry and was ignored"


class Trade(NamedTuple):
    """A closed position. Prices are theoretical; costs only reduce `pnl` and `r_multiple`.

    Instants are UTC nanoseconds: `entry_bar_ns`, `exit_bar_ns` are bar starts, the others the
    close of the bar on which the order filled, for an exit at the open that very open and, as
    its trigger, the close before. `mae_r <= 0 <= mfe_r` are gross, in initial risk.
    """

    entry_index: int
    exit_index: int
    entry_bar_ns: int
    exit_bar_ns: int
    entry_trigger_ns: int
    entry_fill_ns: int
    exit_trigger_ns: int
    exit_fill_ns: int
    direction: str
    entry_price: float
    exit_price: float
    stop_price: float
    initial_stop_price: float
    target_price: float | None
    risk: float
    pnl: float
    pnl_gross: float
    r_multiple: float
    r_multiple_gross: float
    mae_r: float
    mfe_r: float
    win: bool
    exit_reason: str
    entry_trigger: str
    exit_trigger: str | None
    exec_type: str
    stop_exec_type: str
    target_exec_type: str
    confluence_records: tuple[str, ...]
    bars_held: int
    hold_seconds: float
    segment: str
    ambiguous: bool
    hifi_resolved: bool
    warnings: tuple[str, ...]

    @property
    def is_counted(self) -> bool:
        """Whether it counts in figures; one that missing data ended does not."""
        return is_counted(self.exit_reason)

    @property
    def decided_index(self) -> int:
        """The bar on which the exit was decided: missing data shows on the next one only."""
        return self.exit_index + (not self.is_counted)


class OpenTrade(NamedTuple):
    """A position that is still held; `stop_price` is the stop in force for the next bar."""

    entry_index: int
    entry_bar_ns: int
    entry_trigger_ns: int
    entry_fill_ns: int
    direction: str
    entry_price: float
    stop_price: float
    initial_stop_price: float
    target_price: float | None
    risk: float
    mae_r: float
    mfe_r: float
    entry_trigger: str
    exec_type: str
    stop_exec_type: str
    target_exec_type: str
    confluence_records: tuple[str, ...]
    bars_held: int
    segment: str
    warnings: tuple[str, ...]


class Rejected(NamedTuple):
    """An entry that was refused, with the bar of its trigger."""

    bar_index: int
    bar_ns: int
    reason: str


def is_counted(exit_reason: str) -> bool:
    """Whether trades that were left for a reason count in figures, curves and checks."""
    return exit_reason not in UNCOUNTED_REASONS


def counted(trades: Iterable[Trade]) -> list[Trade]:
    """The trades that count, in the same order."""
    return [trade for trade in trades if trade.is_counted]


def left_out(trades: Iterable[Trade]) -> list[Trade]:
    """The others: listed, and counted nowhere."""
    return [trade for trade in trades if not trade.is_counted]


def cost_per_share(
    spec: StrategySpec,
    entry_price: float,
    exit_price: float,
    risk: float,
    exit_slips: bool,
    entry_ns: int,
    exit_ns: int,
) -> float:
    """Commission, fees, spread and slippage of a whole trade, per share.

    Notes
    -----
    Both orders pay the commission per share, and the commission per order spread over
    ``risk_per_trade / risk`` shares. A fill that slips does so by ``slippage_bps`` of its price
    and by ``slippage_per_share``: entries at a close do, entries at a level do not; for exits see
    `slips`. All else is in `costs.detailed_cost`, as are the instants.
    """
    if not spec.costs.is_plain:
        return detailed_cost(spec, entry_price, exit_price, risk, exit_slips, entry_ns, exit_ns)
    return plain_cost(spec, entry_price, exit_price, risk, float(exit_slips))


def plain_cost(
    spec: StrategySpec, entry: Number, leave: Number, risk: Number, exit_slips: Number
) -> Number:
    """The older formula, for one trade or for columns of them; 1 where the exit slips, else 0."""
    costs = spec.costs
    shares = spec.risk_per_trade / risk
    commission = ORDERS_PER_TRADE * (
        costs.commission_per_share + costs.commission_per_order / shares
    )
    slippage = exit_slips * (costs.slippage_per_share + costs.slippage_bps / BPS * abs(leave))
    if not spec.entry.is_within_bar:
        paid = costs.slippage_per_share + costs.slippage_bps / BPS * abs(entry)
        slippage = paid + slippage
    return commission + slippage


@overload
def slips(reason: Reason, fill: Fill) -> bool: ...
@overload
def slips(reason: Int64s, fill: Int64s) -> Bools: ...
def slips(reason: Reason | Int64s, fill: Fill | Int64s) -> bool | Bools:
    """Whether an exit pays slippage: stops and orders at a close or an open do, levels do not."""
    return (reason == Reason.STOP) | ((reason != Reason.TARGET) & (fill != Fill.LEVEL))


def segment_of(spec: StrategySpec, entry_fill_ns: int) -> str:
    """`forward` for entries at or after the start of the forward test."""
    start = spec.forward_test_start_ns
    return "forward" if start is not None and entry_fill_ns >= start else "backtest"


def price_or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


def warnings_of(spec: StrategySpec, target: float | None, risk: float) -> tuple[str, ...]:
    has_lost_target = target is None and spec.target is not None
    found = (WRONG_SIDE_TARGET,) if has_lost_target else ()
    return (*found, over_risk_text(spec, risk)) if is_over_risk(spec, risk) else found


def over_risk_text(spec: StrategySpec, risk: float) -> str:
    return f"one share risks {risk:,.2f}, more than the {spec.risk_per_trade:,.2f} a trade"


def seconds_of(span_ns: int) -> float:
    return span_ns // NS if span_ns % NS == 0 else span_ns / NS


def open_trade(
    spec: StrategySpec, row: PositionRow, n_seen: int, conditions: tuple[str, ...]
) -> OpenTrade:
    """The trade of an open POSITION row after `n_seen` bars."""
    risk, target = row.risk, price_or_none(row.target_price)
    entry_ns = row.entry_close_ns
    return OpenTrade(
        entry_index=row.entry_index,
        entry_bar_ns=row.entry_start_ns,
        entry_trigger_ns=entry_ns,
        entry_fill_ns=entry_ns,
        direction=spec.direction,
        entry_price=row.entry_price,
        stop_price=row.stop_price,
        initial_stop_price=row.initial_stop_price,
        target_price=target,
        risk=risk,
        mae_r=row.adverse / risk,
        mfe_r=row.favourable / risk,
        entry_trigger=spec.entry.id,
        exec_type=spec.entry.execution,
        stop_exec_type=spec.stop.execution,
        target_exec_type=spec.target.execution if spec.target else "L",
        confluence_records=conditions,
        bars_held=n_seen - 1 - row.entry_index,
        segment=segment_of(spec, entry_ns),
        warnings=warnings_of(spec, target, risk),
    )


def rejected_entry(index: int, start_ns: int, reason: int) -> Rejected:
    """The entry of one REJECTED row."""
    return Rejected(index, start_ns, REJECTION_NAMES[Rejection(reason)])
