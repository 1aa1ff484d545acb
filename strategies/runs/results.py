"""From the engine's result to rows: trades, KPIs, curve and chart, in one transaction."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from strategies.engine.figures.analytics import analytics
from strategies.engine.figures.coverage import session_dates
from strategies.engine.figures.drawn import DrawnCurve, drawn_curve
from strategies.engine.figures.earning import Earning, earning
from strategies.engine.report import counting_dates, exit_dates, figures_of
from strategies.engine.spec import StrategySpec
from strategies.engine.types import Bars
from strategies.engine.walk.trades import OpenTrade, Rejected, Trade, counted
from strategies.ledger import trials as ledger
from strategies.ledger.trials import Window, trial_digest
from strategies.ledger.weighing import Weighed, weigh
from strategies.models import Run, RunChartPart, Strategy
from strategies.models import Trade as TradeRow
from strategies.models.documents import Curve, OpenPosition, RunResult
from strategies.runs import queue
from strategies.runs.charts import Chart
from strategies.runs.kept import keep_trades
from strategies.runs.stored_analytics import stored_analytics
from strategies.trust import queue as trust_checks
from trader.work.instants import iso

NS = 1_000_000_000
BATCH = 500
# Rejected entries kept one by one; the rest is counted.
MAX_REJECTED = 200
CURVE_DECIMALS = 4


@dataclass
class Outcome:
    """What a computation yields, before anything is stored."""

    spec: StrategySpec
    trades: list[Trade]
    open_trade: OpenTrade | None
    rejected: list[Rejected]
    warnings: list[str]
    # All bars that were read, and those of the window.
    loaded: Bars
    visible: Bars
    chart: Chart
    data_version: str
    engine_version: str
    # Market time at which the bars were read.
    now_ts: int


def store_outcome(run: Run, outcome: Outcome) -> None:
    """Replace the stored result as a whole. Raises WorkLostError when the run is another's."""
    weighed = weighed_of(outcome)
    result = result_of(outcome, weighed, n_tried_with(run, outcome))
    with transaction.atomic():
        # The strategy before the run: an edit takes its locks in this order too.
        strategy = (
            Strategy.objects.select_for_update(no_key=True).filter(pk=run.strategy_id).first()
        )
        row = queue.life.hold(run)
        row.forward_start_ts = run.forward_start_ts
        stored = None if strategy is None else strategy.current_run
        result["evidence"] = ledger.counted_in(row, stored, window_of(outcome), weighed)
        lay_on_run(row, outcome, result)
        if strategy is not None:
            _forget_previous(strategy, row)
        TradeRow.objects.bulk_create(trade_rows(row, outcome.trades), batch_size=BATCH)
        _store_chart(row, outcome.chart)
        if strategy is not None:
            show(strategy, row)
            trust_checks.queue_after(strategy, row)
        queue.life.finish(row, Run.Status.SUCCEEDED)


