"""Trust checks as work: queued after a result or when asked, one at a time.

Only rows are touched here, so web requests may import it. The computation is in `compute`. A check
never keeps a result waiting: it is work of its own, and no more than one is computed at a time.
"""

from django.db import transaction
from django.utils import timezone

from market.errors import BarsError
from strategies.engine.errors import StrategyError
from strategies.engine.version import ENGINE_VERSION
from strategies.models import Run, Strategy, TrustCheck
from trader.work.life import MAX_ATTEMPTS, Life
from trader.work.limits import OneAtATime


class TrustError(Exception):
    """It can't be checked; the text says why and what to do."""


life = Life(
    TrustCheck,
    name="trust check",
    task="strategies.tasks.check_trust",
    limit=OneAtATime(),
    gave_up=(
        f"The worker stopped {MAX_ATTEMPTS} times during these checks, so they were given up. "
        "The result itself is unchanged."
    ),
    unexpected=lambda check: (
        f"The checks stopped on an unexpected error, noted under {check.run.code}. "
        "The result itself is unchanged."
    ),
    faults=(BarsError, StrategyError, TrustError),
)


def check_of(run: Run | None) -> TrustCheck | None:
    """The run's check, without a query when it was read along."""
    found: TrustCheck | None = getattr(run, "trust_check", None)
    return found


def queue_after(strategy: Strategy, run: Run) -> None:
    """Have a strategy's new result checked; in the transaction that stores it.

    Checks of earlier results that are still under way have lost their subject.
    """
    earlier = TrustCheck.objects.filter(run__strategy=strategy).exclude(run=run).active()
    earlier.update(
        status=TrustCheck.Status.CANCELLED,
        progress_label="Replaced by a newer result",
        lease_until=None,
        finished_at=timezone.now(),
    )
    _queue(run)


def request_check(run: Run) -> TrustCheck:
    """Check a finished run, again if it has been checked. Raises TrustError."""
    with transaction.atomic():
        row: Run = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
        _refuse_uncheckable(row)
        found: TrustCheck | None = TrustCheck.objects.filter(run=row).first()
        if found is not None and found.is_active:
            return found
        return _queue(row)


def _refuse_uncheckable(run: Run) -> None:
    if run.status != Run.Status.SUCCEEDED:
        raise TrustError("Only a finished backtest can be checked.")
    if run.engine_version != ENGINE_VERSION:
        raise TrustError("The engine has changed since this result. Run the backtest again.")
    if run.strategy is not None and run.strategy.current_run_id != run.pk:
        raise TrustError("A newer result of this strategy exists. Check that one.")


def _queue(run: Run) -> TrustCheck:
    """The caller holds the run, so nobody else queues its check meanwhile."""
    found: TrustCheck | None = (
        TrustCheck.objects.select_for_update(no_key=True).filter(run=run).first()
    )
    return life.queue(found or TrustCheck(run=run, user_id=run.user_id))
