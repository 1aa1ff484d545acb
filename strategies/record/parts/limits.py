"""When the strategy rests: `limits`, by trades of a date, losses, R, and bars between trades."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from strategies.engine.spec import Limits, StrategySpec
from strategies.engine.template import Parameter
from strategies.record.faults import Faults, finite, shown
from strategies.record.parameters import parameter_problem
from strategies.record.part import Key, Part, Reading, Values
from strategies.record.shape import Unread
from strategies.record.spelling import canonical

FIELD = "limits"
KEYS = (Key(FIELD, None, FIELD, 115),)
# Their names, labels, and the largest that the builder takes; in the order in which they are named.
FIELDS = (
    Parameter("max_trades_per_day", "Trades a day", "int", 0, 1, 1000),
    Parameter("stop_after_losses", "Losses in a row", "int", 0, 1, 1000),
    Parameter("stop_after_loss_r", "Loss of a day (R)", "float", 0.0, 0.01, 1000.0),
    Parameter("stop_after_profit_r", "Profit of a day (R)", "float", 0.0, 0.01, 1000.0),
    Parameter("cooldown_bars", "Bars between trades", "int", 0, 0, 10_000),
)
NAMES = tuple(field.name for field in FIELDS)
# The values come in the order of the fields, each of its type.
_limits_of: Callable[..., Limits] = Limits


def has_limits(record: Unread) -> bool:
    """Whether a record sets any: then what net R depends on decides entries."""
    return bool(_set(record))


def _read(reading: Reading) -> Values:
    return {FIELD: _limits(reading.data.get(FIELD), reading.faults)}


def _limits(given: object, faults: Faults) -> Limits:
    if given is None:
        return Limits()
    if not isinstance(given, Mapping):
        faults.error(FIELD, f"must be null or an object with any of {', '.join(NAMES)}")
        return Limits()
    for name in given:
        if name not in NAMES:
            faults.error(f"{FIELD}.{name}", f"is no limit; use {', '.join(NAMES)}")
    return _limits_of(*(_value(field, given.get(field.name), faults) for field in FIELDS))


def _value(field: Parameter, given: object, faults: Faults) -> int | float | None:
    """A limit that is on, else None."""
    path, number = f"{FIELD}.{field.name}", finite(given)
    if given is None:
        return None
    if number is None or not _is_fit(field, number):
        remedy = "leave it out for no limit"
        faults.error(path, f"must be {_wanted(field)}, not {shown(given)}; {remedy}")
        return None
    if faults.is_too_large(path, number):
        return None
    problem = parameter_problem(field, number)
    if problem:
        faults.doubt(path, f"{problem}, not {shown(given)}; leave it out for no limit")
    if field.type == "int":
        return int(number) or None
    return number


def _is_fit(field: Parameter, number: float) -> bool:
    if field.type == "float":
        return number > 0
    return number.is_integer() and number >= (field.minimum or 0)


def _wanted(field: Parameter) -> str:
    if field.type == "float":
        return "a number of R above zero"
    return f"a whole number from {field.minimum or 0:g} on"


def _set(record: Unread) -> Values:
    """The limits that are on, in one spelling; what is wrong stays as it is."""
    given = record.get(FIELD)
    if not isinstance(given, Mapping):
        return {}
    said = {name: _typed(given.get(name)) for name in (*NAMES, *map(str, given))}
    return {name: value for name, value in said.items() if not _is_off(name, value)}


def _is_off(name: str, value: object) -> bool:
    return value is None or (name == "cooldown_bars" and value == 0)


def _typed(value: object) -> object:
    is_whole = isinstance(value, float) and value.is_integer()
    return int(value) if isinstance(value, float) and is_whole else value


def _spell(record: Unread, spec: StrategySpec) -> Values:
    return {FIELD: _set(record) or None}


def _decide(record: Unread) -> Values:
    found = canonical(_set(record))
    return {} if found is None else {FIELD: found}


PARTS = (Part(KEYS, order=115, read=_read, spell=_spell, decide=_decide),)
