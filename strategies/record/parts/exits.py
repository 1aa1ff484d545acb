"""The list of exits: triggers, the bar count, and the words of older files for other exits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from strategies.engine.spec import PackSpec, TriggerRef
from strategies.record.faults import Faults, finite, shown
from strategies.record.packs import PackBook
from strategies.record.triggers import (
    EXIT_WORDS,
    SUFFIX_OF,
    check_timeframe,
    resolve_trigger,
    undecorated,
)

EXIT_FIELD = "exit_trigger_confluence_ids"
MOST_EXITS = 3
OPPOSITE, TIME_50, TRAILING = "opposite_signal", "time_exit_50", "trailing_stop"
_TIME_BARS = 50
_REWARDS = {"fixed_r_2": 2.0, "fixed_r_3": 3.0}


@dataclass
class Exits:
    """What ends a position beside stop, target and `time_exit_config`."""

    signals: list[TriggerRef] = field(default_factory=list)
    bar_count: int | None = None
    opposite: TriggerRef | None = None
    time_exit_bars: int | None = None
    # Words that stand for a target of so many R and for a trailing stop.
    reward: float | None = None
    is_trailing: bool = False

    @property
    def n(self) -> int:
        others = (self.bar_count, self.opposite, self.time_exit_bars)
        return len(self.signals) + sum(one is not None for one in others)


def parse_exits(
    data: Mapping[str, Any],
    book: PackBook,
    entry: TriggerRef | None,
    seconds: int,
    faults: Faults,
) -> Exits:
    """Signal exits in list order and everything else the list may hold."""
    exits = Exits(bar_count=_bar_count(data.get("bar_count_exit"), faults))
    words: list[str] = []
    for i, text in enumerate(_exit_ids(data, faults)):
        name, word = f"{EXIT_FIELD}[{i}]", undecorated(text)
        if word not in EXIT_WORDS:
            _add_trigger(exits, text, book, seconds, name, faults)
            continue
        if word in words:
            faults.error(EXIT_FIELD, f"{word} is listed twice; remove one")
        words.append(word)
        _add_word(exits, word, entry, name, faults)
    _check(exits, entry, faults)
    return exits


def _exit_ids(data: Mapping[str, Any], faults: Faults) -> list[str]:
    """The exits from whichever of the four spellings the record uses."""
    for name in (EXIT_FIELD, "exit_triggers"):
        if data.get(name):
            ids = data[name]
            if not isinstance(ids, list) or not all(isinstance(i, str) for i in ids):
                faults.error(name, "must be a list of trigger ids")
                return []
            return list(ids)
    for name in ("exit_trigger_confluence_id", "exit_trigger"):
        if data.get(name):
            if isinstance(data[name], str):
                return [data[name]]
            faults.error(name, "must be a trigger id")
            return []
    return []


def _add_trigger(
    exits: Exits, text: str, book: PackBook, seconds: int, name: str, faults: Faults
) -> None:
    found = resolve_trigger(text, book, name, faults)
    if found is None:
        return
    trigger = found.trigger
    if trigger.execution in ("LC", "CC"):
        plain = f"{trigger.pack.id}_{trigger.base}"
        offered = [plain + SUFFIX_OF[one] for one in trigger.trigger.executions if one in "CL"]
        faults.error(
            name, f"{shown(text)}: an exit can't wait to be confirmed; use {' or '.join(offered)}"
        )
    elif trigger.pack.base_template == "bar_count":
        exits.bar_count = _merged_count(trigger.pack, exits.bar_count, name, faults)
    else:
        check_timeframe(trigger.pack, seconds, name, faults)
        exits.signals.append(trigger)


def _add_word(exits: Exits, word: str, entry: TriggerRef | None, name: str, faults: Faults) -> None:
    if word == OPPOSITE:
        exits.opposite = _opposite(entry, name, faults)
    elif word == TIME_50:
        exits.time_exit_bars = _TIME_BARS
    elif word == TRAILING:
        exits.is_trailing = True
        faults.warn(name, "trailing_stop was read as a stop trailing at 1 x ATR")
    elif exits.reward is None:
        exits.reward = _REWARDS[word]
    else:
        faults.warn(name, f"{word} is ignored, since the target is at {exits.reward:g} R already")


def _opposite(entry: TriggerRef | None, name: str, faults: Faults) -> TriggerRef | None:
    """The opposite of the entry trigger, at the close whatever the entry's own execution."""
    if entry is None:
        return None
    base = entry.trigger.opposite
    if not base or entry.pack.template.trigger(base) is None:
        faults.error(name, f"{entry.id} has no opposite; name the trigger that ends the trade")
        return None
    return TriggerRef(f"{entry.pack.id}_{base}", entry.pack, base)


def _bar_count(value: Any, faults: Faults) -> int | None:
    if value is None:
        return None
    number = finite(value)
    if number is None or number != int(number):
        faults.error("bar_count_exit", f"must be a whole number of bars, not {shown(value)}")
        return None
    if not 1 <= number <= 500:
        faults.error("bar_count_exit", f"must be from 1 to 500, not {shown(value)}")
        return None
    return int(number)


def _merged_count(pack: PackSpec, given: int | None, name: str, faults: Faults) -> int:
    count = int(pack.parameters["candle_count"])
    if given is not None and given != count:
        faults.error(name, f"a bar-count exit of {given} is set already; keep one of them")
    return count


def _check(exits: Exits, entry: TriggerRef | None, faults: Faults) -> None:
    ids = [trigger.id for trigger in exits.signals]
    for trigger_id in sorted({i for i in ids if ids.count(i) > 1}):
        faults.error(EXIT_FIELD, f"{trigger_id} is listed twice; remove one")
    if entry is not None and entry.id in ids:
        faults.error(EXIT_FIELD, f"{entry.id} is the entry trigger; choose another exit")
    if exits.n > MOST_EXITS:
        faults.error(EXIT_FIELD, "at most three exits are possible, a bar-count exit included")
