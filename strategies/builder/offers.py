"""What the builder's pickers offer: only sources, triggers and conditions that can be used."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from accounts.models import User
from market import catalogue
from market.timeframes import TIMEFRAMES
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.template import Execution, State, Template, Trigger
from strategies.models import Pack
from strategies.packs.display import pack_label, words_of
from strategies.packs.names import IMPLIED
from strategies.record import ids
from strategies.record.ids import OPPOSITE
from strategies.words import exits, fills


class Choice(NamedTuple):
    value: str
    label: str


class Group(NamedTuple):
    label: str
    choices: list[Choice]


class SourceOffer(NamedTuple):
    name: str
    label: str
    symbols: list[str]


def source_offers(user: User) -> list[SourceOffer]:
    """Every source the user may read, with the symbols it has bars of."""
    sources = catalogue.sources_for(user)
    symbols = catalogue.symbols_of(source.name for source in sources)
    return [
        SourceOffer(source.name, source.label, [one.symbol for one in symbols[source.name]])
        for source in sources
    ]


def timeframe_choices() -> list[Choice]:
    return [Choice(name, name) for name in TIMEFRAMES]


def is_usable(template: Template, timeframe: str) -> bool:
    """Session-bound templates and clock conditions say nothing on bars of a day."""
    is_daily = TIMEFRAMES[timeframe].is_daily
    return not (is_daily and (template.is_intraday_only or template.family == "general"))


def entry_groups(packs: Iterable[Pack], direction: str, timeframe: str) -> list[Group]:
    """Entry triggers of enabled packs in this direction."""
    return _trigger_groups(
        packs,
        timeframe,
        lambda trigger: (
            trigger.type in ("ENTRY", "BOTH") and trigger.direction in (direction, "BOTH")
        ),
    )


def exit_groups(packs: Iterable[Pack], timeframe: str) -> list[Group]:
    """Every trigger may end a trade; counting bars has a field of its own."""
    return _trigger_groups(packs, timeframe, lambda trigger: True)


def _trigger_groups(
    packs: Iterable[Pack], timeframe: str, wanted: Callable[[Trigger], bool]
) -> list[Group]:
    groups = []
    for pack in packs:
        template = TEMPLATES[pack.base_template]
        if pack.family != "tf" or template.category == "exit" or not pack.enabled:
            continue
        if not is_usable(template, timeframe):
            continue
        choices = [
            Choice(trigger_id(pack.pack_id, trigger), f"{pack_label(pack)}: {trigger.name}")
            for trigger in template.triggers
            if wanted(trigger)
        ]
        if choices:
            groups.append(Group(pack_label(pack), choices))
    return groups


def trigger_id(pack_id: str, trigger: Trigger) -> str:
    return f"{pack_id}_{trigger.base}"


def executions_of(packs: Iterable[Pack], trigger: str, *, is_entry: bool) -> tuple[Execution, ...]:
    """How an order of this trigger may be filled, as offered; empty for an unknown one."""
    found = find_trigger(packs, trigger)
    if found is None:
        return ()
    offered = fills.OFFERED if is_entry else fills.EXIT_EXECUTIONS
    return tuple(one for one in offered if one in found[1].executions)


def level_label(packs: Iterable[Pack], trigger: str) -> str:
    """The line whose value is the level of this trigger; empty without one."""
    found = find_trigger(packs, trigger)
    level = found[1].level if found else None
    if found is None or level is None:
        return ""
    outputs = TEMPLATES[found[0].base_template].outputs
    return next((one.label for one in outputs if one.name == level.output), level.output)


def find_trigger(packs: Iterable[Pack], trigger: str) -> tuple[Pack, Trigger] | None:
    """The pack and trigger that an id without a suffix names."""
    for pack in (*packs, *IMPLIED):
        template = TEMPLATES.get(pack.base_template)
        if template is None or not trigger.startswith(f"{pack.pack_id}_"):
            continue
        found = template.trigger(trigger[len(pack.pack_id) + 1 :])
        if found is not None:
            return pack, found
    return None


def condition_groups(packs: Iterable[Pack], timeframe: str, own: str = "") -> list[Group]:
    """States of a timeframe as records; `own` is the strategy's, empty for the same."""
    found = TIMEFRAMES[timeframe]
    prefix = found.label_primary if own in ("", timeframe) else found.label_secondary
    return _record_groups(packs, timeframe, "tf", prefix)


