"""A replay under its owner's hand: paused, stepped, faster, slower; none of it loses a minute."""

import time
from datetime import date

import pytest

from accounts.models import UserEvent
from market.errors import BarsError
from market.feeds.runner import Runner
from market.models import Bar, Replay
from market.replays import (
    MAX_STEPS,
    cancel_replay,
    pause_replay,
    set_speed,
    start_replay,
    step_replay,
)
from market.testing import make_bars

DAY = date(2024, 3, 6)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def replay(alice):
    make_bars(n_days=3)
    return start_replay(alice, "sample", "SPY", DAY, speed=0, history_days=1)


@pytest.fixture
def turns(replay):
    """Turn the loop of a feed process so often, as if time had passed meanwhile."""
    runner = Runner()

    def turn(n: int) -> None:
        for _ in range(n):
            runner._next_poll = runner._next_heed = 0.0
            runner._look_around()
            player = runner.players.get(replay.source)
            if player is not None and player.due <= time.monotonic():
                runner._play_or_wait()

    return turn


def played(replay) -> int:
    n_stored = Bar.objects.filter(source=replay.source, timeframe="1Min").count()
    replay.refresh_from_db()
    return replay.n_played if n_stored == 390 + replay.n_played else -1


def test_a_paused_replay_holds_and_goes_on_where_it_was(replay, turns):
    turns(5)
    pause_replay(replay, is_paused=True)
    turns(5)
    assert played(replay) == 5
    pause_replay(replay, is_paused=False)
    turns(5)
    assert played(replay) == 10


def test_steps_are_played_one_by_one_and_then_it_holds_again(alice, replay, turns):
    turns(3)
    step_replay(replay)
    turns(4)
    assert played(replay) == 3
    step_replay(replay)
    step_replay(replay, 2)
    n_told = UserEvent.objects.count()
    turns(10)
    assert played(replay) == 6
    assert (replay.is_paused, replay.n_steps) == (True, 0)
    told = UserEvent.objects.order_by("seq").values_list("data__replay__n_played", flat=True)
    assert list(told)[n_told:] == [4, 5, 6]


def test_steps_are_bounded(replay, turns):
    pause_replay(replay, is_paused=True)
    step_replay(replay, 10_000)
    replay.refresh_from_db()
    assert replay.n_steps == MAX_STEPS


def test_going_on_forgets_the_steps_that_were_left(replay):
    pause_replay(replay, is_paused=True)
    step_replay(replay, 5)
    pause_replay(replay, is_paused=False)
    replay.refresh_from_db()
    assert (replay.is_paused, replay.n_steps) == (False, 0)


def test_a_pause_outlives_the_process(replay, turns):
    turns(2)
    pause_replay(replay, is_paused=True)
    Runner()._look_around()
    another = Runner()
    another._look_around()
    another.players[replay.source].heed()
    assert another.players[replay.source].due == float("inf")
    assert played(replay) == 2


def test_another_speed_counts_from_the_next_minute(replay):
    set_speed(replay, 2)
    runner = Runner()
    runner._look_around()
    player = runner.players[replay.source]
    for speed, seconds in ((1, 60), (6, 10), (2, 30)):
        set_speed(replay, speed)
        player.heed()
        assert seconds - 5 < player.due - time.monotonic() <= seconds


@pytest.mark.parametrize("speed", [-1, 36_001, float("nan")])
def test_no_replay_has_such_a_speed(replay, speed):
    with pytest.raises(BarsError, match="the speed must lie between 0 and 36,000"):
        set_speed(replay, speed)


def test_a_paused_replay_can_be_cancelled(replay, turns):
    turns(2)
    pause_replay(replay, is_paused=True)
    turns(1)
    cancel_replay(replay)
    turns(2)
    replay.refresh_from_db()
    assert replay.status == Replay.Status.CANCELLED


def test_nothing_is_changed_once_it_is_over(replay):
    cancel_replay(replay)
    n_told = UserEvent.objects.count()
    for act in (lambda: pause_replay(replay, is_paused=True), lambda: step_replay(replay)):
        act()
    set_speed(replay, 5)
    replay.refresh_from_db()
    assert (replay.is_paused, replay.n_steps, replay.speed) == (False, 0, 0)
    assert UserEvent.objects.count() == n_told
