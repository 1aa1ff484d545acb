"""What orders cost: `costs`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from strategies.engine.spec import Costs
from strategies.record.faults import Faults, finite, shown
from strategies.record.part import Fault, Key, Part, Reading, Values
from strategies.record.shape import Unread
from strategies.record.spelling import canonical

FIELD = "costs"
COST_FIELDS = tuple(field.name for field in fields(Costs))
MAX_COST = 1_000_000.0

KEYS = (Key(FIELD),)


def _read(reading: Reading) -> Values:
    return {FIELD: _costs(reading.data.get(FIELD), reading.faults)}


def _costs(given: object, faults: Faults) -> Costs:
    if given is None:
        return Costs()
    if not isinstance(given, Mapping):
        faults.error(FIELD, f"must be an object with any of {', '.join(COST_FIELDS)}")
        return Costs()
    values = {}
    for name, value in given.items():
        number = finite(0.0 if value is None else value)
        if name not in COST_FIELDS:
            faults.error(f"{FIELD}.{name}", f"is not one of {', '.join(COST_FIELDS)}")
        elif number is None or number < 0:
            faults.error(f"{FIELD}.{name}", f"must be a number of zero or more, not {shown(value)}")
        elif not faults.is_too_large(f"{FIELD}.{name}", number):
            values[name] = number
    return Costs(**values)


def _check(record: Unread) -> Iterator[Fault]:
    costs = record.get(FIELD)
    if costs is None:
        return
    if not isinstance(costs, Mapping):
        yield FIELD, f"Give an object with {', '.join(COST_FIELDS)}."
        return
    for name, value in costs.items():
        if name not in COST_FIELDS:
            yield f"{FIELD}.{name}", f"There is no such cost; use {', '.join(COST_FIELDS)}."
        elif isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{FIELD}.{name}", "Enter a number."
        elif not 0 <= value <= MAX_COST:
            yield f"{FIELD}.{name}", f"Enter a number from 0 to {MAX_COST:,.0f}."


def _weigh(record: Unread) -> Values:
    """A cost of zero is no cost."""
    costs = record.get(FIELD)
    if not isinstance(costs, Mapping):
        return {FIELD: None}
    return {FIELD: canonical({name: amount for name, amount in costs.items() if amount})}


PARTS = (Part(KEYS, order=110, read=_read, check=_check, weigh=_weigh),)
