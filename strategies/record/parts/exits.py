"""The list of exits: triggers, the bar count, and the words of older files for other exits."""

from __future__ import annotations

from dataclasses import dataclass, field

from strategies.engine.spec import PackSpec, StrategySpec, TriggerRef
from strategies.record import ids
from strategies.record.faults import Faults, finite, shown
from strategies.record.part import Key, Part, Reading, Values
from strategies.record.shape import Unread
from strategies.record.spelling import canonical
from strategies.record.triggers import check_timeframe, resolve_trigger
from trader.work.plural import counted

FIELD, BAR_COUNT_FIELD = "exit_trigger_confluence_ids", "bar_count_exit"
MOST_EXITS = 3
BAR_COUNT_EXIT_LIMITS = (1, 500)
_OLDER_LIST = "exit_triggers"
_OLDER_SINGLE = ("exit_trigger_confluence_id", "exit_trigger")
_TIME_BARS = 50

KEYS = (
    Key(FIELD, [], "exit triggers", 70),
    # Their names as pages show them, kept with results.
    Key("exit_trigger_names"),
    Key(BAR_COUNT_FIELD, None, "bar-count exit", 100),
    *(Key(name, is_older=True) for name in (_OLDER_LIST, *_OLDER_SINGLE)),
)


@dataclass
class Exits:
    """What ends a position beside stop, target and `time_exit_config`."""

    triggers: list[TriggerRef] = field(default_factory=list)
    bar_count: int | None = None
    opposite: TriggerRef | None = None
    time_exit_bars: int | None = None
    # Words that stand for a target of so many R and for a trailing stop.
    reward: float | None = None
    is_trailing: bool = False

    @property
    def n(self) -> int:
        others = (self.bar_count, self.opposite, self.time_exit_bars)
        return len(self.triggers) + sum(one is not None for one in others)


def _read(reading: Reading) -> Values:
    exits = _exits(reading)
    reading.reward, reading.is_trailing = exits.reward, exits.is_trailing
    return {
        "exits": tuple(exits.triggers),
        "bar_count": exits.bar_count,
        "opposite": exits.opposite,
        "time_exit_bars": exits.time_exit_bars,
    }


def _exits(reading: Reading) -> Exits:
    """Exit triggers in list order and everything else the list may hold."""
    faults = reading.faults
    exits = Exits(bar_count=_bar_count(reading.data.get(BAR_COUNT_FIELD), faults))
    words: list[str] = []
    for i, text in enumerate(_listed(reading.data, faults)):
        name, word = f"{FIELD}[{i}]", ids.undecorated(text)
        if word not in ids.EXIT_WORDS:
            _add_trigger(exits, text, reading, name)
            continue
        if word in words:
            faults.error(FIELD, f"{word} is listed twice; remove one")
        words.append(word)
        _add_word(exits, word, reading.entry, name, faults)
    _check_together(exits, reading.entry, faults)
    return exits


def _listed(data: Unread, faults: Faults) -> list[str]:
    """The exits from whichever of the four spellings the record uses."""
    for name in (FIELD, _OLDER_LIST):
        listed = data.get(name)
        if listed:
            if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
                faults.error(name, "must be a list of trigger ids")
                return []
            return list(listed)
    for name in _OLDER_SINGLE:
        single = data.get(name)
        if single:
            if isinstance(single, str):
                return [single]
            faults.error(name, "must be a trigger id")
            return []
    return []


def _add_trigger(exits: Exits, text: str, reading: Reading, name: str) -> None:
    faults = reading.faults
    found = resolve_trigger(text, reading.book, name, faults)
    if found is None:
        return
    trigger = found.trigger
    if trigger.execution in ("LC", "CC"):
        possible = [one for one in trigger.trigger.executions if one in "CL"]
        offered = [ids.trigger_id(trigger.pack.id, trigger.base, one) for one in possible]
        faults.error(
            name, f"{shown(text)}: an exit can't wait to be confirmed; use {' or '.join(offered)}"
        )
    elif trigger.pack.base_template == "bar_count":
        exits.bar_count = _merged_count(trigger.pack, exits.bar_count, name, faults)
    else:
        check_timeframe(trigger.pack, reading.timeframe, name, faults)
        exits.triggers.append(trigger)


