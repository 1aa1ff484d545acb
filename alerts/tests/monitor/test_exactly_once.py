"""Whatever runs twice, at once or after a restart: one alert per event, none lost."""

from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User, UserEvent
from alerts.models import Alert, EvaluationGroup, StrategyState
from alerts.monitor import choose
from alerts.monitor import evaluate as evaluation
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.look import Superseded
from alerts.monitor.programs import compiled
from alerts.tasks import evaluate
from alerts.testing import (
    SOURCE,
    append_minute,
    forget_process_memory,
    make_strategy,
    run_monitor,
    store_history,
)
from market import clock
from webhooks.models import Delivery
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db
N_HISTORY = 500
NEWEST = [0]


@pytest.fixture
def monitored(alice: User, raw):
    store_history(raw.take(slice(0, N_HISTORY)))
    strategy = make_strategy(alice)
    run_monitor(alice)
    return strategy


def append_until_alert(raw, start: int = N_HISTORY) -> int:
    """Evaluate minute by minute until something fires; the index of the next minute."""
    for index in range(start, raw.n):
        append_minute(raw, index)
        if evaluate_series(SOURCE, ["SPY"]):
            return index + 1
    raise AssertionError("the wave never crosses")


def candidates():
    """What a worker has read before it evaluates."""
    states = StrategyState.objects.select_related("strategy")
    return [(state, compiled(state.strategy, None)) for state in states]


def test_repeated_task_finds_nothing_new(monitored, raw) -> None:
    append_until_alert(raw)
    n_alerts = Alert.objects.count()
    assert evaluate(SOURCE, ["SPY"], 0) == 0
    forget_process_memory()
    assert evaluate(SOURCE, ["SPY"], 0) == 0
    assert Alert.objects.count() == n_alerts


def test_of_two_workers_with_the_same_bars_one_stores(monitored, raw) -> None:
    for index in range(N_HISTORY, N_HISTORY + 120):
        append_minute(raw, index)
    one, other = EvaluationGroup.objects.get(), EvaluationGroup.objects.get()
    first, second = candidates(), candidates()
    now_ts = clock.now(SOURCE)
    n_alerts = evaluation.evaluate_group(one, first, now_ts)
    with pytest.raises(Superseded):
        evaluation.evaluate_group(other, second, now_ts)
    assert n_alerts == Alert.objects.count() > 0
    assert UserEvent.objects.filter(type="alert.fired").count() == n_alerts


def test_nothing_is_stored_when_the_last_write_fails(monitored, raw, monkeypatch) -> None:
    before = EvaluationGroup.objects.values().get()
    for index in range(N_HISTORY, N_HISTORY + 120):
        append_minute(raw, index)

    def die(*args: object) -> None:
        raise SystemExit("the process dies here")

    with monkeypatch.context() as patch:
        patch.setattr("alerts.monitor.store._queue_messages", die)
        with pytest.raises(SystemExit):
            evaluate_series(SOURCE, ["SPY"])
    assert not Alert.objects.exists()
    assert EvaluationGroup.objects.values().get() == before
    assert evaluate_series(SOURCE, ["SPY"]) > 0


def test_alerts_of_a_resumed_and_an_undisturbed_process_are_the_same(monitored, raw) -> None:
    for index in range(N_HISTORY, N_HISTORY + 120):
        append_minute(raw, index)
        forget_process_memory()
        evaluate_series(SOURCE, ["SPY"])
    bar_by_bar = set(Alert.objects.values_list("code", "price"))
    resumed = bytes(EvaluationGroup.objects.get().state)
    EvaluationGroup.objects.update(state=None)
    forget_process_memory()
    Alert.objects.all().delete()
    EvaluationGroup.objects.update(last_close_ts=int(raw.start_ts[N_HISTORY]))
    StrategyState.objects.update(tracked_entry_ts=None, status="starting")
    evaluate_series(SOURCE, ["SPY"])
    assert set(Alert.objects.values_list("code", "price")) == bar_by_bar
    assert bytes(EvaluationGroup.objects.get().state) == resumed


def test_same_event_can_not_be_stored_twice(monitored, raw) -> None:
    append_until_alert(raw)
    alert = Alert.objects.get()
    alert.pk, alert.code = None, uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        alert.save(force_insert=True)


def test_alert_and_deliveries_are_stored_together(monitored, raw, alice: User) -> None:
    endpoint = make_endpoint(alice)
    append_until_alert(raw)
    alert = Alert.objects.get()
    delivery = Delivery.objects.get(message_code=alert.code)
    assert delivery.endpoint_id == endpoint.pk
    assert delivery.subject == f"strategy:{monitored.pk}"
    assert delivery.received_at == alert.received_at


def test_worker_that_is_overtaken_after_reading_loses_nothing(monitored, raw, monkeypatch) -> None:
    stamps = choose.pack_stamps
    is_nested = []

    def overtake(user_ids):
        """A slower worker stores the bar before the newest, while this one is on its way."""
        found = stamps(user_ids)
        if not is_nested:
            is_nested.append(True)
            forget_process_memory()
            with monkeypatch.context() as patch:
                patch.setattr(evaluation.clock, "now", lambda source: NEWEST[0])
                evaluate_series(SOURCE, ["SPY"])
            is_nested.clear()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(choose, "pack_stamps", overtake)
        for index in range(N_HISTORY, N_HISTORY + 200, 2):
            append_minute(raw, index)
            append_minute(raw, index + 1)
            NEWEST[0] = int(raw.start_ts[index + 1])
            evaluate_series(SOURCE, ["SPY"])
    evaluate_series(SOURCE, ["SPY"])
    kinds = Alert.objects.order_by("bar_ts").values_list("alert_type", flat=True)
    assert len(kinds) > 5
    assert all(one != other for one, other in pairwise(kinds))
