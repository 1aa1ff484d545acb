"""What the builder's pickers offer: only sources, triggers and conditions that can be used.

Packs are those that the user's names offer, see `PackNames.offered`.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from accounts.models import User
from market import catalogue
from market.sources import kind_of
from market.timeframes import TIMEFRAMES
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.template import Template, Trigger
from strategies.models import Pack
from strategies.packs.display import pack_label, state_text, words_of
from strategies.record import ids


class Choice(NamedTuple):
    value: str
    label: str


class PackChoices(NamedTuple):
    """What one pack has to choose from, under its name."""

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
        SourceOffer(source.name, offer_label(source), [one.symbol for one in symbols[source.name]])
        for source in sources
    ]


def offer_label(source: catalogue.Source) -> str:
    """Says of bars that never go on that they don't: no monitor and no forward test runs there."""
    is_recorded = kind_of(source.name).is_recorded
    return f"{source.label} (recorded, no new bars)" if is_recorded else source.label


def entry_triggers(packs: Iterable[Pack], direction: str, timeframe: str) -> list[PackChoices]:
    """Entry triggers in this direction."""
    return _triggers(
        packs,
        timeframe,
        lambda trigger: (
            trigger.type in ("ENTRY", "BOTH") and trigger.direction in (direction, "BOTH")
        ),
    )


def exit_triggers(packs: Iterable[Pack], timeframe: str) -> list[PackChoices]:
    """Every trigger may end a trade; counting bars has a field of its own."""
    return _triggers(packs, timeframe, lambda trigger: True)


def _triggers(
    packs: Iterable[Pack], timeframe: str, wanted: Callable[[Trigger], bool]
) -> list[PackChoices]:
    found = []
    for pack in _usable(packs, "tf", timeframe):
        template, label = TEMPLATES[pack.base_template], pack_label(pack)
        choices = [
            Choice(ids.trigger_id(pack.pack_id, trigger.base), f"{label}: {trigger.name}")
            for trigger in template.triggers
            if wanted(trigger) and template.run is not None
        ]
        if choices:
            found.append(PackChoices(label, choices))
    return found


def conditions_on(packs: Iterable[Pack], timeframe: str, own: str) -> list[PackChoices]:
    """States read on a timeframe as conditions of a strategy whose own is `own`."""
    label = ids.label_of(TIMEFRAMES[timeframe], TIMEFRAMES[own])
    return _conditions(_usable(packs, "tf", timeframe), label)


def general_conditions(packs: Iterable[Pack], timeframe: str) -> list[PackChoices]:
    return _conditions(_usable(packs, "general", timeframe), ids.GENERAL)


def _conditions(packs: Iterable[Pack], label: str) -> list[PackChoices]:
    found = []
    for pack in packs:
        words = words_of(pack)
        hint = f" ({words})" if words else ""
        choices = [
            Choice(
                ids.condition_id(label, pack.pack_id, state.name),
                f"{pack_label(pack)}: {state_text(pack, state.name)}{hint}",
            )
            for state in TEMPLATES[pack.base_template].states
        ]
        if choices:
            found.append(PackChoices(pack_label(pack), choices))
    return found


def presets(packs: Iterable[Pack], family: str) -> list[Choice]:
    """Packs whose values a strategy may take over."""
    found = (pack for pack in packs if pack.enabled and pack.family == family)
    return [Choice(pack.pack_id, pack_label(pack)) for pack in found]


def _usable(packs: Iterable[Pack], family: str, timeframe: str) -> list[Pack]:
    """Packs of a family that say something on bars of this timeframe."""
    return [
        pack
        for pack in packs
        if pack.family == family and _is_meaningful(TEMPLATES[pack.base_template], timeframe)
    ]


def _is_meaningful(template: Template, timeframe: str) -> bool:
    """Session-bound templates and clock conditions say nothing on bars of a day."""
    is_daily = TIMEFRAMES[timeframe].is_daily
    return not (is_daily and (template.is_intraday_only or template.family == "general"))
