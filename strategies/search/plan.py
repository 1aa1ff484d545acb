"""From a search file to a plan: a strategy record, and what may vary in it.

Every choice is read by the ordinary reader of strategies, as the record with that one thing
changed, so a search accepts and refuses exactly what a strategy does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from strategies.engine.errors import StrategyError
from strategies.engine.program.advance import condition_texts
from strategies.engine.search.figures import RANK_NAMES
from strategies.engine.search.variants import Axes, Choice
from strategies.engine.spec import ConditionRef, StrategySpec, TriggerRef
from strategies.record.faults import Faults, finite, shown
from strategies.record.reading import parse_strategy
from strategies.search.ranges import expanded

Record = dict[str, object]
EXIT_FIELD = "exit_trigger_confluence_ids"
ENTRY_FIELD = "entry_trigger_confluence_id"
LARGEST_EXIT_DEPTH, LARGEST_DEPTH, MOST_RESULTS = 3, 4, 10_000
DEFAULT_HELD_BACK, DEFAULT_RESULTS, DEFAULT_RANK = 0.3, 50, "daily_r"
ALL = "all"
_OTHER_EXITS = ("exit_triggers", "exit_trigger_confluence_id", "exit_trigger")
_NO_CONDITIONS: Record = {"confluence": [], "general_confluences": []}
_KNOWN = {
    "entries": "a list of trigger ids",
    "exits": "a list of trigger ids",
    "exit_depth": "1 to 3",
    "conditions": "a list of conditions, or all",
    "condition_depth": "0 to 4",
    "general_conditions": "a list of conditions, or all",
    "general_depth": "0 to 4",
    "stops": "a list of stop configurations",
    "targets": "a list of target configurations, or null for none",
    "required_performance": "bounds a result must reach",
    "rank_by": "a figure",
    "max_results": "a number",
    "held_back_fraction": "0 to 0.9",
}
BOUNDS = ("min_trades", "min_win_rate", "min_profit_factor", "min_daily_r", "min_r_squared")
DEFAULT_BOUNDS: Record = {"min_trades": 10}


@dataclass(frozen=True)
class SearchPlan:
    """What to try, what a result must reach, and how many to keep, ranked by what."""

    record: Record
    spec: StrategySpec
    axes: Axes
    rank_by: str
    bounds: dict[str, float | None]
    max_results: int
    held_back_fraction: float
    warnings: tuple[str, ...] = ()


def parse_search(data: object, *, default_packs: Iterable[Mapping[str, object]] = ()) -> SearchPlan:
    """The plan of a search record. Raises StrategyError with every (field, message)."""
    if not isinstance(data, Mapping):
        raise StrategyError([("search", "the file must be a JSON object")])
    search = data.get("search")
    if not isinstance(search, Mapping):
        raise StrategyError([("search", "is missing; say what may vary in the strategy")])
    return _Reader(dict(data), search, list(default_packs)).plan()


# A trigger or a number of bars.
_Exit = tuple[TriggerRef | None, int | None]


class _Reader:
    def __init__(
        self, data: Record, search: Mapping[str, object], packs: list[Mapping[str, object]]
    ) -> None:
        self.record = {name: value for name, value in data.items() if name != "search"}
        self.search, self.packs, self.faults = search, packs, Faults(strict=False)
        # An exit that is varied is not the record's own: it may clash with an entry that varies.
        others = {name: None for name in _OTHER_EXITS if name in self.record}
        self.no_exits: Record = {EXIT_FIELD: [], "bar_count_exit": None, **others}
        self.bare: Record = {**self.record, **(self.no_exits if search.get("exits") else {})}

    def plan(self) -> SearchPlan:
        for name in self.search:
            if name not in _KNOWN:
                self.faults.error(f"search.{name}", f"is not one of {', '.join(_KNOWN)}")
        spec = self._base()
        if spec.hifi:
            self.faults.warn("hifi", "a search decides for the stop where a bar holds both")
            self.record, spec = {**self.record, "hifi": False}, replace(spec, hifi=False)
        axes = Axes(
            entries=self._choices("entries", self._entry) or [Choice({}, {})],
            exits=self._exit_combinations() or [Choice({}, {})],
            stops=self._choices("stops", self._stop) or [Choice({}, {})],
            targets=self._choices("targets", self._target) or [Choice({}, {})],
            conditions=self._conditions("conditions", spec),
            condition_depth=self._whole("condition_depth", 0, LARGEST_DEPTH, 2),
            general=self._conditions("general_conditions", spec),
            general_depth=self._whole("general_depth", 0, LARGEST_DEPTH, 1),
        )
        plan = SearchPlan(
            record=self.record,
            spec=spec,
            axes=axes,
            rank_by=self._rank(),
            bounds=self._bounds(),
            max_results=self._whole("max_results", 1, MOST_RESULTS, DEFAULT_RESULTS),
            held_back_fraction=self._fraction(),
            warnings=tuple(dict.fromkeys((*spec.warnings, *self.faults.warnings))),
        )
        self.faults.raise_if_any()
        return plan

    def _base(self) -> StrategySpec:
        """The strategy before anything varies; with `entries`, by the first of them."""
        entries, names = self._listed("entries"), dict[str, str]()
        if entries:
            self.bare = {**self.bare, ENTRY_FIELD: entries[0]}
            names = {ENTRY_FIELD: "search.entries[0]"}
        try:
            return parse_strategy(self.bare, default_packs=self.packs)
        except StrategyError as error:
            found = [(names.get(field, field), message) for field, message in error.errors]
            raise StrategyError([*self.faults.errors, *found]) from None

    def _listed(self, name: str) -> list[object]:
        values = self.search.get(name)
        if values is None:
            return []
        if not isinstance(values, list) or not values:
            self.faults.error(f"search.{name}", f"must be {_KNOWN[name]}, not {shown(values)}")
            return []
        return values

    def _parsed(self, change: Record, field: str) -> StrategySpec | None:
        """The record with one thing changed; its faults are those of `field`."""
        try:
            return parse_strategy({**self.bare, **change}, default_packs=self.packs)
        except StrategyError as error:
            for where, message in error.errors:
                self.faults.error(field, f"{where}: {message}")
            return None

    def _choices(self, name: str, read: Callable[[object, str], list[Choice]]) -> list[Choice]:
        found: list[Choice] = []
        for i, value in enumerate(self._listed(name)):
            for choice in read(value, f"search.{name}[{i}]"):
                if choice not in found:
                    found.append(choice)
        return found

    def _entry(self, value: object, field: str) -> list[Choice]:
        change = {ENTRY_FIELD: value}
        spec = self._parsed(change, field)
        if spec is None:
            return []
        fields = ("entry", "confirmation", "opposite")
        return [Choice(change, {name: getattr(spec, name) for name in fields})]

    def _stop(self, value: object, field: str) -> list[Choice]:
        return self._protections("stop_config", ("stop", "trailing", "breakeven"), value, field)

    def _target(self, value: object, field: str) -> list[Choice]:
        return self._protections("target_config", ("target",), value, field)

    def _protections(
        self, key: str, fields: tuple[str, ...], value: object, field: str
    ) -> list[Choice]:
        found = []
        for config in expanded(value, field, self.faults):
            change = {key: config}
            spec = self._parsed(change, field)
            if spec is not None:
                found.append(Choice(change, {name: getattr(spec, name) for name in fields}))
        return found

    def _exit_combinations(self) -> list[Choice]:
        """Every combination of exits, the shorter ones first, with at most one bar count."""
        depth = self._whole("exit_depth", 1, LARGEST_EXIT_DEPTH, 1)
        single: list[_Exit] = []
        for i, value in enumerate(self._listed("exits")):
            spec = self._parsed({**self.no_exits, EXIT_FIELD: [value]}, f"search.exits[{i}]")
            if spec is None:
                continue
            if not spec.exits and spec.bar_count is None:
                self.faults.error(f"search.exits[{i}]", f"{shown(value)} names no single trigger")
            else:
                single.append((next(iter(spec.exits), None), spec.bar_count))
        single = list(dict.fromkeys(single))
        found = []
        for size in range(1, min(depth, len(single)) + 1):
            for parts in combinations(single, size):
                counts = [count for _, count in parts if count is not None]
                if len(counts) <= 1:
                    found.append(self._exit_choice(parts, counts))
        return found

    def _exit_choice(self, parts: Iterable[_Exit], counts: list[int]) -> Choice:
        ids = [trigger.id for trigger, _ in parts if trigger is not None]
        triggers = tuple(trigger for trigger, _ in parts if trigger is not None)
        count = counts[0] if counts else None
        change = {**self.no_exits, EXIT_FIELD: ids, "bar_count_exit": count}
        nothing = {"opposite": None, "time_exit_bars": None}
        return Choice(change, {"exits": triggers, "bar_count": count, **nothing})

    def _conditions(self, name: str, spec: StrategySpec) -> tuple[ConditionRef, ...]:
        """The conditions that may be added; those the strategy requires already are left out."""
        is_general = name == "general_conditions"
        if self.search.get(name) == ALL:
            texts: Sequence[object] = _all_conditions(spec, is_general)
        else:
            texts = self._listed(name)
        taken = {(condition.pack.id, condition.timeframe) for condition in spec.conditions}
        found: dict[str, ConditionRef] = {}
        for i, text in enumerate(texts):
            field = f"search.{name}[{i}]"
            read = self._parsed({**_NO_CONDITIONS, "confluence": [text]}, field)
            for condition in read.conditions if read is not None else ():
                if (condition.pack.template.family == "general") != is_general:
                    kind = "general_conditions" if not is_general else "conditions"
                    self.faults.error(field, f"{shown(text)} belongs to {kind}")
                elif (condition.pack.id, condition.timeframe) not in taken:
                    found[condition.text] = condition
                elif self.search.get(name) != ALL:
                    self.faults.warn(field, f"{shown(text)}: the strategy requires a state of this")
        return tuple(found.values())

    def _whole(self, name: str, low: int, high: int, default: int) -> int:
        value = self.search.get(name)
        if value is None:
            return default
        number = finite(value)
        if number is None or number != int(number) or not low <= number <= high:
            self.faults.error(f"search.{name}", f"must be from {low} to {high}, not {shown(value)}")
            return default
        return int(number)

    def _rank(self) -> str:
        value = self.search.get("rank_by")
        if value is None:
            return DEFAULT_RANK
        if not isinstance(value, str) or value not in RANK_NAMES:
            known = ", ".join(RANK_NAMES)
            self.faults.error("search.rank_by", f"{shown(value)} is not one of {known}")
            return DEFAULT_RANK
        return value

    def _fraction(self) -> float:
        value = self.search.get("held_back_fraction")
        number = finite(DEFAULT_HELD_BACK if value is None else value)
        if number is None or not 0.0 <= number <= 0.9:
            field = "search.held_back_fraction"
            self.faults.error(field, f"must be from 0 to 0.9, not {shown(value)}")
            return DEFAULT_HELD_BACK
        return number

    def _bounds(self) -> dict[str, float | None]:
        given = self.search.get("required_performance")
        if given is None:
            given = {}
        if not isinstance(given, Mapping):
            field = "search.required_performance"
            self.faults.error(
                field, f"must be an object of {', '.join(BOUNDS)}, not {shown(given)}"
            )
            return {}
        bounds: dict[str, float | None] = {}
        for name, value in {**DEFAULT_BOUNDS, **given}.items():
            field = f"search.required_performance.{name}"
            if name not in BOUNDS:
                self.faults.error(field, f"is not one of {', '.join(BOUNDS)}")
            elif value is not None and finite(value) is None:
                self.faults.error(field, f"must be a number or null, not {shown(value)}")
            else:
                bounds[name] = None if value is None else finite(value)
        return bounds


def _all_conditions(spec: StrategySpec, is_general: bool) -> list[str]:
    """Every state of every enabled pack of the strategy on its own timeframe."""
    family = "general" if is_general else "tf"
    packs = [p for p in spec.packs if p.enabled and p.template.family == family]
    return [text for pack in packs for text in condition_texts(spec, pack)]
