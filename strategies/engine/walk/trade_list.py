"""The list of closed trades, made from the rows of the position walk.

Column by column: row by row takes Python several times as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import islice, repeat
from typing import TYPE_CHECKING

import numpy as np

from strategies.engine.walk.costs import NS, detailed_cost
from strategies.engine.walk.positions import REASON_NAMES, Fill
from strategies.engine.walk.trades import (
    Trade,
    plain_cost,
    price_or_none,
    seconds_of,
    segment_of,
    slips,
    warnings_of,
)

if TYPE_CHECKING:
    from strategies.engine.spec import StrategySpec
    from strategies.engine.types import Floats, Int64s, Rows


def closed_trades(
    spec: StrategySpec, rows: Rows, conditions: Iterable[tuple[str, ...]]
) -> list[Trade]:
    """The trades of TRADE rows, with the conditions of each."""
    n = rows.size
    if not n:
        return []
    entry, leave, risk = rows["entry_price"], rows["exit_price"], rows["risk"]
    reason, entry_ns, exit_ns = rows["reason"], rows["entry_close_ns"], _exit_fills_ns(rows)
    gross = leave - entry if spec.is_long else entry - leave
    pnl = gross - _costs(spec, rows, exit_ns)
    targets, risks = _prices(rows["target_price"]), risk.tolist()
    exits = (None, *(trigger.id for trigger in spec.exits))
    entries_ns = entry_ns.tolist()
    columns: dict[str, Iterable[object]] = {
        "entry_index": rows["entry_index"].tolist(),
        "exit_index": rows["exit_index"].tolist(),
        "entry_bar_ns": rows["entry_start_ns"].tolist(),
        "exit_bar_ns": rows["exit_start_ns"].tolist(),
        "entry_trigger_ns": entries_ns,
        "entry_fill_ns": entries_ns,
        "exit_trigger_ns": rows["exit_trigger_ns"].tolist(),
        "exit_fill_ns": exit_ns.tolist(),
        "direction": repeat(spec.direction),
        "entry_price": entry.tolist(),
        "exit_price": leave.tolist(),
        "stop_price": rows["stop_price"].tolist(),
        "initial_stop_price": rows["initial_stop_price"].tolist(),
        "target_price": targets,
        "risk": risks,
        "pnl": pnl.tolist(),
        "pnl_gross": gross.tolist(),
        "r_multiple": (pnl / risk).tolist(),
        "r_multiple_gross": (gross / risk).tolist(),
        "mae_r": (rows["adverse"] / risk).tolist(),
        "mfe_r": (rows["favourable"] / risk).tolist(),
        "win": (pnl > 0.0).tolist(),
        "exit_reason": map(REASON_NAMES.__getitem__, reason.tolist()),
        "entry_trigger": repeat(spec.entry.id),
        "exit_trigger": map(exits.__getitem__, rows["exit_place"].tolist()),
        "exec_type": repeat(spec.entry.execution),
        "stop_exec_type": repeat(spec.stop.execution),
        "target_exec_type": repeat(spec.target.execution if spec.target else "L"),
        "confluence_records": conditions,
        "bars_held": (rows["exit_index"] - rows["entry_index"]).tolist(),
        "hold_seconds": _seconds(exit_ns - entry_ns),
        "segment": _segments(spec, entries_ns),
        "ambiguous": (rows["ambiguous"] != 0).tolist(),
        "hifi_resolved": repeat(False),
        "warnings": _warnings(spec, targets, risks),
    }
    in_order = (columns[name] for name in Trade._fields)
    # `Trade._make` without its check of the length, which the names above have made.
    return list(map(partial(tuple.__new__, Trade), islice(zip(*in_order, strict=False), n)))


def net_r_multiples(spec: StrategySpec, rows: Rows) -> Floats:
    """R net of costs of the trades of TRADE rows, (n,), as their list has it."""
    entry, leave = rows["entry_price"], rows["exit_price"]
    gross = leave - entry if spec.is_long else entry - leave
    net: Floats = (gross - _costs(spec, rows, _exit_fills_ns(rows))) / rows["risk"]
    return net


def _exit_fills_ns(rows: Rows) -> Int64s:
    is_at_open = rows["fill"] == Fill.OPEN
    return np.where(is_at_open, rows["exit_start_ns"], rows["exit_close_ns"])


def _costs(spec: StrategySpec, rows: Rows, exit_ns: Int64s) -> Floats:
    """What each trade costs per share, (n,)."""
    entry, leave, risk = rows["entry_price"], rows["exit_price"], rows["risk"]
    exit_slips = slips(rows["reason"], rows["fill"])
    if spec.costs.is_plain:
        return plain_cost(spec, entry, leave, risk, exit_slips.astype(np.float64))
    # A close belongs to the bar it ends.
    entry_ends = rows["entry_close_ns"] - 1
    exit_ends = exit_ns - (rows["fill"] != Fill.OPEN)
    columns = (entry, leave, risk, exit_slips, entry_ends, exit_ends)
    each = zip(*(column.tolist() for column in columns), strict=True)
    return np.array([detailed_cost(spec, *one) for one in each])


def _prices(values: Floats) -> list[float | None]:
    """Numbers with None for what is missing."""
    found = values.tolist()
    return [price_or_none(value) for value in found] if np.isnan(values).any() else found


def _seconds(spans_ns: Int64s) -> Iterable[float]:
    is_whole = not (spans_ns % NS).any()
    return (spans_ns // NS).tolist() if is_whole else map(seconds_of, spans_ns.tolist())


def _segments(spec: StrategySpec, entries_ns: list[int]) -> Iterable[str]:
    if spec.forward_test_start_ns is None:
        return repeat("backtest")
    return (segment_of(spec, instant) for instant in entries_ns)


def _warnings(
    spec: StrategySpec, targets: list[float | None], risks: list[float]
) -> Iterable[tuple[str, ...]]:
    may_lack_target = spec.target is not None and None in targets
    if not may_lack_target and not spec.costs.are_units_whole:
        return repeat(())
    return map(partial(warnings_of, spec), targets, risks)
