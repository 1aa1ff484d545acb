from datetime import date, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts.models import UserEvent
from market import catalogue, clock, tasks
from market.bars import load_bars
from market.errors import BarsError
from market.feeds.player import Player
from market.feeds.runner import Runner
from market.models import Bar, DataVersion, FeedState, Replay
from market.replays import cancel_replay, days_to_replay, start_replay
from market.store.reading import read_raw
from market.testing import make_bars, ts_of

FOREVER = 1 << 33
DAY = date(2024, 3, 6)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def recorded():
    return make_bars(n_days=4)


def request(user, **options):
    return start_replay(
        user, **{"dataset": "sample", "symbol": "SPY", "day": DAY, "speed": 0, **options}
    )


def play(replay):
    """Everything a feed process does for one replay, until its end."""
    Runner(only=replay).run()
    replay.refresh_from_db()
    return replay


def test_a_day_is_played_under_a_source_of_its_own(alice, recorded, announced):
    replay = play(request(alice, history_days=1))
    assert (replay.status, replay.n_played, replay.progress) == ("finished", 390, 1.0)
    bars = read_raw(replay.source, "SPY", "1Min", 0, None)
    assert bars.start_ts.tolist() == recorded.start_ts[390:1170].tolist()
    assert bars.close.tolist() == recorded.close[390:1170].tolist()
    assert clock.now(replay.source) == ts_of("2024-03-06T21:00:00Z")
    assert announced[-1] == (replay.source, ["SPY"], ts_of("2024-03-06T21:00:00Z"))
    assert FeedState.objects.get(source=replay.source).status == "finished"


def test_history_is_there_before_the_first_minute(alice, recorded):
    replay = request(alice, history_days=2)
    runner = Runner(only=replay)
    runner._look_around()
    assert clock.now(replay.source) == ts_of("2024-03-05T21:00:00Z")
    assert load_bars(replay.source, "SPY", "1Min", "RTH", 0, FOREVER).n == 780
    assert load_bars(replay.source, "SPY", "1Day", "RTH", 0, FOREVER).n == 2


def test_two_replays_have_clocks_of_their_own(alice, bob, recorded):
    one, other = request(alice), request(bob, day=date(2024, 3, 5))
    runner = Runner()
    runner._look_around()
    players = list(runner.players.values())
    for player, count in zip(players, (3, 7), strict=True):
        for _ in range(count):
            runner._play(player)
    times = {clock.now(one.source), clock.now(other.source)}
    assert len(runner.players) == len(times) == 2
    assert not Bar.objects.filter(source=one.source, start_ts__gt=clock.now(one.source)).exists()


def test_another_life_of_the_process_goes_on_with_the_next_minute(alice, recorded, announced):
    replay = request(alice, history_days=0)
    for _ in range(3):
        runner = Runner(only=replay)
        runner._look_around()
        for _ in range(10):
            runner._play(runner.players[replay.source])
        replay.refresh_from_db()
    assert (replay.n_played, Bar.objects.filter(source=replay.source).count()) == (30, 30)
    assert play(replay).n_played == 390
    assert Bar.objects.filter(source=replay.source, timeframe="1Min").count() == 390


def test_a_cancelled_replay_stops(alice, recorded):
    replay = request(alice)
    runner = Runner()
    runner._look_around()
    runner._play(runner.players[replay.source])
    cancel_replay(replay)
    runner._play(runner.players[replay.source])
    replay.refresh_from_db()
    assert (replay.status, replay.n_played) == ("cancelled", 1)
    assert runner.players == {}
    assert cancel_replay(replay).status == "cancelled"


def test_a_replay_nobody_has_begun_is_cancelled_at_once(alice, recorded):
    assert cancel_replay(request(alice)).status == "cancelled"
    runner = Runner()
    runner._look_around()
    assert runner.players == {}


def test_a_broken_replay_ends_alone_and_says_why(alice, bob, recorded, monkeypatch):
    broken, sound = request(alice), request(bob)
    step = Player.step

    def fail(self):
        if self.source == broken.source:
            raise RuntimeError("no such minute")
        step(self)

    monkeypatch.setattr(Player, "step", fail)
    runner = Runner()
    runner._look_around()
    for player in list(runner.players.values()):
        runner._guard(player, lambda player=player: runner._play(player))
    broken.refresh_from_db()
    assert (broken.status, broken.error) == ("failed", "RuntimeError: no such minute")
    assert list(runner.players) == [sound.source]


def test_the_owner_is_told_of_progress(alice, recorded):
    replay = play(request(alice))
    told = UserEvent.objects.filter(user=alice).order_by("seq")
    events = [event.data["replay"] for event in told]
    assert [events[0]["status"], events[1]["status"]] == ["requested", "running"]
    assert (events[-1]["status"], events[-1]["progress"]) == ("finished", 1.0)
    assert {event["code"] for event in events} == {str(replay.code)}
    assert len(events) < 30


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dataset": "import:none"}, "has no one-minute bars"),
        ({"dataset": "elsewhere"}, "there is no data source"),
        ({"symbol": "XYZ"}, "no one-minute bars of XYZ"),
        ({"day": date(2024, 3, 9)}, "on 2024-03-09"),
        ({"speed": -1}, "the speed must lie"),
        ({"history_days": 1000}, "history must be"),
    ],
)
def test_what_cannot_be_played_is_refused_by_name(alice, recorded, options, message):
    with pytest.raises(BarsError, match=message):
        request(alice, **options)
    assert not Replay.objects.exists()


def test_a_user_plays_two_at_a_time(alice, bob, recorded):
    request(alice)
    request(alice)
    with pytest.raises(BarsError, match="2 replays are running"):
        request(alice)
    request(bob)


def test_only_the_owner_sees_a_replay(alice, charlie, recorded):
    replay = play(request(alice))
    assert catalogue.may_see(alice, replay.source)
    assert not catalogue.may_see(charlie, replay.source)
    assert [one.label for one in catalogue.sources_for(alice)] == [
        "Sample data",
        "Replay: SPY Mar 06 2024",
    ]
    assert [one.name for one in catalogue.sources_for(charlie)] == ["sample"]
    with pytest.raises(BarsError, match="there is no data source"):
        request(charlie, dataset=replay.source)


def test_recorded_days_are_offered_newest_first(recorded):
    assert days_to_replay("sample", "SPY")[:2] == [date(2024, 3, 7), date(2024, 3, 6)]
    assert days_to_replay("sample", "XYZ") == []


def test_old_replays_go_with_their_bars(alice, recorded):
    old, young = play(request(alice)), play(request(alice))
    Replay.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=8))
    assert tasks.prune()["replays"] == 1
    assert not Bar.objects.filter(source=old.source).exists()
    assert not FeedState.objects.filter(source=old.source).exists()
    assert Bar.objects.filter(source=young.source).exists()
    assert Bar.objects.filter(source="sample").exists()


def test_bars_of_a_deleted_user_go(alice, recorded):
    replay = play(request(alice))
    alice.delete()
    tasks.prune()
    assert not DataVersion.objects.filter(source=replay.source).exists()
    assert not Bar.objects.filter(source=replay.source).exists()


def test_trouble_of_the_database_does_not_end_a_replay(alice, recorded, monkeypatch):
    replay = request(alice, history_days=0)

    def fail(self):
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(Player, "step", fail)
        with pytest.raises(OperationalError):
            Runner(only=replay).run()
    replay.refresh_from_db()
    assert replay.status == Replay.Status.RUNNING
    assert play(replay).status == Replay.Status.FINISHED
