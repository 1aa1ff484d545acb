"""The bars a run may read: where loading begins, and those beside the ones it trades on.

Others are of the timeframes that conditions name, and finer ones. Backtests and the monitor load
them here, each timeframe from a first bar of its own, so that both advance the same states over
the same bars.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import numpy as np

from market import bars as market_bars
from market.arrays import Bars as SessionBars
from market.errors import BarsError
from market.store.counting import count_held
from market.timeframes import TIMEFRAMES
from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bars, as_bars
from strategies.engine.walk.hifi import Finer, open_questions, resolve
from strategies.engine.walk.trades import Trade
from strategies.record.lookback import (
    DAY,
    EASTERN,
    SESSION_HOURS,
    bars_per_day,
    days_for_bars,
    estimated_bars,
)
from strategies.record.other_timeframes import condition_on, needed_bars

NS = 1_000_000_000
# Own bars of a window, its warm-up included, that a backtest may read.
MAX_BARS = 2_000_000
FINEST = "1Min"
# More questions than this are answered by one long read instead of one short one each.
MAX_SINGLE_READS = 50
RTH = "RTH"

OtherBars = dict[str, Bars]


class Size(NamedTuple):
    """How many bars a window holds: own ones, and stored ones that they are made of.

    Counted where the source has the series, else as a calendar without a hole would have it.
    """

    n_own: int
    n_stored: int
    is_counted: bool


def anchor_ts(visible_start_ts: int, warmup_bars: Mapping[str, int], session: str) -> int:
    """Start of the loaded window: early enough for every timeframe's warm-up.

    It is the first day of a month, so that strategies of one series share their nodes.
    """
    days = max(
        (_warmup_days(n, timeframe, session) for timeframe, n in warmup_bars.items()), default=0
    )
    first = datetime.fromtimestamp(visible_start_ts - days * DAY, EASTERN)
    return int(first.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp())


def _warmup_days(n_bars: int, timeframe: str, session: str) -> int:
    """Calendar days that surely hold `n_bars`, holidays and thin sessions included."""
    if n_bars <= 0:
        return 0
    # A long session may hold no more bars than the regular one.
    sure = session if SESSION_HOURS.get(session, 6.5) < 6.5 else RTH
    return math.ceil(1.25 * days_for_bars(n_bars, timeframe, sure)) + 7


def held_anchor(
    source: str, spec: StrategySpec, timeframe: str, n_bars: int, window_start_ts: int
) -> int:
    """Start of a loaded window with so many bars before the visible one, however long ago.

    Where the source holds nothing for a while, the bars before that count; with fewer bars than
    wanted it begins before the first.
    """
    start = anchor_ts(window_start_ts, {timeframe: n_bars}, spec.trading_session)
    until, wanted = window_start_ts, n_bars
    while wanted > 0:
        wanted -= _n_held(source, spec, timeframe, start, until)
        before = market_bars.newest_before(
            source, spec.symbol, timeframe, spec.trading_session, start
        )
        if wanted <= 0 or before is None:
            break
        until, start = start, anchor_ts(before + 1, {timeframe: wanted}, spec.trading_session)
    return start


def _n_held(source: str, spec: StrategySpec, timeframe: str, start_ts: int, until_ts: int) -> int:
    span = (start_ts, until_ts, until_ts)
    bars = market_bars.load_bars(source, spec.symbol, timeframe, spec.trading_session, *span)
    return bars.n


def other_anchors(source: str, spec: StrategySpec, window_start_ts: int) -> dict[str, int]:
    """Per other timeframe: the start of its loaded window."""
    return {
        timeframe: held_anchor(source, spec, timeframe, n_bars, window_start_ts)
        for timeframe, n_bars in needed_bars(spec).items()
    }


def size_of(
    source: str, symbol: str, timeframe: str, session: str, window: tuple[int, int]
) -> Size:
    """The size of a window from one instant to another."""
    base = market_bars.base_timeframe(source, symbol, timeframe, session)
    held = count_held(source, symbol, base, *window)
    if held is None:
        days = max(0, window[1] - window[0]) / DAY
        n_own, n_stored = (estimated_bars(one, session, days) for one in (timeframe, base))
        return Size(n_own, n_stored, is_counted=False)
    n_days = held.n_bars if TIMEFRAMES[base].is_daily else held.n_dates
    n_own, n_stored = (math.ceil(n_days * bars_per_day(one, session)) for one in (timeframe, base))
    return Size(min(n_own, held.n_bars), min(n_stored, held.n_bars), is_counted=True)


def own_anchor(source: str, spec: StrategySpec, window_start_ts: int) -> int:
    """Start of the loaded window, the same for every evaluation over the same bars."""
    return held_anchor(source, spec, spec.timeframe, spec.warm_up_bars, window_start_ts)


def load_own(
    source: str, spec: StrategySpec, window_start_ts: int, end_ts: int, now_ts: int
) -> SessionBars:
    """The strategy's own bars, from its warm-up before the window on."""
    start_ts = own_anchor(source, spec, window_start_ts)
    return market_bars.load_bars(
        source, spec.symbol, spec.timeframe, spec.trading_session, start_ts, end_ts, now_ts
    )


