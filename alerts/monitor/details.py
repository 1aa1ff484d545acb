"""Everything that led to a signal, taken from the bars and nodes that decided it."""

import math
from typing import Any

from alerts.monitor.decide import Signal
from strategies.engine.program.advance import Advance
from strategies.engine.program.binding import ATR_KEY
from strategies.engine.version import ENGINE_VERSION

_TRADE_FIELDS = (
    "entry_price", "initial_stop_price", "stop_price", "target_price", "risk", "mae_r", "mfe_r",
    "entry_trigger",
)  # fmt: skip
_EXIT_FIELDS = (
    "exit_price", "exit_reason", "exit_trigger", "r_multiple", "r_multiple_gross", "pnl",
    "bars_held", "hold_seconds", "ambiguous",
)  # fmt: skip


def facts_of(advance: Advance, signal: Signal, data_version: str) -> dict[str, Any]:
    """The `data` of an alert. Missing numbers are null; nothing is rounded."""
    trade: Any = signal.trade
    spec = advance.program.spec
    index = trade.entry_index if signal.is_entry else trade.exit_index
    facts: dict[str, Any] = {name: getattr(trade, name) for name in _TRADE_FIELDS}
    if not signal.is_entry:
        facts |= {name: getattr(trade, name) for name in _EXIT_FIELDS}
        facts["entry_stop_price"] = trade.initial_stop_price
    facts |= {
        "trigger_label": trigger_label(advance, signal),
        "confluence_met": [record.text for record in spec.conditions],
        "confluence_records": list(trade.confluence_records),
        "risk_per_trade": spec.risk_per_trade,
        "position": "flat" if not signal.is_entry else spec.direction.lower(),
        "engine_version": ENGINE_VERSION,
        "data_version": data_version,
    }
    at = index - advance.offset
    if 0 <= at < advance.bars.n:
        facts |= {
            "bar": _bar(advance, at),
            "states": _states(advance, index),
            "indicators": _indicators(advance, at),
            "atr": _atr(advance, at),
        }
    return facts


def trigger_label(advance: Advance, signal: Signal) -> str:
    """The trigger as a person reads it; empty for an exit without one."""
    spec = advance.program.spec
    trade: Any = signal.trade
    if signal.is_entry:
        return spec.entry.display
    return next((one.display for one in spec.exits if one.id == trade.exit_trigger), "")


def _bar(advance: Advance, at: int) -> dict[str, float]:
    bars = advance.bars
    return {
        name: float(getattr(bars, name)[at]) for name in ("open", "high", "low", "close", "volume")
    }


def _states(advance: Advance, index: int) -> dict[str, str | None]:
    packs = {pack.id: pack for pack in advance.program.observed_packs}
    packs |= {pack.id: pack for pack in advance.program.spec.own_packs()}
    return {
        pack.display: advance.state_at(pack.id, index)
        for pack in packs.values()
        if pack.template.states
    }


def _indicators(advance: Advance, at: int) -> dict[str, float | None]:
    """Columns of the packs that decide here; those only observed would bury them."""
    found: dict[str, float | None] = {}
    for pack in advance.program.spec.own_packs():
        columns = advance.columns(pack.id)
        for output in pack.template.outputs:
            if output.name in columns:
                found[f"{pack.display}: {output.label}"] = _number(columns[output.name][at])
    return found


def _atr(advance: Advance, at: int) -> float | None:
    output = advance.outputs.get(ATR_KEY)
    return None if output is None else _number(output.columns[0][at])


def _number(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None