def _add_word(exits: Exits, word: str, entry: TriggerRef | None, name: str, faults: Faults) -> None:
    if word == ids.OPPOSITE:
        exits.opposite = _opposite(entry, name, faults)
    elif word == ids.TIME_50:
        exits.time_exit_bars = _TIME_BARS
    elif word == ids.TRAILING:
        exits.is_trailing = True
        faults.warn(name, "trailing_stop was read as a stop trailing at 1 x ATR")
    elif exits.reward is None:
        exits.reward = ids.REWARDS[word]
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
    return TriggerRef(ids.trigger_id(entry.pack.id, base), entry.pack, base)


def _bar_count(value: object, faults: Faults) -> int | None:
    if value is None:
        return None
    number, (least, most) = finite(value), BAR_COUNT_EXIT_LIMITS
    if number is None or not number.is_integer():
        faults.error(BAR_COUNT_FIELD, f"must be a whole number of bars, not {shown(value)}")
        return None
    if not least <= number <= most:
        faults.error(BAR_COUNT_FIELD, f"must be from {least} to {most}, not {shown(value)}")
        return None
    return int(number)


def _merged_count(pack: PackSpec, given: int | None, name: str, faults: Faults) -> int:
    count = int(pack.parameters["candle_count"])
    if given is not None and given != count:
        faults.error(name, f"a bar-count exit of {given} is set already; keep one of them")
    return count


def _check_together(exits: Exits, entry: TriggerRef | None, faults: Faults) -> None:
    listed = [trigger.id for trigger in exits.triggers]
    for trigger_id in sorted({one for one in listed if listed.count(one) > 1}):
        faults.error(FIELD, f"{trigger_id} is listed twice; remove one")
    if entry is not None and entry.id in listed:
        faults.error(FIELD, f"{entry.id} is the entry trigger; choose another exit")
    if exits.n > MOST_EXITS:
        faults.error(FIELD, "at most three exits are possible, a bar-count exit included")


def _spell(record: Unread, spec: StrategySpec) -> Values:
    exits = [*((one.id, one.display) for one in spec.exits), *_words(spec)]
    return {
        FIELD: [trigger_id for trigger_id, _ in exits],
        "exit_trigger_names": [display for _, display in exits],
        BAR_COUNT_FIELD: spec.bar_count,
    }


def _words(spec: StrategySpec) -> list[tuple[str, str]]:
    """The exits of older files that no other key of a record can say."""
    words = []
    if spec.opposite is not None:
        words.append((ids.OPPOSITE, f"Opposite trigger: {spec.opposite.display}"))
    if spec.time_exit_bars is not None:
        words.append((ids.TIME_50, f"After {counted(spec.time_exit_bars, 'bar')}"))
    return words


def _decide(record: Unread) -> Values:
    return {
        FIELD: canonical(_texts(record)),
        BAR_COUNT_FIELD: canonical(record.get(BAR_COUNT_FIELD)),
    }


def _weigh(record: Unread) -> Values:
    # Their order decides which of two on one bar a trade names.
    return {"exits": _texts(record)}


def _texts(record: Unread) -> list[str]:
    """The exits of a record that was checked or stored, in whichever spelling."""
    for name in (FIELD, _OLDER_LIST):
        listed = record.get(name)
        if listed and isinstance(listed, list | tuple):
            return [str(one) for one in listed]
    single = next((record[name] for name in _OLDER_SINGLE if record.get(name)), None)
    return [str(single)] if single else []


PARTS = (Part(KEYS, order=40, read=_read, spell=_spell, decide=_decide, weigh=_weigh),)
