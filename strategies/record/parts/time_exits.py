"""Leaving by the clock or after a number of bars: `time_exit_config`."""

from __future__ import annotations

from collections.abc import Mapping

from market.calendar import ALWAYS
from market.timeframes import Timeframe
from strategies.engine.indicators.time_exits import TIME_METHODS
from strategies.engine.spec import StrategySpec, TimeExit
from strategies.engine.template import Parameter
from strategies.record.faults import Faults, shown
from strategies.record.parameters import parameter_problem
from strategies.record.part import Key, Part, Reading, Values
from strategies.record.shape import Unread
from strategies.record.spelling import canonical, spelled_out

FIELD = "time_exit_config"
_KNOWN = {"method", *(field.name for method in TIME_METHODS.values() for field in method.fields)}

KEYS = (Key(FIELD, None, "time exit", 110),)


def _read(reading: Reading) -> Values:
    return {"time_exit": _time_exit(reading)}


def _time_exit(reading: Reading) -> TimeExit | None:
    """The time exit, or None without one."""
    config, faults = reading.data.get(FIELD), reading.faults
    if config is None or config == {}:
        return None
    if not isinstance(config, Mapping):
        faults.error(FIELD, f"must be null or an object with a method: {', '.join(TIME_METHODS)}")
        return None
    name = config.get("method")
    method = TIME_METHODS.get(name) if isinstance(name, str) else None
    if method is None:
        faults.error(f"{FIELD}.method", f"{shown(name)} is not one of {', '.join(TIME_METHODS)}")
        return None
    for key in config:
        if key not in _KNOWN:
            fields = ", ".join(field.name for field in method.fields)
            faults.doubt(f"{FIELD}.{key}", f"is no field of {name}; it has {fields}")
    if method.is_clock:
        _check_clock(str(name), reading.timeframe, reading.session, faults)
    values = {field.name: _value(field, config.get(field.name), faults) for field in method.fields}
    return _of_method(str(name), values, faults)


def _check_clock(name: str, timeframe: Timeframe, session: str, faults: Faults) -> None:
    if session == ALWAYS:
        faults.error(
            f"{FIELD}.method", f"{name} needs a session that closes; use max_hold_bars for 24/7"
        )
    if timeframe.is_daily:
        faults.error(
            f"{FIELD}.method", f"{name} needs bars shorter than a day; use max_hold_bars instead"
        )


def _value(field: Parameter, given: object, faults: Faults) -> int:
    if given is None:
        return int(field.default)
    problem = parameter_problem(field, given)
    if problem or not isinstance(given, int | float):
        faults.error(f"{FIELD}.{field.name}", f"{problem}, not {shown(given)}")
        return int(field.default)
    return int(given)


def _of_method(name: str, values: Mapping[str, int], faults: Faults) -> TimeExit:
    if name == "eod_exit":
        return TimeExit(name, minutes_before_close=values["minutes_before_close"])
    if name == "max_hold_bars":
        return TimeExit(name, bars=values["max_bars"])
    if name == "time_of_day_exit":
        return TimeExit(name, start_minute=60 * values["exit_hour"] + values["exit_minute"])
    start = 60 * values["start_hour"] + values["start_minute"]
    end = 60 * values["end_hour"] + values["end_minute"]
    if start == end:
        faults.error(FIELD, "the window ends where it starts; give it a later end")
    return TimeExit(name, start_minute=start, end_minute=end)


def _spell(record: Unread, spec: StrategySpec) -> Values:
    return {FIELD: _spelled_out(record.get(FIELD))}


def _decide(record: Unread) -> Values:
    return {FIELD: canonical(_spelled_out(record.get(FIELD)))}


def _spelled_out(config: object) -> Values | None:
    """Every field of its method and no other."""
    if not isinstance(config, Mapping) or not config:
        return None
    method = TIME_METHODS.get(str(config.get("method")))
    if method is None:
        return dict(config)
    return {"method": config["method"], **spelled_out(method.fields, config)}


PARTS = (Part(KEYS, order=70, read=_read, spell=_spell, decide=_decide),)
