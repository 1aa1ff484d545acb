"""A whole search: every variant the axes allow, over bars until an index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from strategies.engine.evidence.luck import Luck
from strategies.engine.figures.coverage import session_dates
from strategies.engine.nodes.frames import Frame
from strategies.engine.program.binding import Binding, bind, protection_keys, rules_of
from strategies.engine.program.framing import Wanted
from strategies.engine.program.program import OtherBars, compile_program
from strategies.engine.search.candidates import Candidates, packed
from strategies.engine.search.conditions import new_tree, search_conditions
from strategies.engine.search.costs import Costs
from strategies.engine.search.dated import dated
from strategies.engine.search.figures import Demands, demands
from strategies.engine.search.grid import Protections, joined_bases, joined_rules, try_grid_nb
from strategies.engine.search.limits import Limited, limited_of
from strategies.engine.search.market import Market, market_of
from strategies.engine.search.masks import count_bits_nb
from strategies.engine.search.outcomes import (
    Slot,
    Timing,
    find_entries_nb,
    next_events_nb,
    place_entries_nb,
    resolve_nb,
)
from strategies.engine.search.ranking import Keeper, new_keeper
from strategies.engine.search.variants import Axes, Variants, protection_warm_up, trigger_warm_up
from strategies.engine.spec import ConditionRef, StrategySpec
from strategies.engine.types import Bars, BarsLike, Int64s, Rows, as_bars
from strategies.engine.walk.costs import bars_since_open_ns, cost_rows
from strategies.engine.walk.net import PlainCosts
from strategies.engine.walk.positions import ENTRY, POSITION, RULES, TRADE

# Stops and targets between two looks at the callback.
GRID_CHUNK = 256

# Told how many more variants were tried; False ends the search.
Progress = Callable[[int], bool | None]


@dataclass(frozen=True)
class Found:
    """What a search found: the best variants, how many were tried, and whether all were."""

    variants: Variants
    keeper: Keeper
    is_complete: bool

    @property
    def n_tried(self) -> int:
        return self.keeper.n_tried


def run_search(
    variants: Variants,
    bars: BarsLike,
    others: OtherBars | None,
    demand: Demands,
    *,
    limit: int,
    begin_index: int = 0,
    end_index: int | None = None,
    progress: Progress | None = None,
    luck: Luck | None = None,
) -> Found:
    """Try every variant on the bars before `end_index` and keep the best `limit`.

    Entries are possible from `begin_index` on. What is entered before `end_index` and left later
    counts as held. When `progress` answers False, what was found until then is returned, marked as
    incomplete. `luck`, over the dates of these bars, weighs every variant that has as many trades
    as are demanded and counts all.
    """
    columns = as_bars(bars)
    end = columns.n if end_index is None else end_index
    days = session_dates(columns.take(slice(begin_index, end)))
    where = None if luck is None else dated(luck, columns, days)
    search = _Search(variants, columns, others, demand, new_keeper(limit, where), end, progress)
    search.begin = begin_index
    n_before = 0 if luck is None else luck.n_tried
    found = Found(variants, search.keeper, search.run())
    if luck is not None:
        luck.count(found.n_tried - (luck.n_tried - n_before))
    return found


def outcomes_of(spec: StrategySpec, bars: BarsLike, others: OtherBars | None = None) -> Candidates:
    """What comes of entering at each bar on which a strategy could, whatever came before.

    Limits play no part in it but for the cool-down.
    """
    columns = as_bars(bars)
    variants = Variants(spec, Axes())
    search = _Search(variants, columns, others, demands(), new_keeper(0), columns.n, None)
    protections, timing, candidates, first = search.prepared(spec)
    limited = search.limited(spec, timing)
    search.resolve(protections, 0, timing, candidates, first, limited)
    return candidates


class _Search:
    """The arrays of one search, and the loops over its axes."""

    def __init__(
        self,
        variants: Variants,
        bars: Bars,
        others: OtherBars | None,
        demand: Demands,
        keeper: Keeper,
        end: int,
        progress: Progress | None,
    ) -> None:
        self.variants, self.axes, self.demand = variants, variants.axes, demand
        self.keeper, self.end, self.progress = keeper, end, progress
        # The first bar on which entries are possible, whatever has warmed up before.
        self.begin = 0
        self.frame = _frame(variants, bars, others)
        self.market: Market = market_of(self.frame)
        self.costs = _costs(variants.spec, bars)
        self.slot = Slot(np.zeros(1, POSITION), np.zeros(1, TRADE))
        self.stop_rows, self.target_rows = _rows(variants.stops), _rows(variants.targets)
        self.bases, self.warm_ups = self._bases(), self._warm_ups()

    def run(self) -> bool:
        is_going = True
        for number, (entry, exits) in enumerate(self.variants.pairs):
            self.keeper.variant["base"] = number * self.variants.n_protections
            is_going = is_going and self._with_triggers(self.variants.with_triggers(entry, exits))
        return is_going

    def _with_triggers(self, spec: StrategySpec) -> bool:
        """Every variant with these entry and exits; False to end the search."""
        prepared = self.prepared(spec)
        if self.variants.n_conditions * len(self.variants.general_combinations) == 1:
            return self._grid(spec, *prepared)
        return self._with_conditions(spec, *prepared)

    def limited(self, spec: StrategySpec, timing: Timing) -> Limited | None:
        """Its limits over the candidates; None without any."""
        market = self.market
        return limited_of(spec, market.bars.day, market.next_day, timing.entry_index)

    def prepared(self, spec: StrategySpec) -> tuple[Protections, Timing, Candidates, int]:
        """What all variants with these entry and exits share, and the first bar to enter on."""
        rules, found, required, *_ = self._binding(spec)
        n = self.market.top.size
        after, next_event = np.empty(n, np.int32), np.empty(n, np.int32)
        k = find_entries_nb(found, required, self.market, after)
        index, price = np.empty(k, np.int64), np.empty(k)
        place_entries_nb(found, required, self.market, after, index, price)
        next_events_nb(rules, found, self.market, next_event)
        timing = Timing(found, index, price, after, next_event)
        joined = joined_rules(rules, self.stop_rows, self.target_rows)
        protections = Protections(joined, self.bases, self.warm_ups)
        return protections, timing, _room(k), max(self.begin, trigger_warm_up(spec))

    def resolve(
        self,
        protections: Protections,
        i: int,
        timing: Timing,
        candidates: Candidates,
        first: int,
        limited: Limited | None = None,
    ) -> None:
        """Fill what comes of entering at each candidate with stop and target i."""
        resolve_nb(
            protections.rules[i : i + 1],
            protections.bases[i],
            timing,
            self.market,
            self.costs,
            max(first, int(protections.warm_up[i])),
            self.end,
            False,
            self.slot,
            limited,
            candidates,
        )

    def _grid(
        self,
        spec: StrategySpec,
        protections: Protections,
        timing: Timing,
        candidates: Candidates,
        first: int,
    ) -> bool:
        done, is_going, limited = 0, True, self.limited(spec, timing)
        self.keeper.variant["general"] = 0
        while is_going and done < self.variants.n_protections:
            before = done
            done = try_grid_nb(
                protections,
                done,
                GRID_CHUNK,
                timing,
                self.market,
                self.costs,
                first,
                self.end,
                self.slot,
                limited,
                candidates,
                self.demand,
                self.keeper,
            )
            is_going = self._is_wanted(done - before)
        return is_going

    def _with_conditions(
        self,
        spec: StrategySpec,
        protections: Protections,
        timing: Timing,
        candidates: Candidates,
        first: int,
    ) -> bool:
        """Resolve each stop and target for every candidate, then try all sets of conditions."""
        masks = self._masks(spec, self.axes.conditions, timing)
        general = self._masks(spec, self.axes.general, timing)
        limited = self.limited(spec, timing)
        for i in range(self.variants.n_protections):
            self.resolve(protections, i, timing, candidates, first, limited)
            for number, places in enumerate(self.variants.general_combinations):
                self.keeper.variant["general"] = number
                allowed = candidates.allowed.copy()
                for place in places:
                    allowed &= general[place]
                if not self._conditions(masks, allowed, candidates, limited):
                    return False
            self.keeper.variant["base"] += 1
        return True

    def _conditions(
        self, masks: Int64s, allowed: Int64s, candidates: Candidates, limited: Limited | None
    ) -> bool:
        if count_bits_nb(allowed) < self.demand.min_trades:
            # None of them can have as many trades as are demanded.
            self.keeper.variant["number"] += self.variants.n_conditions
            return self._is_wanted(self.variants.n_conditions)
        groups = np.array(self.variants.condition_groups, np.int64)
        tree = new_tree(masks, groups, allowed)
        depth = self.axes.condition_depth
        return search_conditions(
            candidates, tree, depth, self.demand, self.keeper, self.progress, limited
        )

    def _is_wanted(self, n_tried: int) -> bool:
        return self.progress is None or self.progress(n_tried) is not False

    def _binding(self, spec: StrategySpec) -> Binding:
        program = compile_program(spec)
        return bind(spec, rules_of(spec), program.reader, self.frame.layout)

    def _bases(self) -> Int64s:
        # Stop and target change no pack, so one reader finds all.
        reader, layout = compile_program(self.variants.spec).reader, self.frame.layout
        known: dict[object, Int64s] = {}

        def bases(spec: StrategySpec) -> Int64s:
            keys = [
                None if part is None else (part.method, getattr(part, "lookback", 0))
                for part in (spec.stop, spec.target, spec.trailing)
            ]
            if tuple(keys) not in known:
                known[tuple(keys)] = bind(spec, self.stop_rows[:1], reader, layout).bases
            return known[tuple(keys)]

        stops, targets = (
            np.array(list(map(bases, s))) for s in (self.variants.stops, self.variants.targets)
        )
        return joined_bases(stops, targets)

    def _warm_ups(self) -> Int64s:
        """Bars that each stop with each target needs before the first entry."""
        stops = [protection_warm_up(spec.stop, spec.trailing) for spec in self.variants.stops]
        targets = [protection_warm_up(spec.target) for spec in self.variants.targets]
        return np.maximum.outer(np.array(stops, np.int64), np.array(targets, np.int64)).reshape(-1)

    def _masks(
        self, spec: StrategySpec, conditions: Sequence[ConditionRef], timing: Timing
    ) -> Int64s:
        """Candidates at which each condition is true and warmed up, (conditions, words)."""
        flags = np.zeros((len(conditions), timing.entry_index.size), np.bool_)
        required = self._binding(replace(spec, conditions=tuple(conditions))).required
        is_within = timing.triggers[ENTRY]["is_level"] != 0
        for i, (condition, (at_close, within, lag, code)) in enumerate(
            zip(conditions, required.tolist(), strict=True)
        ):
            row, at = (
                (within, timing.entry_index - lag) if is_within else (at_close, timing.entry_index)
            )
            warm_up = trigger_warm_up(replace(spec, exits=(), conditions=(condition,)))
            flags[i] = (self.frame.codes[row, at] == code) & (timing.entry_index >= warm_up)
        return packed(flags)


def _frame(variants: Variants, bars: Bars, others: OtherBars | None) -> Frame:
    """Outputs of all that any variant reads, each node once."""
    axes = variants.axes
    wanted = Wanted()
    # A choice of nothing else reads what the strategy itself does.
    choices = [choice for choice in (*axes.entries, *axes.exits) if choice.fields]
    for spec in (variants.with_every_condition, *variants.alone(choices)):
        wanted.add(compile_program(spec))
    for spec in (*variants.stops, *variants.targets):
        keys = protection_keys(spec)
        wanted.add_kept(keys, keys)
    return wanted.frame(bars, others)


def _rows(specs: Sequence[StrategySpec]) -> Rows:
    """The rules of each, (m,) RULES."""
    rows = np.empty(len(specs), RULES)
    for i, spec in enumerate(specs):
        # One by one: joining arrays of rows goes field by field.
        rows[i] = rules_of(spec)[0]
    return rows


def _costs(spec: StrategySpec, bars: Bars) -> Costs:
    costs = spec.costs
    rows = cost_rows(costs)
    plain = PlainCosts(
        costs.commission_per_share,
        costs.commission_per_order,
        costs.slippage_bps,
        costs.slippage_per_share,
        spec.risk_per_trade,
    )
    return Costs(
        plain,
        costs.are_units_whole,
        rows,
        bars_since_open_ns(bars) if rows.size else np.empty(0, np.int64),
    )


def _room(k: int) -> Candidates:
    """Room for the outcomes of k candidates."""
    return Candidates(
        packed(np.zeros(k, np.bool_)),
        np.zeros(k, np.int32),
        np.zeros(k),
        np.zeros(k, np.int64),
        np.zeros(k),
        np.zeros(k, np.int64),
        np.zeros(k + 1, np.int32),
    )
