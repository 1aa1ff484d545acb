"""What is risked on a trade, and of how much: `risk_per_trade`, `starting_balance`."""

from __future__ import annotations

from strategies.engine.spec import StrategySpec
from strategies.record.faults import Faults, finite, shown
from strategies.record.part import Key, Part, Reading, Values
from strategies.record.parts.limits import has_limits
from strategies.record.shape import Unread
from strategies.record.spelling import canonical

_DEFAULTS = {"risk_per_trade": 100.0, "starting_balance": 10_000.0}

_RISK = "risk_per_trade"
# The risk, beside the costs it is charged by, decides entries only where limits count net R.
_LABELS = {_RISK: "risk per trade"}
KEYS = tuple(
    Key(name, default, _LABELS.get(name, ""), told=117) for name, default in _DEFAULTS.items()
)


def _read(reading: Reading) -> Values:
    data, faults = reading.data, reading.faults
    return {name: _positive(data, name, usual, faults) for name, usual in _DEFAULTS.items()}


def _positive(data: Unread, field: str, usual: float, faults: Faults) -> float:
    value = data.get(field)
    if value is None:
        return usual
    number = finite(value)
    if number is None or number <= 0:
        faults.error(field, f"must be a number above zero, not {shown(value)}")
        return usual
    return usual if faults.is_too_large(field, number) else number


def _spell(record: Unread, spec: StrategySpec) -> Values:
    return {name: getattr(spec, name) for name in _DEFAULTS}


def _weigh(record: Unread) -> Values:
    return {"risk": [canonical(record.get(name)) for name in _DEFAULTS]}


def _decide(record: Unread) -> Values:
    return {_RISK: canonical(record.get(_RISK))} if has_limits(record) else {}


PARTS = (Part(KEYS, order=120, read=_read, spell=_spell, decide=_decide, weigh=_weigh),)
