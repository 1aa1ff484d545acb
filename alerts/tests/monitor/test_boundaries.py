"""From where on signals are told, when a strategy fails, moves or comes to be in between."""

import pytest
from django.utils import timezone

from accounts.models import User, UserEvent
from alerts import tasks
from alerts.kinds import ENTRY, EXIT
from alerts.models import Alert, EvaluationGroup, StrategyState
from alerts.monitor import choose, faults
from alerts.monitor.backlog import is_behind
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.sweep import overdue_series, sweep
from alerts.testing import (
    SOURCE,
    append_minute,
    forget_process_memory,
    make_strategy,
    run_monitor,
    store_history,
)
from market.testing import wave
from strategies.engine.program.program import Program
from strategies.saving import changes

pytestmark = pytest.mark.django_db


def feed(raw, begin: int, end: int) -> None:
    for index in range(begin, end):
        append_minute(raw, index)
        evaluate_series(SOURCE, ["SPY"])


def told(name: str) -> set[tuple[str, int]]:
    return set(Alert.objects.filter(strategy_name=name).values_list("alert_type", "bar_ts"))


def n_trade_events() -> int:
    return UserEvent.objects.filter(type__startswith="trade.").count()


def until_in_position(raw, begin: int = 500) -> int:
    index = begin
    while not StrategyState.objects.filter(tracked_entry_ts__isnull=False).exists():
        feed(raw, index, index + 1)
        index += 1
    return index


def test_what_a_strategy_missed_while_it_failed_again_and_again_is_told(
    monitored, alice: User, raw, monkeypatch
) -> None:
    make_strategy(alice, name="Bad one")
    sweep()
    monkeypatch.setattr(faults, "RETRY_AFTER", timezone.timedelta(0))
    settle = Program.settle

    def fail_for_bad(self, *args, **kwargs):
        if self.spec.name == "Bad one":
            raise ValueError("its numbers make no sense")
        return settle(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Program, "settle", fail_for_bad)
        feed(raw, 500, 620)
    feed(raw, 620, 621)
    assert told("Bad one") == told("Fast cross") != set()


def test_strategy_that_compiles_again_tells_nothing_twice(monitored, raw, monkeypatch) -> None:
    feed(raw, 500, 620)
    n_before = n_trade_events()
    with monkeypatch.context() as patch:
        patch.setattr(choose, "compiled", lambda *args: 1 / 0)
        evaluate_series(SOURCE, ["SPY"])
    assert StrategyState.objects.get().status == StrategyState.Status.FAILED
    monkeypatch.setattr(faults, "RETRY_AFTER", timezone.timedelta(0))
    EvaluationGroup.objects.update(state=None)
    forget_process_memory()
    evaluate_series(SOURCE, ["SPY"])
    assert n_trade_events() == n_before > 0


def test_moved_window_tells_nothing_twice(monitored, raw) -> None:
    feed(raw, 500, 620)
    monitored.refresh_from_db()
    changes.update_strategy(monitored, {"data_days": 365}, version=monitored.version)
    feed(raw, 620, 640)
    assert EvaluationGroup.objects.count() == 2
    assert n_trade_events() == Alert.objects.count() > 2


def test_told_position_stays_told_when_the_window_moves(monitored, raw) -> None:
    index = until_in_position(raw)
    monitored.refresh_from_db()
    changes.update_strategy(monitored, {"data_days": 365}, version=monitored.version)
    feed(raw, index, index + 200)
    entry = Alert.objects.filter(alert_type=ENTRY.name).earliest("bar_ts")
    assert Alert.objects.filter(alert_type=EXIT.name, entry_bar_ts=entry.bar_ts).count() == 1
    n_trades = UserEvent.objects.filter(type="trade.created").count()
    assert n_trades == Alert.objects.filter(alert_type=ENTRY.name).count()


def test_bars_between_a_moved_window_and_its_evaluation_are_told(
    monitored, alice: User, raw
) -> None:
    make_strategy(alice, name="Stays")
    sweep()
    changes.update_strategy(monitored, {"data_days": 365}, version=monitored.version)
    for index in range(500, 620):
        append_minute(raw, index)
    sweep()
    assert told("Fast cross") == told("Stays") != set()


def test_boundary_of_a_source_without_bars_is_its_first_clock(alice: User, raw) -> None:
    make_strategy(alice, lookback_mode="Date Range", lookback_start_date="2020-01-02")
    run_monitor(alice)
    feed(raw, 0, 5)
    state = StrategyState.objects.get()
    assert state.status == StrategyState.Status.WARMING_UP
    assert state.monitored_since_ts == int(raw.start_ts[0]) + 60


def test_monitor_begun_before_the_first_bars_tells_what_a_later_one_tells(alice: User, raw) -> None:
    window = {"lookback_mode": "Date Range", "lookback_start_date": "2024-03-04"}
    make_strategy(alice, name="Early", **window)
    run_monitor(alice)
    before = EvaluationGroup.objects.get()
    # What is stored before the window lies further back than a look without it could know.
    store_history(wave(n_days=1, first="2024-01-04 09:30:00-05:00"))
    store_history(raw.take(slice(0, 500)))
    sweep()
    make_strategy(alice, name="Late", **window)
    sweep()
    feed(raw, 500, 620)
    assert told("Early") == told("Late") != set()
    left = EvaluationGroup.objects.unused()
    assert list(left) == [before]
    tasks.prune()
    assert not left.all().exists()
    assert not StrategyState.objects.filter(group=None).exists()


def test_strategy_created_as_monitored_is_watched_from_its_creation(
    monitored, alice: User, raw
) -> None:
    make_strategy(alice, name="Younger")
    for index in range(500, 620):
        append_minute(raw, index)
    sweep()
    assert told("Younger") == told("Fast cross") != set()


def test_locked_user_leaves_nothing_to_wait_for(monitored, alice: User, raw) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    for index in range(500, 520):
        append_minute(raw, index)
    assert overdue_series() == {}
    assert not is_behind(SOURCE)
