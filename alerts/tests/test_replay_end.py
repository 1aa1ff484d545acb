"""What a replay leaves behind: nothing in the lists, nothing unread, and a comparison."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from alerts import tasks
from alerts.models import Alert
from alerts.monitor.evaluate import evaluate_series
from alerts.replay_end import Told, compare, settle_ended
from alerts.replays import replay_strategy
from alerts.subjects import strategy_subjects
from alerts.testing import make_strategy, store_history
from market.feeds.players import ReplayPlayer
from market.models import Replay
from market.replays import pause_replay
from strategies.models import Run, Strategy, Trade
from strategies.testing import compute

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 6)


@pytest.fixture
def original(alice: User, raw) -> Strategy:
    store_history(raw, source="sample")
    return make_strategy(alice, data_source="sample", alert_tracking_enabled=False)


@pytest.fixture
def started(original):
    return replay_strategy(original, "sample", DAY, speed=0, sends_webhooks=False)


def play(replay: Replay) -> None:
    """All that the feed and a worker do, minute by minute."""
    player = ReplayPlayer(replay)
    player.open()
    while not player.is_over:
        player.step()
        evaluate_series(replay.source, ["SPY"])
    player.finish(Replay.Status.FINISHED)


def test_copy_is_in_no_list(client, alice: User, original, started) -> None:
    client.force_login(alice)
    copy = started.strategy
    assert copy.name not in client.get("/strategies/").content.decode()
    ids = [row["id"] for row in client.get("/api/v1/strategies/").json()["results"]]
    assert ids == [original.pk]
    assert f"strategy:{copy.pk}" not in dict(strategy_subjects(alice))
    assert client.get(copy.get_absolute_url()).status_code == 200


def test_while_it_runs_it_is_watched_and_nothing_is_settled(started) -> None:
    pause_replay(started.replay, is_paused=True)
    assert settle_ended() == 0
    started.strategy.refresh_from_db()
    assert started.strategy.alert_tracking_enabled


def test_afterwards_it_is_watched_no_longer_and_its_alerts_have_been_seen(started) -> None:
    play(started.replay)
    assert Alert.objects.unread().count() > 4
    assert settle_ended() == 1
    started.strategy.refresh_from_db()
    assert not started.strategy.alert_tracking_enabled
    assert not Alert.objects.unread().exists()
    assert settle_ended() == 0


def test_bars_that_nobody_has_evaluated_yet_are_waited_for(started, raw) -> None:
    play(started.replay)
    late = raw.take(slice(raw.n - 1, raw.n))._replace(start_ts=raw.start_ts[-1:] + 60)
    store_history(late, source=started.replay.source)
    assert settle_ended() == 0


def test_told_trades_are_those_of_the_backtest_of_that_day(client, alice, started) -> None:
    replay, copy = started
    play(replay)
    assert not compare(replay, copy).is_ready
    settle_ended()
    copy = compute(copy)
    found = compare(replay, copy)
    assert found.is_same
    assert found.n_same == found.n_told > 2
    client.force_login(alice)
    page = client.get(f"/alerts/replays/{replay.code}/").content.decode()
    assert f"Same trades as the backtest of that day: {found.n_told} of {found.n_told}." in page


def test_a_trade_that_differs_is_named_on_both_sides(client, alice, started) -> None:
    replay, copy = started
    play(replay)
    settle_ended()
    copy = compute(copy)
    trade = Trade.objects.filter(run=copy.current_run).closed().latest("entry_bar_ts")
    Trade.objects.filter(pk=trade.pk).update(exit_price=trade.exit_price + 1)
    found = compare(replay, copy)
    entry = trade.entry_bar_ts, trade.entry_price
    assert found.only_told == (Told(*entry, trade.exit_price, trade.exit_reason),)
    assert found.only_backtested == (Told(*entry, trade.exit_price + 1, trade.exit_reason),)
    client.force_login(alice)
    page = client.get(f"/alerts/replays/{replay.code}/").content.decode()
    assert f"{found.n_told - 1} of {found.n_told} trades are those of the backtest" in page
    assert "Only told: entered" in page
    assert "Only in the backtest: entered" in page


def test_a_cancelled_replay_is_settled_without_a_backtest(started) -> None:
    n_runs = Run.objects.count()
    Replay.objects.update(status=Replay.Status.CANCELLED, finished_at=timezone.now())
    evaluate_series(started.replay.source, ["SPY"])
    assert settle_ended() == 1
    assert Run.objects.count() == n_runs


def test_copy_goes_with_its_bars_and_its_alerts_stay(original, started) -> None:
    play(started.replay)
    settle_ended()
    n_alerts = Alert.objects.count()
    tasks.prune()
    assert Strategy.objects.filter(pk=started.strategy.pk).exists()
    Replay.objects.all().delete()
    tasks.prune()
    assert list(Strategy.objects.all()) == [original]
    assert Alert.objects.count() == n_alerts > 4


def test_chart_ends_where_the_replay_stands(client, alice, started) -> None:
    replay = started.replay
    player = ReplayPlayer(replay)
    player.open()
    for _ in range(30):
        player.step()
        evaluate_series(replay.source, ["SPY"])
    client.force_login(alice)
    address = f"/alerts/replays/{replay.code}/chart/"
    chart = client.get(address).json()
    last = chart["bars"][-1][0]
    assert last + 60 == player.now_ts
    assert len(chart["bars"]) == 390 + 30
    entries = [mark["ts"] for mark in chart["markers"] if mark["kind"] == "entry"]
    assert entries == [life["entry_ts"] for life in chart["trades"]]
    told = Alert.objects.filter(alert_type="entry_signal").order_by("bar_ts")
    assert entries == list(told.values_list("bar_ts", flat=True))
    later = client.get(f"{address}?after={last}").json()
    assert [bar[0] for bar in later["bars"]] == [last]
    assert client.get(f"{address}?after=nonsense").status_code == 200


@pytest.mark.parametrize("path", ["chart/", "control/"])
def test_another_users_replay_does_not_exist(client, bob, started, path) -> None:
    client.force_login(bob)
    address = f"/alerts/replays/{started.replay.code}/{path}"
    answer = client.post(address, {"step": 1}) if path == "control/" else client.get(address)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"state": "paused"}, {"is_paused": True}),
        ({"state": "running"}, {"is_paused": False}),
        ({"step": "1"}, {"is_paused": True}),
        ({"speed": "300"}, {"speed": 300.0}),
        ({"speed": "7"}, {"speed": 0.0}),
        ({"step": "0"}, {"is_paused": False}),
        ({"step": "61"}, {"is_paused": False}),
        ({"state": "paused", "speed": "300"}, {"speed": 0.0, "is_paused": False}),
        ({}, {"is_paused": False}),
    ],
)
def test_controls_take_one_wish_at_a_time(client, alice, started, sent, expected) -> None:
    client.force_login(alice)
    answer = client.post(f"/alerts/replays/{started.replay.code}/control/", sent)
    assert answer.status_code == 302
    replay = Replay.objects.get()
    assert {name: getattr(replay, name) for name in expected} == expected


def test_a_control_in_place_answers_with_the_part_of_the_page(client, alice, started) -> None:
    client.force_login(alice)
    address = f"/alerts/replays/{started.replay.code}/control/"
    answer = client.post(address, {"state": "paused"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith('<div id="replay"')
    assert "Go on" in answer.content.decode()


def test_page_stops_asking_when_nothing_more_can_come(client, alice, started) -> None:
    client.force_login(alice)
    address = f"/alerts/replays/{started.replay.code}/progress/"
    for status, minutes, asks in (
        ("running", 0, True),
        ("finished", 1, True),
        ("finished", 10, False),
        ("cancelled", 1, False),
    ):
        ended_at = timezone.now() - timedelta(minutes=minutes)
        Replay.objects.update(status=status, finished_at=ended_at if minutes else None)
        assert ("hx-trigger" in client.get(address).content.decode().split(">")[0]) == asks
