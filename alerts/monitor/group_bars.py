"""The bars a group reads: its own, and those of other timeframes that conditions name.

Each series of another timeframe begins at a first bar of its own and is handed to the nodes up to
the close of the group's newest bar, never further: so it was in the backtest.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Subquery

from alerts.models import EvaluationGroup
from alerts.monitor.group_engine import GroupState, OtherSeries
from market import clock
from market.bars import StoredSeries, base_of, load_bars, version_text
from market.models import DataVersion, Instrument
from strategies.bars import OtherBars, closed_between, read_timeframes, resolve_stored
from strategies.engine.program.advance import Advance
from strategies.engine.program.program import Program
from strategies.engine.types import Bars
from strategies.engine.walk.hifi import open_questions

NS = 1_000_000_000


class Series(NamedTuple):
    """What is stored of the bars behind a group; read before the bars themselves.

    `version` speaks of every stored series that decides. `last_ts`: start of the newest own bar
    that exists at the market time of this look. A feed may have stored further ones since the
    clock was read; they are left for the next look.
    """

    base: str
    version: str
    last_ts: int
    price_decimals: int | None
    stored: dict[str, StoredSeries]


def address_of(group: EvaluationGroup) -> tuple[str, str, str, str]:
    return group.data_source, group.symbol, group.timeframe, group.trading_session


def series_of(group: EvaluationGroup, programs: Iterable[Program], now_ts: int) -> Series:
    decimals = Instrument.objects.filter(symbol=group.symbol).values("price_decimals")
    rows = DataVersion.objects.filter(source=group.data_source, symbol=group.symbol)
    fields = ("version", "last_ts", "is_derived")
    found = list(rows.values_list("timeframe", Subquery(decimals), *fields))
    stored = {timeframe: StoredSeries._make(values) for timeframe, _, *values in found}
    price_decimals = found[0][1] if found else None
    base = base_of(group.timeframe, group.trading_session, stored)
    read = dict.fromkeys(one for program in programs for one in read_timeframes(program.spec))
    version = version_text((group.timeframe, *read), group.trading_session, stored)
    last_ts = stored[base].last_ts if base in stored else 0
    if last_ts and clock.close_of(base, last_ts) > now_ts:
        last_ts -= 1
    return Series(base, version, last_ts, price_decimals, stored)


def is_same_past(noted: str, version: str) -> bool:
    """Whether a state computed from one version of the bars may go on with another.

    It may know of series that nobody reads any more, but must know of all that are read.
    """
    return set(version.split(",")) <= set(noted.split(","))


def own_bars(group: EvaluationGroup, start_ts: int, now_ts: int) -> Bars:
    return Bars(*load_bars(*address_of(group), start_ts, now_ts, now_ts))


def other_bars(
    group: EvaluationGroup, state: GroupState, series: Series, bars: Bars, now_ts: int
) -> OtherBars:
    """By series: bars the state has not seen that closed no later than the last own bar."""
    if not bars.n:
        return {}
    loaded = {name: _other(group, state, name, series, now_ts) for name in state.nodes.others}
    return closed_between(loaded, -1, int(bars.close_ns[-1]))


def _other(
    group: EvaluationGroup, state: GroupState, name: str, series: Series, now_ts: int
) -> Bars:
    timeframe, anchor_ts = OtherSeries.of(name)
    start_ts = state.seen_ts.get(name, anchor_ts)
    source, symbol, session = group.data_source, group.symbol, group.trading_session
    base = base_of(timeframe, session, series.stored)
    return Bars(*load_bars(source, symbol, timeframe, session, start_ts, now_ts, now_ts, base=base))


def came_late(others: OtherBars, last_close_ts: int | None) -> bool:
    """Whether a bar should have been seen by own bars that were evaluated without it."""
    if last_close_ts is None:
        return False
    return any(bars.n and bars.close_ns[0] <= last_close_ts * NS for bars in others.values())


def decide_by_finer_bars(group: EvaluationGroup, advance: Advance, bars: Bars, now_ts: int) -> None:
    """Settle exits on bars that held both stop and target, where the strategy asks for it."""
    spec = advance.program.spec
    asked = open_questions(spec, advance.trades)
    if not asked:
        return
    first_ns = asked[0].entry_bar_ns
    is_covered = bars.n and first_ns >= bars.start_ns[0]
    held = bars if is_covered else own_bars(group, first_ns // NS, now_ts)
    advance.trades = resolve_stored(group.data_source, spec, advance.trades, held, now_ts)
