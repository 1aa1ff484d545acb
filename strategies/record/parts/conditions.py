"""What must be true at an entry: `confluence` and `general_confluences`."""

from __future__ import annotations

from market.timeframes import TIMEFRAMES, Timeframe
from strategies.engine.spec import ConditionRef, PackSpec, StrategySpec
from strategies.record import ids
from strategies.record.aliases import state_name
from strategies.record.book import PackBook
from strategies.record.faults import Faults, shown
from strategies.record.ids import GENERAL, ConditionId
from strategies.record.part import Key, Part, Reading, Values
from strategies.record.shape import Unread
from strategies.record.spelling import canonical

_FIELDS = ("confluence", "general_confluences")

KEYS = (
    Key(_FIELDS[0], [], "timeframe conditions", 120),
    Key(_FIELDS[1], [], "general conditions", 130),
)


def _read(reading: Reading) -> Values:
    return {"conditions": parse_conditions(reading)}


def parse_conditions(reading: Reading) -> tuple[ConditionRef, ...]:
    """The union of both lists, each condition once, in canonical form."""
    found: dict[str, ConditionRef] = {}
    for name in _FIELDS:
        values = reading.data.get(name) or []
        if not isinstance(values, list):
            reading.faults.error(name, "must be a list of conditions")
            continue
        for i, text in enumerate(values):
            condition = _condition(text, f"{name}[{i}]", reading)
            if condition is not None:
                found[condition.text] = condition
    return tuple(found.values())


def _condition(text: object, field: str, reading: Reading) -> ConditionRef | None:
    """One condition; None and an error when it names nothing this engine evaluates."""
    own, faults = reading.timeframe, reading.faults
    given = ids.split_condition(text) if isinstance(text, str) else None
    if given is None or not isinstance(text, str):
        faults.error(
            field, f"{shown(text)} is not a condition such as {own.label_primary}-PACK-STATE"
        )
        return None
    read_on = own if given.is_general else _timeframe(given.label, own, field, text, faults)
    if read_on is None:
        return None
    found = _pack_and_state(given, reading.book, field, text, faults)
    if found is None:
        return None
    pack, state = found
    if given.is_general and own.is_daily:
        faults.error(
            field, f"{shown(text)}: general conditions need bars shorter than a day; remove it"
        )
        return None
    if read_on.is_daily and pack.template.is_intraday_only:
        faults.doubt(field, f"{pack.template.name} has no state on bars of a day or longer")
    if given.is_general:
        return ConditionRef(ids.condition_id(GENERAL, pack.id, state), pack, state)
    canonical_text = ids.condition_id(ids.label_of(read_on, own), pack.id, state)
    if read_on == own:
        return ConditionRef(canonical_text, pack, state)
    return ConditionRef(canonical_text, pack, state, read_on.name, read_on.seconds)


def _timeframe(
    label: str, own: Timeframe, field: str, text: str, faults: Faults
) -> Timeframe | None:
    """The timeframe a label means: its own in upper case, another one in lower case."""
    if label == own.label_primary:
        return own
    found = ids.timeframe_labelled(label, own)
    if found is None:
        labels = ", ".join(t.label_secondary for t in TIMEFRAMES.values() if t != own)
        faults.error(
            field,
            f"{shown(text)} begins with no timeframe; use {own.label_primary} for the strategy's "
            f"own, one of {labels} for another, or {GENERAL}",
        )
    elif found == own:
        faults.warn(
            field, f"{shown(text)} was read as the strategy's own timeframe, {own.label_primary}"
        )
    elif label != found.label_secondary:
        faults.warn(field, f"{shown(text)} was read as a condition on {found.label_secondary} bars")
    return found


def _pack_and_state(
    given: ConditionId, book: PackBook, field: str, text: str, faults: Faults
) -> tuple[PackSpec, str] | None:
    keys = book.by_condition_key["general" if given.is_general else "tf"]
    named = keys.get(given.key.upper())
    if named is None:
        kind = "general pack" if given.is_general else "pack"
        faults.error(field, f"{shown(text)} names no {kind}; known are {', '.join(sorted(keys))}")
        return None
    template = named.pack.template
    state = state_name(template, given.state, named.alias)
    if state is None:
        known = ", ".join(template.state_names())
        faults.error(
            field, f"{shown(text)}: {named.pack.display} has {known}, not {shown(given.state)}"
        )
        return None
    pack = book.use(named.pack)
    if state.is_old or named.alias is not None:
        faults.warn(field, f"{shown(text)} was read as {pack.id.upper()}-{state.name}")
    return pack, state.name


def _spell(record: Unread, spec: StrategySpec) -> Values:
    texts = [condition.text for condition in spec.conditions]
    return {
        _FIELDS[0]: [text for text in texts if not ids.is_general(text)],
        _FIELDS[1]: [text for text in texts if ids.is_general(text)],
    }


def _decide(record: Unread) -> Values:
    return {name: canonical(record.get(name)) for name in _FIELDS}


PARTS = (Part(KEYS, order=80, read=_read, spell=_spell, decide=_decide),)
