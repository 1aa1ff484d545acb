"""The flat record of a strategy: which keys are columns, which decide signals, and sameness."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from strategies.record.spelling import (
    confirmation_part,
    modifiers_part,
    protection_part,
    time_exit_form,
)

Record = dict[str, Any]

COLUMNS = (
    "name",
    "symbol",
    "direction",
    "timeframe",
    "data_source",
    "strategy_origin",
    "trading_session",
    "notes",
)
# Kept by the server; a record that brings them along is not asked about them.
SERVER_FIELDS = (
    "id",
    "code",
    "kpis",
    "equity_curve_data",
    "is_stale",
    "data_refreshed_at",
    "created_at",
    "updated_at",
    "forward_testing",
    "forward_test_start",
    "result",
    "warnings",
    "version",
    "confirmed",
    "alert_tracking_enabled",
    "variants_tried",
)
DEFAULTS: Record = {
    "direction": "LONG",
    "timeframe": "1Min",
    "strategy_origin": "standard",
    "trading_session": "RTH",
    "entry_trigger_confluence_id": "",
    "entry_confirmation": None,
    "exit_trigger_confluence_ids": [],
    "bar_count_exit": None,
    "time_exit_config": None,
    "confluence": [],
    "general_confluences": [],
    "hifi": False,
    "risk_per_trade": 100.0,
    "starting_balance": 10000.0,
    "data_days": 30,
    "lookback_mode": "Days",
    "bar_count": None,
    "lookback_start_date": None,
    "lookback_end_date": None,
    "extended_data_days": 365,
    "data_seed": 42,
    "notes": "",
}
# A real change of any of these begins a new forward test.
SIGNAL_FIELDS = (
    "symbol",
    "direction",
    "timeframe",
    "data_source",
    "entry_trigger_confluence_id",
    "entry_confirmation",
    "exit_trigger_confluence_ids",
    "stop_config",
    "target_config",
    "bar_count_exit",
    "time_exit_config",
    "confluence",
    "general_confluences",
    "hifi",
    "data_seed",
    "trading_session",
    "strategy_origin",
    "webhook_config",
)
COST_FIELDS = (
    "commission_per_share",
    "commission_per_order",
    "slippage_bps",
    "slippage_per_share",
)
WEBHOOK_SIGNAL_MEMBERS = ("json_path", "values", "layer_confluence")
FIELD_LABELS = {
    "symbol": "symbol",
    "direction": "direction",
    "timeframe": "timeframe",
    "data_source": "bars",
    "entry_trigger_confluence_id": "entry trigger",
    "entry_confirmation": "entry confirmation",
    "exit_trigger_confluence_ids": "exit triggers",
    "stop_config": "stop",
    "target_config": "target",
    "bar_count_exit": "bar-count exit",
    "time_exit_config": "time exit",
    "confluence": "timeframe conditions",
    "general_confluences": "general conditions",
    "hifi": "use of finer bars",
    "data_seed": "data seed",
    "trading_session": "trading session",
    "strategy_origin": "origin",
    "webhook_config": "webhook signal",
}


def split(record: Record) -> tuple[Record, Record]:
    """Columns and configuration of a record."""
    columns = {key: record[key] for key in COLUMNS if key in record}
    config = {key: value for key, value in record.items() if key not in COLUMNS}
    return columns, config


def own_fields(record: Mapping[str, Any]) -> Record:
    """What of a record the user decides."""
    return {key: value for key, value in record.items() if key not in SERVER_FIELDS}


def signal_part(record: Mapping[str, Any]) -> Record:
    """What decides the signals, in one spelling: missing is null, lists are sorted sets."""
    part = {name: _canonical(record.get(name)) for name in SIGNAL_FIELDS}
    part["entry_trigger_confluence_id"] = _canonical(entry_trigger(record))
    part["exit_trigger_confluence_ids"] = _canonical(exit_triggers(record))
    part["direction"] = str(record.get("direction") or "LONG").upper()
    part["strategy_origin"] = _origin(record.get("strategy_origin"))
    part["trading_session"] = record.get("trading_session") or "RTH"
    part["entry_confirmation"] = _canonical(confirmation_part(record.get("entry_confirmation")))
    part["time_exit_config"] = _canonical(time_exit_form(record.get("time_exit_config")))
    part["hifi"] = True if record.get("hifi") else None
    stop = stop_config(record)
    part["stop_config"] = _canonical({**(protection_part(stop) or {}), **modifiers_part(stop)})
    part["target_config"] = _canonical(protection_part(record.get("target_config")))
    part["webhook_config"] = _webhook_part(record.get("webhook_config"))
    return part


def changed_signal_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Names of the fields whose change resets the forward test, in the order of the list."""
    before, after = signal_part(old), signal_part(new)
    return [name for name in SIGNAL_FIELDS if before[name] != after[name]]


def fingerprint(
    record: Mapping[str, Any], packs: Iterable[Mapping[str, Any]], window_start_ts: int
) -> str:
    """Recognises a result: two equal fingerprints mean the same trades from the same bars."""
    content = {
        "signal": signal_part(record),
        # Their order decides which of two on one bar a trade names.
        "exits": exit_triggers(record),
        "costs": _costs_part(record.get("costs")),
        "risk": [_canonical(record.get(key)) for key in ("risk_per_trade", "starting_balance")],
        "end": _end_part(record),
        "packs": {pack["id"]: pack_fingerprint(pack) for pack in packs},
        "window_start_ts": window_start_ts,
    }
    return digest(content)


def pack_fingerprint(pack: Mapping[str, Any]) -> str:
    return digest([pack["base_template"], _canonical(pack.get("parameters") or {})])[:16]


def digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def entry_trigger(record: Mapping[str, Any]) -> str:
    return str(record.get("entry_trigger_confluence_id") or record.get("entry_trigger") or "")


def exit_triggers(record: Mapping[str, Any]) -> list[str]:
    """Signal exits from whichever of the four spellings the record uses."""
    for name in ("exit_trigger_confluence_ids", "exit_triggers"):
        if record.get(name):
            return [str(item) for item in record[name]]
    single = record.get("exit_trigger_confluence_id") or record.get("exit_trigger")
    return [str(single)] if single else []


def stop_config(record: Mapping[str, Any]) -> Record:
    """The stop in force; without one it is an ATR stop."""
    stop = record.get("stop_config")
    if stop:
        return dict(stop)
    return {"method": "atr", "atr_mult": record.get("stop_atr_mult") or 1.5}


def _origin(value: object) -> str:
    text = str(value or "standard")
    return "webhook" if text.startswith("webhook") else text


def _webhook_part(value: object) -> object:
    if not isinstance(value, Mapping):
        return None
    return _canonical({key: value.get(key) for key in WEBHOOK_SIGNAL_MEMBERS})


def _end_part(record: Mapping[str, Any]) -> object:
    is_range = str(record.get("lookback_mode")).lower() == "date range"
    return _canonical(record.get("lookback_end_date")) if is_range else None


def _costs_part(value: object) -> object:
    """A cost of zero is no cost."""
    if not isinstance(value, Mapping):
        return None
    return _canonical({key: amount for key, amount in value.items() if amount})


def _canonical(value: object) -> object:
    if isinstance(value, Mapping):
        items = {str(key): _canonical(item) for key, item in value.items()}
        return {key: item for key, item in sorted(items.items()) if item is not None} or None
    if isinstance(value, list | tuple):
        items_list = [_canonical(item) for item in value]
        if all(isinstance(item, str) for item in items_list):
            return sorted(set(map(str, items_list))) or None
        return items_list or None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    return value if value != "" else None
