"""Stop, target and time exit: nested blocks in a record, flat fields in the builder."""

from collections.abc import Mapping
from typing import Any

from strategies.engine.indicators.risk import (
    BREAKEVEN_FIELDS,
    STOP_METHODS,
    TARGET_METHODS,
    TRAILING_ACTIVATION,
    TRAILING_METHODS,
    Method,
)
from strategies.engine.indicators.time_exits import TIME_METHODS, TimeMethod
from strategies.engine.template import Parameter
from strategies.record.sameness import Record
from strategies.words.protection import enabled

State = dict[str, Any]
Block = Mapping[str, Any]
METHODS: dict[str, Mapping[str, Method | TimeMethod]] = {
    "stop": STOP_METHODS,
    "target": TARGET_METHODS,
    "trailing": TRAILING_METHODS,
    "time_exit": TIME_METHODS,
}
PARTS = (*METHODS, "breakeven")
PLAIN_EXECUTION = "L"


def sizes(part: str, state: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """The parameters of this part that mean anything beside what is chosen."""
    if part == "breakeven":
        return BREAKEVEN_FIELDS if state.get("breakeven") else ()
    method = METHODS[part].get(str(state.get(f"{part}_method") or ""))
    if method is None:
        return ()
    return (*method.fields, TRAILING_ACTIVATION) if part == "trailing" else method.fields


def with_defaults(state: State) -> State:
    """Sizes that a newly chosen method needs get their defaults."""
    missing = {
        f"{part}_{parameter.name}": parameter.default
        for part in PARTS
        for parameter in sizes(part, state)
        if state.get(f"{part}_{parameter.name}") is None
    }
    return {**state, **missing}


def state_of_stop(stop: Block | None) -> State:
    trailing, breakeven = enabled(stop or {}, "trailing"), enabled(stop or {}, "breakeven")
    return {
        **_flat("stop", stop),
        "stop_exec_type": (stop or {}).get("exec_type") or PLAIN_EXECUTION,
        **_flat("trailing", None if trailing is None else {"method": "atr", **trailing}),
        "breakeven": "" if breakeven is None else "on",
        **{f"breakeven_{p.name}": (breakeven or {}).get(p.name) for p in BREAKEVEN_FIELDS},
    }


def state_of_target(target: Block | None) -> State:
    execution = (target or {}).get("exec_type") or PLAIN_EXECUTION
    return {**_flat("target", target), "target_exec_type": execution}


def state_of_time_exit(config: Block | None) -> State:
    return _flat("time_exit", config)


def _flat(part: str, block: Block | None) -> State:
    state: State = {f"{part}_method": (block or {}).get("method") or ""}
    for parameter in sizes(part, state):
        state[f"{part}_{parameter.name}"] = (block or {}).get(parameter.name)
    return state


def stop_of(values: Mapping[str, Any], old: Block | None) -> Record | None:
    """The stop that these fields describe; `old` is the stored one."""
    stop = _with_execution("stop", values, old)
    if stop is None:
        return None
    before = old or {}
    trailing, breakeven = _nested("trailing", values), _nested("breakeven", values)
    for name, block in (("trailing", trailing), ("breakeven", breakeven)):
        merged = _switched(block, before.get(name), name)
        if merged is not None:
            stop[name] = merged
    return stop


def target_of(values: Mapping[str, Any], old: Block | None) -> Record | None:
    return _with_execution("target", values, old)


def time_exit_of(values: Mapping[str, Any], old: Block | None) -> Record | None:
    return _spelled_as("time_exit", _nested("time_exit", values), old)


def _with_execution(part: str, values: Mapping[str, Any], old: Block | None) -> Record | None:
    config = _spelled_as(part, _nested(part, values), old)
    if config is None:
        return None
    execution = values.get(f"{part}_exec_type") or PLAIN_EXECUTION
    if execution != PLAIN_EXECUTION or "exec_type" in (old or {}):
        config["exec_type"] = execution
    return config


def _nested(part: str, values: Mapping[str, Any]) -> Record | None:
    """What the fields of one part say; None when it is not wanted."""
    block = {p.name: values[f"{part}_{p.name}"] for p in sizes(part, values)}
    if part == "breakeven":
        return block if values.get("breakeven") else None
    method = values.get(f"{part}_method")
    return {"method": method, **block} if method else None


def _switched(block: Record | None, old: Any, part: str) -> Record | None:
    """A block with its switch: what was stored stays there when it is switched off."""
    old = old if isinstance(old, Mapping) else None
    if block is not None:
        known = old if old is not None and old.get("enabled") else None
        return {"enabled": True, **(_spelled_as(part, block, known) or {})}
    if old is None or not old.get("enabled"):
        return None if old is None else dict(old)
    return {**old, "enabled": False}


def _spelled_as(part: str, new: Record | None, old: Block | None) -> Record | None:
    """A default that the stored block leaves out stays out: saving unchanged changes nothing."""
    if new is None or old is None or new.get("method") != old.get("method", new.get("method")):
        return new
    chosen = {"breakeven": "on", f"{part}_method": new.get("method")}
    defaults = {p.name: p.default for p in sizes(part, chosen)}
    return {k: v for k, v in new.items() if k in old or k not in defaults or v != defaults[k]}
