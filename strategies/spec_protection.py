"""Stop and target configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategies.engine.risk import STOP_METHODS, TARGET_METHODS, Method
from strategies.engine.strategy import Protection
from strategies.engine.template import Parameter
from strategies.spec_packs import parameter_problem
from strategies.spec_report import Faults, finite, shown

DEFAULT_ATR_MULTIPLE = 1.5
_MODIFIERS = ("trailing", "breakeven")


def parse_stop(data: Mapping[str, Any], faults: Faults) -> Protection | None:
    """The stop; without one it is an ATR stop of `stop_atr_mult`, else of 1.5."""
    config = data.get("stop_config")
    if config is None:
        multiple = data.get("stop_atr_mult")
        config = {"method": "atr", "atr_mult": multiple or DEFAULT_ATR_MULTIPLE}
    return _parse(config, "stop_config", STOP_METHODS, faults)


def parse_target(data: Mapping[str, Any], faults: Faults) -> Protection | None:
    """The target, or None for signal exits and the stop alone."""
    config = data.get("target_config")
    return None if config is None else _parse(config, "target_config", TARGET_METHODS, faults)


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
    _refuse_unsupported(config, field, faults)
    values = {f.name: _size(f, config.get(f.name), field, faults) for f in method.fields}
    if name == "swing":
        return Protection("swing", 0.0, int(values["lookback"]), values["padding"])
    return Protection(str(name), next(iter(values.values())))


def _refuse_unsupported(config: Mapping[str, Any], field: str, faults: Faults) -> None:
    for modifier in _MODIFIERS:
        block = config.get(modifier)
        if isinstance(block, Mapping) and block.get("enabled"):
            faults.error(f"{field}.{modifier}", "moving stops are not supported; switch it off")
    execution = config.get("exec_type") or "L"
    if execution != "L":
        faults.error(
            f"{field}.exec_type", f"{shown(execution)} is not supported; use 'L' or leave it out"
        )


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
