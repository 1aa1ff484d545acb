"""Evaluations that others overtake: what the user did last holds, and no bar is passed over."""

import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from accounts import events
from accounts.models import User
from alerts.models import Alert, EvaluationGroup, StrategyState
from alerts.monitor import evaluate
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.sweep import overdue_series, sweep
from alerts.monitor.switch import confirm_closed, start_monitor, stop_monitor
from alerts.testing import SOURCE, append_minute, make_strategy, store_history
from market import clock
from market.models import FeedState

pytestmark = pytest.mark.django_db


def append(raw, begin: int, end: int) -> None:
    for index in range(begin, end):
        append_minute(raw, index)


def just_before_storing(monkeypatch, act) -> None:
    """Let `act` happen once, when a worker has computed and not stored yet."""
    store = evaluate.store_evaluation
    left = [act]

    def store_after(evaluated):
        if left:
            left.pop()()
        return store(evaluated)

    monkeypatch.setattr(evaluate, "store_evaluation", store_after)


def test_overtaken_worker_looks_again_at_once(monitored, raw, monkeypatch) -> None:
    append(raw, 500, 620)
    just_before_storing(monkeypatch, lambda: EvaluationGroup.objects.update(generation=1_000_000))
    assert evaluate_series(SOURCE, ["SPY"]) == Alert.objects.count() > 0


def test_bars_stored_during_an_evaluation_stay_overdue(monitored, raw) -> None:
    feed = FeedState.objects.create(source=SOURCE, now_ts=clock.now(SOURCE))
    append(raw, 500, 501)
    # The worker asked the clock before the feed moved it and the series after.
    evaluate_series(SOURCE, ["SPY"])
    feed.now_ts += 60
    feed.save()
    assert overdue_series() == {SOURCE: {"SPY"}}
    sweep()
    assert overdue_series() == {}
    assert EvaluationGroup.objects.get().last_bar_ts == int(raw.start_ts[500])


def test_restart_during_the_first_evaluation_sets_the_boundary(
    alice: User, raw, monkeypatch
) -> None:
    store_history(raw.take(slice(0, 500)))
    make_strategy(alice)
    start_monitor(alice)
    append(raw, 500, 620)

    def restart() -> None:
        stop_monitor(alice)
        start_monitor(alice)

    just_before_storing(monkeypatch, restart)
    evaluate_series(SOURCE, ["SPY"])
    assert not Alert.objects.exists()
    assert StrategyState.objects.get().monitored_since_ts == clock.now(SOURCE)


def test_confirmation_during_an_evaluation_holds(monitored, raw, monkeypatch) -> None:
    StrategyState.objects.update(note="Look at it.", status=StrategyState.Status.UNCONFIRMED)
    append(raw, 500, 620)
    just_before_storing(monkeypatch, lambda: confirm_closed(StrategyState.objects.get()))
    evaluate_series(SOURCE, ["SPY"])
    assert StrategyState.objects.get().note == ""


def test_trouble_of_the_database_is_no_failure_of_the_strategy(monitored, raw, monkeypatch) -> None:
    append(raw, 500, 620)

    def fail() -> None:
        raise OperationalError("deadlock detected")

    just_before_storing(monkeypatch, fail)
    assert evaluate_series(SOURCE, ["SPY"]) == 0
    assert StrategyState.objects.get().status != StrategyState.Status.FAILED
    assert overdue_series() == {SOURCE: {"SPY"}}
    assert sweep() == Alert.objects.count() > 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_starting_the_monitor_does_not_lock_against_an_evaluation(monitored, alice: User) -> None:
    """Both need the group's row and the user's event counter, so both take them in one order."""
    group = EvaluationGroup.objects.get()
    stop_monitor(alice)
    failures: list[Exception] = []

    def start() -> None:
        try:
            start_monitor(alice)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=start)
    with transaction.atomic():
        EvaluationGroup.objects.filter(pk=group.pk).update(generation=group.generation + 1)
        other.start()
        time.sleep(0.5)
        events.publish(alice.pk, "alert.fired", {})
    other.join()
    assert failures == []
