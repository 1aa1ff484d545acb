"""What the builder's pickers offer: only sources, triggers and conditions that can be used."""

from collections.abc import Iterable
from typing import NamedTuple

from accounts.models import User
from market import catalogue
from market.timeframes import TIMEFRAMES
from strategies.engine.catalogue import TEMPLATES
from strategies.engine.template import Template, Trigger
from strategies.models import Pack
from strategies.pack_rows import words_of


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


def pack_label(pack: Pack) -> str:
    return f"{TEMPLATES[pack.base_template].name} ({pack.version})"


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


def _trigger_groups(packs: Iterable[Pack], timeframe: str, wanted: object) -> list[Group]:
    groups = []
    for pack in packs:
        template = TEMPLATES[pack.base_template]
        if pack.family != "tf" or template.category == "exit" or not pack.enabled:
            continue
        if not is_usable(template, timeframe):
            continue
        choices = [
            Choice(trigger_id(pack.pack_id, trigger), f"{pack_label(pack)}: {trigger.name} [C]")
            for trigger in template.triggers
            if callable(wanted) and wanted(trigger)
        ]
        if choices:
            groups.append(Group(pack_label(pack), choices))
    return groups


def trigger_id(pack_id: str, trigger: Trigger) -> str:
    return f"{pack_id}_{trigger.base}"


def condition_groups(packs: Iterable[Pack], timeframe: str) -> list[Group]:
    """States of the strategy's own timeframe as records."""
    prefix = TIMEFRAMES[timeframe].label_primary
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


def _state_label(state: object) -> str:
    name, meaning = getattr(state, "name", ""), getattr(state, "meaning", "")
    return f"{name} – {meaning}" if meaning else str(name)


def trigger_text(packs: Iterable[Pack], trigger: str) -> str:
    """`EMA Stack (Default): Short > Mid Cross [C]` for `ema_stack_default_cross_bull`."""
    for pack in packs:
        template = TEMPLATES.get(pack.base_template)
        if template is None or not trigger.startswith(f"{pack.pack_id}_"):
            continue
        found = template.trigger(trigger[len(pack.pack_id) + 1 :])
        if found is not None:
            return f"{pack_label(pack)}: {found.name} [C]"
    return trigger


def record_text(packs: Iterable[Pack], record: str) -> str:
    """`EMA Stack (Default): SML` for `1M-EMA_STACK_DEFAULT-SML`, longest pack id first."""
    label, _, rest = record.partition("-")
    for pack in sorted(packs, key=lambda pack: -len(pack.pack_id)):
        if rest.startswith(f"{pack.pack_id.upper()}-"):
            state = rest[len(pack.pack_id) + 1 :]
            words = words_of(pack)
            shown = f"{pack_label(pack)}: {state}" + (f" ({words})" if words else "")
            return shown if label == "GEN" or label.isupper() else f"{shown} on {label}"
    return record
