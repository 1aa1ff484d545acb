"""The bars a group reads: its own, and those of other timeframes that conditions name.

Each series of another timeframe begins at a first bar of its own and is handed to the nodes up to
the close of the group's newest bar, never further: so it was in the backtest.
"""

from collections.abc import Iterable

import numpy as np
from django.db.models import Subquery

from alerts.models import EvaluationGroup
from alerts.monitor.group_engine import GroupMemory, OtherSeries
from alerts.monitor.look import Look, Reading, Series
from market import clock
from market.bars import StoredSeries, base_of, load_bars, version_text
from market.models import DataVersion, Instrument
from market.sources import kind_of
from market.timeframes import TIMEFRAMES
from strategies.bars import OtherBars, read_timeframes, resolve_stored
from strategies.engine.program.advance import Advance
from strategies.engine.program.program import Program
from strategies.engine.types import Bars
from strategies.engine.walk.hifi import Finer
from strategies.engine.walk.trades import Trade

NS = 1_000_000_000
DAY = 86_400
# What words about a bar look back at, and how far it is looked for: at first, then over holidays.
ENOUGH_BEFORE, NEAR_BARS, NEAR_DAYS = 2, 4, 6


def series_of(group: EvaluationGroup, programs: Iterable[Program], now_ts: int) -> Series:
    read = dict.fromkeys(one for program in programs for one in read_timeframes(program.spec))
    decimals = Instrument.objects.filter(symbol=group.symbol).values("price_decimals")
    rows = DataVersion.objects.filter(source=group.data_source, symbol=group.symbol)
    fields = ("version", "last_ts", "is_derived")
    found = list(rows.values_list("timeframe", Subquery(decimals), *fields))
    stored = {timeframe: StoredSeries._make(values) for timeframe, _, *values in found}
    price_decimals = found[0][1] if found else None
    base = base_of(group.timeframe, group.trading_session, stored)
    version = version_text((group.timeframe, *read), group.trading_session, stored)
    last_ts = stored[base].last_ts if base in stored else 0
    if last_ts and clock.close_of(base, last_ts) > now_ts:
        last_ts -= 1
    is_replayed = kind_of(group.data_source).is_replayed
    return Series(is_replayed, base, version, last_ts, price_decimals, stored)


def is_same_past(noted: str, version: str) -> bool:
    """Whether a memory computed from one version of the bars may go on with another.

    It may know of series that nobody reads any more, but must know of all that are read.
    """
    return set(version.split(",")) <= set(noted.split(","))


def next_bars(look: Look, memory: GroupMemory, start_ts: int) -> Reading:
    """Own bars from `start_ts` on, and of others what the memory has not seen up to their end."""
    own = _load(look, look.group.timeframe, start_ts)
    names = memory.nodes.others if own.n else ()
    return Reading(memory, own, {name: _other_bars(look, memory, name, own) for name in names})


def _other_bars(look: Look, memory: GroupMemory, name: str, own: Bars) -> Bars:
    """Bars the memory has not seen that closed no later than the last own one."""
    timeframe, anchor_ts = OtherSeries.of(name)
    bars = _load(look, timeframe, memory.seen_ts.get(name, anchor_ts))
    n_closed = int(np.searchsorted(bars.close_ns, own.close_ns[-1], side="right"))
    return bars.take(slice(0, n_closed))


def bars_before(look: Look, before_ts: int) -> Bars:
    """The newest own bars before an instant, two at least where there are any so near."""
    seconds = TIMEFRAMES[look.group.timeframe].seconds
    found = _load(look, look.group.timeframe, before_ts - NEAR_BARS * seconds, before_ts)
    if found.n >= ENOUGH_BEFORE:
        return found
    # Over a night, a weekend or missing dates.
    far_s = NEAR_BARS * seconds + NEAR_DAYS * DAY
    return _load(look, look.group.timeframe, before_ts - far_s, before_ts)


def _load(look: Look, timeframe: str, start_ts: int, until_ts: int | None = None) -> Bars:
    """Bars of the group's symbol and session from `start_ts` up to the market time of the look."""
    source, symbol, _, session = look.key.address
    base = base_of(timeframe, session, look.series.stored)
    end_ts = look.now_ts if until_ts is None else until_ts
    return Bars(*load_bars(source, symbol, timeframe, session, start_ts, end_ts, end_ts, base=base))


def came_late(others: OtherBars, last_close_ts: int | None) -> bool:
    """Whether a bar should have been seen by own bars that were evaluated without it."""
    if last_close_ts is None:
        return False
    return any(bars.n and bars.close_ns[0] <= last_close_ts * NS for bars in others.values())


def decide_by_finer_bars(look: Look, advance: Advance, bars: Bars) -> None:
    """Settle exits on bars that held both stop and target, where the strategy asks for it."""
    spec = advance.program.spec
    first_ns = next((trade.entry_bar_ns for trade in advance.trades if trade.ambiguous), None)
    if not spec.hifi or first_ns is None:
        return
    held, source = _bars_since(look, first_ns, bars), look.group.data_source
    trades = resolve_stored(source, spec, advance.trades, held, look.now_ts)
    advance.trades = trades


def finer_for(look: Look, program: Program, bars: Bars) -> Finer | None:
    """What decides single trades while the walk waits; None for a strategy that never does."""
    if not program.awaits_finer:
        return None

    def decide(trade: Trade) -> Trade:
        held, source = _bars_since(look, trade.entry_bar_ns, bars), look.group.data_source
        return resolve_stored(source, program.spec, [trade], held, look.now_ts)[0]

    return decide


def _bars_since(look: Look, first_ns: int, bars: Bars) -> Bars:
    """Own bars from an instant on: those of this look, where they reach back so far."""
    is_covered = bars.n and first_ns >= bars.start_ns[0]
    return bars if is_covered else _load(look, look.group.timeframe, first_ns // NS)
