"""Leaving by the clock or after a number of bars: `time_exit_config`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from market.timeframes import Timeframe
from strategies.engine.indicators.time_exits import TIME_METHODS
from strategies.engine.spec import TimeExit
from strategies.engine.template import Parameter
from strategies.record.faults import Faults, shown
from strategies.record.packs import parameter_problem

FIELD = "time_exit_config"
_ROUND_THE_CLOCK = "24/7"
_KNOWN = {"method", *(field.name for method in TIME_METHODS.values() for field in method.fields)}


def parse_time_exit(
    data: Mapping[str, Any], timeframe: Timeframe, session: str, faults: Faults
) -> TimeExit | None:
    """The time exit, or None without one."""
    config = data.get(FIELD)
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
        _check_clock(str(name), timeframe, session, faults)
    values = {field.name: _value(field, config.get(field.name), faults) for field in method.fields}
    return _time_exit(str(name), values, faults)


def _check_clock(name: str, timeframe: Timeframe, session: str, faults: Faults) -> None:
    if session == _ROUND_THE_CLOCK:
        faults.error(
            f"{FIELD}.method", f"{name} needs a session that closes; use max_hold_bars for 24/7"
        )
    if timeframe.is_daily:
        faults.error(
            f"{FIELD}.method", f"{name} needs bars shorter than a day; use max_hold_bars instead"
        )


def _value(field: Parameter, given: Any, faults: Faults) -> int:
    problem = "" if given is None else parameter_problem(field, given)
    if problem:
        faults.error(f"{FIELD}.{field.name}", f"{problem}, not {shown(given)}")
    return int(field.default if given is None or problem else given)


def _time_exit(name: str, values: Mapping[str, int], faults: Faults) -> TimeExit:
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
