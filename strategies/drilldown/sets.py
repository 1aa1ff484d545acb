"""Combinations of one tab's choices: the best sets of exits or conditions, by the search kernel.

What is chosen of the tab so far makes room for them. The kernel walks over the history that the
longest warm-up needs; each set that it keeps is run like a strategy of its own afterwards.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

from strategies.checking import spec_of
from strategies.drilldown.choices import (
    BARS_KEY,
    CONDITIONS_KEY,
    EXITS_KEY,
    GENERAL_KEY,
    Choice,
    Tab,
)
from strategies.drilldown.reading import Read, Reader
from strategies.engine.errors import StrategyError
from strategies.engine.evidence.luck import Luck
from strategies.engine.figures.coverage import session_dates
from strategies.engine.search.combinations import count
from strategies.engine.search.figures import demands
from strategies.engine.search.run import run_search
from strategies.engine.search.variants import Axes, Variants, groups_of
from strategies.engine.search.variants import Choice as Varied
from strategies.engine.spec import ConditionRef, StrategySpec
from strategies.models import Drilldown
from strategies.record.shape import Unread
from strategies.search.results import changes_of

KEPT, LEAST_TRADES = 50, 5
# Each set of exits is laid out anew; sets of conditions share what is laid out.
MOST_OF_EXITS, MOST_OF_CONDITIONS = 20_000, 2_000_000
Tell = Callable[[int], bool]


class Sets(NamedTuple):
    """The best combinations as choices, how many were tried, and whether all were."""

    choices: list[Choice]
    n_tried: int
    is_complete: bool


def emptied(tab: str, record: Unread) -> Unread:
    """The record without what is chosen of a tab."""
    keys = {Tab.CONDITIONS: CONDITIONS_KEY, Tab.GENERAL: GENERAL_KEY}
    if tab == Tab.EXITS:
        return {**record, EXITS_KEY: [], BARS_KEY: None}
    return {**record, keys[Tab(tab)]: []}


def best_sets(
    row: Drilldown, reader: Reader, found: Iterable[Read], luck: Luck, tell: Tell
) -> Sets:
    """Raises StrategyError when there are too many to be tried. `luck` weighs every one of them."""
    record, packs = row.recorded()
    plain = emptied(row.tab, record)
    # An exit may be all that ends a trade: what reads the rest needs none.
    spec = spec_of({**plain, BARS_KEY: 1} if row.tab == Tab.EXITS else plain, packs)
    read = [one for one in found if one.spec is not None]
    axes, widest = (_exits if row.tab == Tab.EXITS else _conditions)(row, spec, read)
    variants = Variants(spec, axes)
    history = reader.history(widest)
    result = run_search(
        variants,
        history.bars,
        history.others,
        demands(
            "profit_factor",
            n_days=session_dates(history.visible).size,
            min_trades=LEAST_TRADES,
        ),
        limit=KEPT,
        begin_index=history.first_visible,
        progress=tell,
        luck=luck,
    )
    # The set of none is one of them: it says so.
    nothing = {key: plain.get(key) for key in plain if plain.get(key) != record.get(key)}
    ranked = result.keeper.ranked()
    changes = [{**nothing, **changes_of(dict(plain), variants, kept)} for kept in ranked]
    return Sets([_choice(one) for one in changes], result.n_tried, result.is_complete)


def _choice(change: dict[str, object]) -> Choice:
    return {"key": str(change), "label": "", "group": "", "verb": "Replace", "change": change}


def _exits(row: Drilldown, spec: StrategySpec, read: Sequence[Read]) -> tuple[Axes, StrategySpec]:
    """Every set of exits with at most one number of bars, the smaller ones first."""
    sizes = range(1, min(row.depth, len(read)) + 1)
    sets = [each for size in sizes for each in combinations(read, size)]
    if len(sets) > MOST_OF_EXITS:
        raise StrategyError([("drill_depth", _too_many(len(sets), MOST_OF_EXITS))])
    varied = [_exit_set(each) for each in sets if sum(_has_bars(one) for one in each) <= 1]
    every = [trigger for one in read if one.spec for trigger in one.spec.exits]
    return Axes(exits=varied), replace(spec, exits=tuple(dict.fromkeys(every)))


def _has_bars(one: Read) -> bool:
    return BARS_KEY in one.choice["change"]


def _exit_set(each: Sequence[Read]) -> Varied:
    specs = [one.spec for one in each if one.spec is not None]
    opposite = next((one.opposite for one in specs if one.opposite is not None), None)
    with_bars = [one.choice["change"][BARS_KEY] for one in each if _has_bars(one)]
    bars = next(iter(with_bars), None)
    ids = [one.choice["key"] for one in each if not _has_bars(one)]
    triggers = tuple(
        trigger
        for one, spec in zip(each, specs, strict=True)
        if not _has_bars(one)
        for trigger in spec.exits
    )
    fields = {"exits": triggers, "bar_count": bars, "opposite": opposite, "time_exit_bars": None}
    return Varied({EXITS_KEY: ids, BARS_KEY: bars}, fields)


def _conditions(
    row: Drilldown, spec: StrategySpec, read: Sequence[Read]
) -> tuple[Axes, StrategySpec]:
    """Every set of conditions, of a pack one at a time."""
    have = {one.text for one in spec.conditions}
    each = dict[str, ConditionRef]()
    for one in read:
        for condition in one.spec.conditions if one.spec else ():
            if condition.text not in have:
                each[condition.text] = condition
    conditions = tuple(each.values())
    n = count(groups_of(conditions), row.depth)
    if n > MOST_OF_CONDITIONS:
        raise StrategyError([("drill_depth", _too_many(n, MOST_OF_CONDITIONS))])
    axes = Axes(conditions=conditions, condition_depth=row.depth)
    return axes, replace(spec, conditions=(*spec.conditions, *conditions))


def _too_many(n: int, most: int) -> str:
    return (
        f"{n:,} combinations are more than the {most:,} that are tried at once. "
        "Combine fewer at a time, or disable packs that you do not need."
    )
