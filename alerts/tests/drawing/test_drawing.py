"""The lines on the chart of an alert: those that decided, drawn by a worker, asked for once."""

import pytest

from accounts.models import User, UserEvent
from alerts import tasks
from alerts.drawing import queue
from alerts.models import Alert, AlertDrawing
from alerts.testing import (
    FAST_EMA,
    SOURCE,
    append_minute,
    make_alert,
    make_strategy,
    monitor_until_position,
    run_monitor,
    store_history,
)
from strategies.models import Strategy

pytestmark = pytest.mark.django_db
EMA, LINES = "EMA Stack (Fast)", ["Short EMA", "Mid EMA", "Long EMA"]
HIGHER = {
    "id": "ema_stack_higher",
    "base_template": "ema_stack",
    "version": "Higher",
    "parameters": {"short_period": 2, "mid_period": 3, "long_period": 4},
}


@pytest.fixture
def told(monitored: Strategy, raw) -> Alert:
    """An entry as the monitor told it."""
    monitor_until_position(raw, 500)
    alert: Alert = Alert.objects.latest("pk")
    return alert


@pytest.fixture
def page(client, alice: User):
    client.force_login(alice)
    return client


def chart(page, alert: Alert) -> dict:
    return page.get(f"/alerts/{alert.pk}/chart/").json()


def drawn(page, alert: Alert) -> dict:
    """The chart once a worker has been at it."""
    chart(page, alert)
    tasks.draw(AlertDrawing.objects.get(alert=alert).pk)
    return chart(page, alert)


def test_every_line_has_the_value_the_alert_was_stored_with(page, told: Alert) -> None:
    found = drawn(page, told)
    at = [bar[0] for bar in found["bars"]].index(told.bar_ts)
    assert [line["name"] for line in found["overlays"]] == LINES
    for line in found["overlays"]:
        assert len(line["values"]) == len(found["bars"]) == 60
        stored = told.details["indicators"][f"{EMA}: {line['name']}"]
        assert line["values"][at] == pytest.approx(stored, abs=1e-6)
    assert (found["is_pending"], found["note"]) == (False, "")


def test_it_is_asked_for_once_and_told_when_it_is_there(page, told: Alert) -> None:
    assert chart(page, told)["is_pending"]
    assert chart(page, told)["overlays"] == []
    assert AlertDrawing.objects.count() == 1
    assert not drawn(page, told)["is_pending"]
    event = UserEvent.objects.filter(type="drawing.finished").get()
    assert (event.data["alert"], event.data["status"]) == (told.pk, "succeeded")


def test_bars_that_came_since_are_drawn_after_a_rest(page, told: Alert, raw, monkeypatch) -> None:
    drawn(page, told)
    append_minute(raw, list(raw.start_ts).index(told.bar_ts) + 1)
    newer = chart(page, told)
    assert not newer["is_pending"]
    assert [line["values"][-1] for line in newer["overlays"]] == [None, None, None]
    monkeypatch.setattr(queue, "REST", queue.REST * 0)
    assert chart(page, told)["is_pending"]
    assert None not in [line["values"][-1] for line in drawn(page, told)["overlays"]]


def test_lines_of_other_parameters_are_left_out_and_named(page, told: Alert) -> None:
    pack = told.strategy.user.packs.get(pack_id="ema_stack_custom_1")
    pack.parameters = {**pack.parameters, "short_period": 4}
    pack.save()
    found = drawn(page, told)
    assert found["overlays"] == []
    assert found["note"].startswith("Without EMA Stack (Fast): pack, strategy or bars have changed")


def test_a_strategy_on_other_bars_draws_nothing(page, told: Alert) -> None:
    Strategy.objects.update(timeframe="5Min")
    found = drawn(page, told)
    assert found["overlays"] == []
    assert found["note"] == "Without indicator lines. Its strategy reads other bars by now."
    assert AlertDrawing.objects.get().attempts == 1


def test_a_deleted_strategy_is_said_at_once(page, alice: User, raw) -> None:
    store_history(raw.take(slice(0, 500)))
    alert = make_alert(alice, bar_ts=int(raw.start_ts[400]))
    assert chart(page, alert)["note"].startswith("Its strategy was deleted")
    assert not AlertDrawing.objects.exists()


def test_an_exit_draws_what_its_own_sentence_names(page, told: Alert) -> None:
    data = {**told.data, "deciding": []}
    by_stop = make_alert(
        told.user, strategy=told.strategy, alert_type="exit_signal", trigger="stop_loss",
        exit_reason="stop_loss", data=data, data_source=SOURCE, bar_ts=told.bar_ts,
    )  # fmt: skip
    assert drawn(page, by_stop)["overlays"] == []


@pytest.fixture
def on_two_timeframes(alice: User, raw) -> Alert:
    """An entry that required a state of five-minute bars."""
    store_history(raw.take(slice(0, 500)))
    make_strategy(alice, packs=[FAST_EMA, HIGHER], confluence=["5m-EMA_STACK_HIGHER-LMS"])
    run_monitor(alice)
    monitor_until_position(raw, 500)
    return Alert.objects.latest("pk")


def test_another_timeframe_steps_when_its_bar_has_closed(page, on_two_timeframes: Alert) -> None:
    found = drawn(page, on_two_timeframes)
    higher = [line for line in found["overlays"] if line["pack"] == "ema_stack_higher@5Min"]
    assert [line["name"] for line in higher] == [f"{name}, 5Min" for name in LINES]
    starts, values = [bar[0] for bar in found["bars"]], higher[0]["values"]
    moved = [starts[i] % 300 for i in range(1, 60) if values[i] != values[i - 1]]
    # The last minute of five closes with them.
    assert set(moved) == {240}


def test_a_condition_says_the_values_of_its_timeframe(page, on_two_timeframes: Alert) -> None:
    address = on_two_timeframes.get_absolute_url()
    assert "condition-values" not in page.get(address).content.decode()
    found = drawn(page, on_two_timeframes)
    (shown,) = page.get(address).context["conditions"]
    at = [bar[0] for bar in found["bars"]].index(on_two_timeframes.bar_ts)
    higher = [line for line in found["overlays"] if line["pack"].endswith("@5Min")]
    assert [line.label for line in shown.values] == LINES
    assert [line.value for line in shown.values] == pytest.approx(
        [line["values"][at] for line in higher], abs=1e-6
    )
    assert "condition-values" in page.get(address).content.decode()
