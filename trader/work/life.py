"""The life of leased work: queued, claimed by one worker, moved on, finished or taken over.

Every kind of work lives it, with a `Life` that says what is its own. Only rows are touched here,
so web requests may import it. Tasks are hints: work whose task is lost, or whose worker died, is
found by its row when its lease has run out.
"""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_q.tasks import async_task

from accounts import events
from trader.work.keeping import lease_kept
from trader.work.limits import Limit
from trader.work.models import LeasedWork
from trader.work.querysets import LeasedQuerySet

log = logging.getLogger(__name__)
W = TypeVar("W", bound=LeasedWork)
Status = LeasedWork.Status
LEASE = timedelta(seconds=10)
# How long a queued row may wait before the sweep asks for it again.
QUEUE_PATIENCE = timedelta(seconds=10)
MAX_ATTEMPTS = 3


class WorkLostError(Exception):
    """This worker no longer holds the row: cancelled, deleted, or taken over after a pause."""


class NotYetError(Exception):
    """It can't be computed yet; the text says what it waits for."""


class News(NamedTuple):
    """The event types under which browsers hear of work."""

    progress: str
    finished: str


@dataclass(eq=False)
class Life(Generic[W]):
    """One kind of work: `model` holds its rows, the rest is what differs from other kinds.

    task : dotted name of the room's task, which is given the id of a row
    gave_up : what the user reads when the workers of all `attempts` died
    unexpected : what the user reads of an error that nobody foresaw
    faults : errors whose text is for the user
    news : None for work of which browsers aren't told
    """

    model: type[W]
    name: str
    task: str
    limit: Limit
    gave_up: str
    unexpected: Callable[[W], str]
    faults: tuple[type[Exception], ...] = ()
    news: News | None = None
    attempts: int = MAX_ATTEMPTS
    cluster: str = "slow"

    def queue(self, row: W) -> W:
        """Store a row, new or to be done again, and call a worker on commit."""
        now = timezone.now()
        fresh = {
            "status": Status.QUEUED,
            "progress": 0.0,
            "progress_label": "Waiting for a worker",
            "error": "",
            "lease_owner": "",
            "lease_until": now + QUEUE_PATIENCE,
            "attempts": 0,
            "cancel_requested": False,
            "created_at": now,
            "started_at": None,
            "finished_at": None,
        }
        for name, value in fresh.items():
            setattr(row, name, value)
        row.save(update_fields=None if row.pk is None else [*fresh])
        self._enqueue_on_commit(row.pk)
        return row

    def _enqueue_on_commit(self, row_id: int) -> None:
        transaction.on_commit(lambda: self.enqueue(row_id))

    def enqueue(self, row_id: int) -> None:
        async_task(self.task, row_id, cluster=self.cluster)

    def do(self, row_id: int, compute: Callable[[W], None]) -> None:
        """What the task does: nothing when another worker has the row or it is finished."""
        owner = uuid.uuid4().hex
        row = self.claim(row_id, owner)
        if row is None:
            return
        with lease_kept(lambda: self.renew_lease(row_id, owner), f"{self.name}-{row_id}"):
            compute(row)

    def claim(self, row_id: int, owner: str) -> W | None:
        """Take a row that waits or whose worker died; None when it is not to be had."""
        with transaction.atomic():
            now = timezone.now()
            found = self._rows().filter(pk=row_id)
            self.limit.lock(found)
            row: W | None = found.select_for_update(no_key=True).first()
            if row is None or row.is_finished or row.is_held(now):
                return None
            if row.cancel_requested:
                self.finish(row, Status.CANCELLED)
                return None
            if row.attempts >= self.attempts:
                self.finish(row, Status.FAILED, error=self.gave_up)
                return None
            if self.limit.is_reached(self._rows(), row, now):
                return None
            self._take(row, owner, now)
        return row

    def _take(self, row: W, owner: str, now: datetime) -> None:
        row.status = Status.RUNNING
        row.lease_owner = owner
        row.lease_until = now + LEASE
        row.attempts += 1
        row.started_at = row.started_at or now
        row.progress, row.progress_label = 0.0, "Starting"
        row.save()

    def renew_lease(self, row_id: int, owner: str) -> bool:
        """Say that the worker still lives. False when the row is no longer its own."""
        held = self._rows().filter(pk=row_id, lease_owner=owner, status=Status.RUNNING)
        return bool(held.update(lease_until=timezone.now() + LEASE))

    @contextmanager
    def settling(self, row: W) -> Iterator[None]:
        """Whatever ends the computation inside becomes the state of its row."""
        try:
            yield
        except NotYetError as reason:
            self.postpone(row, str(reason))
        except WorkLostError:
            self.acknowledge_cancel(row)
        except self.faults as error:
            self.fail(row, str(error))
        except Exception:
            log.exception("%s failed", self.name, extra={str(row._meta.model_name): row.pk})
            self.fail(row, self.unexpected(row))

    def move_on(self, row: W, progress: float, label: str) -> None:
        """Record and announce progress. Raises WorkLostError when the row is cancelled or taken."""
        row.progress, row.progress_label = progress, label
        with transaction.atomic():
            held = self._held(row).filter(cancel_requested=False)
            lease = timezone.now() + LEASE
            if not held.update(progress=progress, progress_label=label, lease_until=lease):
                raise WorkLostError
            self._tell_progress(row)

    def postpone(self, row: W, label: str) -> None:
        """Hand a row back that can't be computed yet; the sweep asks for it again."""
        self._held(row).update(
            status=Status.QUEUED,
            progress=0.0,
            progress_label=label,
            attempts=F("attempts") - 1,
            lease_until=timezone.now() + QUEUE_PATIENCE,
        )

    def hold(self, row: W) -> W:
        """The row as it is now, locked, to store what came of it. Raises WorkLostError."""
        held = self._locked(row)
        if held is None or held.cancel_requested:
            raise WorkLostError
        return held

    def cancel(self, row: W) -> W:
        """Stop work: at once while it waits, at its next step while it is computed."""
        with transaction.atomic():
            found: W = self._rows().select_for_update(no_key=True).get(pk=row.pk)
            if found.status == Status.QUEUED:
                self.finish(found, Status.CANCELLED)
            elif found.status == Status.RUNNING and not found.cancel_requested:
                found.cancel_requested = True
                found.progress_label = "Cancelling"
                found.save(update_fields=["cancel_requested", "progress_label"])
                self._tell_progress(found)
        return found

    def acknowledge_cancel(self, row: W) -> None:
        """Turn a requested cancel into the final status, if the row is still this worker's."""
        with transaction.atomic():
            held = self._locked(row)
            if held is not None and held.cancel_requested:
                self.finish(held, Status.CANCELLED)

    def fail(self, row: W, error: str) -> None:
        """End work that this worker holds with a text for the user; another's is left alone."""
        with transaction.atomic():
            held = self._locked(row)
            if held is not None:
                self.finish(held, Status.FAILED, error=error)

    def finish(self, row: W, status: Status, *, label: str = "", error: str = "") -> None:
        """Write the final status and announce it. Runs in the caller's transaction."""
        row.status = status
        row.progress_label = label or str(status.label)
        row.error = error
        row.finished_at, row.lease_until = timezone.now(), None
        if status == Status.SUCCEEDED:
            row.progress = 1.0
        row.save()
        if self.news is not None:
            events.publish(row.user_id, self.news.finished, dict(row.as_event()))
        self._wake_next(row)

    def _wake_next(self, ended: W) -> None:
        waiting = self.limit.waiting(self._rows(), ended).order_by("created_at")
        next_id = waiting.values_list("pk", flat=True).first()
        if next_id is not None:
            self._enqueue_on_commit(next_id)

    def lost(self, now: datetime) -> list[int]:
        """Ids of what a dead worker or a lost task left and may be computed now."""
        return list(self.limit.lost(self._rows(), now).values_list("pk", flat=True))

    def sweep(self, now: datetime | None = None) -> int:
        """Queue again what is lost; returns how many."""
        now = now or timezone.now()
        lost = self.lost(now)
        for row_id in lost:
            # Waiting again, for one patience, so that the queue is not filled with repeats.
            self._rows().filter(pk=row_id).orphaned(now).update(
                status=Status.QUEUED, lease_until=now + QUEUE_PATIENCE, lease_owner=""
            )
            self.enqueue(row_id)
        return len(lost)

    def _tell_progress(self, row: W) -> None:
        if self.news is not None:
            events.publish(row.user_id, self.news.progress, dict(row.as_event()))

    def _rows(self) -> LeasedQuerySet:
        return LeasedQuerySet(self.model)

    def _held(self, row: W) -> LeasedQuerySet:
        """The row, while it is this worker's."""
        return self._rows().filter(pk=row.pk, lease_owner=row.lease_owner, status=Status.RUNNING)

    def _locked(self, row: W) -> W | None:
        held: W | None = self._held(row).select_for_update(no_key=True).first()
        return held
