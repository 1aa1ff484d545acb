"""Computing a run: bars in, trades, KPIs and chart out. Only workers and commands come here.

The loaded window begins at `strategy_anchor_ts`, in a backtest and in the monitor alike, so that
both advance the same state over the same bars.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.utils import timezone

from market import bars as market_bars
from market import clock
from market.arrays import Bars
from market.calendar import expected_days
from market.errors import BarsError
from strategies.bars import (
    MAX_BARS,
    OtherBars,
    closed_between,
    first_index,
    load_others,
    load_own,
    own_anchor,
    read_timeframes,
    resolve_stored,
    stored_finer,
)
from strategies.checking import spec_of, stored_spec
from strategies.engine.figures.coverage import (
    missing_runs,
    open_with_gap_warnings,
    with_gap_warnings,
)
from strategies.engine.program.advance import Advance
from strategies.engine.program.program import Program, compile_program
from strategies.engine.program.silence import silence_warnings, speaking
from strategies.engine.report import history_warnings
from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bars as EngineBars
from strategies.engine.types import Int64s, as_bars
from strategies.engine.version import ENGINE_VERSION
from strategies.engine.walk.hifi import Finer
from strategies.engine.walk.trades import OpenTrade, Rejected, Trade
from strategies.models import Run, Strategy
from strategies.record.other_timeframes import short_history_warnings
from strategies.runs import queue
from strategies.runs.charts import ChartBuilder
from strategies.runs.results import Outcome, store_outcome
from strategies.words.gaps import gap_warnings
from trader.work.instants import iso
from trader.work.life import NotYetError

NS = 1_000_000_000
# Bars between two looks at the row: progress, cancel, lease.
STEP_BARS = 50_000
BEFORE_ALL_NS = -(1 << 63)
# How long a run waits for the first bars of a feed that has only just been started.
FEED_PATIENCE = timedelta(minutes=10)
# Takes the share that is done and what is being done.
Tell = Callable[[float, str], None]


def program_for(strategy: Strategy) -> tuple[StrategySpec, Program]:
    """The strategy as the engine runs it, with its user's packs as they are now."""
    spec = stored_spec(strategy)
    return spec, compile_program(spec)


def strategy_anchor_ts(strategy: Strategy, spec: StrategySpec | None = None) -> int:
    """Start of the loaded window, the same for every evaluation of the strategy."""
    spec = spec or stored_spec(strategy)
    return own_anchor(strategy.data_source, spec, strategy.window_start_ts)


def execute(run: Run) -> None:
    """Compute a claimed run and store what came of it, good or bad."""
    with queue.life.settling(run):
        store_outcome(run, compute(run))


def compute(run: Run, tell: Tell | None = None) -> Outcome:
    """Everything a run yields, without writing more than progress: its own, unless told where."""
    move_on = tell or partial(queue.life.move_on, run)
    now_ts = clock.now(run.data_source)
    if not now_ts and timezone.now() - run.created_at < FEED_PATIENCE:
        raise NotYetError("Waiting for the first bars of the feed")
    if run.strategy is not None and run.strategy.forward_test_since is not None:
        run.forward_start_ts = run.strategy.settle_forward_start(now_ts)
    spec = _spec_of_run(run)
    program = compile_program(spec)
    move_on(0.02, "Loading bars")
    version = _data_version(run, spec)
    bars, first_visible = _load(run, spec, now_ts)
    end_ts = run.end_ts(now_ts)
    others = load_others(run.data_source, spec, run.window_start_ts, end_ts, now_ts)
    finer = stored_finer(run.data_source, spec, as_bars(bars), now_ts)
    walk = _Walk(program, bars, others, first_visible, ChartBuilder(spec, run.user_id), finer)
    for share in walk.steps():
        move_on(0.15 + 0.7 * share, "Computing indicators and trades")
    walk.trades = resolve_stored(run.data_source, spec, walk.trades, as_bars(bars), now_ts)
    move_on(0.88, "Computing KPIs")
    if version != _data_version(run, spec):
        raise NotYetError("Its bars have just been revised; it begins anew")
    return walk.outcome(version, now_ts)


def _spec_of_run(run: Run) -> StrategySpec:
    record, packs = run.recorded()
    if run.forward_start_ts is not None:
        record["forward_test_start"] = iso(run.forward_start_ts)
    return spec_of(record, packs)


