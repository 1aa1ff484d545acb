"""The life of a run as a row: started, claimed by one worker, moved on, finished or taken over.

Only rows are touched here, so web requests may import it. The computation is in `backtests`.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django_q.tasks import async_task

from accounts import events
from accounts.models import User
from market import clock
from strategies.checking import CheckedRecord, check_record
from strategies.engine.version import ENGINE_VERSION
from strategies.models import Run, Strategy
from strategies.record.lookback import Window, estimated_base_bars, visible_window
from strategies.record.sameness import Record, digest, fingerprint, pack_fingerprint

MAX_ACTIVE_RUNS = 2
MAX_BARS = 2_000_000
MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=10)
# How long a queued run may wait before the sweep asks for it again.
QUEUE_PATIENCE = timedelta(seconds=10)
# While bars keep coming, a preview of the same configuration is shown again this long.
PREVIEW_FRESH = timedelta(minutes=5)
KEEP_PREVIEWS = timedelta(days=7)


class RunLimitError(Exception):
    """The user has to wait or cancel something; the text says which limit and what to do."""


class RunLostError(Exception):
    """This worker no longer holds the run: cancelled, deleted, or taken over after a pause."""


class Known(NamedTuple):
    """What the caller's transaction has already found out about the strategy it stored."""

    checked: CheckedRecord
    now_ts: int
    is_new: bool = False


def market_now(source: str) -> int:
    """Market time of a source; the wall clock for one that has no bars yet."""
    return clock.now(source) or int(timezone.now().timestamp())


def start_backtest(
    user: User,
    subject: Strategy | Record,
    *,
    enforce_limit: bool = True,
    replaces: uuid.UUID | None = None,
    known: Known | None = None,
) -> Run:
    """Queue a backtest of a stored strategy or of an unsaved record.

    A new run of the same strategy takes the place of an unfinished one. With `enforce_limit`
    off (a run that an edit made necessary) the run waits its turn instead of being refused.
    Raises RunLimitError, and StrategyError for a record that is not valid.
    """
    with transaction.atomic():
        _lock_runs_of(user.pk)
        if isinstance(subject, Strategy):
            if known is None or not known.is_new:
                cancel_runs_of(subject)
        elif replaces is not None:
            _cancel_all(Run.objects.for_user(user).active().filter(code=replaces))
        if enforce_limit:
            _check_room_for_one_more(user)
        run = _describe(user, subject, known)
        run.lease_until = timezone.now() + QUEUE_PATIENCE
        run.save()
        _enqueue_on_commit(run.pk)
    return run


def _describe(user: User, subject: Strategy | Record, known: Known | None) -> Run:
    if isinstance(subject, Strategy):
        record = subject.as_record()
        if known is None:
            known = Known(check_record(user, record), market_now(subject.data_source))
        # The strategy may have been named after the check.
        checked, now_ts = known.checked._replace(record=record), known.now_ts
        end_ts = visible_window(checked.record, now_ts).end_ts
        window = Window(subject.window_start_ts, end_ts)
        run = Run(kind=Run.Kind.BACKTEST, strategy=subject)
        run.forward_start_ts = int(subject.forward_test_start.timestamp())
    else:
        checked = check_record(user, subject)
        now_ts = market_now(str(checked.record["data_source"]))
        window = visible_window(checked.record, now_ts)
        run = Run(kind=Run.Kind.PREVIEW)
    _check_size(checked.record, window, now_ts)
    _fill(run, user, checked, window)
    return run


def _fill(run: Run, user: User, checked: CheckedRecord, window: Window) -> None:
    record = checked.record
    run.user = user
    run.config = {**record, "packs": checked.used_packs, "all_packs": checked.all_packs}
    run.config_digest = config_digest(checked, window.start_ts)
    run.fingerprint = fingerprint(record, checked.used_packs, window.start_ts)
    run.pack_fingerprints = {pack["id"]: pack_fingerprint(pack) for pack in checked.used_packs}
    run.symbol = record["symbol"]
    run.timeframe = record["timeframe"]
    run.data_source = record["data_source"]
    run.window_start_ts, run.window_end_ts = window
    run.progress_label = "Waiting for a worker"


def config_digest(checked: CheckedRecord, window_start_ts: int) -> str:
    """Recognises the same unsaved configuration; names and notes do not matter."""
    plain = {k: v for k, v in checked.record.items() if k not in ("name", "notes")}
    used = [pack_fingerprint(pack) for pack in checked.used_packs]
    return digest([plain, used, window_start_ts])


