"""From a computation over more bars to the rows of the result it goes on with.

Rows that say the same stay as they are, with their ids: what is new is appended, and only what
corrected bars have changed is written again.
"""

from django.db import transaction
from django.utils import timezone

from accounts import events
from strategies.forward import queue
from strategies.ledger import trials as ledger
from strategies.models import ForwardRefresh, Run, RunChartPart, Strategy, Trade
from strategies.runs.charts import Chart
from strategies.runs.results import (
    BATCH,
    Outcome,
    lay_on_run,
    n_tried_with,
    result_of,
    show,
    trade_rows,
    weighed_of,
    window_of,
)
from trader.work.life import WorkLostError

# What a computed trade says; ids and owners are the row's own.
COMPARED = tuple(
    field.attname for field in Trade._meta.concrete_fields if field.attname not in ("id", "user_id")
)


def store_answer(refresh: ForwardRefresh) -> None:
    """There was nothing to go on with."""
    with transaction.atomic():
        _finish(queue.life.hold(refresh), refresh.asked)


def store_refreshed(refresh: ForwardRefresh, run: Run, outcome: Outcome) -> None:
    """Put result, trades, chart and figures forward at once.

    Raises WorkLostError when the refresh is another's, or another result is shown by now.
    """
    weighed = weighed_of(outcome)
    result = result_of(outcome, weighed, n_tried_with(run, outcome))
    with transaction.atomic(), events.written_last():
        strategy = Strategy.objects.select_for_update(no_key=True).get(pk=refresh.strategy_id)
        held = queue.life.hold(refresh)
        row = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
        if strategy.current_run_id != row.pk or strategy.fingerprint != row.fingerprint:
            raise WorkLostError
        is_same_past = row.data_version == outcome.data_version
        row.forward_start_ts = run.forward_start_ts
        result["evidence"] = ledger.counted_in(row, row, window_of(outcome), weighed)
        lay_on_run(row, outcome, result)
        row.save()
        _append_trades(row, outcome)
        _append_chart(row, outcome.chart, is_same_past)
        show(strategy, row)
        _finish(held, refresh.asked)
        events.publish(row.user_id, "run.finished", dict(row.as_event()))


def _finish(held: ForwardRefresh, answered: int) -> None:
    """Asked for meanwhile, it is begun again after a rest."""
    held.answered = answered
    held.rest_until = queue.rest_after(held, timezone.now())
    queue.life.finish(held, ForwardRefresh.Status.SUCCEEDED)


def _append_trades(run: Run, outcome: Outcome) -> None:
    fresh = trade_rows(run, outcome.trades)
    stored = list(Trade.objects.filter(run=run).order_by("number"))
    n_same = 0
    for old, new in zip(stored, fresh, strict=False):
        if any(getattr(old, name) != getattr(new, name) for name in COMPARED):
            break
        n_same += 1
    Trade.objects.filter(run=run, number__gt=n_same).delete()
    Trade.objects.bulk_create(fresh[n_same:], batch_size=BATCH)


def _append_chart(run: Run, chart: Chart, is_same_past: bool) -> None:
    """Whole parts of the same bars stay; the last one has grown."""
    rows = RunChartPart.objects.filter(run=run)
    kept: set[tuple[int, int]] = set()
    if is_same_past and chart.parts:
        kept = set(rows.values_list("first_ts", "n_bars"))
    wanted = {(part.first_ts, part.n_bars) for part in chart.parts}
    stale = [first_ts for first_ts, n_bars in kept if (first_ts, n_bars) not in wanted]
    (rows.filter(first_ts__in=stale) if kept else rows).delete()
    fresh = [part for part in chart.parts if (part.first_ts, part.n_bars) not in kept]
    RunChartPart.objects.bulk_create(
        [RunChartPart(run=run, **part._asdict()) for part in fresh], batch_size=BATCH
    )
