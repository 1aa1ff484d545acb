"""After a replay: its copy is watched no longer, its alerts have been seen, and what was told is
held against a backtest of the same day.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from django.db import transaction

from accounts import events
from alerts.acknowledging import acknowledge
from alerts.kinds import EXIT
from alerts.models import Alert
from alerts.monitor.sweep import overdue_series
from alerts.replays import alerts_of, copies
from market import eastern
from market.models import Replay
from strategies.models import Run, Strategy, Trade
from strategies.runs import queue
from strategies.saving import changes


def settle_ended() -> int:
    """Finish every copy whose replay is over and evaluated to its end; returns how many."""
    ended = [
        (copy, replay) for copy in copies().monitored() if (replay := _replay_of(copy)).is_over
    ]
    if not ended:
        return 0
    overdue = overdue_series()
    settled = [(copy, replay) for copy, replay in ended if copy.data_source not in overdue]
    for copy, replay in settled:
        _settle(copy, replay)
    return len(settled)


def _replay_of(copy: Strategy) -> Replay:
    """A copy whose replay is gone has nothing to wait for either."""
    found: Replay | None = Replay.objects.by_source(copy.data_source).first()
    return found or Replay(status=Replay.Status.CANCELLED)


def _settle(copy: Strategy, replay: Replay) -> None:
    with transaction.atomic(), events.written_last():
        changes.set_monitoring(copy, False, confirmed=True)
        if replay.pk is not None:
            acknowledge(copy.user, alerts_of(replay))
            if replay.status == Replay.Status.FINISHED:
                queue.start_backtest(copy.user, copy, enforce_limit=False)


def prune_copies() -> int:
    """Remove copies whose bars have gone with their replay; their alerts stay."""
    unwatched = copies().filter(alert_tracking_enabled=False)
    gone = [copy for copy in unwatched if _replay_of(copy).pk is None]
    for copy in gone:
        changes.erase_strategy(copy)
    return len(gone)


class Told(NamedTuple):
    """A closed trade, as an alert or a backtest has it. Instants in epoch seconds."""

    entry_bar_ts: int
    entry_price: float
    exit_price: float
    exit_reason: str

    @property
    def entered_at(self) -> datetime:
        return datetime.fromtimestamp(self.entry_bar_ts, UTC)


class Comparison(NamedTuple):
    """What the monitor told of the day beside a backtest of it; `is_ready` once that is there."""

    is_ready: bool
    n_told: int = 0
    n_same: int = 0
    only_told: tuple[Told, ...] = ()
    only_backtested: tuple[Told, ...] = ()

    @property
    def is_same(self) -> bool:
        return self.is_ready and not self.only_told and not self.only_backtested


def compare(replay: Replay, copy: Strategy) -> Comparison:
    """Trades that were entered and closed on the replayed day, told and backtested."""
    run = copy.current_run
    if run is None or replay.finished_at is None or run.created_at < replay.finished_at:
        return Comparison(is_ready=False)
    told, backtested = set(_told(replay)), set(_backtested(run, replay))
    return Comparison(
        is_ready=True,
        n_told=len(told),
        n_same=len(told & backtested),
        only_told=tuple(sorted(told - backtested)),
        only_backtested=tuple(sorted(backtested - told)),
    )


def _told(replay: Replay) -> list[Told]:
    exits = alerts_of(replay).filter(alert_type=EXIT.name).exclude(source=Alert.Source.TEST)
    rows = exits.order_by().values_list("entry_bar_ts", "data__entry_price", "price", "exit_reason")
    return [Told(*row) for row in rows]


def _backtested(run: Run, replay: Replay) -> list[Told]:
    midnight = eastern.midnight(replay.day.toordinal())
    trades = Trade.objects.filter(run=run).closed().filter(entry_fill_ts__gte=midnight)
    rows = trades.order_by().values_list("entry_bar_ts", "entry_price", "exit_price", "exit_reason")
    return [Told(*row) for row in rows]