def window_of(outcome: Outcome) -> Window:
    """What was looked at: the starts of the first and the last visible bar."""
    starts = outcome.visible.start_ns
    return Window(int(starts[0]) // NS, int(starts[-1]) // NS)


def weighed_of(outcome: Outcome) -> Weighed:
    return weigh(outcome.trades, outcome.visible, outcome.spec.forward_test_start_ns)


def n_tried_with(run: Run, outcome: Outcome) -> int:
    """Tries that the result is held against, it included; a promoted one brings its search."""
    own = trial_digest(run.config, run.config.get("packs", []))
    series = run.data_source, run.symbol, window_of(outcome)
    return max(variants_tried(run.config), ledger.tried_with(run.user, *series, own))


def lay_on_run(run: Run, outcome: Outcome, result: RunResult) -> None:
    """The caller saves the row."""
    run.result = result
    run.data_version = outcome.data_version
    run.engine_version = outcome.engine_version


def variants_tried(config: Mapping[str, object]) -> int:
    """How many variants of the strategy were ever tried, as the server has counted; at least 1."""
    n = config.get("variants_tried")
    return max(1, n) if isinstance(n, int) else 1


def result_of(outcome: Outcome, weighed: Weighed, n_trials: int) -> RunResult:
    """The part of the result that is read as a whole, as JSON."""
    starts = outcome.visible.start_ns
    trades = counted(outcome.trades)
    r_multiples = [trade.r_multiple for trade in trades]
    curve = curve_of(trades)
    return {
        **figures_of(outcome.spec, outcome.trades, outcome.visible, n_trials),
        "n_trials": n_trials,
        "evidence": weighed.evidence,
        "analytics": stored_analytics(analytics(r_multiples)),
        "equity": curve,
        "drawn": _drawn(trades, outcome.visible, curve["boundary_index"]),
        "earning": _earning(trades, outcome),
        "r_multiples": r_multiples,
        "open_trade": _open_position(outcome.open_trade),
        "rejected": [
            {"ts": one.bar_ns // NS, "reason": one.reason}
            for one in outcome.rejected[-MAX_REJECTED:]
        ],
        "n_rejected": len(outcome.rejected),
        "rejected_by": dict(Counter(one.reason for one in outcome.rejected)),
        "now_ts": outcome.now_ts,
        "warnings": outcome.warnings,
        "bars": {
            "count": outcome.visible.n,
            "first": iso(int(starts[0]) // NS),
            "last": iso(int(starts[-1]) // NS),
        },
        "chart": outcome.chart.plan,
    }


def _drawn(trades: list[Trade], visible: Bars, boundary: int | None) -> DrawnCurve:
    """Both sides of the boundary are kept, where the colour of the line changes."""
    ends = () if boundary is None else tuple(range(max(0, boundary - 1), boundary + 1))
    return drawn_curve(trades, visible, ends)


def _earning(trades: list[Trade], outcome: Outcome) -> Earning:
    days = session_dates(outcome.visible).tolist()
    dates = counting_dates(exit_dates(trades, outcome.visible), days)
    return earning(trades, dates, outcome.loaded)


def curve_of(trades: list[Trade]) -> Curve:
    """Cumulative R by exit; the boundary is the first trade entered in the forward test."""
    total, curve = 0.0, []
    for trade in trades:
        total += trade.r_multiple
        curve.append(round(total, CURVE_DECIMALS))
    forward = (i for i, trade in enumerate(trades) if trade.segment == "forward")
    return {
        "exit_times": [trade.exit_fill_ns // NS for trade in trades],
        "cumulative_r": curve,
        "boundary_index": next(forward, None),
    }


def _open_position(trade: OpenTrade | None) -> OpenPosition | None:
    if trade is None:
        return None
    return {
        "entry_index": trade.entry_index,
        "entry_bar_ts": trade.entry_bar_ns // NS,
        "entry_trigger_ts": trade.entry_trigger_ns // NS,
        "entry_fill_ts": trade.entry_fill_ns // NS,
        "direction": trade.direction,
        "entry_price": trade.entry_price,
        "stop_price": trade.stop_price,
        "initial_stop_price": trade.initial_stop_price,
        "target_price": trade.target_price,
        "risk": trade.risk,
        "mae_r": trade.mae_r,
        "mfe_r": trade.mfe_r,
        "entry_trigger": trade.entry_trigger,
        "exec_type": trade.exec_type,
        "stop_exec_type": trade.stop_exec_type,
        "target_exec_type": trade.target_exec_type,
        "confluence_records": list(trade.confluence_records),
        "bars_held": trade.bars_held,
        "segment": trade.segment,
        "warnings": list(trade.warnings),
    }


def trade_rows(run: Run, trades: list[Trade]) -> list[TradeRow]:
    return [_trade_row(run, number, trade) for number, trade in enumerate(trades, start=1)]


_SAME_NAMES = (
    "direction",
    "segment",
    "entry_price",
    "exit_price",
    "initial_stop_price",
    "stop_price",
    "target_price",
    "risk",
    "pnl",
    "pnl_gross",
    "r_multiple",
    "r_multiple_gross",
    "win",
    "mae_r",
    "mfe_r",
    "exit_reason",
    "entry_trigger",
    "exec_type",
    "stop_exec_type",
    "target_exec_type",
    "bars_held",
    "ambiguous",
    "hifi_resolved",
)
_INSTANTS = (
    "entry_bar",
    "exit_bar",
    "entry_trigger",
    "entry_fill",
    "exit_trigger",
    "exit_fill",
)


def _trade_row(run: Run, number: int, trade: Trade) -> TradeRow:
    values = {name: getattr(trade, name) for name in _SAME_NAMES}
    instants = {f"{name}_ts": getattr(trade, f"{name}_ns") // NS for name in _INSTANTS}
    return TradeRow(
        user_id=run.user_id,
        run=run,
        strategy_id=run.strategy_id,
        number=number,
        exit_trigger=trade.exit_trigger or "",
        confluence_records=list(trade.confluence_records),
        warnings=list(trade.warnings),
        hold_seconds=int(trade.hold_seconds),
        **values,
        **instants,
    )


def _store_chart(run: Run, chart: Chart) -> None:
    RunChartPart.objects.bulk_create(
        [RunChartPart(run=run, **part._asdict()) for part in chart.parts], batch_size=BATCH
    )


def _forget_previous(strategy: Strategy, run: Run) -> None:
    """Trades and charts of earlier runs; their summaries stay, and what versions show."""
    if strategy.current_run is not None and strategy.current_run_id != run.pk:
        keep_trades(strategy.current_run)
    TradeRow.objects.filter(strategy=strategy).delete()
    RunChartPart.objects.filter(run__strategy=strategy).exclude(run=run).delete()


def show(strategy: Strategy, run: Run) -> None:
    """What lists read of the result, beside the strategy itself."""
    Strategy.objects.filter(pk=strategy.pk).update(
        kpis=run.result["kpis"],
        equity_curve_data=run.result["equity"],
        current_run=run,
        data_refreshed_at=timezone.now(),
    )
