"""Everything that led to an entry or an exit, taken from the bars and nodes that decided it."""

from alerts.models.documents import AlertDetails, BarDetails
from alerts.monitor.decide import Leg
from alerts.monitor.legs import Position, ended_trade, filled
from alerts.monitor.telling.causes import indicators, seen_packs
from strategies.engine.program.advance import Advance
from strategies.engine.program.binding import ATR_KEY
from strategies.engine.program.moment import known, state_at
from strategies.engine.version import ENGINE_VERSION
from strategies.engine.walk.trades import Trade


def details_of(advance: Advance, leg: Leg[Position], data_version: str) -> AlertDetails:
    """Why an alert fires. Missing numbers are null; nothing is rounded."""
    spec, index = advance.program.spec, filled(leg, advance).bar_index
    details = _position(leg.trade)
    over = ended_trade(leg)
    if over is not None:
        details |= _exit(over)
    details |= {
        "trigger_label": _trigger_label(advance, over),
        "confluence_met": [condition.text for condition in spec.conditions],
        "confluence_records": list(leg.trade.confluence_records),
        "risk_per_trade": spec.risk_per_trade,
        "position": "flat" if over is not None else spec.direction.lower(),
        "engine_version": ENGINE_VERSION,
        "data_version": data_version,
    }
    at = index - advance.offset
    if 0 <= at < advance.bars.n:
        details |= {
            "bar": _bar(advance, at),
            "states": {
                pack.display: state_at(advance, pack.id, at) for pack in seen_packs(advance)
            },
            "indicators": indicators(advance, at),
            "atr": _atr(advance, at),
        }
    return details


def _position(trade: Position) -> AlertDetails:
    return {
        "entry_price": trade.entry_price,
        "initial_stop_price": trade.initial_stop_price,
        "stop_price": trade.stop_price,
        "target_price": trade.target_price,
        "risk": trade.risk,
        "mae_r": trade.mae_r,
        "mfe_r": trade.mfe_r,
        "entry_trigger": trade.entry_trigger,
    }


def _exit(trade: Trade) -> AlertDetails:
    return {
        "exit_price": trade.exit_price,
        "exit_reason": trade.exit_reason,
        "exit_trigger": trade.exit_trigger,
        "r_multiple": trade.r_multiple,
        "r_multiple_gross": trade.r_multiple_gross,
        "pnl": trade.pnl,
        "bars_held": trade.bars_held,
        "hold_seconds": trade.hold_seconds,
        "ambiguous": trade.ambiguous,
        "entry_stop_price": trade.initial_stop_price,
    }


def _trigger_label(advance: Advance, over: Trade | None) -> str:
    """The trigger as a person reads it; empty for an exit without one."""
    spec = advance.program.spec
    if over is None:
        return spec.entry.display
    return next((one.display for one in spec.exits if one.id == over.exit_trigger), "")


def _bar(advance: Advance, at: int) -> BarDetails:
    bars = advance.bars
    return {
        "open": float(bars.open[at]),
        "high": float(bars.high[at]),
        "low": float(bars.low[at]),
        "close": float(bars.close[at]),
        "volume": float(bars.volume[at]),
    }


def _atr(advance: Advance, at: int) -> float | None:
    output = advance.outputs.get(ATR_KEY)
    return None if output is None else known(float(output.columns[0][at]))
