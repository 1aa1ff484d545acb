"""Ways to leave at a time of day or after a number of bars, and the packs made of them."""

from __future__ import annotations

from typing import NamedTuple

from strategies.engine.template import Parameter, Parameters, Seed, Template, Value


class TimeMethod(NamedTuple):
    """A way to leave by the clock; codes are those of the position kernel."""

    code: int
    label: str
    fields: tuple[Parameter, ...]
    # It reads the clock of the session: not for 24/7, nor for bars of a day or longer.
    is_clock: bool = True


TIME_METHODS: dict[str, TimeMethod] = {
    "eod_exit": TimeMethod(
        1,
        "Before the close",
        (Parameter("minutes_before_close", "Minutes before the close", "int", 15, 1, 120),),
    ),
    "time_of_day_exit": TimeMethod(
        2,
        "At a time of day",
        (
            Parameter("exit_hour", "Hour", "int", 15, 0, 23),
            Parameter("exit_minute", "Minute", "int", 50, 0, 59),
        ),
    ),
    "max_hold_bars": TimeMethod(
        3,
        "After a number of bars",
        (Parameter("max_bars", "Bars after the entry", "int", 4, 1, 500),),
        is_clock=False,
    ),
    "session_exit": TimeMethod(
        4,
        "Outside a window",
        (
            Parameter("start_hour", "From hour", "int", 9, 0, 23),
            Parameter("start_minute", "From minute", "int", 30, 0, 59),
            Parameter("end_hour", "Until hour", "int", 16, 0, 23),
            Parameter("end_minute", "Until minute", "int", 0, 0, 59),
        ),
    ),
}

_SEEDS: dict[str, tuple[Seed, ...]] = {
    "eod_exit": (
        Seed("eod_15min", "15 min", {"minutes_before_close": 15}),
        Seed("eod_30min", "30 min", {"minutes_before_close": 30}),
    ),
    "max_hold_bars": (
        Seed("max_hold_4", "4 bars", {"max_bars": 4}),
        Seed("max_hold_10", "10 bars", {"max_bars": 10}),
    ),
}

TEMPLATES = tuple(
    Template(
        id=name,
        name=method.label,
        category="Time",
        family="time",
        parameters=method.fields,
        seeds=_SEEDS.get(name, ()),
        order=10 * method.code,
    )
    for name, method in TIME_METHODS.items()
)


def time_exit_config(template_id: str, parameters: Parameters) -> dict[str, Value]:
    """The `time_exit_config` that a time-exit pack stands for."""
    fields = TIME_METHODS[template_id].fields
    return {"method": template_id, **{field.name: parameters[field.name] for field in fields}}
