"""Changes of strategies against live evaluation: whoever waits is never waited for."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction

from accounts import events
from accounts.models import User
from alerts.models import Alert, EvaluationGroup, Monitor, StrategyState
from alerts.monitor import store
from alerts.monitor.sweep import settle, sweep
from alerts.monitor.switch import stop_monitor
from alerts.replays import replay_strategy
from alerts.testing import append_minute, make_strategy, store_history
from strategies.forward import queue as forward
from strategies.forward import results
from strategies.models import ForwardRefresh, Pack, Strategy
from strategies.runs import queue
from strategies.saving import changes as saving
from strategies.saving import pack_changes, storing
from strategies.tasks import refresh_forward, run_backtest
from trader.work import limits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def only_postgresql(db) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs row locks")


class Rival:
    """An action in a thread and on a connection of its own."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self._thread = threading.Thread(target=self._run)
        self.failures: list[Exception] = []

    def _run(self) -> None:
        try:
            self._act()
        except Exception as error:
            self.failures.append(error)
        finally:
            connection.close()

    def start_and_wait_for_its_lock(self) -> None:
        """Until it waits for a row that this thread holds, or has come through without."""
        self._thread.start()
        end = time.monotonic() + 60
        while self._thread.is_alive() and not _someone_waits() and time.monotonic() < end:
            time.sleep(0.01)

    def join(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive()


def _someone_waits() -> bool:
    with connection.cursor() as cursor:
        # Within a transaction the list of sessions would stay as it was when first asked for.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE NOT granted AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


@contextmanager
def against(act: Callable[[], object]) -> Iterator[Rival]:
    """The block's transaction holds its rows while `act` runs into them, then publishes."""
    rival = Rival(act)
    with transaction.atomic():
        yield rival
    rival.join()
    assert rival.failures == []


def store_like_an_evaluation(group: EvaluationGroup, owner: User, rival: Rival) -> None:
    """The locks of `store_evaluation`, in its order: the group, then the event counter."""
    EvaluationGroup.objects.filter(pk=group.pk).update(generation=group.generation + 1)
    rival.start_and_wait_for_its_lock()
    events.publish(owner.pk, "alert.fired", {})


def shorten_average(owner: User) -> None:
    pack = Pack.objects.get(user=owner, pack_id="ema_stack_custom_1")
    changes = {"parameters": {"short_period": 4}}
    pack_changes.edit_pack(pack, changes, revision=pack.revision, confirmed=True)


def test_switch_and_costs_in_one_request_against_a_real_evaluation(
    monitored: Strategy, alice: User, raw, monkeypatch
) -> None:
    """The run in progress is replaced, which is news, and the live state is void."""
    monitored.refresh_from_db()
    for index in range(500, 620):
        append_minute(raw, index)
    assert queue.Run.objects.filter(strategy=monitored).active().exists()
    changes = {"costs": {"slippage_per_share": 0.01}, "alert_tracking_enabled": False}
    rival = Rival(
        lambda: saving.update_strategy(
            monitored, changes, version=monitored.version, confirmed=True
        )
    )
    check_members = store._check_members

    def meet(evaluated):
        check_members(evaluated)
        rival.start_and_wait_for_its_lock()

    monkeypatch.setattr(store, "_check_members", meet)
    n_alerts = sweep()
    rival.join()
    assert rival.failures == []
    assert n_alerts == Alert.objects.count() > 0
    assert not StrategyState.objects.exists()
    monitored.refresh_from_db()
    assert not monitored.alert_tracking_enabled


@pytest.fixture
def on_two_series(monitored: Strategy, alice: User) -> tuple[Strategy, Strategy]:
    """Two strategies of one user that read the same pack and different bars."""
    other = make_strategy(alice, name="Slower", timeframe="5Min")
    sweep()
    return monitored, other


def test_pack_of_several_strategies_is_changed_during_an_evaluation(
    on_two_series: tuple[Strategy, Strategy], alice: User
) -> None:
    last = StrategyState.objects.get(strategy=on_two_series[1]).group
    with against(lambda: shorten_average(alice)) as rival:
        store_like_an_evaluation(last, alice, rival)
    assert set(Strategy.objects.values_list("version", flat=True)) == {2}


def test_pack_is_changed_while_one_of_its_strategies_is_edited(
    on_two_series: tuple[Strategy, Strategy], alice: User
) -> None:
    """An edit holds its strategy and goes on to the monitor."""
    with against(lambda: shorten_average(alice)) as rival:
        storing.lock(on_two_series[1])
        rival.start_and_wait_for_its_lock()
        saving.set_monitoring(on_two_series[1], False, confirmed=True)


def test_reset_against_a_worker_that_ends_a_run(monitored: Strategy, alice: User) -> None:
    """Claiming a run locks the user and may publish that it is over."""
    monitored.refresh_from_db()

    def edit() -> None:
        saving.update_strategy(
            monitored, {"bar_count_exit": 9}, version=monitored.version, confirmed=True
        )

    with against(edit) as rival:
        limits.lock_user(alice.pk)
        rival.start_and_wait_for_its_lock()
        events.publish(alice.pk, "run.finished", {})
    assert Strategy.objects.get().version == 2


def test_a_refresh_that_is_stored_against_an_evaluation(
    monitored: Strategy, alice: User, raw, monkeypatch
) -> None:
    """The refresh holds its row and then has news; the evaluation asks for the next one."""
    run_backtest(monitored.runs.get().pk)
    for index in range(500, 620):
        append_minute(raw, index)
    with transaction.atomic():
        forward.ask([monitored])
    forward.begin_due()
    rival = Rival(sweep)
    append = results._append_trades

    def meet(*arguments):
        append(*arguments)
        rival.start_and_wait_for_its_lock()

    monkeypatch.setattr(results, "_append_trades", meet)
    refresh_forward(ForwardRefresh.objects.get().pk)
    rival.join()
    assert rival.failures == []
    assert Alert.objects.exists()
    row = ForwardRefresh.objects.get()
    assert (row.status, row.asked - row.answered) == ("succeeded", 1)


def test_deletion_against_the_acknowledging_of_its_alerts(
    monitored: Strategy, alice: User, raw
) -> None:
    for index in range(500, 620):
        append_minute(raw, index)
    sweep()
    with against(lambda: saving.erase_strategy(monitored)) as rival:
        assert Alert.objects.update(acknowledged=True)
        rival.start_and_wait_for_its_lock()
        events.publish(alice.pk, "alert.acknowledged", {})
    assert not Strategy.objects.exists()


def test_replay_that_starts_the_monitor_against_an_evaluation(
    monitored: Strategy, alice: User, raw
) -> None:
    store_history(raw, source="sample")
    original = make_strategy(alice, data_source="sample", alert_tracking_enabled=False)
    group = StrategyState.objects.get(strategy=monitored).group
    stop_monitor(alice)
    settle(alice.pk)

    def replay() -> None:
        replay_strategy(original, "sample", date(2024, 3, 6), speed=60, sends_webhooks=False)

    with against(replay) as rival:
        store_like_an_evaluation(group, alice, rival)
    assert Monitor.objects.get().desired_state == Monitor.State.RUNNING
    assert Strategy.objects.filter(data_source__startswith="replay:").exists()
