"""The life of a trust check as a row: queued after a result, claimed, moved on, finished.

Only rows are touched here, so web requests may import it. The computation is in `trust`. A check
never keeps a result waiting: it is work of its own, and no more than one is computed at a time.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from strategies.engine.version import ENGINE_VERSION
from strategies.models import Run, Strategy, TrustCheck
from strategies.runs.queue import LEASE, MAX_ATTEMPTS, QUEUE_PATIENCE, RunLostError

QUEUED_LABEL = "Waiting for a worker"


class TrustError(Exception):
    """It can't be checked; the text says why and what to do."""


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
        status=Run.Status.CANCELLED,
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
    now = timezone.now()
    fresh: dict[str, Any] = {
        "user_id": run.user_id,
        "status": Run.Status.QUEUED,
        "progress": 0.0,
        "progress_label": QUEUED_LABEL,
        "error": "",
        "lease_owner": "",
        "lease_until": now + QUEUE_PATIENCE,
        "attempts": 0,
        "cancel_requested": False,
        "created_at": now,
        "started_at": None,
        "finished_at": None,
    }
    row, _ = TrustCheck.objects.update_or_create(run=run, defaults=fresh)
    check_id = row.pk
    transaction.on_commit(lambda: enqueue(check_id))
    return row


def enqueue(check_id: int) -> None:
    async_task("strategies.tasks.check_trust", check_id, cluster="slow")


def cancel(check: TrustCheck) -> TrustCheck:
    """Stop a check: at once while it waits, at its next step while it computes."""
    with transaction.atomic():
        row: TrustCheck = TrustCheck.objects.select_for_update(no_key=True).get(pk=check.pk)
        if row.status == Run.Status.QUEUED:
            _finish(row, Run.Status.CANCELLED, label="Cancelled")
        elif row.status == Run.Status.RUNNING:
            row.cancel_requested = True
            row.progress_label = "Cancelling"
            row.save(update_fields=["cancel_requested", "progress_label"])
    return row


def claim(check_id: int, owner: str) -> TrustCheck | None:
    """Take a check that waits or whose worker died; None when it is not to be had.

    While another one is computed it stays queued. Two simultaneous claims may both succeed: that
    only costs time.
    """
    now = timezone.now()
    with transaction.atomic():
        rows = TrustCheck.objects.select_for_update(no_key=True)
        row: TrustCheck | None = rows.filter(pk=check_id).first()
        if row is None or not row.is_active or _is_held(row, now):
            return None
        if row.cancel_requested:
            _finish(row, Run.Status.CANCELLED, label="Cancelled")
            return None
        if row.attempts >= MAX_ATTEMPTS:
            _finish(row, Run.Status.FAILED, label="Failed", error=_gave_up_text())
            return None
        if TrustCheck.objects.all().held(now).exclude(pk=row.pk).exists():
            return None
        _take(row, owner, now)
    return row


def _is_held(row: TrustCheck, now: datetime) -> bool:
    is_running = row.status == Run.Status.RUNNING
    return bool(is_running and row.lease_until and row.lease_until > now)


def _gave_up_text() -> str:
    return (
        f"The worker stopped {MAX_ATTEMPTS} times during these checks, so they were given up. "
        "The result itself is unchanged."
    )


def _take(row: TrustCheck, owner: str, now: datetime) -> None:
    row.status = Run.Status.RUNNING
    row.lease_owner = owner
    row.lease_until = now + LEASE
    row.attempts += 1
    row.started_at = row.started_at or now
    row.progress, row.progress_label = 0.0, "Starting"
    row.save()


def renew_lease(check_id: int, owner: str) -> bool:
    """Say that the worker still lives. False when the check is no longer its own."""
    held = TrustCheck.objects.filter(pk=check_id, lease_owner=owner, status=Run.Status.RUNNING)
    return bool(held.update(lease_until=timezone.now() + LEASE))


def move_on(check: TrustCheck, progress: float, label: str) -> None:
    """Record progress. Raises RunLostError when the check was cancelled or taken."""
    held = TrustCheck.objects.filter(
        pk=check.pk,
        lease_owner=check.lease_owner,
        status=Run.Status.RUNNING,
        cancel_requested=False,
    )
    lease = timezone.now() + LEASE
    if not held.update(progress=progress, progress_label=label, lease_until=lease):
        raise RunLostError


def store(check: TrustCheck, document: dict[str, Any], verdicts: dict[str, str]) -> None:
    """Keep the outcome. Raises RunLostError when the check is no longer this worker's."""
    with transaction.atomic():
        row = _still_mine(check)
        if row is None or row.cancel_requested:
            raise RunLostError
        row.result, row.verdicts = document, verdicts
        row.engine_version, row.seed = document["engine_version"], document["seed"]
        row.progress = 1.0
        _finish(row, Run.Status.SUCCEEDED, label="Finished")


def fail(check: TrustCheck, error: str) -> None:
    """End a check that this worker holds with a text for the user."""
    with transaction.atomic():
        row = _still_mine(check)
        if row is not None:
            _finish(row, Run.Status.FAILED, label="Failed", error=error)


def acknowledge_cancel(check: TrustCheck) -> None:
    """Turn a requested cancel into the final status, if the check is still this worker's."""
    with transaction.atomic():
        row = _still_mine(check)
        if row is not None and row.cancel_requested:
            _finish(row, Run.Status.CANCELLED, label="Cancelled")


def _still_mine(check: TrustCheck) -> TrustCheck | None:
    row: TrustCheck | None = (
        TrustCheck.objects.select_for_update(no_key=True)
        .filter(pk=check.pk, lease_owner=check.lease_owner, status=Run.Status.RUNNING)
        .first()
    )
    return row


def _finish(row: TrustCheck, status: str, *, label: str, error: str = "") -> None:
    row.status, row.progress_label, row.error = status, label, error
    row.finished_at, row.lease_until = timezone.now(), None
    row.save()
    waiting = TrustCheck.objects.filter(status=Run.Status.QUEUED).order_by("created_at")
    next_id = waiting.values_list("pk", flat=True).first()
    if next_id is not None:
        transaction.on_commit(lambda: enqueue(next_id))


def sweep(now: datetime | None = None) -> int:
    """Queue again what a dead worker or a lost task left, one at a time; returns how many."""
    now = now or timezone.now()
    orphans = TrustCheck.objects.all().orphaned(now)
    if TrustCheck.objects.all().held(now).exists():
        return 0
    check_id = orphans.order_by("created_at").values_list("pk", flat=True).first()
    if check_id is None:
        return 0
    TrustCheck.objects.filter(pk=check_id).orphaned(now).update(
        status=Run.Status.QUEUED, lease_until=now + QUEUE_PATIENCE, lease_owner=""
    )
    enqueue(check_id)
    return 1


def is_sweep_due(now: datetime) -> bool:
    """Whether `sweep` would find something."""
    checks = TrustCheck.objects.all()
    return checks.orphaned(now).exists() and not checks.held(now).exists()