def general_groups(packs: Iterable[Pack], timeframe: str) -> list[Group]:
    return _record_groups(packs, timeframe, "general", "GEN")


def _record_groups(packs: Iterable[Pack], timeframe: str, family: str, prefix: str) -> list[Group]:
    groups = []
    for pack in packs:
        template = TEMPLATES[pack.base_template]
        if pack.family != family or not pack.enabled or not template.states:
            continue
        if not is_usable(template, timeframe):
            continue
        words = words_of(pack)
        hint = f" ({words})" if words else ""
        choices = [
            Choice(
                f"{prefix}-{pack.pack_id.upper()}-{state.name}",
                f"{pack_label(pack)}: {_state_label(state)}{hint}",
            )
            for state in template.states
        ]
        groups.append(Group(pack_label(pack), choices))
    return groups


def _state_label(state: State) -> str:
    return f"{state.name} – {state.meaning}" if state.meaning else state.name


def trigger_text(packs: Iterable[Pack], trigger: str) -> str:
    """`EMA Stack (Default): Short > Mid Cross [LC]` for `ema_stack_default_cross_bull_lc`."""
    plain, execution = ids.split(trigger)
    found = find_trigger(packs, plain)
    if found is None:
        return exits.text_without_trigger(trigger)
    return f"{pack_label(found[0])}: {found[1].name} {fills.short(execution)}"


def trigger_name(packs: Iterable[Pack], trigger: str) -> str:
    """A trigger as pickers name it, without how it is filled."""
    found = find_trigger(packs, trigger)
    return f"{pack_label(found[0])}: {found[1].name}" if found else trigger


def kept_text(packs: Iterable[Pack], trigger: str) -> str:
    """A stored trigger that is no longer offered, and why."""
    text = trigger_text(packs, trigger)
    return text if exits.is_without_trigger(trigger) else f"{text} (disabled)"


def exit_text(packs: list[Pack], trigger: str, entry: str) -> str:
    """A trigger that ends trades; the opposite of the entry by its name."""
    opposite = opposite_choice(packs, ids.split(entry)[0]) if trigger == OPPOSITE else None
    return opposite.label if opposite else trigger_text(packs, trigger)


def opposite_choice(packs: Iterable[Pack], entry: str) -> Choice | None:
    """The exit by the opposite of this entry trigger, when it has one."""
    found = find_trigger(packs, entry)
    if found is None or not found[1].opposite:
        return None
    opposite = TEMPLATES[found[0].base_template].trigger(found[1].opposite)
    name = opposite.name if opposite else found[1].opposite
    return Choice(OPPOSITE, f"{exits.text_without_trigger(OPPOSITE)}: {name}")


def record_text(packs: Iterable[Pack], record: str) -> str:
    """`EMA Stack (Default): SML on 5Min` for `5m-EMA_STACK_DEFAULT-SML`, longest pack id first."""
    label, _, rest = record.partition("-")
    timeframe = next((one for one in TIMEFRAMES.values() if one.label_secondary == label), None)
    where = f" on {timeframe.name}" if timeframe else ""
    for pack in sorted((*packs, *IMPLIED), key=lambda pack: -len(pack.pack_id)):
        if rest.startswith(f"{pack.pack_id.upper()}-"):
            state = rest[len(pack.pack_id) + 1 :]
            words = words_of(pack)
            return f"{pack_label(pack)}: {state}{where}" + (f" ({words})" if words else "")
    return record
