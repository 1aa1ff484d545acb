"""Where a stop and a target lie, and how they are filled: `stop_config`, `target_config`."""

from __future__ import annotations

from collections.abc import Mapping

from strategies.engine.indicators.risk import STOP_METHODS, TARGET_METHODS, Method
from strategies.engine.spec import Protection, StrategySpec
from strategies.engine.template import Execution, Parameter
from strategies.record.faults import Faults, finite, shown
from strategies.record.parameters import parameter_problem
from strategies.record.part import Key, Part, Reading, Values
from strategies.record.parts.moving_stops import (
    BLOCKS,
    read_breakeven,
    read_trailing,
    spelled_blocks,
    trailing_block,
)
from strategies.record.shape import Unread
from strategies.record.spelling import canonical

STOP, TARGET = "stop_config", "target_config"
DEFAULT_ATR_MULTIPLE = 1.5
EXECUTIONS: tuple[Execution, ...] = ("L", "C", "LC", "CC")
_OLDER_STOP = "stop_atr_mult"

KEYS = (
    Key(STOP, label="stop", told=80),
    Key(TARGET, label="target", told=90),
    Key(_OLDER_STOP, is_older=True),
)


def _read(reading: Reading) -> Values:
    """Without a stop it is an ATR stop of `stop_atr_mult`, else of 1.5."""
    data, faults = reading.data, reading.faults
    stop, target = data.get(STOP), data.get(TARGET)
    return {
        "stop": _protection(_usual(data) if stop is None else stop, STOP, STOP_METHODS, faults),
        "trailing": read_trailing(stop, is_named_exit=reading.is_trailing, faults=faults),
        "breakeven": read_breakeven(stop, faults),
        "target": _target(target, reading.reward, faults),
    }


def _usual(data: Unread) -> Values:
    return {"method": "atr", "atr_mult": data.get(_OLDER_STOP) or DEFAULT_ATR_MULTIPLE}


def _target(config: object, reward: float | None, faults: Faults) -> Protection | None:
    """The target, or None for exit triggers and the stop alone.

    `reward` is the target that the exits name, for a record that configures none.
    """
    if config is None:
        return None if reward is None else Protection("risk_reward", reward)
    if reward is not None:
        faults.warn(TARGET, f"counts instead of the exit fixed_r_{reward:g}")
    if isinstance(config, Mapping):
        _check_blocks(config, faults)
    return _protection(config, TARGET, TARGET_METHODS, faults)


def _check_blocks(config: Unread, faults: Faults) -> None:
    for name in BLOCKS:
        block = config.get(name)
        if isinstance(block, Mapping) and block.get("enabled"):
            faults.doubt(f"{TARGET}.{name}", "moves only a stop; put it into stop_config")


def _protection(
    config: object, field: str, methods: Mapping[str, Method], faults: Faults
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


def _execution(value: object, field: str, faults: Faults) -> Execution:
    """How it is filled: at its price within the bar unless the record says otherwise."""
    for execution in EXECUTIONS:
        if value == execution:
            return execution
    if value is not None and value != "":
        faults.error(f"{field}.exec_type", f"{shown(value)} is not one of {', '.join(EXECUTIONS)}")
    return "L"


def _size(parameter: Parameter, value: object, field: str, faults: Faults) -> float:
    """A size above zero; the builder's limits apply when strict."""
    name = f"{field}.{parameter.name}"
    default = float(parameter.default)
    if value is None:
        if parameter.name not in ("lookback", "padding"):
            faults.error(name, f"is missing; give a number such as {parameter.default}")
        return default
    number = finite(value)
    if number is None:
        faults.error(name, f"must be a number, not {shown(value)}")
        return default
    if parameter.type == "int" and (not number.is_integer() or number < 1):
        faults.error(name, f"must be a whole number of at least 1, not {shown(value)}")
        return default
    if number < 0 or (number == 0 and parameter.name != "padding"):
        faults.error(name, f"must be above zero, not {shown(value)}")
        return default
    if faults.is_too_large(name, number):
        return default
    problem = parameter_problem(parameter, number)
    if problem:
        faults.doubt(name, f"{problem}, not {shown(value)}")
    return number


def _spell(record: Unread, spec: StrategySpec) -> Values:
    """Both with their blocks as they came; exits of older files become one of them."""
    stop, target = _stop_in_force(record), record.get(TARGET)
    if spec.trailing is not None and "trailing" not in spelled_blocks(stop):
        stop["trailing"] = trailing_block(spec.trailing)
    if target is None and spec.target is not None:
        target = {"method": "risk_reward", "rr_ratio": spec.target.size}
    return {STOP: stop, TARGET: target}


def _stop_in_force(record: Unread) -> Values:
    stop = record.get(STOP)
    return dict(stop) if stop and isinstance(stop, Mapping) else _usual(record)


def _decide(record: Unread) -> Values:
    stop = _stop_in_force(record)
    return {
        STOP: canonical({**(_spelled(stop) or {}), **spelled_blocks(stop)}),
        TARGET: canonical(_spelled(record.get(TARGET))),
    }


def _spelled(config: object) -> Values | None:
    """No block that moves a stop, no execution that is the usual."""
    if not isinstance(config, Mapping):
        return None
    spelled = {key: value for key, value in config.items() if key not in BLOCKS}
    if spelled.get("exec_type") in ("L", ""):
        del spelled["exec_type"]
    return spelled


PARTS = (Part(KEYS, order=90, read=_read, spell=_spell, decide=_decide),)