def _load(run: Run, spec: StrategySpec, now_ts: int) -> tuple[Bars, int]:
    """The run's own bars, and the first of them inside its window. Raises BarsError without any."""
    end_ts = run.end_ts(now_ts)
    bars = load_own(run.data_source, spec, run.window_start_ts, end_ts, now_ts)
    if not bars.n:
        raise BarsError(_no_bars_text(run, end_ts))
    if bars.n > MAX_BARS:
        raise BarsError(
            f"The window holds {bars.n:,} bars; a backtest may read {MAX_BARS:,}. "
            "Choose a shorter lookback."
        )
    first_visible = first_index(bars, run.window_start_ts)
    if first_visible >= bars.n:
        raise BarsError(_no_bars_text(run, end_ts))
    return bars, first_visible


def _no_bars_text(run: Run, end_ts: int) -> str:
    first, last = iso(run.window_start_ts)[:10], iso(max(end_ts, run.window_start_ts))[:10]
    kept = " The earlier result is kept." if run.strategy_id else ""
    return (
        f"{run.data_source} has no bars of {run.symbol} in its session from {first} to {last}. "
        f"Choose another lookback or other bars.{kept}"
    )


def _data_version(run: Run, spec: StrategySpec) -> str:
    own, *others = read_timeframes(spec)
    return market_bars.data_version(
        run.data_source, spec.symbol, own, spec.trading_session, *others
    )


@dataclass
class _Walk:
    """One pass over the bars in steps; collects what the result is made of."""

    program: Program
    bars: Bars
    others: OtherBars
    first_visible: int
    chart: ChartBuilder
    finer: Finer

    def __post_init__(self) -> None:
        self.trades: list[Trade] = []
        self.rejected: list[Rejected] = []
        self.open_trade: OpenTrade | None = None
        self.spoke: set[tuple[str, str]] = set()

    def steps(self) -> Iterator[float]:
        """Advance step by step; yields the share that is done."""
        memory, seen_ns = self.program.new_memory(), BEFORE_ALL_NS
        for begin in range(0, self.bars.n, STEP_BARS):
            part = self.bars.take(slice(begin, begin + STEP_BARS))
            until_ns = int(part.close_ns[-1])
            others = closed_between(self.others, seen_ns, until_ns)
            seen_ns = until_ns
            advance = self.program.advance(
                memory,
                part,
                others,
                first_visible_index=self.first_visible,
                finer=self.finer,
            )
            self._collect(advance, begin, part)
            yield min(1.0, (begin + STEP_BARS) / self.bars.n)

    def _collect(self, advance: Advance, begin: int, part: Bars) -> None:
        self.trades += advance.trades
        self.rejected += advance.rejected
        self.open_trade = advance.open_trade
        self.spoke |= speaking(advance.program, advance.frame)
        self.chart.add(advance, part.take(slice(max(0, self.first_visible - begin), None)))

    def outcome(self, data_version: str, now_ts: int) -> Outcome:
        bars = as_bars(self.bars)
        quiet = missing_runs(bars, _expected_days(bars))
        visible = bars.take(slice(self.first_visible, None))
        trades = with_gap_warnings(self.trades, quiet)
        missing = map(str, missing_runs(visible, _expected_days(visible)))
        return Outcome(
            spec=self.program.spec,
            trades=trades,
            open_trade=open_with_gap_warnings(self.open_trade, bars, quiet),
            rejected=self.rejected,
            warnings=[*self._warnings(), *gap_warnings(trades), *missing],
            loaded=bars,
            visible=visible,
            chart=self.chart.build(),
            data_version=data_version,
            engine_version=ENGINE_VERSION,
            now_ts=now_ts,
        )

    def _warnings(self) -> list[str]:
        spec = self.program.spec
        bars = as_bars(self.bars)
        found = [*spec.warnings, *history_warnings(spec, bars)]
        found += silence_warnings(spec, bars, self.spoke)
        if self.first_visible < spec.warm_up_bars < self.bars.n:
            found.append(
                f"Only {self.first_visible:,} of {spec.warm_up_bars:,} warm-up bars lie before "
                "the window, so its first part can't trade."
            )
        return [*found, *self._warnings_of_others()]

    def _warnings_of_others(self) -> list[str]:
        spec = self.program.spec
        return short_history_warnings(spec, as_bars(self.bars), self.others, self.first_visible)


def _expected_days(bars: EngineBars) -> Int64s:
    return expected_days(bars.day, bars.close_ns // NS)
