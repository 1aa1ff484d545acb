"""Plays one feed: takes its lease, stores each closed minute, then announces it.

Bars, market time and the lease's renewal are one transaction. Whatever kills the process between
two of them, the next one goes on with the minute after the last stored one.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from market import calendar, eastern, hooks
from market.feeds.base import Batch, Feed
from market.models import FeedState
from market.models.feed import LEASE
from market.store.writing import append_minutes, build_days
from trader.work import leases

logger = structlog.get_logger(__name__)

MAX_GAP_SECONDS = 300
MAX_BACKLOG_WAIT_SECONDS = 30.0
# A simulated market this far ahead of the clock is not waited for: it goes at its own pace.
MAX_AHEAD_SECONDS = 10 * 86_400


class LeaseLostError(Exception):
    """Another process writes this source now; nothing of the batch was stored."""


class Player:
    """`due` is the monotonic instant of the next step."""

    # Whether its minutes are those of the wall clock: at real time old ones are due at once.
    is_of_today = True

    def __init__(self, feed: Feed, symbols: Sequence[str], speed: float) -> None:
        self.feed = feed
        self.source = feed.source
        self.symbols = list(symbols)
        self.speed = speed
        self.due = time.monotonic()
        self.now_ts = 0
        self._batches: Iterator[Batch] = iter(())
        self._next: Batch | None = None
        self._waiting_since: float | None = None

    @property
    def is_over(self) -> bool:
        return self._next is None

    def open(self) -> bool:
        """Take the lease, complete the history, find the place; False when another feed has it."""
        state = claim(self.source, self.speed)
        if state is None:
            return False
        self.now_ts = state.now_ts
        self.store_history()
        with transaction.atomic():
            self.prepare()
            self._move(self.now_ts, FeedState.Status.RUNNING, is_bar=False)
        self._batches = self.feed.stream(self.symbols, self.now_ts)
        self.advance()
        # The last announcement may have died with its process.
        if self.now_ts:
            hooks.announce(self.source, self.symbols)
        return True

    def store_history(self) -> None:
        """The bars that must be there before the first minute; runs at every start."""

    def prepare(self) -> None:
        """What else must be stored before it, in the transaction that begins to play."""

    def step(self) -> None:
        """Store and announce the next minute, unless the evaluation is still far behind."""
        batch = self._next
        if batch is None or self._must_wait():
            return
        with transaction.atomic():
            self._move(batch.close_ts, FeedState.Status.RUNNING, is_bar=True)
            received_at = timezone.now()
            append_minutes(self.source, batch.minutes, received_at)
            self._close_days(batch.close_ts, received_at)
            self.record(batch)
            symbols = sorted({minute.symbol for minute in batch.minutes})
            transaction.on_commit(lambda: hooks.announce(self.source, symbols), robust=True)
        self.now_ts = batch.close_ts
        self.advance()

    def record(self, batch: Batch) -> None:
        """Further rows of the same transaction."""

    def advance(self) -> None:
        """Look at the next minute and decide when it is due."""
        self._next = next(self._batches, None)
        if self._next is not None:
            self.due = self._due_of(self._next.close_ts)

    def renew(self) -> None:
        """Prolong the lease between minutes. Raises LeaseLostError."""
        now = timezone.now()
        changed = FeedState.objects.filter(source=self.source, lease_owner=leases.owner()).update(
            lease_until=now + LEASE, heartbeat_at=now
        )
        if not changed:
            raise LeaseLostError(self.source)

    def keep(self, n_stored: int) -> None:
        """The lease, while a history is being stored. Raises LeaseLostError."""
        self.renew()

    def close(self, status: FeedState.Status, detail: str = "") -> None:
        """Give the lease back."""
        FeedState.objects.filter(source=self.source, lease_owner=leases.owner()).update(
            lease_until=None, status=status, detail=detail[:300], heartbeat_at=timezone.now()
        )

    def _move(self, close_ts: int, status: FeedState.Status, *, is_bar: bool) -> None:
        """Set the market time, provided that the lease is ours and nobody moved it."""
        now = timezone.now()
        stamps: dict[str, datetime] = {"heartbeat_at": now, "lease_until": now + LEASE}
        if is_bar:
            stamps["bar_at"] = now
        changed = FeedState.objects.filter(source=self.source, lease_owner=leases.owner()).update(
            now_ts=close_ts, status=status, detail="", **stamps
        )
        if not changed:
            raise LeaseLostError(self.source)

    def _close_days(self, close_ts: int, received_at: datetime) -> None:
        """Build the day once the market time has reached the end of its regular session."""
        bounds = calendar.session_bounds(eastern.date_of(self.now_ts)) if self.now_ts else None
        today = calendar.session_bounds(eastern.date_of(close_ts))
        for session in {bounds, today} - {None}:
            if session and self.now_ts < session[1] <= close_ts:
                for symbol in self.symbols:
                    build_days(self.source, symbol, session[0], received_at, close_ts)

    def _due_of(self, close_ts: int) -> float:
        now = time.monotonic()
        if self.speed == 0:
            return now
        if self.speed == 1 and self.is_of_today:
            ahead = close_ts - time.time()
            if ahead < MAX_AHEAD_SECONDS:
                return now + max(ahead, 0.0)
        gap = min(close_ts - self.now_ts, MAX_GAP_SECONDS) if self.now_ts else 60
        if eastern.ordinal_of(close_ts) != eastern.ordinal_of(self.now_ts or close_ts):
            gap = 60  # Closed hours take no time.
        # A process that was held up goes on from here and does not rush through the backlog.
        return max(self.due + gap / self.speed, now - 1.0)

    def _must_wait(self) -> bool:
        """Back-pressure, once and bounded: a broken evaluation does not stop the market."""
        now = time.monotonic()
        if self.speed == 1 or not hooks.must_wait(self.source):
            self._waiting_since = None
            return False
        if self._waiting_since is None:
            self._waiting_since = now
        waited = now - self._waiting_since
        if waited > MAX_BACKLOG_WAIT_SECONDS:
            # Not asked again until the evaluation has caught up.
            if self._waiting_since > float("-inf"):
                logger.warning("feed_goes_on_without_evaluation", source=self.source)
            self._waiting_since = float("-inf")
            return False
        self.due = now + 0.02
        return True


def claim(source: str, speed: float) -> FeedState | None:
    """Take the lease of a source; None while a living feed holds it.

    A lease of a process of this host that is gone is taken over at once.
    """
    FeedState.objects.get_or_create(source=source)
    with transaction.atomic():
        state = FeedState.objects.select_for_update().get(source=source)
        me, now = leases.owner(), timezone.now()
        is_taken = state.is_leased(now) and state.lease_owner != me
        if is_taken and not leases.is_dead(state.lease_owner):
            return None
        state.lease_owner = me
        state.lease_until = now + LEASE
        state.heartbeat_at = state.started_at = now
        state.speed = speed
        state.status = FeedState.Status.STARTING
        state.detail = ""
        state.save()
        return state
