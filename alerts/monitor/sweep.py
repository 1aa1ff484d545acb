"""Finding what a lost hint or a dead worker left: bars nobody evaluated, wishes not fulfilled."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alerts.models import EvaluationGroup, Monitor, StrategyState
from alerts.monitor import faults, switch
from alerts.monitor.beat import beat
from alerts.monitor.evaluate import evaluate_series
from market import clock
from market.bars import bases_of_version
from market.models import DataVersion
from market.timeframes import TIMEFRAMES
from strategies.models import Strategy

MINUTE = 60


@dataclass
class _Stored:
    """What is stored of the series the groups read, and the market time of their sources."""

    series: dict[tuple[str, str, str], DataVersion]
    clocks: dict[str, int] = field(default_factory=dict)

    def version_part(self, group: EvaluationGroup, timeframe: str) -> str:
        """What `data_version` says of one stored series."""
        row = self.series.get((group.data_source, group.symbol, timeframe))
        return f"{timeframe}:{row.version if row else 0}"

    def clock_of(self, source: str) -> int:
        if source not in self.clocks:
            self.clocks[source] = clock.now(source)
        return self.clocks[source]


def sweep() -> int:
    """One round; returns the number of alerts it found late."""
    for monitor in Monitor.objects.unsettled():
        settle(monitor.user_id)
    begin_forgotten()
    n_alerts = 0
    for source, symbols in overdue_series().items():
        n_alerts += evaluate_series(source, symbols)
    beat(timezone.now())
    return n_alerts


def settle(user_id: int) -> None:
    """Make a user's monitor what they asked for; safe to run any number of times."""
    monitor = switch.monitor_of(user_id)
    if monitor.desired_state == Monitor.State.RUNNING:
        for source, symbols in _series_of_user(user_id).items():
            evaluate_series(source, symbols)
    _confirm(user_id, monitor.desired_state)


def _series_of_user(user_id: int) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = Strategy.objects.filter(user_id=user_id).monitored()
    for source, symbol in rows.values_list("data_source", "symbol"):
        found[source].add(symbol)
    return found


def _confirm(user_id: int, reached: str) -> None:
    """Say that the state has been reached, unless the user has changed their mind since."""
    now = timezone.now()
    with transaction.atomic():
        monitor = Monitor.objects.select_for_update(no_key=True).get(user_id=user_id)
        if monitor.desired_state != reached or monitor.actual_state == reached:
            return
        monitor.actual_state = reached
        monitor.heartbeat_at = now
        monitor.started_at = now if reached == Monitor.State.RUNNING else None
        monitor.save(update_fields=["actual_state", "heartbeat_at", "started_at"])
        switch.publish_status(monitor, now)


def begin_forgotten() -> None:
    """Monitored strategies without a live state, such as those that were just created."""
    rows = (
        Strategy.objects.all()
        .monitored()
        .filter(live_state__isnull=True, user__monitor__desired_state=Monitor.State.RUNNING)
    )
    for strategy in rows[:200]:
        with transaction.atomic():
            switch.lock_monitor(strategy.user_id)
            switch.begin_watching(strategy)
            switch.refresh_count(strategy.user_id)


def overdue_series() -> dict[str, set[str]]:
    """Sources and symbols with something to evaluate; three queries and a clock per source."""
    overdue: dict[str, set[str]] = defaultdict(set)
    waiting = StrategyState.objects.monitored().filter(
        Q(group__isnull=True) | Q(status=StrategyState.Status.STARTING)
    )
    rows = waiting.exclude(status=StrategyState.Status.FAILED)
    # Also when no bar comes any more: an exit on the last one must not wait for tomorrow.
    rows |= StrategyState.objects.monitored().to_retry(timezone.now() - faults.RETRY_AFTER)
    for source, symbol in rows.values_list("strategy__data_source", "strategy__symbol"):
        overdue[source].add(symbol)
    groups = list(EvaluationGroup.objects.active().defer("state"))
    stored = _stored(groups)
    for group in groups:
        if is_overdue(group, stored):
            overdue[group.data_source].add(group.symbol)
    return overdue


def _stored(groups: list[EvaluationGroup]) -> _Stored:
    rows = DataVersion.objects.filter(
        source__in={group.data_source for group in groups},
        symbol__in={group.symbol for group in groups},
    )
    return _Stored({(row.source, row.symbol, row.timeframe): row for row in rows})


def is_overdue(group: EvaluationGroup, stored: _Stored) -> bool:
    """New bars, corrected bars, or a derived bar that the clock has completed since."""
    bases = bases_of_version(group.data_version) or ["1Min"]
    base = bases[0]
    series = stored.series.get((group.data_source, group.symbol, base))
    if series is None:
        return False
    if series.last_ts > group.seen_minute_ts:
        return True
    if group.data_version != ",".join(stored.version_part(group, one) for one in bases):
        return True
    is_derived = TIMEFRAMES[group.timeframe].seconds > TIMEFRAMES[base].seconds
    now_ts = stored.clock_of(group.data_source)
    return is_derived and now_ts // MINUTE > group.seen_clock_ts // MINUTE
