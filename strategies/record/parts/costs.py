"""What orders cost: `costs`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from strategies.engine.spec import Costs, CostStep, StrategySpec
from strategies.record.faults import Faults, finite, shown
from strategies.record.part import Fault, Key, Part, Reading, Values
from strategies.record.parts.limits import has_limits
from strategies.record.shape import Unread
from strategies.record.spelling import canonical

FIELD = "costs"
SCHEDULE = "schedule"
VALID_FROM, STEP_FIELDS = "valid_from", "fields"
COST_FIELDS = tuple(field.name for field in fields(Costs) if field.name != SCHEDULE)
KNOWN = (*COST_FIELDS, SCHEDULE)
MAX_COST = 1_000_000.0
MAX_STEPS = 100
OPENING = ("slippage_open_factor", "slippage_open_minutes")
EASTERN = ZoneInfo("America/New_York")
NS = 1_000_000_000
FIRST_YEAR, LAST_YEAR = 1990, 2099

# Its change begins a new forward test only where limits count what is left of trades.
KEYS = (Key(FIELD, label="costs", told=116),)


class Limit(NamedTuple):
    """The largest value of a field that is no amount, and the least one that is not zero."""

    most: float
    least: float = 0.0


LIMITS = {
    "commission_surcharge": Limit(1.0),
    "slippage_open_factor": Limit(100.0, least=1.0),
    "slippage_open_minutes": Limit(120.0),
}


def _read(reading: Reading) -> Values:
    return {FIELD: _costs(reading.data.get(FIELD), reading.faults)}


def costs_of(record: Unread) -> Costs:
    """Those of a stored record; what can't be read of them is not charged."""
    return _costs(record.get(FIELD), Faults(strict=False))


def _made(values: Mapping[str, float], schedule: tuple[CostStep, ...] = ()) -> Costs:
    return Costs(*(values.get(name, 0.0) for name in COST_FIELDS), schedule=schedule)


def _costs(given: object, faults: Faults) -> Costs:
    if given is None:
        return Costs()
    if not isinstance(given, Mapping):
        faults.error(FIELD, f"must be an object with any of {', '.join(KNOWN)}")
        return Costs()
    named = {name: value for name, value in given.items() if name != SCHEDULE}
    values = _amounts(named, FIELD, faults)
    _doubt_halves(values, FIELD, faults)
    return _made(values, _schedule(given.get(SCHEDULE), values, faults))


def _amounts(given: Unread, path: str, faults: Faults) -> dict[str, float]:
    values = {}
    for name, value in given.items():
        number = finite(0.0 if value is None else value)
        field = f"{path}.{name}"
        if name not in COST_FIELDS:
            known = KNOWN if path == FIELD else COST_FIELDS
            faults.error(field, f"is not one of {', '.join(known)}")
        elif number is None or number < 0:
            faults.error(field, f"must be a number of zero or more, not {shown(value)}")
        elif _is_beside_limits(name, number):
            faults.error(field, f"must be {_limits_text(name)}, not {number:g}")
        elif not faults.is_too_large(field, number):
            values[name] = number
    return values


def _is_beside_limits(name: str, number: float) -> bool:
    limit = LIMITS.get(name)
    return limit is not None and (number > limit.most or 0.0 < number < limit.least)


def _limits_text(name: str) -> str:
    limit = LIMITS[name]
    begins = f"0 or from {limit.least:g}" if limit.least else "from 0"
    return f"{begins} to {limit.most:g}"


def _doubt_halves(values: Mapping[str, float], path: str, faults: Faults) -> None:
    """The factor of the open and its minutes do nothing without each other."""
    factor, minutes = (values.get(name, 0.0) for name in OPENING)
    if factor > 1.0 and not minutes:
        faults.doubt(f"{path}.{OPENING[1]}", "Say for how many minutes the factor holds.")
    if minutes and not factor:
        faults.doubt(f"{path}.{OPENING[0]}", "Say by how much slippage widens in these minutes.")


