"""Switching live evaluation on and off, for a user and for one strategy.

The web process writes what is wanted and from which market time on; a worker makes it so.

Rows are locked in one order, here and where evaluations are stored: the monitor, groups by id,
live states, then the user and runs, last the user's event counter. So nobody waits for someone
who waits for them. A transaction that publishes before its last lock holds its events back.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_q.tasks import async_task

from accounts import events
from accounts.models import User
from alerts.models import EvaluationGroup, Monitor, StrategyState
from alerts.models.documents import MonitorError
from alerts.monitor.boundary import dealt_with_ts
from market import clock
from market.prices import price_text
from strategies.models import Strategy
from strategies.saving import changes
from trader.work.instants import iso


def monitor_of(user_id: int) -> Monitor:
    row, _ = Monitor.objects.get_or_create(user_id=user_id)
    return row


def start_monitor(user: User) -> Monitor:
    """Ask for the monitor; entries and exits from this market time on become alerts."""
    with transaction.atomic():
        monitor = lock_monitor(user.pk)
        if monitor.desired_state == Monitor.State.RUNNING:
            return monitor
        strategies = list(Strategy.objects.for_user(user).monitored())
        void_evaluations_under_way(*strategies)
        for strategy in strategies:
            _set_boundary(strategy)
        monitor.strategies_monitored = len(strategies)
        monitor.save(update_fields=["strategies_monitored"])
        request(monitor, Monitor.State.RUNNING)
    return monitor


def stop_monitor(user: User) -> Monitor:
    """Ask for the end of evaluation. Snapshots are kept, so that resuming tells what happened."""
    with transaction.atomic():
        monitor = lock_monitor(user.pk)
        if monitor.desired_state != Monitor.State.STOPPED:
            request(monitor, Monitor.State.STOPPED)
    return monitor


def lock_monitor(user_id: int) -> Monitor:
    """The user's monitor, locked until the end of the transaction."""
    monitor_of(user_id)
    row: Monitor = Monitor.objects.select_for_update(no_key=True).get(user_id=user_id)
    return row


def request(monitor: Monitor, state: str) -> None:
    """Write the wish and have a worker fulfil it; boundaries stay as they are."""
    monitor.desired_state = state
    monitor.requested_at = timezone.now()
    monitor.save(update_fields=["desired_state", "requested_at"])
    publish_status(monitor)
    user_id = monitor.user_id
    transaction.on_commit(lambda: async_task("alerts.tasks.apply_monitor", user_id, cluster="hot"))


def publish_status(monitor: Monitor, now: datetime | None = None) -> None:
    """Tell the browsers; inside the transaction of the change."""
    status = monitor.as_status(now or timezone.now())
    shown = {name: value for name, value in status.items() if name != "errors"}
    shown["n_errors"] = len(status["errors"])
    events.publish(monitor.user_id, "monitor.status", shown)


def watch_strategy(strategy: Strategy) -> None:
    """Monitor this strategy from now on; it takes effect while the user's monitor runs."""
    changes.set_monitoring(strategy, True)


def unwatch_strategy(strategy: Strategy, *, confirmed: bool = False) -> None:
    """Leave it out. Raises ConfirmationNeededError when a position would be forgotten."""
    changes.set_monitoring(strategy, False, confirmed=confirmed)


def reset_live_state(strategy: Strategy) -> None:
    """After an invalidating edit, a switch or a deletion: what was known live is void.

    Runs in the transaction of the change; an evaluation under way will not be stored.
    """
    lock_monitor(strategy.user_id)
    void_evaluations_under_way(strategy)
    StrategyState.objects.filter(strategy=strategy).delete()
    if strategy.alert_tracking_enabled:
        _set_boundary(strategy)
    refresh_count(strategy.user_id)


def move_live_state(strategy: Strategy) -> None:
    """Its window moved, so it reads other bars from now on; nothing is told a second time.

    Runs in the transaction of the change. A told position stays tracked.
    """
    lock_monitor(strategy.user_id)
    void_evaluations_under_way(strategy)
    rows = StrategyState.objects.filter(strategy=strategy)
    state = rows.select_related("group").first()
    if state is None:
        return
    rows.update(
        group=None,
        evaluated_until_ts=dealt_with_ts(state, state.group),
        status=StrategyState.Status.STARTING,
        updated_at=timezone.now(),
    )
    _ask_for_evaluation(strategy)


