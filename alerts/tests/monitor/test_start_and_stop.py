"""Starting, stopping and resuming the monitor, and the boundary it sets."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User, UserEvent
from alerts.kinds import ENTRY, EXIT
from alerts.models import Alert, Monitor, StrategyState
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.status import monitor_state
from alerts.monitor.sweep import settle, sweep
from alerts.monitor.switch import start_monitor, stop_monitor, watch_strategy
from alerts.testing import SOURCE, append_minute, make_strategy, run_monitor, store_history
from market.bars import load_bars
from market.models import Bar, DataVersion
from strategies.engine.types import Bars
from strategies.runs.compute import program_for, strategy_anchor_ts

pytestmark = pytest.mark.django_db
NS = 1_000_000_000


def feed(raw, begin: int, end: int, *, evaluates: bool = True) -> None:
    for index in range(begin, end):
        append_minute(raw, index)
        if evaluates:
            evaluate_series(SOURCE, ["SPY"])


def trades_of(strategy, raw):
    """Every trade of the whole wave."""
    _, program = program_for(strategy)
    start_ts = strategy_anchor_ts(strategy)
    bars = load_bars(SOURCE, "SPY", "1Min", "RTH", start_ts, 1 << 40)
    return program.backtest(Bars(*bars)).trades


def first_held_index(raw, strategy) -> int:
    """Index of a minute during which the strategy holds a position."""
    trade = next(t for t in trades_of(strategy, raw) if t.bars_held > 3)
    starts = list(raw.start_ts)
    return starts.index(trade.entry_bar_ns // NS) + 2


def test_history_raises_no_alert(alice: User, raw) -> None:
    store_history(raw)
    make_strategy(alice)
    run_monitor(alice)
    assert not Alert.objects.exists()
    assert StrategyState.objects.get().group.last_bar_ts == int(raw.start_ts[-1])


def test_position_entered_before_monitoring_is_shown_and_its_exit_is_not_told(
    alice: User, raw
) -> None:
    store_history(raw)
    index = first_held_index(raw, make_strategy(alice))
    Bar.objects.all().delete()
    DataVersion.objects.all().delete()
    store_history(raw.take(slice(0, index)))
    run_monitor(alice)
    state = StrategyState.objects.get()
    assert state.entered_before_monitoring
    assert state.status == StrategyState.Status.IN_POSITION
    feed(raw, index, index + 150)
    exits = Alert.objects.filter(alert_type=EXIT.name)
    assert not exits.filter(entry_bar_ts=state.details["entry_bar_ts"]).exists()
    assert Alert.objects.exists()


def test_stopped_monitor_evaluates_nothing(alice: User, raw) -> None:
    store_history(raw.take(slice(0, 500)))
    make_strategy(alice)
    run_monitor(alice)
    stop_monitor(alice)
    settle(alice.pk)
    feed(raw, 500, 620)
    assert not Alert.objects.exists()
    assert monitor_state(alice).code == "stopped"


def test_resumed_monitor_keeps_what_happened_meanwhile_silent(alice: User, raw) -> None:
    store_history(raw.take(slice(0, 500)))
    strategy = make_strategy(alice)
    run_monitor(alice)
    stop_monitor(alice)
    settle(alice.pk)
    feed(raw, 500, 800)
    run_monitor(alice)
    assert not Alert.objects.exists()
    feed(raw, 800, 1000)
    resumed_ns = int(raw.start_ts[800]) * NS
    expected = [
        trade.entry_bar_ns // NS
        for trade in trades_of(strategy, raw)
        if resumed_ns <= trade.entry_bar_ns
    ]
    entries = Alert.objects.filter(alert_type=ENTRY.name).order_by("bar_ts")
    assert [a.bar_ts for a in entries][: len(expected)] == expected


def test_exit_of_a_told_entry_that_came_while_stopped_is_told_on_resuming(alice: User, raw) -> None:
    store_history(raw.take(slice(0, 500)))
    make_strategy(alice)
    run_monitor(alice)
    index = 500
    while not StrategyState.objects.filter(tracked_entry_ts__isnull=False).exists():
        feed(raw, index, index + 1)
        index += 1
    stop_monitor(alice)
    settle(alice.pk)
    feed(raw, index, index + 200)
    run_monitor(alice)
    entry = Alert.objects.get(alert_type=ENTRY.name)
    assert Alert.objects.get(alert_type=EXIT.name).entry_bar_ts == entry.bar_ts


def test_start_is_a_wish_until_a_worker_has_fulfilled_it(alice: User, raw) -> None:
    store_history(raw.take(slice(0, 500)))
    make_strategy(alice)
    start_monitor(alice)
    assert monitor_state(alice).code == "starting"
    sweep()
    assert monitor_state(alice).code == "running"
    stop_monitor(alice)
    assert monitor_state(alice).code == "stopping"
    sweep()
    assert monitor_state(alice).code == "stopped"


def test_monitor_without_a_heartbeat_is_not_responding(alice: User) -> None:
    run_monitor(alice)
    Monitor.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=31))
    assert monitor_state(alice).code == "not_responding"
    sweep()
    assert monitor_state(alice).code == "running"


def test_unanswered_start_is_not_responding(alice: User) -> None:
    start_monitor(alice)
    Monitor.objects.update(requested_at=timezone.now() - timedelta(minutes=1))
    assert monitor_state(alice).code == "not_responding"


def test_heartbeat_erases_nothing_else_of_the_status(alice: User) -> None:
    run_monitor(alice)
    Monitor.objects.update(errors=[{"error": "kept"}], heartbeat_at=None)
    sweep()
    monitor = Monitor.objects.get()
    assert monitor.heartbeat_at is not None
    assert monitor.errors == [{"error": "kept"}]


def test_starting_twice_says_so_once(alice: User) -> None:
    run_monitor(alice)
    n_events = UserEvent.objects.count()
    start_monitor(alice)
    assert UserEvent.objects.count() == n_events


def test_history_that_arrives_after_the_start_is_history(alice: User, raw) -> None:
    window = {"lookback_mode": "Date Range", "lookback_start_date": "2024-01-02"}
    make_strategy(alice, **window)
    run_monitor(alice)
    store_history(raw.take(slice(0, 900)))
    sweep()
    assert not Alert.objects.exists()
    feed(raw, 900, 1050)
    assert Alert.objects.exists()


def test_strategy_switched_on_later_joins_without_disturbing_the_others(alice: User, raw) -> None:
    store_history(raw.take(slice(0, 500)))
    make_strategy(alice, name="first")
    late = make_strategy(alice, name="late", alert_tracking_enabled=False)
    run_monitor(alice)
    feed(raw, 500, 560)
    n_before = Alert.objects.count()
    watch_strategy(late)
    sweep()
    assert Alert.objects.count() == n_before
    feed(raw, 560, 700)
    per_strategy = {
        name: Alert.objects.filter(strategy_name=name, bar_ts__gte=int(raw.start_ts[590])).count()
        for name in ("first", "late")
    }
    assert per_strategy["first"] == per_strategy["late"] > 0
