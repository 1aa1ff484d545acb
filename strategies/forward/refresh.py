"""Taking newer bars into the result that a strategy shows. Only workers come here.

The whole window is computed by the same functions as a backtest, so what is appended is what a
backtest over the same bars gives, to the last bit, also after corrections of bars.
"""

from django.utils import timezone

from strategies.engine.version import ENGINE_VERSION
from strategies.forward import queue
from strategies.forward.results import store_answer, store_refreshed
from strategies.models import ForwardRefresh, Run, Strategy, StrategyVersion
from strategies.runs.compute import compute
from trader.work.life import NotYetError


def execute(refresh: ForwardRefresh) -> None:
    """Refresh what a claimed row asks for, and store it."""
    rest_until = timezone.now() + queue.LONG_REST
    ForwardRefresh.objects.filter(pk=refresh.pk).update(rest_until=rest_until)
    with queue.life.settling(refresh):
        strategy = Strategy.objects.select_related("current_run").get(pk=refresh.strategy_id)
        run = shown_run(strategy)
        if run is None:
            store_answer(refresh)
            return
        outcome = compute(run, lambda share, label: queue.life.move_on(refresh, share, label))
        store_refreshed(refresh, run, outcome)


def shown_run(strategy: Strategy) -> Run | None:
    """The result to go on with; None when it waits for a backtest that somebody has to ask for.

    Raises NotYetError while a backtest is under way: what it gives is gone on with.
    """
    if Run.objects.filter(strategy=strategy).active().exists():
        raise NotYetError("Waiting for the backtest")
    run: Run | None = strategy.current_run
    if run is None or run.fingerprint != strategy.fingerprint:
        return None
    # An edit taken back: what an earlier version shows stays as it was.
    if StrategyVersion.objects.filter(run=run).exists():
        return None
    return run if run.engine_version == ENGINE_VERSION else None
