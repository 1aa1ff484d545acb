"""Playing a recorded day to a copy of a strategy, as if it happened now."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts import events
from accounts.models import User
from alerts.kinds import EXIT
from alerts.models import Alert, AlertConfig, StrategyState
from alerts.monitor.switch import refresh_count, start_monitor
from alerts.querysets import AlertQuerySet
from market import clock, eastern
from market.catalogue import sources_for
from market.models import Replay
from market.replays import start_replay
from market.sources import kind_of
from strategies.models import Strategy
from strategies.querysets import StrategyQuerySet
from strategies.record.shape import Unread
from strategies.saving import changes
from trader.work.instants import full_day_text

HISTORY_DAYS = 20
# So long the page of a replay that is over goes on asking what came of it.
SETTLING = timedelta(minutes=5)
NAME_LIMIT = 120


class Started(NamedTuple):
    replay: Replay
    strategy: Strategy


def recorded_sources(user: User) -> list[tuple[str, str]]:
    """(name, label) of what can be replayed: everything stored but other replays."""
    found = [s for s in sources_for(user) if not kind_of(s.name).is_replayed]
    return [(s.name, s.label) for s in sorted(found, key=lambda s: s.is_simulated)]


def replay_strategy(
    strategy: Strategy, dataset: str, day: date, *, speed: float, sends_webhooks: bool
) -> Started:
    """Start a replay and a monitored copy of the strategy that lives on it.

    Raises BarsError when the day can't be played and StrategyError when the copy isn't valid.
    Starts the user's monitor when it is off.
    """
    user = strategy.user
    with transaction.atomic(), events.written_last():
        # First: its locks come before those of the copy, whose boundary it must not move either.
        start_monitor(user)
        replay = start_replay(user, dataset, strategy.symbol, day, speed, HISTORY_DAYS)
        copy = changes.create_strategy(user, _record_of_copy(strategy, replay)).strategy
        _begin_at_replayed_day(copy, replay)
        AlertConfig.objects.create(user=user, strategy=copy, send_webhooks=sends_webhooks)
        refresh_count(user.pk)
    return Started(replay, copy)


def _record_of_copy(strategy: Strategy, replay: Replay) -> Unread:
    name = f"{strategy.name} · replay {full_day_text(replay.day)}"
    # Recorded dates may lie months apart: the window starts well before the oldest history.
    first = replay.day - timedelta(days=3 * 365)
    return {
        **strategy.as_record(),
        "name": name[:NAME_LIMIT],
        "data_source": replay.source,
        "lookback_mode": "Date Range",
        "lookback_start_date": first.isoformat(),
        "lookback_end_date": None,
        "alert_tracking_enabled": True,
    }


def _begin_at_replayed_day(copy: Strategy, replay: Replay) -> None:
    """History is played into the state silently; alerts begin with the replayed day."""
    midnight = eastern.midnight(replay.day.toordinal())
    start = datetime.fromtimestamp(midnight, UTC)
    Strategy.objects.filter(pk=copy.pk).update(forward_test_start=start, is_replay_copy=True)
    StrategyState.objects.update_or_create(
        strategy=copy, defaults={"user_id": copy.user_id, "monitored_since_ts": midnight}
    )


def copies() -> StrategyQuerySet:
    rows: StrategyQuerySet = Strategy.objects.filter(is_replay_copy=True)
    return rows


def strategy_of(replay: Replay) -> Strategy | None:
    rows = Strategy.objects.filter(user_id=replay.user_id, data_source=replay.source)
    found: Strategy | None = rows.select_related("current_run").order_by("pk").first()
    return found


def alerts_of(replay: Replay) -> AlertQuerySet:
    rows: AlertQuerySet = Alert.objects.filter(user_id=replay.user_id, data_source=replay.source)
    return rows


class Closed(NamedTuple):
    """The trades of a replay that are over; R as it was told, before slippage of any bot."""

    n_trades: int
    total_r: float


def closed_trades(replay: Replay) -> Closed:
    exits = alerts_of(replay).filter(alert_type=EXIT.name).order_by()
    results = [r for r in exits.values_list("data__r_multiple", flat=True) if r is not None]
    return Closed(len(results), sum(results))


def market_time(replay: Replay) -> datetime | None:
    """How far its day has come; None before the first minute."""
    now_ts = clock.now(replay.source) if replay.n_played else 0
    return datetime.fromtimestamp(now_ts, UTC) if now_ts else None


def is_recent(replay: Replay) -> bool:
    """Whether what comes after its end may still be under way."""
    ended_at = replay.finished_at if replay.status == Replay.Status.FINISHED else None
    return ended_at is not None and timezone.now() - ended_at < SETTLING


def seconds_left(replay: Replay) -> float | None:
    """Estimated wall time to the end; None before it has begun or when it can't be said."""
    if replay.started_at is None or replay.is_over or not replay.n_played:
        return None
    elapsed = (timezone.now() - replay.started_at).total_seconds()
    return elapsed * (replay.n_bars - replay.n_played) / replay.n_played
