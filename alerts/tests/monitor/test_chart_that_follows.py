"""The chart of a strategy takes in bars as they close, and lines and trades once computed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from alerts.testing import append_minute, make_strategy, run_monitor, store_history
from market.arrays import RawBars
from strategies import tasks
from strategies.forward import queue as forward
from strategies.models import ForwardRefresh, Strategy

pytestmark = pytest.mark.django_db
N_HISTORY = 500


@pytest.fixture
def strategy(alice: User, raw: RawBars, client) -> Strategy:
    """Monitored, with its first result; its owner looks on."""
    store_history(raw.take(slice(0, N_HISTORY)))
    strategy = make_strategy(alice)
    run_monitor(alice)
    for run in strategy.runs.all():
        tasks.run_backtest(run.pk)
    client.force_login(alice)
    return strategy


def chart(client, strategy: Strategy, **query: object) -> dict:
    return client.get(reverse("strategies:strategy-chart", args=[strategy.pk]), query).json()


def play(raw: RawBars, n: int) -> None:
    for index in range(N_HISTORY, N_HISTORY + n):
        append_minute(raw, index)


def refresh() -> None:
    for row in ForwardRefresh.objects.filter(status="queued"):
        tasks.refresh_forward(row.pk)


def test_closed_bars_come_at_once_and_without_lines(client, strategy: Strategy, raw) -> None:
    last = chart(client, strategy)["bars"][-1]
    play(raw, 3)
    found = chart(client, strategy, after=last[0])
    assert [bar[0] for bar in found["bars"]] == raw.start_ts[N_HISTORY - 1 : N_HISTORY + 3].tolist()
    assert found["bars"][0] == last
    assert found["n_newer"] == 3
    for line in found["overlays"]:
        assert [value is None for value in line["values"]] == [False, True, True, True]


def test_who_looks_on_has_the_result_take_them_in(client, strategy: Strategy, raw) -> None:
    before = chart(client, strategy)
    play(raw, 40)
    chart(client, strategy, after=before["bars"][-1][0])
    forward.begin_due(timezone.now() + timedelta(minutes=2))
    refresh()
    found = chart(client, strategy, after=before["bars"][-1][0])
    assert (found["n_newer"], found["edition"]) == (0, before["edition"])
    assert None not in [value for line in found["overlays"] for value in line["values"]]
    # The same as the chart that is loaded anew.
    whole = chart(client, strategy)
    assert found["bars"] == whole["bars"][-41:]
    assert [one["values"] for one in found["overlays"]] == [
        one["values"][-41:] for one in whole["overlays"]
    ]
    assert found["trades"][-1] == whole["trades"][-1]


def test_a_strategy_that_is_not_monitored_is_not_computed_for_a_look(client, strategy, raw) -> None:
    ForwardRefresh.objects.all().delete()
    Strategy.objects.update(alert_tracking_enabled=False)
    last_ts = chart(client, strategy)["bars"][-1][0]
    play(raw, 1)
    assert chart(client, strategy, after=last_ts)["n_newer"] == 1
    assert not ForwardRefresh.objects.exists()


def test_a_result_of_the_builder_is_followed_by_bars_alone(client, strategy: Strategy, raw) -> None:
    run = strategy.current_run or strategy.runs.get()
    play(raw, 2)
    address = reverse("strategies:run-chart", args=[run.code])
    found = client.get(address, {"after": int(raw.start_ts[N_HISTORY - 1])}).json()
    assert (len(found["bars"]), found["n_newer"]) == (3, 2)


def test_a_window_that_has_an_end_gets_no_newer_bars(client, strategy: Strategy, raw) -> None:
    run = strategy.runs.get()
    run.window_end_ts = int(raw.start_ts[N_HISTORY - 1]) + 60
    run.save()
    play(raw, 2)
    last_ts = int(raw.start_ts[N_HISTORY - 1])
    assert chart(client, strategy, after=last_ts)["n_newer"] == 0


@pytest.mark.parametrize(("visitor", "status"), [("charlie", 404), ("", 302)])
def test_only_its_owner_follows_it(client, strategy, charlie, visitor, status) -> None:
    client.logout()
    if visitor:
        client.force_login(charlie)
    address = reverse("strategies:strategy-chart", args=[strategy.pk])
    assert client.get(address, {"after": 1}).status_code == status
