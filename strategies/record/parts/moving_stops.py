"""What moves a stop once a trade runs: `stop_config.trailing` and `stop_config.breakeven`.

Blocks of the stop's key; how they are stored and compared is the business of `protection`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from strategies.engine.indicators.risk import (
    BREAKEVEN_FIELDS,
    TRAILING_ACTIVATION,
    TRAILING_METHODS,
)
from strategies.engine.spec import Breakeven, Trailing
from strategies.engine.template import Parameter
from strategies.record.faults import Faults, finite, shown
from strategies.record.parameters import parameter_problem
from strategies.record.part import Values
from strategies.record.shape import Unread
from strategies.record.spelling import spelled_out

BLOCKS = ("trailing", "breakeven")
TRAILING_STOP = Trailing("atr", 1.0)
_FIELD = "stop_config"
_Block = TypeVar("_Block", Trailing, Breakeven)


def read_trailing(config: object, *, is_named_exit: bool, faults: Faults) -> Trailing | None:
    """The trailing block when it is on, else the one that the exit `trailing_stop` stands for."""
    found = _read("trailing", _trailing, config, faults)
    if found is not None and is_named_exit:
        faults.warn(f"{_FIELD}.trailing", "counts instead of the exit trailing_stop")
    return found or (TRAILING_STOP if is_named_exit else None)


def read_breakeven(config: object, faults: Faults) -> Breakeven | None:
    """The breakeven block when it is on."""
    return _read("breakeven", _breakeven, config, faults)


def _read(
    name: str, read: Callable[[Unread, Faults], _Block | None], config: object, faults: Faults
) -> _Block | None:
    """What `read` makes of a block that is on; what is wrong with one that is off only warns."""
    field = f"{_FIELD}.{name}"
    block = config.get(name) if isinstance(config, Mapping) else None
    if block is None:
        return None
    if not isinstance(block, Mapping):
        faults.error(field, f"must be an object, not {shown(block)}")
        return None
    enabled = block.get("enabled")
    if enabled is True:
        return read(block, faults)
    if enabled not in (None, False):
        faults.error(f"{field}.enabled", f"must be true or false, not {shown(enabled)}")
    quiet = Faults(strict=False)
    read(block, quiet)
    for part, message in quiet.errors:
        faults.warn(part, f"{message} (ignored while it is off)")
    return None


def _trailing(block: Unread, faults: Faults) -> Trailing | None:
    field, name = f"{_FIELD}.trailing", block.get("method")
    name = "atr" if name is None else name
    method = TRAILING_METHODS.get(name) if isinstance(name, str) else None
    if method is None:
        known = ", ".join(TRAILING_METHODS)
        faults.error(f"{field}.method", f"{shown(name)} is not one of {known}")
        return None
    size = _number(method.fields[0], block, field, faults, above_zero=True)
    return Trailing(str(name), size, _number(TRAILING_ACTIVATION, block, field, faults))


def _breakeven(block: Unread, faults: Faults) -> Breakeven:
    field = f"{_FIELD}.breakeven"
    activation, offset = (_number(one, block, field, faults) for one in BREAKEVEN_FIELDS)
    return Breakeven(activation, offset)


def _number(
    parameter: Parameter, block: Unread, field: str, faults: Faults, *, above_zero: bool = False
) -> float:
    """A size; the limits of the builder apply when strict."""
    name, value = f"{field}.{parameter.name}", block.get(parameter.name)
    default = float(parameter.default)
    if value is None:
        return default
    number = finite(value)
    if number is None or number < 0 or (above_zero and number == 0):
        least = "above zero" if above_zero else "of zero or more"
        faults.error(name, f"must be a number {least}, not {shown(value)}")
        return default
    if faults.is_too_large(name, number):
        return default
    problem = parameter_problem(parameter, number)
    if problem:
        faults.doubt(name, f"{problem}, not {shown(value)}")
    return number


def spelled_blocks(config: object) -> Values:
    """The blocks of a stop that are on, each with all its fields."""
    blocks = config if isinstance(config, Mapping) else {}
    spelled: Values = {}
    trailing, breakeven = (blocks.get(name) for name in BLOCKS)
    if isinstance(trailing, Mapping) and trailing.get("enabled"):
        name = trailing.get("method") or "atr"
        method = TRAILING_METHODS.get(str(name))
        fields = (*(method.fields if method else ()), TRAILING_ACTIVATION)
        spelled["trailing"] = {"method": name, **spelled_out(fields, trailing)}
    if isinstance(breakeven, Mapping) and breakeven.get("enabled"):
        spelled["breakeven"] = spelled_out(BREAKEVEN_FIELDS, breakeven)
    return spelled


def trailing_block(trailing: Trailing) -> Values:
    """A trailing block that is on."""
    size = TRAILING_METHODS[trailing.method].fields[0].name
    return {
        "enabled": True,
        "method": trailing.method,
        size: trailing.size,
        "activation_r": trailing.activation_r,
    }
