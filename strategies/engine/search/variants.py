"""What may vary in a search, and which variant has which number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from strategies.engine.search.combinations import count, each
from strategies.engine.spec import (
    ATR_PERIOD,
    WARM_UP_FACTOR,
    ConditionRef,
    Protection,
    StrategySpec,
    Trailing,
)

# No indicator warms up for it.
_PLAIN_STOP = Protection("fixed_dollar", 1.0)


@dataclass(frozen=True)
class Choice:
    """One choice on an axis: what it changes in the record, and in the strategy read from it."""

    change: Mapping[str, object]
    fields: Mapping[str, Any]


SAME = Choice({}, {})


@dataclass(frozen=True)
class Axes:
    """Choices to combine; `conditions` and `general` are added to what the strategy requires."""

    entries: Sequence[Choice] = (SAME,)
    exits: Sequence[Choice] = (SAME,)
    stops: Sequence[Choice] = (SAME,)
    targets: Sequence[Choice] = (SAME,)
    conditions: tuple[ConditionRef, ...] = ()
    condition_depth: int = 0
    general: tuple[ConditionRef, ...] = ()
    general_depth: int = 0


@dataclass(frozen=True)
class Base:
    """One choice of each axis, by place."""

    entry: int
    exits: int
    stop: int
    target: int


@dataclass(frozen=True)
class Variants:
    """All variants of a strategy that the axes allow."""

    spec: StrategySpec
    axes: Axes

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """Places of entry and exits that go together: no exit is the entry itself."""
        return [
            (e, x)
            for e in range(len(self.axes.entries))
            for x in range(len(self.axes.exits))
            if self._is_possible(self.with_triggers(e, x))
        ]

    @staticmethod
    def _is_possible(spec: StrategySpec) -> bool:
        return spec.entry.id not in [trigger.id for trigger in spec.exits]

    @property
    def n_protections(self) -> int:
        return len(self.axes.stops) * len(self.axes.targets)

    @property
    def n_bases(self) -> int:
        return len(self.pairs) * self.n_protections

    @cached_property
    def condition_groups(self) -> list[int]:
        return groups_of(self.axes.conditions)

    @cached_property
    def general_combinations(self) -> list[tuple[int, ...]]:
        """Places of the general conditions of each combination, the empty one first."""
        return list(each(groups_of(self.axes.general), self.axes.general_depth))

    @cached_property
    def n_conditions(self) -> int:
        """Combinations of conditions, the empty one included."""
        return count(self.condition_groups, self.axes.condition_depth)

    @property
    def n(self) -> int:
        """How many variants there are."""
        return self.n_bases * len(self.general_combinations) * self.n_conditions

    def base(self, number: int) -> Base:
        """The base of this number."""
        pair, protection = divmod(number, self.n_protections)
        return Base(*self.pairs[pair], *divmod(protection, len(self.axes.targets)))

    def with_triggers(self, entry: int, exits: int) -> StrategySpec:
        fields = {**self.axes.entries[entry].fields, **self.axes.exits[exits].fields}
        return replace(self.spec, **fields)

    def choices(self, base: Base) -> list[Choice]:
        axes = self.axes
        return [
            axes.entries[base.entry],
            axes.exits[base.exits],
            axes.stops[base.stop],
            axes.targets[base.target],
        ]

    def added(self, general: int, chosen: Sequence[int]) -> list[ConditionRef]:
        """What a variant adds: conditions by place until -1, a combination of general."""
        conditions = [self.axes.conditions[place] for place in chosen if place >= 0]
        places = self.general_combinations[general]
        return conditions + [self.axes.general[place] for place in places]

    @cached_property
    def stops(self) -> list[StrategySpec]:
        return self.alone(self.axes.stops)

    @cached_property
    def targets(self) -> list[StrategySpec]:
        return self.alone(self.axes.targets)

    def alone(self, choices: Sequence[Choice]) -> list[StrategySpec]:
        """The strategy with each of the choices."""
        return [replace(self.spec, **choice.fields) for choice in choices]

    @property
    def with_every_condition(self) -> StrategySpec:
        """The strategy that requires whatever any variant does, which no bar satisfies."""
        every = (*self.spec.conditions, *self.axes.conditions, *self.axes.general)
        return replace(self.spec, conditions=every)


def groups_of(conditions: Sequence[ConditionRef]) -> list[int]:
    """Numbers that conditions of one pack and timeframe share: it is in one state at a time."""
    places: dict[tuple[str, str], int] = {}
    return [places.setdefault((c.pack.id, c.timeframe), len(places)) for c in conditions]


def trigger_warm_up(spec: StrategySpec) -> int:
    """Bars that entry, exits and conditions need before the first entry."""
    return replace(spec, stop=_PLAIN_STOP, target=None, trailing=None).warm_up_bars


def protection_warm_up(*parts: Protection | Trailing | None) -> int:
    """Bars that stop or target need before the first entry."""
    methods = [part.method for part in parts if part is not None]
    return WARM_UP_FACTOR * ATR_PERIOD if "atr" in methods else 0
