"""The row of an ingest: begun alone, held from turn to turn, ended once."""

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from market.arrays import RawBars
from market.errors import BarsError
from market.models import IngestRun
from market.store.reading import Series
from market.store.staging import Hold, Staged, discard
from trader.work import leases

RUN_LEASE = timedelta(minutes=10)
# Told how many bars are staged.
OnProgress = Callable[[int], None]


class IngestLostError(BarsError):
    """Another process has taken the series over; what is staged is no longer ours."""


class IngestCancelledError(BarsError):
    """Somebody asked for it."""


def ignore_progress(n_staged: int) -> None:
    """For ingests that nobody watches."""


def begin(series: Series, trigger: str) -> IngestRun:
    """Raises BarsError while another ingest of the series runs."""
    job = ":".join(series)
    now = timezone.now()
    _release_dead(job, now)
    try:
        with transaction.atomic():
            return IngestRun.objects.create(
                job=job,
                trigger=trigger,
                target=" ".join(series),
                lease_owner=leases.owner(),
                lease_until=now + RUN_LEASE,
            )
    except IntegrityError:
        source, symbol, timeframe = series
        raise BarsError(f"an import of {symbol} {timeframe} into {source} is running") from None


def hold(run: IngestRun, n_staged: int) -> None:
    """Prolong the lease and note the progress, inside the transaction that stores bars.

    Raises IngestLostError or IngestCancelledError, so that nothing of it is stored.
    """
    mine = IngestRun.objects.filter(pk=run.pk, status=IngestRun.Status.RUNNING)
    lease = timezone.now() + RUN_LEASE
    if mine.filter(cancel_requested=False).update(lease_until=lease, n_staged=n_staged):
        run.n_staged = n_staged
        return
    if mine.exists():
        raise IngestCancelledError("the import was cancelled; nothing of it was kept")
    raise IngestLostError("the import was taken over by another process; nothing of it was kept")


def holder(run: IngestRun, on_progress: OnProgress) -> Hold:
    """`hold` for `market.store.staging`."""

    def hold_and_tell(n_staged: int) -> None:
        hold(run, n_staged)
        on_progress(n_staged)

    return hold_and_tell


def request_cancel(series: Series) -> bool:
    """Ask the running ingest of a series to end; whether there is one."""
    running = IngestRun.objects.filter(job=":".join(series), status=IngestRun.Status.RUNNING)
    return bool(running.update(cancel_requested=True))


def succeed(run: IngestRun, parts: Sequence[RawBars], staged: Sequence[Staged]) -> None:
    """In the transaction of the switch; the caller saves the row."""
    filled = [bars for bars in parts if bars.n]
    run.status = IngestRun.Status.SUCCEEDED
    run.n_rows = sum(bars.n for bars in filled)
    run.n_revised = sum(one.n_revised for one in staged[:1])
    run.n_new = sum(one.n for one in staged[:1]) - run.n_revised
    run.first_ts = min((int(bars.start_ts[0]) for bars in filled), default=None)
    run.last_ts = max((int(bars.start_ts[-1]) for bars in filled), default=None)
    run.n_staged = 0
    run.finished_at = timezone.now()


def give_up(run: IngestRun, series: Series, error: BaseException) -> None:
    """Remove what was staged and say why; nothing of it was ever seen.

    What can't be removed now, the next ingest of the series or the nightly clean-up removes.
    """
    is_cancelled = isinstance(error, IngestCancelledError | KeyboardInterrupt)
    if not isinstance(error, IngestLostError):
        with contextlib.suppress(DatabaseError, IngestLostError):
            discard(series, lambda _: _still_mine(run))
    _end(
        run,
        IngestRun.Status.CANCELLED if is_cancelled else IngestRun.Status.FAILED,
        str(error) or type(error).__name__,
    )


def remove_leavings() -> int:
    """What ingests that died have staged; not of a series that is being imported again."""
    left = IngestRun.objects.filter(n_staged__gt=0).exclude(status=IngestRun.Status.SUCCEEDED)
    jobs = set(left.order_by().values_list("job", flat=True))
    return sum(_remove_leavings_of(Series(*job.rsplit(":", 2))) for job in jobs)


def _remove_leavings_of(series: Series) -> bool:
    try:
        run = begin(series, "clean-up")
    except BarsError:
        return False
    try:
        discard(series, holder(run, ignore_progress))
    except BaseException as error:
        _end(run, IngestRun.Status.FAILED, str(error) or type(error).__name__)
        raise
    _end(run, IngestRun.Status.SUCCEEDED, "")
    IngestRun.objects.filter(job=run.job).update(n_staged=0)
    return True


def _still_mine(run: IngestRun) -> None:
    """As `hold`, also once it is to be cancelled."""
    mine = IngestRun.objects.filter(pk=run.pk, status=IngestRun.Status.RUNNING)
    if not mine.update(lease_until=timezone.now() + RUN_LEASE, n_staged=0):
        raise IngestLostError("the import was taken over by another process")


def _end(run: IngestRun, status: IngestRun.Status, error: str) -> None:
    rows = IngestRun.objects.filter(pk=run.pk, status=IngestRun.Status.RUNNING)
    rows.update(status=status, error=error, finished_at=timezone.now())


def _release_dead(job: str, now: datetime) -> None:
    for run in IngestRun.objects.filter(job=job, status=IngestRun.Status.RUNNING):
        if leases.is_dead(run.lease_owner) or (run.lease_until and run.lease_until < now):
            _end(
                run,
                IngestRun.Status.FAILED,
                "The process ended before the import did; nothing of it was kept.",
            )
