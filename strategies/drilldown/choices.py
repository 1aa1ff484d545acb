"""What each tab offers to change: every choice as its words and what it writes in the record."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypedDict

from strategies.builder import offers
from strategies.builder.part import block_in, texts_in
from strategies.builder.parts.exits import EXITS
from strategies.engine.indicators.risk import risk_configs
from strategies.models import Drilldown, Pack
from strategies.packs.display import pack_label
from strategies.packs.names import PackNames
from strategies.record import ids
from strategies.record.shape import Unread
from strategies.words.protection import summary
from trader.work.plural import counted

Tab = Drilldown.Tab
ENTRY_KEY, EXITS_KEY = "entry_trigger_confluence_id", "exit_trigger_confluence_ids"
BARS_KEY, CONDITIONS_KEY, GENERAL_KEY = "bar_count_exit", "confluence", "general_confluences"
BAR_COUNTS = (4, 8, 12, 20, 40)
USUAL_BARS = BAR_COUNTS[0]
# Of a stop or target: what belongs to how it moves and fills, and stays.
_KEPT = ("trailing", "breakeven", "exec_type")
_STOPS: tuple[Mapping[str, object], ...] = (
    *({"method": "atr", "atr_mult": one} for one in (1.0, 1.5, 2.0, 3.0)),
    *({"method": "percentage", "percentage": one} for one in (0.25, 0.5, 1.0)),
    *({"method": "swing", "lookback": one, "padding": 0.05} for one in (5, 10, 20)),
)
_TARGETS: tuple[Mapping[str, object], ...] = (
    *({"method": "risk_reward", "rr_ratio": one} for one in (1.0, 1.5, 2.0, 3.0, 5.0)),
    *({"method": "atr", "atr_mult": one} for one in (1.0, 2.0, 3.0)),
)


class Choice(TypedDict):
    """`change` holds the keys of the record that it writes; `verb` is what its button says."""

    key: str
    label: str
    group: str
    verb: str
    change: dict[str, object]


class Asked(NamedTuple):
    """One question to a tab: `timeframe` is on which bars conditions are read."""

    tab: Drilldown.Tab
    depth: int
    timeframe: str


def choices_of(asked: Asked, record: Unread, names: PackNames) -> list[Choice]:
    """Every choice of a tab beside what the record holds; what it holds itself is none."""
    return list(_OFFERS[asked.tab](asked, record, names))


def with_a_way_out(record: Unread) -> Unread:
    """The record, left after a few bars when nothing but its stop ends a trade."""
    ways = (EXITS_KEY, BARS_KEY, "target_config", "time_exit_config")
    return record if any(record.get(way) for way in ways) else {**record, BARS_KEY: USUAL_BARS}


def without_entry(names: PackNames, direction: str, timeframe: str) -> str:
    """A trigger to read a record by that has no entry yet; empty when none is offered."""
    packs = offers.entry_triggers(names.offered, direction, timeframe)
    return next((one.value for pack in packs for one in pack.choices), "")


def _choice(key: str, label: str, group: str, verb: str, **change: object) -> Choice:
    return {"key": key, "label": label, "group": group, "verb": verb, "change": dict(change)}


def _entries(asked: Asked, record: Unread, names: PackNames) -> Iterator[Choice]:
    direction, timeframe = str(record["direction"]), str(record["timeframe"])
    for pack in offers.entry_triggers(names.offered, direction, timeframe):
        for one in pack.choices:
            found = names.trigger(one.value)
            at_level = ("L",) if found is not None and "L" in found.entry_executions else ()
            for execution in ("C", *at_level):
                trigger = ids.joined(one.value, execution)
                if trigger != record.get(ENTRY_KEY):
                    label = _entry_label(one, execution)
                    yield _choice(trigger, label, pack.label, "Use", **{ENTRY_KEY: trigger})


def _entry_label(one: offers.Choice, execution: str) -> str:
    return one.label if execution == "C" else f"{one.label}, at the level"


def _exits(asked: Asked, record: Unread, names: PackNames) -> Iterator[Choice]:
    present, entry = texts_in(record, EXITS_KEY), str(record.get(ENTRY_KEY) or "")
    for trigger in present:
        rest = [one for one in present if one != trigger]
        label = names.exit_text(trigger, entry)
        yield _choice(f"-{trigger}", label, "In use", "Remove", **{EXITS_KEY: rest})
    bars = record.get(BARS_KEY)
    if bars:
        yield _choice("-bars", f"After {_bars(bars)}", "In use", "Remove", **{BARS_KEY: None})
    has_room = len(present) < len(EXITS)
    for group, trigger, label in _exit_triggers(record, names):
        if trigger not in present and has_room:
            yield _choice(trigger, label, group, "Add", **{EXITS_KEY: [*present, trigger]})
    for count in BAR_COUNTS:
        if count != bars:
            verb = "Replace" if bars else "Add"
            label = f"After {_bars(count)}"
            yield _choice(f"bars-{count}", label, "Number of bars", verb, **{BARS_KEY: count})


def _bars(count: object) -> str:
    return counted(int(str(count)), "bar")


def _exit_triggers(record: Unread, names: PackNames) -> Iterator[tuple[str, str, str]]:
    """Group, id and words of each trigger that may end a trade; the entry itself may not."""
    plain = ids.split(str(record.get(ENTRY_KEY) or ""))[0]
    entry = names.trigger(plain)
    if entry is not None and entry.opposite_label:
        yield "The entry", ids.OPPOSITE, entry.opposite_label
    for pack in offers.exit_triggers(names.offered, str(record["timeframe"])):
        for one in pack.choices:
            if one.value != plain:
                yield pack.label, one.value, one.label


def _conditions(asked: Asked, record: Unread, names: PackNames) -> Iterator[Choice]:
    own = str(record["timeframe"])
    offered = offers.conditions_on(names.offered, asked.timeframe or own, own)
    yield from _states(offered, record, CONDITIONS_KEY, names)


def _general(asked: Asked, record: Unread, names: PackNames) -> Iterator[Choice]:
    offered = offers.general_conditions(names.offered, str(record["timeframe"]))
    yield from _states(offered, record, GENERAL_KEY, names)


def _states(
    packs: list[offers.PackChoices], record: Unread, key: str, names: PackNames
) -> Iterator[Choice]:
    """A pack is in one state at a time: another state of one that is required takes its place."""
    present = texts_in(record, key)
    for text in present:
        rest = [one for one in present if one != text]
        yield _choice(f"-{text}", names.condition_text(text), "In use", "Remove", **{key: rest})
    for pack in packs:
        for one in pack.choices:
            if one.value in present:
                continue
            same = [text for text in present if _of_pack(text) == _of_pack(one.value)]
            rest = [text for text in present if text not in same]
            verb = "Replace" if same else "Add"
            yield _choice(one.value, one.label, pack.label, verb, **{key: [*rest, one.value]})


def _of_pack(condition: str) -> tuple[str, str]:
    parts = ids.split_condition(condition)
    return (parts.label, parts.key) if parts else ("", condition)


def _stops(asked: Asked, record: Unread, names: PackNames) -> Iterator[Choice]:
    yield from _protections("stop_config", 0, _STOPS, record, names)


def _targets(asked: Asked, record: Unread, names: PackNames) -> Iterator[Choice]:
    if record.get("target_config"):
        yield _choice("-target", "No target", "In use", "Remove", target_config=None)
    yield from _protections("target_config", 1, _TARGETS, record, names)


def _protections(
    key: str, side: int, usual: tuple[Mapping[str, object], ...], record: Unread, names: PackNames
) -> Iterator[Choice]:
    """Those of the user's risk packs, then usual ones; the same is not offered twice."""
    present = block_in(record, key) or {}
    kept = {name: present[name] for name in _KEPT if name in present}
    seen = {summary(present)} if present else set()
    for label, config in _configs(side, usual, names):
        words = summary(config)
        if config and words not in seen:
            seen.add(words)
            verb = "Replace" if present else "Add"
            text = f"{words} ({label})" if label else words
            yield _choice(words, text, label or "Usual", verb, **{key: {**kept, **config}})


def _configs(
    side: int, usual: tuple[Mapping[str, object], ...], names: PackNames
) -> Iterator[tuple[str, Mapping[str, object]]]:
    for pack in names.packs:
        if pack.enabled and pack.family == Pack.Family.RISK:
            own = risk_configs(pack.base_template, pack.parameters)[side]
            if own:
                yield pack_label(pack), own
    for config in usual:
        yield "", config


_OFFERS: dict[str, Callable[[Asked, Unread, PackNames], Iterator[Choice]]] = {
    Tab.ENTRY: _entries,
    Tab.EXITS: _exits,
    Tab.CONDITIONS: _conditions,
    Tab.GENERAL: _general,
    Tab.STOP: _stops,
    Tab.TARGET: _targets,
}
