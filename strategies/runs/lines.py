"""What packs of a strategy said on some of its bars, computed as its runs and its monitor do.

Only workers come here. Every node steps from the same first bar as in the monitor, so the values
are those that decided, unless strategy, packs or bars have changed since.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from market import clock
from market.bars import load_bars
from strategies.bars import other_anchors
from strategies.checking import stored_spec
from strategies.engine.nodes.groups import NodeGroup
from strategies.engine.program.compiled import node_key
from strategies.engine.spec import DAY_SECONDS, PackSpec, StrategySpec
from strategies.engine.types import Bars, Floats, Int8s, Int64s, as_bars
from strategies.models import Strategy
from strategies.models.documents import DrawnOverlay
from strategies.runs.charts import overlay_of, plain_column
from strategies.runs.compute import strategy_anchor_ts

NS = 1_000_000_000


class PackLines(NamedTuple):
    """Outputs by name, and states, of a pack at some own bars.

    `timeframe` is empty for the own one. Of another timeframe a bar knows what had closed by its
    close. NaN and None are missing.
    """

    pack: PackSpec
    timeframe: str
    columns: dict[str, Floats]
    states: list[str | None]

    def overlays(self, colors: dict[str, dict[str, str]]) -> list[DrawnOverlay]:
        """As a price chart draws them; `colors`: those its user has chosen."""
        return [
            {
                **overlay_of(self.pack, output, colors),
                "name": f"{output.label}, {self.timeframe}" if self.timeframe else output.label,
                "pack": f"{self.pack.id}@{self.timeframe}" if self.timeframe else self.pack.id,
                "values": plain_column(self.columns[output.name]),
            }
            for output in self.pack.template.shown_outputs
        ]


def lines_of(
    strategy: Strategy, wanted: Callable[[PackSpec, str], bool], starts_ts: list[int]
) -> list[PackLines]:
    """The lines of its packs that are wanted, each with its timeframe, at the bars of these starts.

    Raises StrategyError or BarsError when it can't be computed.
    """
    spec = stored_spec(strategy)
    reading = _Reading(strategy, spec, np.array(starts_ts, np.int64) * NS)
    own = [(pack, "") for pack in spec.own_packs()]
    others = [(pack, name) for name, packs in spec.packs_by_timeframe().items() for pack in packs]
    chosen = [one for one in own + others if wanted(*one)]
    found = []
    for timeframe in dict.fromkeys(name for _, name in chosen):
        packs = [pack for pack, name in chosen if name == timeframe]
        found += reading.of(timeframe, packs)
    return found


class _Reading:
    """Bars are read once per timeframe, from where the monitor begins."""

    def __init__(self, strategy: Strategy, spec: StrategySpec, starts_ns: Int64s) -> None:
        self.strategy, self.spec = strategy, spec
        self.now_ts = clock.now(strategy.data_source)
        self.end_ts = int(starts_ns[-1]) // NS + 1
        self.own = self._load(spec.timeframe, strategy_anchor_ts(strategy, spec))
        places = np.searchsorted(self.own.start_ns, starts_ns)
        is_there = places < self.own.n
        is_there[is_there] = self.own.start_ns[places[is_there]] == starts_ns[is_there]
        self.places = np.where(is_there, places, -1)

    def _load(self, timeframe: str, start_ts: int) -> Bars:
        spec, source = self.spec, self.strategy.data_source
        series = source, spec.symbol, timeframe, spec.trading_session
        return as_bars(load_bars(*series, start_ts, self.end_ts, self.now_ts))

    def of(self, timeframe: str, packs: list[PackSpec]) -> list[PackLines]:
        bars, places, is_daily = self.own, self.places, self.spec.is_daily
        if timeframe:
            bars, places = self._other(timeframe)
            seconds = {one.timeframe: one.timeframe_seconds for one in self.spec.conditions}
            is_daily = seconds[timeframe] >= DAY_SECONDS
        keys = {pack: key for pack in packs if (key := node_key(pack, is_daily)) is not None}
        outputs = NodeGroup.new(keys.values()).step(bars)
        return [_lines(pack, timeframe, places, *outputs.of(key)[:2]) for pack, key in keys.items()]

    def _other(self, timeframe: str) -> tuple[Bars, Int64s]:
        """Its bars, and the place of the last of them that had closed by the close of each own."""
        anchors = other_anchors(self.strategy.data_source, self.spec, self.strategy.window_start_ts)
        bars = self._load(timeframe, anchors[timeframe])
        if not self.own.n:
            return bars, self.places
        closes = self.own.close_ns[np.maximum(self.places, 0)]
        known = np.searchsorted(bars.close_ns, closes, side="right") - 1
        return bars, np.where(self.places < 0, -1, known)


def _lines(
    pack: PackSpec, timeframe: str, places: Int64s, columns: Floats, codes: Int8s
) -> PackLines:
    """`places` of -1 have no value."""
    is_known = places >= 0
    rows = columns[:, places] if columns.shape[1] else np.full((len(columns), len(places)), np.nan)
    rows = np.where(is_known, rows, np.nan)
    names = pack.template.state_names()
    seen = [int(codes[place]) if place >= 0 else -1 for place in places]
    return PackLines(
        pack,
        timeframe,
        {output.name: row for output, row in zip(pack.template.outputs, rows, strict=True)},
        [names[code] if code >= 0 else None for code in seen],
    )
