"""Where a stop and a target lie, and how they are filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from strategies.engine.indicators.risk import STOP_METHODS, TARGET_METHODS, Method
from strategies.engine.spec import Protection
from strategies.engine.template import Execution, Parameter
from strategies.record.faults import Faults, finite, shown
from strategies.record.packs import parameter_problem
from strategies.record.parts.moving_stops import MODIFIERS

DEFAULT_ATR_MULTIPLE = 1.5
EXECUTIONS: tuple[Execution, ...] = ("L", "C", "LC", "CC")


def parse_stop(data: Mapping[str, Any], faults: Faults) -> Protection | None:
    """The stop; without one it is an ATR stop of `stop_atr_mult`, else of 1.5."""
    config = data.get("stop_config")
    if config is None:
        multiple = data.get("stop_atr_mult")
        config = {"method": "atr", "atr_mult": multiple or DEFAULT_ATR_MULTIPLE}
    return _parse(config, "stop_config", STOP_METHODS, faults)


def parse_target(
    data: Mapping[str, Any], reward: float | None, faults: Faults
) -> Protection | None:
    """The target, or None for signal exits and the stop alone.

    `reward` is the target that the exits name, for a record that configures none.
    """
    config = data.get("target_config")
    if config is None:
        return None if reward is None else Protection("risk_reward", reward)
    if reward is not None:
        faults.warn("target_config", f"counts instead of the exit fixed_r_{reward:g}")
    if isinstance(config, Mapping):
        _check_modifiers(config, faults)
    return _parse(config, "target_config", TARGET_METHODS, faults)


def _check_modifiers(config: Mapping[str, Any], faults: Faults) -> None:
    for name in MODIFIERS:
        block = config.get(name)
        if isinstance(block, Mapping) and block.get("enabled"):
            faults.doubt(f"target_config.{name}", "moves only a stop; put it into stop_config")


def _parse(
    config: Any, field: str, methods: Mapping[str, Method], faults: Faults
) -> Protection | None:
    if not isinstance(config, Mapping):
        faults.error(field, "must be an object with a method")
        return None
    name = config.get("method")
    method = methods.get(name) if isinstance(name, str) else None
    if method is None:
        faults.error(f"{field}.method", f"{shown(name)} is not one of {', '.join(methods)}")
        return None
    values = {f.name: _size(f, config.get(f.name), field, faults) for f in method.fields}
    execution = _execution(config.get("exec_type"), field, faults)
    if name == "swing":
        lookback, padding = int(values["lookback"]), values["padding"]
        return Protection("swing", 0.0, lookback, padding, execution)
    return Protection(str(name), next(iter(values.values())), execution=execution)


def _execution(value: Any, field: str, faults: Faults) -> Execution:
    """How it is filled: at its price within the bar unless the record says otherwise."""
    if value is None or value == "":
        return "L"
    if value not in EXECUTIONS:
        faults.error(f"{field}.exec_type", f"{shown(value)} is not one of {', '.join(EXECUTIONS)}")
        return "L"
    return cast(Execution, value)


def _size(parameter: Parameter, value: Any, field: str, faults: Faults) -> float:
    """A size above zero; the builder's limits apply when strict."""
    name = f"{field}.{parameter.name}"
    default = float(parameter.default)
    if value is None:
        if parameter.name not in ("lookback", "padding"):
            faults.error(name, f"is missing; give a number such as {parameter.default}")
        return default
    if finite(value) is None:
        faults.error(name, f"must be a number, not {shown(value)}")
        return default
    if parameter.type == "int" and (value != int(value) or value < 1):
        faults.error(name, f"must be a whole number of at least 1, not {shown(value)}")
        return default
    if value < 0 or (value == 0 and parameter.name != "padding"):
        faults.error(name, f"must be above zero, not {shown(value)}")
        return default
    if faults.is_too_large(name, value):
        return default
    problem = parameter_problem(parameter, value)
    if problem:
        faults.doubt(name, f"{problem}, not {shown(value)}")
    return float(value)
