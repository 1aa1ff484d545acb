"""What can't be stored for one strategy keeps no other one, of whatever user, from its alerts."""

from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.utils import timezone
from structlog.testing import capture_logs

from accounts.models import User, UserEvent
from alerts.models import Alert, EvaluationGroup, Monitor, StrategyState
from alerts.monitor import drafts, faults, store, walk
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.sweep import overdue_series, sweep
from alerts.testing import SOURCE, append_minute, make_strategy, run_monitor
from strategies.engine.program.program import Program
from strategies.models import Strategy
from webhooks.models import Delivery
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(monitored: Strategy, alice: User, bob: User) -> tuple[Strategy, Strategy]:
    """A strategy of alice and one of bob that read the same bars and send messages."""
    for user in (alice, bob):
        make_endpoint(user)
    other = make_strategy(bob, name="Bad one")
    run_monitor(bob)
    assert EvaluationGroup.objects.count() == 1
    return monitored, other


def feed(raw, begin: int = 500, end: int = 620) -> None:
    for index in range(begin, end):
        append_minute(raw, index)
        evaluate_series(SOURCE, ["SPY"])


def break_messages(patch, fault: Callable[[Alert], object]) -> None:
    """Let `fault` happen while a message of the bad strategy is stored."""
    queue = store.queue_message

    def queue_or_fail(alert, *args):
        queue(alert, *args)
        if alert.strategy_name == "Bad one":
            fault(alert)

    patch.setattr(store, "queue_message", queue_or_fail)


def invalid(alert: Alert) -> None:
    raise ValueError("its numbers make no sense")


def refused_by_the_database(alert: Alert) -> None:
    Monitor.objects.create(user_id=alert.user_id)


def told(owner: User) -> set[tuple[str, int]]:
    return set(Alert.objects.filter(user=owner).values_list("alert_type", "bar_ts"))


def news(owner: User) -> list[str]:
    kinds = UserEvent.objects.filter(user=owner).values_list("type", flat=True)
    return [kind for kind in kinds if not kind.startswith("monitor.")]


@pytest.mark.parametrize("fault", [invalid, refused_by_the_database])
def test_message_of_one_user_that_can_not_be_stored_keeps_nobody_waiting(
    shared, alice: User, bob: User, raw, monkeypatch, fault
) -> None:
    n_before = len(news(bob))
    with monkeypatch.context() as patch:
        break_messages(patch, fault)
        feed(raw)
    assert told(alice)
    assert Delivery.objects.filter(user=alice).count() == len(told(alice))
    assert not told(bob)
    assert not Delivery.objects.filter(user=bob).exists()
    assert len(news(bob)) == n_before


def test_fault_is_said_on_the_page_and_in_the_log(shared, bob: User, raw, monkeypatch) -> None:
    break_messages(monkeypatch, invalid)
    with capture_logs() as logs:
        feed(raw)
    state = StrategyState.objects.get(strategy=shared[1])
    assert (state.status, state.error) == ("failed", "its numbers make no sense")
    errors = Monitor.objects.get(user=bob).errors
    assert [one["error"] for one in errors] == ["its numbers make no sense"]
    failed = [one for one in logs if one["event"] == "strategy_evaluation_failed"]
    assert [one["strategy"] for one in failed] == [shared[1].pk]


def test_what_could_not_be_stored_is_told_once_its_trouble_is_over(
    shared, alice: User, bob: User, raw, monkeypatch
) -> None:
    with monkeypatch.context() as patch:
        break_messages(patch, invalid)
        feed(raw)
    # No further bar: the sweep finds it all the same.
    assert overdue_series() == {}
    StrategyState.objects.update(updated_at=timezone.now() - faults.RETRY_AFTER)
    assert overdue_series() == {SOURCE: {"SPY"}}
    n_before = len(news(alice))
    sweep()
    assert told(bob) == told(alice) != set()
    assert Delivery.objects.filter(user=bob).count() == len(told(bob))
    assert len(news(alice)) == n_before
    assert StrategyState.objects.get(strategy=shared[1]).status != "failed"


def test_alert_that_can_not_be_made_concerns_only_its_strategy(
    shared, alice: User, bob: User, raw, monkeypatch
) -> None:
    details_of = drafts.details_of

    def details_or_fail(advance, *args):
        if advance.program.spec.name == "Bad one":
            raise KeyError("atr")
        return details_of(advance, *args)

    monkeypatch.setattr(drafts, "details_of", details_or_fail)
    feed(raw)
    assert told(alice)
    assert not told(bob)
    assert StrategyState.objects.get(strategy=shared[1]).status == "failed"


def test_what_fails_together_is_tried_without_the_one_that_fails_alone(
    shared, alice: User, bob: User, raw, monkeypatch
) -> None:
    dumps = Program.dumps_position

    def dumps_or_fail(self, position):
        if self.spec.name == "Bad one":
            raise ValueError("it can not be written down")
        return dumps(self, position)

    with monkeypatch.context() as patch:
        patch.setattr(Program, "dumps_position", dumps_or_fail)
        feed(raw)
    assert told(alice)
    assert not told(bob)
    StrategyState.objects.update(updated_at=timezone.now() - faults.RETRY_AFTER)
    sweep()
    assert told(bob) == told(alice)


def test_trouble_of_the_database_while_storing_is_nobodys_fault(shared, raw, monkeypatch) -> None:
    def deadlock(alert: Alert) -> None:
        raise OperationalError("deadlock detected")

    with monkeypatch.context() as patch:
        break_messages(patch, deadlock)
        feed(raw, 500, 560)
    assert not StrategyState.objects.filter(status="failed").exists()
    n_before = Alert.objects.count()
    assert sweep() == Alert.objects.count() - n_before > 0


def test_trouble_of_the_database_while_walking_is_nobodys_fault(shared, raw, monkeypatch) -> None:
    """Finer bars are read during the walk."""

    def deadlock(*_: object) -> None:
        raise OperationalError("deadlock detected")

    with monkeypatch.context() as patch:
        patch.setattr(walk, "decide_by_finer_bars", deadlock)
        feed(raw, 500, 560)
    assert not StrategyState.objects.filter(status="failed").exists()
    n_before = Alert.objects.count()
    assert sweep() == Alert.objects.count() - n_before > 0