def _schedule(given: object, base: Mapping[str, float], faults: Faults) -> tuple[CostStep, ...]:
    path = f"{FIELD}.{SCHEDULE}"
    if given is None:
        return ()
    if not isinstance(given, list | tuple) or len(given) > MAX_STEPS:
        faults.error(path, f"must be a list of at most {MAX_STEPS} dates with their costs")
        return ()
    steps: list[CostStep] = []
    for place, one in enumerate(given):
        step = _step(one, base, f"{path}[{place}]", faults)
        if step is not None and steps and step.from_ns <= steps[-1].from_ns:
            faults.error(f"{path}[{place}].{VALID_FROM}", "must be later than the one before")
        elif step is not None:
            steps.append(step)
    return tuple(steps)


def _step(given: object, base: Mapping[str, float], path: str, faults: Faults) -> CostStep | None:
    parts = _step_parts(given)
    if parts is None:
        faults.error(path, f"must be an object with {VALID_FROM} and {STEP_FIELDS}")
        return None
    day, named = parts
    values = {**base, **_amounts(named, f"{path}.{STEP_FIELDS}", faults)}
    if any(name in named for name in OPENING):
        _doubt_halves(values, f"{path}.{STEP_FIELDS}", faults)
    begins = _date(day)
    if begins is None:
        faults.error(f"{path}.{VALID_FROM}", f"must be a date like 2026-04-04, not {shown(day)}")
        return None
    midnight = datetime(begins.year, begins.month, begins.day, tzinfo=EASTERN)
    return CostStep(int(midnight.timestamp()) * NS, _made(values))


def _step_parts(given: object) -> tuple[object, Unread] | None:
    """The date of a step and its fields, which may stand beside the date too."""
    if not isinstance(given, Mapping):
        return None
    inside = given.get(STEP_FIELDS)
    if inside is not None and not isinstance(inside, Mapping):
        return None
    beside = {name: one for name, one in given.items() if name not in (VALID_FROM, STEP_FIELDS)}
    return given.get(VALID_FROM), {**beside, **(inside or {})}


def _date(given: object) -> date | None:
    try:
        found = date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
    is_plain = found is not None and found.isoformat() == given
    return found if found and is_plain and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _check(record: Unread) -> Iterator[Fault]:
    costs = record.get(FIELD)
    if costs is None:
        return
    if not isinstance(costs, Mapping):
        yield FIELD, f"Give an object with {', '.join(KNOWN)}."
        return
    for name, value in costs.items():
        if name == SCHEDULE or name in LIMITS:
            continue
        if name not in COST_FIELDS:
            yield f"{FIELD}.{name}", f"There is no such cost; use {', '.join(KNOWN)}."
        elif isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{FIELD}.{name}", "Enter a number."
        elif not 0 <= value <= MAX_COST:
            yield f"{FIELD}.{name}", f"Enter a number from 0 to {MAX_COST:,.0f}."


def _spell(record: Unread, spec: StrategySpec) -> Values:
    """The fields of each step of a schedule stand in an object of their own."""
    costs = record.get(FIELD)
    if not isinstance(costs, Mapping) or not costs.get(SCHEDULE):
        return {}
    steps = [_step_parts(one) for one in costs[SCHEDULE]]
    spelled = [{VALID_FROM: one[0], STEP_FIELDS: dict(one[1])} for one in steps if one is not None]
    return {FIELD: {**costs, SCHEDULE: spelled}}


def _weigh(record: Unread) -> Values:
    """A cost of zero is no cost."""
    costs = record.get(FIELD)
    if not isinstance(costs, Mapping):
        return {FIELD: None}
    return {FIELD: canonical({name: amount for name, amount in costs.items() if amount})}


def _decide(record: Unread) -> Values:
    return _weigh(record) if has_limits(record) else {}


PARTS = (
    Part(KEYS, order=110, read=_read, check=_check, spell=_spell, decide=_decide, weigh=_weigh),
)
