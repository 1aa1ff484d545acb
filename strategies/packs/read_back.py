"""A strategy read back in plain language: what is bought when, only while what, and how it ends.

Triggers are told by what their templates compare, with the names of the lines.
"""

from collections.abc import Iterable, Mapping

from strategies.engine.template import Relation, Template
from strategies.packs.display import pack_label, words_of
from strategies.packs.names import PackNames, PackTrigger
from strategies.record import ids
from strategies.record.shape import Unread
from strategies.words import fills
from strategies.words.protection import moves, summary, time_exit_text
from trader.work.plural import counted

_ABOVE = (">", ">=")
_PRICES = {"close": "the close", "open": "the open", "high": "the high", "low": "the low"}
_NUMBERS = ("int", "float")
_UNITS = {"Min": "minute", "Hour": "hour", "Sec": "second", "Day": "day", "Week": "week"}


def read_back(record: Unread, names: PackNames) -> str:
    """One sentence of what is chosen so far; empty while there is no entry."""
    entry = str(record.get("entry_trigger_confluence_id") or "")
    if not entry:
        return ""
    verb = "Sell short" if record.get("direction") == "SHORT" else "Buy"
    begins = f"{verb} {record.get('symbol')} when {trigger_words(entry, names)}"
    begins += f" on {bars_words(str(record.get('timeframe')))}"
    conditions = [*_texts(record, "confluence"), *_texts(record, "general_confluences")]
    if conditions:
        begins += f", only while {_joined(names.condition_text(one) for one in conditions)}"
    return "; ".join([begins, _protected(record), *_leaving(record, entry, names)]) + "."


def trigger_words(trigger: str, names: PackNames) -> str:
    """`the Short EMA crosses above the Mid EMA (EMA Stack (Default): 9, 21, 200)`."""
    plain, execution = ids.split(trigger)
    found = names.trigger(plain)
    if found is None:
        return names.trigger_text(trigger)
    told = _compared(found) or found.trigger.name
    hint = words_of(found.pack) or _numbers(found)
    of = f"{pack_label(found.pack)}: {hint}" if hint else pack_label(found.pack)
    fill = "" if execution == "C" else f", {fills.short(execution)}"
    return f"{told} ({of}{fill})"


def _numbers(found: PackTrigger) -> str:
    """`9, 21, 200`: the parameters that are numbers, in their order."""
    values = {**found.template.defaults(), **found.pack.parameters}
    numbers = [values[one.name] for one in found.template.parameters if one.type in _NUMBERS]
    return ", ".join(f"{one:g}" for one in numbers if isinstance(one, int | float))


def bars_words(timeframe: str) -> str:
    """`1-minute bars` for `1Min`."""
    number = timeframe.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = timeframe[len(number) :]
    return f"{number}-{_UNITS.get(unit, unit.lower())} bars"


def _compared(found: PackTrigger) -> str:
    """What a trigger compares, where its template says so in two lines or a line and a number."""
    relations = found.trigger.compares
    told = [_relation(one, found.template, found.pack.parameters) for one in relations[:2]]
    return _joined(told) if told and all(told) else ""


def _relation(one: Relation, template: Template, parameters: Mapping[str, object]) -> str:
    left = _operand(one.left, template, parameters)
    right = _operand(one.right, template, parameters)
    if not left or not right or "[" in str(one.left) or "[" in str(one.right):
        return ""
    return f"{left} crosses {'above' if one.operator in _ABOVE else 'below'} {right}"


def _operand(operand: str | float, template: Template, parameters: Mapping[str, object]) -> str:
    if not isinstance(operand, str):
        return f"{operand:g}"
    if operand.startswith("@"):
        values = {**template.defaults(), **parameters}
        return str(values.get(operand[1:], ""))
    label = next((one.label for one in template.outputs if one.name == operand), "")
    return f"the {label}" if label else _PRICES.get(operand, "")


def _texts(record: Unread, key: str) -> list[str]:
    found = record.get(key)
    return [str(one) for one in found] if isinstance(found, list) else []


def _protected(record: Unread) -> str:
    stop, target = record.get("stop_config"), record.get("target_config")
    said = [f"stop {summary(stop)}"] if isinstance(stop, Mapping) else []
    said += moves(stop) if isinstance(stop, Mapping) else []
    said.append(f"target {summary(target)}" if isinstance(target, Mapping) else "no target")
    return ", ".join(said)


def _leaving(record: Unread, entry: str, names: PackNames) -> list[str]:
    """What else ends a trade, the soonest of all of them first."""
    triggers = [
        names.exit_text(one, entry) if one == ids.OPPOSITE else f"when {trigger_words(one, names)}"
        for one in _texts(record, "exit_trigger_confluence_ids")
    ]
    said = [f"out {' or '.join(triggers)}"] if triggers else []
    bars = record.get("bar_count_exit")
    if isinstance(bars, int):
        said.append(f"out after {counted(bars, 'bar')} at the latest")
    clock = record.get("time_exit_config")
    by_clock = time_exit_text(clock) if isinstance(clock, Mapping) else ""
    return [*said, f"out {by_clock[:1].lower()}{by_clock[1:]}"] if by_clock else said


def _joined(texts: Iterable[str]) -> str:
    *first, last = list(texts)
    return f"{', '.join(first)} and {last}" if first else last