def find_preview(user: User, checked: CheckedRecord, window_start_ts: int) -> Run | None:
    """The newest run of exactly this configuration whose result still holds."""
    wanted = config_digest(checked, window_start_ts)
    found = Run.objects.for_user(user).filter(config_digest=wanted, strategy__isnull=True)
    run = found.exclude(status=Run.Status.CANCELLED).order_by("-created_at").first()
    return run if run is not None and _still_holds(run) else None


def _still_holds(run: Run) -> bool:
    if run.is_active:
        return True
    if timezone.now() - run.created_at < PREVIEW_FRESH:
        return run.status == Run.Status.FAILED or run.engine_version == ENGINE_VERSION
    is_same_engine = run.engine_version == ENGINE_VERSION
    return is_same_engine and run.result.get("now_ts") == clock.now(run.data_source)


def _lock_runs_of(user_id: int | None) -> None:
    """Order simultaneous starts and claims of one user.

    Locks are taken in one order everywhere: strategy, user, run, event counter. They leave the
    key free (`no_key`): a row that refers to a locked one, an event to its user or an alert to
    its strategy, can still be written by who holds other locks, or two writers would deadlock.
    """
    # SQLite's writing transactions exclude one another without it.
    if user_id is not None and connection.features.has_select_for_update:
        User.objects.select_for_update(no_key=True).values_list("pk").get(pk=user_id)


def _check_room_for_one_more(user: User) -> None:
    if Run.objects.for_user(user).active().count() >= MAX_ACTIVE_RUNS:
        raise RunLimitError(
            f"{MAX_ACTIVE_RUNS} backtests of yours are already running, which is the limit. "
            "Wait until one has finished, or cancel one."
        )


def _check_size(record: Record, window: Window, now_ts: int) -> None:
    bars = estimated_base_bars(record, window, now_ts)
    if bars > MAX_BARS:
        raise RunLimitError(
            f"This window holds about {bars:,} bars; a backtest may read {MAX_BARS:,}. "
            "Choose a shorter lookback."
        )


def _enqueue_on_commit(run_id: int) -> None:
    transaction.on_commit(lambda: enqueue(run_id))


def enqueue(run_id: int) -> None:
    async_task("strategies.tasks.run_backtest", run_id, cluster="slow")


def cancel(run: Run) -> Run:
    """Stop a run: at once while it waits, at its next step while it computes."""
    with transaction.atomic():
        row: Run = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
        if row.status == Run.Status.QUEUED:
            finish(row, Run.Status.CANCELLED, label="Cancelled")
        elif row.status == Run.Status.RUNNING and not row.cancel_requested:
            row.cancel_requested = True
            row.progress_label = "Cancelling"
            row.save(update_fields=["cancel_requested", "progress_label"])
            events.publish(row.user_id, "run.progress", row.as_event())
    return row


def cancel_runs_of(strategy: Strategy) -> None:
    _cancel_all(Run.objects.filter(strategy=strategy).active())


def _cancel_all(runs: Any) -> None:
    for run in runs:
        # Not `cancel`: the successor must not wait for this one's next step.
        finish(run, Run.Status.CANCELLED, label="Replaced by a newer run")


def claim(run_id: int, owner: str) -> Run | None:
    """Take a run that waits or whose worker died; None when it is not to be had."""
    with transaction.atomic():
        now = timezone.now()
        found = Run.objects.filter(pk=run_id)
        _lock_runs_of(found.values_list("user_id", flat=True).first())
        run: Run | None = found.select_for_update(no_key=True).first()
        if run is None or run.is_finished:
            return None
        if run.status == Run.Status.RUNNING and run.lease_until and run.lease_until > now:
            return None
        if run.cancel_requested:
            finish(run, Run.Status.CANCELLED, label="Cancelled")
            return None
        if _must_wait(run):
            return None
        if run.attempts >= MAX_ATTEMPTS:
            finish(run, Run.Status.FAILED, label="Failed", error=_gave_up_text())
            return None
        _take(run, owner, now)
    return run


def _must_wait(run: Run) -> bool:
    others = Run.objects.filter(user_id=run.user_id, status=Run.Status.RUNNING).exclude(pk=run.pk)
    return others.count() >= MAX_ACTIVE_RUNS