def lock_live_rows(strategies: list[Strategy]) -> None:
    """Lock what resets of these strategies, all of one user, will touch one by one."""
    lock_monitor(strategies[0].user_id)
    void_evaluations_under_way(*strategies)


def void_evaluations_under_way(*strategies: Strategy) -> None:
    """Whoever has read the groups of these will find that they have moved, and store nothing."""
    joined = StrategyState.objects.filter(strategy__in=strategies, group__isnull=False)
    ids = set(joined.values_list("group_id", flat=True))
    groups = EvaluationGroup.objects.filter(pk__in=ids)
    # Locked in order of their ids; an update alone takes them as it finds them.
    list(groups.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    groups.update(generation=F("generation") + 1)


def open_positions(user: User) -> list[StrategyState]:
    """Live positions of a user whose monitor is to run: a stop would leave them unwatched."""
    rows = StrategyState.objects.for_user(user).monitored().select_related("strategy")
    return [state for state in rows.order_by("strategy__name", "pk") if state.has_position]


def open_position_losses(strategy: Strategy) -> list[str]:
    """A sentence naming the live position that a reset would forget."""
    state = StrategyState.objects.filter(strategy=strategy).first()
    position = None if state is None else state.position
    if position is None or not strategy.alert_tracking_enabled:
        return []
    price = position.get("entry_price")
    text = f"Its open {strategy.direction} position in {strategy.symbol}"
    if price is not None:
        text += f", entered at {price_text(price, position.get('price_decimals'))}"
    return [text + ", is forgotten: no exit will be announced for it."]


def confirm_closed(state: StrategyState) -> None:
    """The trader has dealt with a position that could not be confirmed."""
    with transaction.atomic():
        void_evaluations_under_way(state.strategy)
        current = StrategyState.objects.get(pk=state.pk)
        StrategyState.objects.filter(pk=state.pk).update(
            note="", status=_settled_status(current), updated_at=timezone.now()
        )
        _ask_for_evaluation(state.strategy)


def _settled_status(state: StrategyState) -> str:
    if state.status != StrategyState.Status.UNCONFIRMED:
        return state.status
    has_position = state.has_position
    return StrategyState.Status.IN_POSITION if has_position else StrategyState.Status.FLAT


def begin_watching(strategy: Strategy) -> StrategyState:
    """Set the boundary: what happens after this market time raises alerts.

    A position announced earlier stays tracked: if it has been closed in between, its exit is
    still told.
    """
    void_evaluations_under_way(strategy)
    return _set_boundary(strategy)


def _set_boundary(strategy: Strategy) -> StrategyState:
    state, _ = StrategyState.objects.update_or_create(
        strategy=strategy,
        defaults={
            "user_id": strategy.user_id,
            "status": StrategyState.Status.STARTING,
            "monitored_since_ts": clock.now(strategy.data_source),
            "error": "",
        },
    )
    _ask_for_evaluation(strategy)
    return state


def _ask_for_evaluation(strategy: Strategy) -> None:
    source, symbol = strategy.data_source, strategy.symbol
    transaction.on_commit(
        lambda: async_task("alerts.tasks.evaluate", source, [symbol], cluster="hot")
    )


def refresh_count(user_id: int) -> None:
    monitor = lock_monitor(user_id)
    monitor.strategies_monitored = Strategy.objects.filter(user_id=user_id).monitored().count()
    monitor.save(update_fields=["strategies_monitored"])
    publish_status(monitor)


def record_error(user_id: int, strategy: Strategy, error: str, now: datetime) -> None:
    """Add to the monitor's last errors; a repeated one only moves its time."""
    with transaction.atomic():
        monitor = lock_monitor(user_id)
        entry: MonitorError = {
            "strategy_id": strategy.pk,
            "strategy_name": strategy.name,
            "error": error,
            "timestamp": iso(now),
        }
        monitor.add_error(entry)
        monitor.save(update_fields=["errors"])
        publish_status(monitor, now)
