import os
import time
from datetime import date, timedelta

import numpy as np
import pytest
from django.utils import timezone

from market import clock, hooks
from market.feeds.player import LeaseLostError, Player, claim
from market.feeds.players import SimulatedPlayer
from market.feeds.simulated import SimulatedFeed
from market.models import Bar, DataVersion, FeedState, Instrument
from market.store.reading import read_raw
from market.testing import ts_of
from trader.work import leases

START = date(2024, 3, 4)
SYMBOLS = ["SPY", "AAPL"]
pytestmark = pytest.mark.django_db(transaction=True)


def player(speed=0.0, history_days=2):
    return SimulatedPlayer(SimulatedFeed(), list(SYMBOLS), speed, START, history_days)


def opened(**options):
    one = player(**options)
    assert one.open()
    return one


def steps(one, count):
    for _ in range(count):
        one.step()


def state():
    return FeedState.objects.get(source="simulated")


def test_the_first_start_stores_history_and_its_days():
    opened()
    assert Bar.objects.filter(timeframe="1Min").count() == 2 * 2 * 390
    assert Bar.objects.filter(timeframe="1Day").count() == 2 * 2
    assert clock.now("simulated") == ts_of("2024-03-01T21:00:00Z")
    assert Instrument.objects.get(symbol="SPY").name == "SPDR S&P 500 ETF"


def test_the_first_symbol_may_have_a_longer_history():
    one = SimulatedPlayer(SimulatedFeed(), list(SYMBOLS), 0.0, START, 1, first_days=3)
    assert one.open()
    minutes = Bar.objects.filter(timeframe="1Min")
    assert minutes.filter(symbol="SPY").count() == 3 * 390
    assert minutes.filter(symbol="AAPL").count() == 390
    assert clock.now("simulated") == ts_of("2024-03-01T21:00:00Z")


def test_each_step_stores_a_minute_of_all_symbols_and_announces_it(announced):
    one = opened()
    announced.clear()
    steps(one, 2)
    assert announced == [
        ("simulated", ["AAPL", "SPY"], ts_of("2024-03-04T14:31:00Z")),
        ("simulated", ["AAPL", "SPY"], ts_of("2024-03-04T14:32:00Z")),
    ]
    assert clock.now("simulated") == ts_of("2024-03-04T14:32:00Z")
    assert (
        Bar.objects.filter(timeframe="1Min", start_ts__gte=ts_of("2024-03-04T14:30:00Z")).count()
        == 4
    )


def test_nothing_is_announced_of_a_step_that_was_rolled_back(announced, monkeypatch):
    one = opened()
    announced.clear()
    monkeypatch.setattr(one, "record", lambda batch: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        one.step()
    assert announced == []
    assert clock.now("simulated") == ts_of("2024-03-01T21:00:00Z")


def test_a_failing_listener_stops_neither_the_feed_nor_the_others(announced):
    hooks.on_bars_closed.insert(0, lambda *call: 1 / 0)
    one = opened()
    announced.clear()
    steps(one, 2)
    assert len(announced) == 2


def test_another_life_goes_on_without_losing_or_repeating_a_bar():
    steps(opened(), 5)
    for _ in range(3):
        steps(opened(), 4)
    bars = read_raw("simulated", "SPY", "1Min", 0, None)
    expected = SimulatedFeed().history(
        "SPY", "1Min", ts_of("2024-02-29T14:30:00Z"), ts_of("2024-03-04T14:47:00Z")
    )
    assert all(np.array_equal(one, two) for one, two in zip(bars, expected, strict=True))
    assert not Bar.objects.filter(revision__gt=0).exists()
    assert DataVersion.objects.get(symbol="SPY", timeframe="1Min").version == 1


def test_a_restart_announces_the_last_close_once_more(announced):
    steps(opened(), 3)
    announced.clear()
    opened()
    assert announced == [("simulated", SYMBOLS, ts_of("2024-03-04T14:33:00Z"))]


def test_days_appear_with_the_close_of_the_session():
    one = opened()
    steps(one, 389)
    newest = Bar.objects.filter(symbol="SPY", timeframe="1Day").order_by("-start_ts")
    assert newest[0].start_ts == ts_of("2024-03-01T05:00:00Z")
    one.step()
    assert newest[0].start_ts == ts_of("2024-03-04T05:00:00Z")
    assert newest.count() == 3
    assert DataVersion.objects.get(symbol="SPY", timeframe="1Day").version == 1


def test_a_second_feed_waits_for_the_lease():
    opened()
    FeedState.objects.update(lease_owner="elsewhere:1:1.00")
    assert claim("simulated", 1) is None
    FeedState.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert claim("simulated", 1) is not None


def test_the_lease_of_a_dead_process_is_taken_over_at_once():
    opened()
    host = leases.owner().split(":")[0]
    FeedState.objects.update(lease_owner=f"{host}:{os.getpid()}:1.00")
    assert state().is_leased()
    assert claim("simulated", 1).lease_owner == leases.owner()


def test_who_lost_the_lease_stores_nothing():
    one = opened()
    count = Bar.objects.count()
    FeedState.objects.update(lease_owner="elsewhere:1:1.00")
    with pytest.raises(LeaseLostError):
        one.step()
    with pytest.raises(LeaseLostError):
        one.renew()
    one.close(FeedState.Status.STOPPED)
    assert Bar.objects.count() == count
    assert state().status == "running"


def test_the_feed_reports_itself():
    one = opened(speed=60)
    one.step()
    found = state()
    assert (found.status, found.speed, found.is_running) == ("running", 60, True)
    assert found.bar_at is not None
    one.close(FeedState.Status.STOPPED, "done")
    assert (state().status, state().detail, state().is_running) == ("stopped", "done", False)


def test_speed_sets_the_pace_and_closed_hours_take_no_time():
    one = opened(speed=60)
    base = one.due
    one.step()
    assert one.due - base == pytest.approx(1.0, abs=0.2)
    one.now_ts = ts_of("2024-03-04T21:00:00Z")
    one.due = time.monotonic()
    assert one._due_of(ts_of("2024-03-05T14:31:00Z")) - one.due == pytest.approx(1.0, abs=0.1)


def test_in_real_time_old_minutes_are_due_at_once_and_new_ones_at_their_close():
    one = opened(speed=1)
    now = time.monotonic()
    assert one.due <= now
    assert one._due_of(int(time.time()) + 45) - now == pytest.approx(45, abs=2)


def test_an_accelerated_feed_waits_for_the_evaluation_but_not_for_ever(monkeypatch):
    one = opened()
    monkeypatch.setattr(hooks, "is_behind", [lambda source: True])
    count = Bar.objects.count()
    steps(one, 3)
    assert Bar.objects.count() == count
    monkeypatch.setattr("market.feeds.player.MAX_BACKLOG_WAIT_SECONDS", 0)
    steps(one, 2)
    monkeypatch.setattr("market.feeds.player.MAX_BACKLOG_WAIT_SECONDS", 30)
    steps(one, 2)
    assert Bar.objects.count() == count + 8


def test_a_feed_without_further_bars_is_over():
    class Silent:
        source = "quiet"

        def history(self, *args):
            raise AssertionError

        def stream(self, symbols, after_ts):
            return iter(())

    one = Player(Silent(), [], 1)
    assert one.open()
    assert one.is_over


def test_a_clock_that_was_set_does_not_make_a_living_owner_dead():
    host, pid, created = leases.owner().rsplit(":", 2)
    assert not leases.is_dead(f"{host}:{pid}:{float(created) + 1:.2f}")
    assert leases.is_dead(f"{host}:{pid}:{float(created) - 60:.2f}")
