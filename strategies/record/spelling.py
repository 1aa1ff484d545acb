"""One spelling of the blocks of a record: defaults filled in, what is off or unused left out."""

from collections.abc import Iterable, Mapping
from typing import Any

from strategies.engine.indicators.risk import (
    BREAKEVEN_FIELDS,
    TRAILING_ACTIVATION,
    TRAILING_METHODS,
)
from strategies.engine.indicators.time_exits import TIME_METHODS
from strategies.engine.spec import Confirmation, Protection, Trailing
from strategies.engine.template import Parameter

Form = dict[str, Any]
LEVEL = "L"


def confirmation_form(confirmation: Confirmation) -> Form:
    """An `entry_confirmation`, spelled out."""
    return {
        "confirm_bar_offset": confirmation.bar_offset,
        "on_failure": confirmation.on_failure,
    }


def confirmation_part(block: object) -> Form | None:
    """What an `entry_confirmation` decides; None when it only says the defaults."""
    if not isinstance(block, Mapping):
        return None
    usual = confirmation_form(Confirmation())
    given = {name: block[name] for name in usual if block.get(name) is not None}
    return None if usual | given == usual else usual | given


def time_exit_form(config: object) -> Form | None:
    """A `time_exit_config` with every field of its method and no other."""
    if not isinstance(config, Mapping) or not config:
        return None
    method = TIME_METHODS.get(str(config.get("method")))
    if method is None:
        return dict(config)
    return {"method": config["method"], **_values(method.fields, config)}


def protection_part(config: object) -> Form | None:
    """What a stop or a target decides: no block that is off, no execution that is the usual."""
    if not isinstance(config, Mapping):
        return None
    part = {key: value for key, value in config.items() if key not in ("trailing", "breakeven")}
    if part.get("exec_type") in (LEVEL, ""):
        del part["exec_type"]
    return part


def modifiers_part(config: object) -> Form:
    """The blocks of a stop that are on, each with all its fields."""
    blocks = config if isinstance(config, Mapping) else {}
    part: Form = {}
    trailing, breakeven = (blocks.get(name) for name in ("trailing", "breakeven"))
    if isinstance(trailing, Mapping) and trailing.get("enabled"):
        name = trailing.get("method") or "atr"
        method = TRAILING_METHODS.get(str(name))
        fields = (*(method.fields if method else ()), TRAILING_ACTIVATION)
        part["trailing"] = {"method": name, **_values(fields, trailing)}
    if isinstance(breakeven, Mapping) and breakeven.get("enabled"):
        part["breakeven"] = _values(BREAKEVEN_FIELDS, breakeven)
    return part


def trailing_form(trailing: Trailing) -> Form:
    """A `stop_config.trailing` that is on."""
    size = TRAILING_METHODS[trailing.method].fields[0].name
    return {
        "enabled": True,
        "method": trailing.method,
        size: trailing.size,
        "activation_r": trailing.activation_r,
    }


def reward_form(target: Protection) -> Form:
    """A `target_config` at a multiple of the risk."""
    return {"method": "risk_reward", "rr_ratio": target.size}


def _values(fields: Iterable[Parameter], given: Mapping[str, Any]) -> Form:
    return {
        field.name: field.default if given.get(field.name) is None else _typed(field, given)
        for field in fields
    }


def _typed(field: Parameter, given: Mapping[str, Any]) -> Any:
    value = given[field.name]
    is_whole = field.type == "int" and isinstance(value, float) and value.is_integer()
    return int(value) if is_whole else value
