"""The strategies behind the choices of a drill-down, and the bars that each of them reads.

A strategy's history begins where its own warm-up needs it: those that begin alike are computed
together, so that a card and a backtest of the same strategy read the same bars.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np

from strategies.bars import (
    MAX_BARS,
    OtherBars,
    first_index,
    load_others,
    load_own,
    other_anchors,
    own_anchor,
    resolve_stored,
    stored_finer,
)
from strategies.checking import spec_of
from strategies.drilldown.choices import Choice
from strategies.engine.errors import StrategyError
from strategies.engine.search.changes import Taken, trades_of_each
from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bars, as_bars
from strategies.engine.walk.hifi import Finer
from strategies.engine.walk.trade_list import closed_trades
from strategies.models import Drilldown
from strategies.record.other_timeframes import needed_bars

Anchors = tuple[int, tuple[tuple[str, int], ...]]


class Read(NamedTuple):
    """A choice as the engine runs it, or what is wrong with it."""

    choice: Choice
    spec: StrategySpec | None
    fault: str = ""


class History(NamedTuple):
    bars: Bars
    others: OtherBars
    first_visible: int

    @property
    def visible(self) -> Bars:
        return self.bars.take(slice(self.first_visible, None))


def read_choices(row: Drilldown, choices: Sequence[Choice] | None = None) -> Iterator[Read]:
    """The choices of a row, or others in their place."""
    record, packs = row.recorded()
    for choice in row.choices if choices is None else choices:
        try:
            yield Read(choice, spec_of({**record, **choice["change"]}, packs))
        except StrategyError as error:
            yield Read(choice, None, "; ".join(message for _, message in error.errors))


class Reader:
    """The bars of a drill-down, each history read once."""

    def __init__(self, row: Drilldown, now_ts: int) -> None:
        self.row, self.now_ts = row, now_ts
        self._anchors: dict[object, Anchors] = {}
        self._histories: dict[Anchors, History] = {}

    def anchors(self, spec: StrategySpec) -> Anchors:
        needed = needed_bars(spec)
        key = (spec.warm_up_bars, tuple(sorted(needed.items())))
        if key not in self._anchors:
            source, start = self.row.data_source, self.row.window_start_ts
            others = sorted(other_anchors(source, spec, start).items())
            self._anchors[key] = (own_anchor(source, spec, start), tuple(others))
        return self._anchors[key]

    def history(self, spec: StrategySpec) -> History:
        """What a backtest of this strategy would load. Empty where there are no bars."""
        anchors = self.anchors(spec)
        if anchors not in self._histories:
            self._histories[anchors] = self._load(spec)
        return self._histories[anchors]

    def _load(self, spec: StrategySpec) -> History:
        row, end_ts = self.row, self.row.end_ts(self.now_ts)
        read = row.data_source, spec, row.window_start_ts, end_ts, self.now_ts
        own = load_own(*read)
        if own.n > MAX_BARS:
            raise StrategyError([("lookback", f"The window holds {own.n:,} bars; choose less.")])
        return History(as_bars(own), load_others(*read), first_index(own, row.window_start_ts))

    def together(self, found: Iterable[Read]) -> list[list[Read]]:
        """Choices whose histories begin alike, in the order in which the first of each came."""
        groups: dict[Anchors, list[Read]] = {}
        for one in found:
            if one.spec is not None:
                groups.setdefault(self.anchors(one.spec), []).append(one)
        return list(groups.values())

    def trades(self, specs: list[StrategySpec]) -> Iterator[Taken]:
        """The trades of strategies whose histories begin alike."""
        history = self.history(specs[0])
        each = trades_of_each(
            specs,
            history.bars,
            history.others,
            first_visible_index=history.first_visible,
            finer=[self._finer(spec, history) for spec in specs],
        )
        for spec, taken in zip(specs, each, strict=True):
            yield self._resolved(spec, taken, history) if spec.hifi else taken

    def _finer(self, spec: StrategySpec, history: History) -> Finer | None:
        if not spec.hifi:
            return None
        return stored_finer(self.row.data_source, spec, history.bars, self.now_ts)

    def _resolved(self, spec: StrategySpec, taken: Taken, history: History) -> Taken:
        """With bars that hold both stop and target looked at closer, as a backtest does."""
        trades = closed_trades(spec, taken.trade_rows, repeat(()))
        told = resolve_stored(self.row.data_source, spec, trades, history.bars, self.now_ts)
        return taken._replace(r=np.array([trade.r_multiple for trade in told], np.float64))
