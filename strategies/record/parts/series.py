"""What a strategy is called, on which bars it runs, in which direction, whose signals it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TypeVar

from market.calendar import SESSIONS
from market.timeframes import TIMEFRAMES, Timeframe
from strategies.engine.spec import Side, StrategySpec
from strategies.record.faults import Faults, shown
from strategies.record.part import Fault, Key, Part, Reading, Values
from strategies.record.shape import Unread
from strategies.record.spelling import canonical

DIRECTIONS: tuple[Side, ...] = ("LONG", "SHORT")
ORIGIN = "standard"
NAME_LENGTH = 120
NOTES_LENGTH = 10_000
# What of the block of a webhook strategy decides its trades.
_WEBHOOK_MEMBERS = ("json_path", "values", "layer_confluence")
_Choice = TypeVar("_Choice", bound=str)
_column = partial(Key, is_text=True, is_column=True)

KEYS = (
    _column("name"),
    _column("symbol", label="symbol", told=10),
    _column("direction", DIRECTIONS[0], "direction", 20),
    _column("timeframe", "1Min", "timeframe", 30),
    _column("data_source", label="bars", told=40),
    _column("strategy_origin", ORIGIN, "origin", 170),
    _column("trading_session", SESSIONS[0], "trading session", 160),
    _column("notes", ""),
    Key("data_seed", 42, "data seed", 150),
    Key("webhook_config", label="webhook signal", told=180),
)


def _read(reading: Reading) -> Values:
    data, faults = reading.data, reading.faults
    timeframe = reading.timeframe = _timeframe(data, faults)
    reading.direction = _choice(data, "direction", DIRECTIONS, faults)
    reading.session = _choice(data, "trading_session", SESSIONS, faults)
    _check_origin(data, faults)
    return {
        "name": str(data.get("name") or ""),
        "data_source": str(data.get("data_source") or ""),
        "direction": reading.direction,
        "timeframe": timeframe.name,
        "timeframe_seconds": timeframe.seconds,
        "label": timeframe.label_primary,
        "trading_session": reading.session,
    }


def _read_symbol(reading: Reading) -> Values:
    symbol, faults = reading.data.get("symbol"), reading.faults
    if not isinstance(symbol, str) or not symbol.strip():
        faults.error("symbol", "is missing; name the instrument, such as SPY")
        return {}
    if not symbol.isprintable():
        faults.error("symbol", f"{shown(symbol)} can't be shown; name the instrument, such as SPY")
    return {"symbol": symbol.strip().upper()}


def _timeframe(data: Unread, faults: Faults) -> Timeframe:
    name = data.get("timeframe") or "1Min"
    found = TIMEFRAMES.get(name) if isinstance(name, str) else None
    if found is None:
        faults.error("timeframe", f"{shown(name)} is not one of {', '.join(TIMEFRAMES)}")
    return found or TIMEFRAMES["1Min"]


def _choice(data: Unread, field: str, choices: tuple[_Choice, ...], faults: Faults) -> _Choice:
    """The one of these that is given; nothing means the first."""
    value = data.get(field) or choices[0]
    for choice in choices:
        if value == choice:
            return choice
    faults.error(field, f"{shown(value)} is not one of {', '.join(choices)}")
    return choices[0]


def _check_origin(data: Unread, faults: Faults) -> None:
    origin = data.get("strategy_origin") or ORIGIN
    if origin != ORIGIN:
        faults.error(
            "strategy_origin", f"{shown(origin)} strategies can't be evaluated; use 'standard'"
        )


def _check(record: Unread) -> Iterator[Fault]:
    if len(str(record.get("name") or "")) > NAME_LENGTH:
        yield "name", f"A name may have {NAME_LENGTH} characters."
    if len(str(record.get("notes") or "")) > NOTES_LENGTH:
        yield "notes", f"Notes may have {NOTES_LENGTH:,} characters."
    if str(record.get("strategy_origin")) != ORIGIN:
        yield "strategy_origin", "Only standard strategies can be run; webhook signals can't yet."


def unchosen(record: Unread) -> Iterator[Fault]:
    """What of the series has to be chosen, where reading is content with nothing at all."""
    if record.get("timeframe") not in TIMEFRAMES:
        yield "timeframe", f"Choose one of {', '.join(TIMEFRAMES)}."
    if record.get("trading_session") not in SESSIONS:
        yield "trading_session", f"Choose one of {', '.join(SESSIONS)}."


def _spell(record: Unread, spec: StrategySpec) -> Values:
    return {"symbol": spec.symbol, "direction": spec.direction}


def _decide(record: Unread) -> Values:
    plain = ("symbol", "timeframe", "data_source", "data_seed")
    return {
        **{name: canonical(record.get(name)) for name in plain},
        "direction": str(record.get("direction") or DIRECTIONS[0]).upper(),
        "trading_session": record.get("trading_session") or SESSIONS[0],
        "strategy_origin": _origin(record.get("strategy_origin")),
        "webhook_config": _webhook(record.get("webhook_config")),
    }


def _origin(value: object) -> str:
    text = str(value or ORIGIN)
    return "webhook" if text.startswith("webhook") else text


def _webhook(value: object) -> object:
    if not isinstance(value, Mapping):
        return None
    return canonical({key: value.get(key) for key in _WEBHOOK_MEMBERS})


PARTS = (
    Part(KEYS, order=10, read=_read, check=_check, spell=_spell, decide=_decide),
    # A missing symbol is named after what is wrong with the triggers.
    Part(order=50, read=_read_symbol),
)