def first_index(bars: Bars | SessionBars, ts: int) -> int:
    """The first bar that starts at an instant in epoch seconds or later; their number if none."""
    return int(np.searchsorted(bars.start_ns, ts * NS))


def load_others(
    source: str, spec: StrategySpec, window_start_ts: int, end_ts: int, now_ts: int
) -> OtherBars:
    """The bars of every other timeframe. Raises BarsError naming the condition that needs them."""
    found = {}
    for timeframe in needed_bars(spec):
        check_series(source, spec, timeframe)
    for timeframe, start_ts in other_anchors(source, spec, window_start_ts).items():
        bars = market_bars.load_bars(
            source, spec.symbol, timeframe, spec.trading_session, start_ts, end_ts, now_ts
        )
        found[timeframe] = as_bars(bars)
    return found


def check_series(source: str, spec: StrategySpec, timeframe: str) -> None:
    """Raises BarsError when the source can never have bars for a condition of this timeframe."""
    try:
        market_bars.require_series(source, spec.symbol, timeframe, spec.trading_session)
    except BarsError as error:
        raise BarsError(f"the condition {condition_on(spec, timeframe)}: {error}") from None


def closed_between(others: Mapping[str, Bars], after_ns: int, until_ns: int) -> OtherBars:
    """Of each timeframe the bars that closed after one instant and not after another."""
    parts = {}
    for timeframe, bars in others.items():
        begin, end = np.searchsorted(bars.close_ns, [after_ns, until_ns], side="right").tolist()
        parts[timeframe] = bars.take(slice(begin, end))
    return parts


def finer_timeframe(source: str, spec: StrategySpec) -> tuple[str, str] | None:
    """Timeframe and session of stored bars inside the strategy's own ones; None without any.

    Stored days hold the regular session, and so must the minutes that explain them.
    """
    if not spec.hifi or spec.timeframe == FINEST:
        return None
    stored = market_bars.stored_series(source, spec.symbol)
    base = market_bars.base_of(spec.timeframe, spec.trading_session, stored)
    session = RTH if TIMEFRAMES[base].is_daily else spec.trading_session
    finer = (one for one in (FINEST, base) if one != spec.timeframe and one in stored)
    timeframe = next(finer, None)
    return None if timeframe is None else (timeframe, session)


def read_timeframes(spec: StrategySpec) -> tuple[str, ...]:
    """Every timeframe whose stored bars decide about a result, its own first."""
    finest = (FINEST,) if spec.hifi else ()
    return (spec.timeframe, *spec.packs_by_timeframe(), *finest)


def resolve_stored(
    source: str, spec: StrategySpec, trades: list[Trade], bars: Bars, now_ts: int
) -> list[Trade]:
    """Trades with ambiguous exits decided by stored finer bars, where the strategy asks for it.

    `bars`: the strategy's own, at least from the entry to the exit of each of those trades.
    """
    spans = [_exit_span(trade, bars) for trade in open_questions(spec, trades)]
    finer = finer_timeframe(source, spec) if spans else None
    if finer is None:
        return trades
    timeframe, session = finer
    if len(spans) > MAX_SINGLE_READS:
        spans = [(spans[0][0], spans[-1][1])]
    parts = [
        market_bars.load_bars(source, spec.symbol, timeframe, session, begin, end, now_ts)
        for begin, end in spans
    ]
    columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    return resolve(spec, trades, bars, Bars(*columns))


def stored_finer(source: str, spec: StrategySpec, bars: Bars, now_ts: int) -> Finer:
    """What decides single trades by stored finer bars while a walk waits; see `resolve_stored`."""
    return lambda trade: resolve_stored(source, spec, [trade], bars, now_ts)[0]


def _exit_span(trade: Trade, bars: Bars) -> tuple[int, int]:
    """Start and close of the bar a trade was left on, in epoch seconds."""
    place = int(np.searchsorted(bars.start_ns, trade.exit_bar_ns))
    return trade.exit_bar_ns // NS, int(bars.close_ns[place]) // NS
