"""From the flat strategy record to the engine's strategy: every fault by field, with its remedy.

`strict` is for the builder and the API, where limits and directions are errors; a backtest of a
file and an import warn instead and go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from market.timeframes import TIMEFRAMES, Timeframe
from strategies.engine.errors import StrategyError
from strategies.engine.spec import Costs, Protection, Side, StrategySpec, TriggerRef
from strategies.record.conditions import parse_records
from strategies.record.confirmation import parse_confirmation
from strategies.record.exits import parse_exits
from strategies.record.faults import Faults, finite, shown
from strategies.record.modifiers import parse_breakeven, parse_trailing
from strategies.record.packs import PackBook
from strategies.record.protection import parse_stop, parse_target
from strategies.record.time_exits import parse_time_exit
from strategies.record.triggers import parse_entry

SESSIONS = ("RTH", "Pre-Market", "After Hours", "Extended Hours", "24/7")
DIRECTIONS = ("LONG", "SHORT")
EASTERN = ZoneInfo("America/New_York")
DEFAULT_RISK, DEFAULT_BALANCE = 100.0, 10_000.0
COST_NAMES = ("commission_per_share", "commission_per_order", "slippage_bps", "slippage_per_share")
# Instants are counted in nanoseconds, which end in 2262.
FIRST_YEAR, LAST_YEAR = 1990, 2099
NS = 1_000_000_000

__all__ = ["StrategyError", "parse_strategy"]


def parse_strategy(
    data: Mapping[str, Any],
    *,
    default_packs: Iterable[Mapping[str, Any]] = (),
    strict: bool = False,
) -> StrategySpec:
    """The strategy a flat record describes. Raises StrategyError with every (field, message).

    `default_packs` are the packs the record's own `packs` are added to; the same id replaces.
    """
    if not isinstance(data, Mapping):
        raise StrategyError([("strategy", "must be a JSON object")])
    faults = Faults(strict=strict)
    timeframe = _timeframe(data, faults)
    direction = cast(Side, _choice(data, "direction", DIRECTIONS, "LONG", faults))
    session = _choice(data, "trading_session", SESSIONS, "RTH", faults)
    _check_origin(data, faults)
    book = PackBook.read(default_packs, data.get("packs"), faults)
    entry = parse_entry(data, book, direction, timeframe.seconds, faults)
    trigger = entry.trigger if entry else None
    exits = parse_exits(data, book, trigger, timeframe.seconds, faults)
    spec = StrategySpec(
        symbol=_symbol(data, faults),
        name=str(data.get("name") or ""),
        data_source=str(data.get("data_source") or ""),
        direction=direction,
        timeframe=timeframe.name,
        timeframe_seconds=timeframe.seconds,
        label=timeframe.label_primary,
        trading_session=session,
        entry=cast(TriggerRef, trigger),
        confirmation=parse_confirmation(data, entry, faults),
        exits=tuple(exits.signals),
        bar_count=exits.bar_count,
        opposite=exits.opposite,
        time_exit_bars=exits.time_exit_bars,
        time_exit=parse_time_exit(data, timeframe, session, faults),
        conditions=parse_records(data, book, timeframe, faults),
        stop=cast(Protection, parse_stop(data, faults)),
        trailing=parse_trailing(data, is_named_exit=exits.is_trailing, faults=faults),
        breakeven=parse_breakeven(data, faults),
        target=parse_target(data, exits.reward, faults),
        hifi=_boolean(data, "hifi", faults),
        packs=book.packs,
        costs=_costs(data, faults),
        risk_per_trade=_positive(data, "risk_per_trade", DEFAULT_RISK, faults),
        starting_balance=_positive(data, "starting_balance", DEFAULT_BALANCE, faults),
        forward_test_start_ns=_forward_start(data, faults),
    )
    faults.raise_if_any()
    return _with(spec, faults)


def _with(spec: StrategySpec, faults: Faults) -> StrategySpec:
    fields = {name: getattr(spec, name) for name in spec.__dataclass_fields__}
    return StrategySpec(**{**fields, "warnings": tuple(faults.warnings)})


def _symbol(data: Mapping[str, Any], faults: Faults) -> str:
    symbol = data.get("symbol")
    if not isinstance(symbol, str) or not symbol.strip():
        faults.error("symbol", "is missing; name the instrument, such as SPY")
        return ""
    if not symbol.isprintable():
        faults.error("symbol", f"{shown(symbol)} can't be shown; name the instrument, such as SPY")
    return symbol.strip().upper()


def _timeframe(data: Mapping[str, Any], faults: Faults) -> Timeframe:
    name = data.get("timeframe") or "1Min"
    found = TIMEFRAMES.get(name) if isinstance(name, str) else None
    if found is None:
        faults.error("timeframe", f"{shown(name)} is not one of {', '.join(TIMEFRAMES)}")
    return found or TIMEFRAMES["1Min"]


def _choice(
    data: Mapping[str, Any], field: str, choices: tuple[str, ...], default: str, faults: Faults
) -> str:
    value = data.get(field) or default
    if value not in choices:
        faults.error(field, f"{shown(value)} is not one of {', '.join(choices)}")
        return default
    return str(value)


def _check_origin(data: Mapping[str, Any], faults: Faults) -> None:
    origin = data.get("strategy_origin") or "standard"
    if origin != "standard":
        faults.error(
            "strategy_origin", f"{shown(origin)} strategies can't be evaluated; use 'standard'"
        )


def _boolean(data: Mapping[str, Any], field: str, faults: Faults) -> bool:
    value = data.get(field)
    if value is None or isinstance(value, bool):
        return bool(value)
    faults.error(field, f"must be true or false, not {shown(value)}")
    return False


def _positive(data: Mapping[str, Any], field: str, default: float, faults: Faults) -> float:
    if data.get(field) is None:
        return default
    number = finite(data[field])
    if number is None or number <= 0:
        faults.error(field, f"must be a number above zero, not {shown(data[field])}")
        return default
    return default if faults.is_too_large(field, number) else number


def _costs(data: Mapping[str, Any], faults: Faults) -> Costs:
    costs = data.get("costs")
    if costs is None:
        return Costs()
    if not isinstance(costs, Mapping):
        faults.error("costs", f"must be an object with any of {', '.join(COST_NAMES)}")
        return Costs()
    values = {}
    for name, value in costs.items():
        number = finite(0.0 if value is None else value)
        if name not in COST_NAMES:
            faults.error(f"costs.{name}", f"is not one of {', '.join(COST_NAMES)}")
        elif number is None or number < 0:
            faults.error(f"costs.{name}", f"must be a number of zero or more, not {shown(value)}")
        elif not faults.is_too_large(f"costs.{name}", number):
            values[name] = number
    return Costs(**values)


def _forward_start(data: Mapping[str, Any], faults: Faults) -> int | None:
    value = data.get("forward_test_start")
    if value in (None, ""):
        return None
    try:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        faults.error("forward_test_start", f"{shown(value)} is not an ISO-8601 instant")
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=EASTERN)
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        faults.error("forward_test_start", f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
        return None
    return round(instant.timestamp()) * NS
