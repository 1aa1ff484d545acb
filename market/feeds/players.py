"""The players of the two feeds: what each stores beside its minutes."""

import math
import time
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from market import calendar
from market.feeds.base import Batch
from market.feeds.player import Player
from market.feeds.replay import ReplayFeed
from market.feeds.simulated import SimulatedFeed
from market.instruments import ensure_instruments
from market.models import FeedState, Replay
from market.replays import history_before, publish_progress
from market.store.reading import Series
from market.store.staging import store_in_turns

PROGRESS_STEPS = 20
# Of a replay's row: what its owner may change while it runs.
ASKED_FOR = ("cancel_requested", "is_paused", "n_steps", "speed")


class SimulatedPlayer(Player):
    """Begins with several finished sessions, so that indicators are warm at the first minute.

    The first symbol may have more of them, for a year's backtest at once.
    """

    feed: SimulatedFeed

    def __init__(
        self,
        feed: SimulatedFeed,
        symbols: list[str],
        speed: float,
        start: date,
        history_days: int,
        first_days: int = 0,
    ) -> None:
        super().__init__(feed, symbols, speed)
        self.start = start
        self.history_days = max(history_days, 1)
        self.first_days = max(first_days, self.history_days)

    def store_history(self) -> None:
        ensure_instruments()
        if self.now_ts:
            return
        received_at, end_ts = timezone.now(), 0
        for place, symbol in enumerate(self.symbols):
            start_ts, end_ts = self._span(self.history_days if place else self.first_days)
            bars = self.feed.history(symbol, "1Min", start_ts, end_ts)
            store_in_turns(Series(self.source, symbol, "1Min"), bars, received_at, self.keep)
        self.now_ts = end_ts

    def _span(self, n_days: int) -> tuple[int, int]:
        """The last finished sessions before the start."""
        days = calendar.previous_sessions(self.start, n_days)
        first, last = calendar.session_bounds(days[0]), calendar.session_bounds(days[-1])
        if first is None or last is None:
            raise AssertionError("exchange dates have sessions")
        return first[0], last[1]


class ReplayPlayer(Player):
    """Keeps the replay's row in step with its bars, and ends when it is told to."""

    is_of_today = False

    def __init__(self, replay: Replay) -> None:
        super().__init__(ReplayFeed(replay), [replay.symbol], replay.speed)
        self.replay = replay

    def store_history(self) -> None:
        if not self.now_ts:
            history = history_before(self.replay)
            series = Series(self.source, self.replay.symbol, "1Min")
            store_in_turns(series, history, timezone.now(), self.keep)
            self.now_ts = int(history.start_ts[-1]) + 60 if history.n else 0

    def prepare(self) -> None:
        if self.replay.status == Replay.Status.REQUESTED:
            self._set(status=Replay.Status.RUNNING, started_at=timezone.now())
            publish_progress(self.replay)

    def heed(self) -> None:
        """Take over what its owner has asked for since: cancel, pause, step, another speed."""
        asked = Replay.objects.filter(pk=self.replay.pk).values(*ASKED_FOR).first()
        if asked is None:
            return
        before = self.is_held, self.speed
        for name, value in asked.items():
            setattr(self.replay, name, value)
        self.speed = self.replay.speed
        if before != (self.is_held, self.speed) or self.replay.n_steps or self.is_cancelled:
            self._set_due(from_now=True)

    @property
    def is_cancelled(self) -> bool:
        return self.replay.cancel_requested

    @property
    def is_held(self) -> bool:
        """Whether its next minute waits until it is asked for."""
        return self.replay.is_paused and not self.replay.n_steps

    def advance(self) -> None:
        super().advance()
        self._set_due()

    def _set_due(self, *, from_now: bool = False) -> None:
        now = time.monotonic()
        if self.is_cancelled or self.replay.n_steps:
            self.due = now
        elif self.is_held:
            self.due = math.inf
        elif from_now and self._next is not None:
            self.due = now
            self.due = self._due_of(self._next.close_ts)

    def record(self, batch: Batch) -> None:
        self.replay.n_played += len(batch.minutes)
        self._set(n_played=self.replay.n_played)
        every = max(self.replay.n_bars // PROGRESS_STEPS, 1)
        if self.replay.n_steps:
            Replay.objects.filter(pk=self.replay.pk, n_steps__gt=0).update(n_steps=F("n_steps") - 1)
            self.replay.n_steps -= 1
            every = 1
        if self.replay.n_played % every == 0:
            publish_progress(self.replay)

    def finish(self, status: Replay.Status, error: str = "") -> None:
        """Write the end of the replay and give its lease back."""
        states = {Replay.Status.FAILED: FeedState.Status.FAILED}
        with transaction.atomic():
            self._set(status=status, error=error[:300], finished_at=timezone.now())
            publish_progress(self.replay)
            self.close(states.get(status, FeedState.Status.FINISHED), error)

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self.replay, name, value)
        Replay.objects.filter(pk=self.replay.pk).update(**values)