def _gave_up_text() -> str:
    return (
        f"The worker stopped {MAX_ATTEMPTS} times during this run, so it was given up. "
        "Try a shorter window; the earlier result is unchanged."
    )


def _take(run: Run, owner: str, now: datetime) -> None:
    run.status = Run.Status.RUNNING
    run.lease_owner = owner
    run.lease_until = now + LEASE
    run.attempts += 1
    run.started_at = run.started_at or now
    run.progress = 0.0
    run.progress_label = "Starting"
    run.save()


def postpone(run: Run, label: str) -> None:
    """Hand a run back that can't be computed yet; the sweep asks for it again."""
    now = timezone.now()
    held = Run.objects.filter(pk=run.pk, lease_owner=run.lease_owner, status=Run.Status.RUNNING)
    held.update(
        status=Run.Status.QUEUED,
        progress=0.0,
        progress_label=label,
        attempts=F("attempts") - 1,
        lease_until=now + QUEUE_PATIENCE,
    )


def renew_lease(run_id: int, owner: str) -> bool:
    """Say that the worker still lives. False when the run is no longer its own."""
    held = Run.objects.filter(pk=run_id, lease_owner=owner, status=Run.Status.RUNNING)
    return bool(held.update(lease_until=timezone.now() + LEASE))


def move_on(run: Run, progress: float, label: str) -> None:
    """Record and announce progress. Raises RunLostError when the run was cancelled or taken."""
    run.progress, run.progress_label = progress, label
    with transaction.atomic():
        held = Run.objects.filter(
            pk=run.pk,
            lease_owner=run.lease_owner,
            status=Run.Status.RUNNING,
            cancel_requested=False,
        )
        lease = timezone.now() + LEASE
        if not held.update(progress=progress, progress_label=label, lease_until=lease):
            raise RunLostError
        events.publish(run.user_id, "run.progress", run.as_event())


def acknowledge_cancel(run: Run) -> None:
    """Turn a requested cancel into the final status, if the run is still this worker's."""
    with transaction.atomic():
        row = Run.objects.select_for_update(no_key=True).filter(pk=run.pk).first()
        if row and row.cancel_requested and row.is_active and row.lease_owner == run.lease_owner:
            finish(row, Run.Status.CANCELLED, label="Cancelled")


def finish(run: Run, status: str, *, label: str, error: str = "") -> None:
    """Write the final status and announce it. Runs in the caller's transaction."""
    run.status = status
    run.progress_label = label
    run.error = error
    run.finished_at = timezone.now()
    run.lease_until = None
    if status == Run.Status.SUCCEEDED:
        run.progress = 1.0
    run.save()
    events.publish(run.user_id, "run.finished", run.as_event())
    _wake_next(run)


def fail(run: Run, error: str) -> None:
    """End a run that this worker holds with a text for the user; another's is left alone."""
    with transaction.atomic():
        row: Run | None = (
            Run.objects.select_for_update(no_key=True)
            .filter(pk=run.pk, lease_owner=run.lease_owner, status=Run.Status.RUNNING)
            .first()
        )
        if row is not None:
            finish(row, Run.Status.FAILED, label="Failed", error=error)


def _wake_next(run: Run) -> None:
    """A finished run makes room for the user's next one, if one waits."""
    waiting = Run.objects.filter(user_id=run.user_id, status=Run.Status.QUEUED)
    next_id = waiting.order_by("created_at").values_list("pk", flat=True).first()
    if next_id is not None:
        _enqueue_on_commit(next_id)


def sweep(now: datetime | None = None) -> int:
    """Queue again what a dead worker or a lost task left; returns how many."""
    now = now or timezone.now()
    orphans = list(Run.objects.all().orphaned(now).values_list("pk", flat=True)[:100])
    for run_id in orphans:
        # Waiting again, for one patience, so that the queue is not filled with repeats.
        Run.objects.filter(pk=run_id).orphaned(now).update(
            status=Run.Status.QUEUED, lease_until=now + QUEUE_PATIENCE, lease_owner=""
        )
        enqueue(run_id)
    return len(orphans)


def prune_previews(now: datetime | None = None) -> int:
    """Delete builder runs older than a week, with their trades and charts."""
    before = (now or timezone.now()) - KEEP_PREVIEWS
    deleted, _ = Run.objects.all().prunable_previews(before).delete()
    return deleted
