"""How much of one kind of work may be computed at once, and whose turn comes next."""

from datetime import datetime
from typing import NamedTuple, Protocol

from django.db import connection

from accounts.models import User
from trader.work.models import LeasedWork
from trader.work.querysets import LeasedQuerySet

MOST_SWEPT = 100


class Limit(Protocol):
    """The rows asked are always those of one kind."""

    def lock(self, rows: LeasedQuerySet) -> None:
        """Order simultaneous claims, before the row itself is locked."""

    def is_reached(self, rows: LeasedQuerySet, row: LeasedWork, now: datetime) -> bool:
        """Whether a row that could be computed has to wait for others."""

    def waiting(self, rows: LeasedQuerySet, ended: LeasedWork) -> LeasedQuerySet:
        """Those for which the end of one makes room."""

    def lost(self, rows: LeasedQuerySet, now: datetime) -> LeasedQuerySet:
        """Those that no living worker holds, as many as may be asked for now."""


class PerUser(NamedTuple):
    """So many of each user at once."""

    most: int

    def lock(self, rows: LeasedQuerySet) -> None:
        lock_user(rows.values_list("user_id", flat=True).first())

    def is_reached(self, rows: LeasedQuerySet, row: LeasedWork, now: datetime) -> bool:
        mine = rows.filter(user_id=row.user_id, status=LeasedWork.Status.RUNNING)
        return mine.exclude(pk=row.pk).count() >= self.most

    def waiting(self, rows: LeasedQuerySet, ended: LeasedWork) -> LeasedQuerySet:
        return rows.filter(user_id=ended.user_id, status=LeasedWork.Status.QUEUED)

    def lost(self, rows: LeasedQuerySet, now: datetime) -> LeasedQuerySet:
        return rows.orphaned(now)[:MOST_SWEPT]


class OneAtATime(NamedTuple):
    """One over the whole deployment; two simultaneous claims may both succeed, which costs time."""

    def lock(self, rows: LeasedQuerySet) -> None:
        """Nothing."""

    def is_reached(self, rows: LeasedQuerySet, row: LeasedWork, now: datetime) -> bool:
        return rows.held(now).exclude(pk=row.pk).exists()

    def waiting(self, rows: LeasedQuerySet, ended: LeasedWork) -> LeasedQuerySet:
        return rows.filter(status=LeasedWork.Status.QUEUED)

    def lost(self, rows: LeasedQuerySet, now: datetime) -> LeasedQuerySet:
        if rows.held(now).exists():
            return rows.none()
        return rows.orphaned(now).order_by("created_at")[:1]


def lock_user(user_id: int | None) -> None:
    """Order simultaneous starts and claims of one user.

    Locks are taken in one order everywhere: strategy, user, run, event counter. They leave the
    key free (`no_key`): a row that refers to a locked one, an event to its user or an alert to
    its strategy, can still be written by who holds other locks, or two writers would deadlock.
    """
    # SQLite's writing transactions exclude one another without it.
    if user_id is not None and connection.features.has_select_for_update:
        User.objects.select_for_update(no_key=True).values_list("pk").get(pk=user_id)
