"""Positions and today's trades: from the monitor's rows, at the newest price."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from alerts.kinds import ENTRY, EXIT
from alerts.models import Alert, Monitor, StrategyState
from alerts.testing import make_alert
from market.models import FeedState
from market.store.writing import store_bars
from market.testing import raw_bars, ts_of
from strategies.models import Strategy
from trader.frame.cockpit import cockpit

pytestmark = pytest.mark.django_db
# 11:00 in New York.
NOW = ts_of("2024-03-05T16:00:00Z")


def watched(user, name="Watched", direction="LONG", source="simulated", **state) -> Strategy:
    strategy = Strategy.objects.create(
        user=user, name=name, symbol="SPY", direction=direction, data_source=source,
        forward_test_start=timezone.now(), window_start_ts=0, alert_tracking_enabled=True,
    )  # fmt: skip
    StrategyState.objects.create(user=user, strategy=strategy, **{"status": "flat", **state})
    return strategy


def held(entry: float, stop: float, target: float | None = None) -> dict[str, object]:
    details = {
        "entry_price": entry, "stop_price": stop, "initial_stop_price": stop,
        "target_price": target, "risk": abs(entry - stop), "entry_fill_ts": NOW - 600,
    }  # fmt: skip
    return {"status": "in_position", "details": details}


def price(value: float, source="simulated") -> None:
    bar = raw_bars([(value, value, value, value, 1)], NOW - 60)
    store_bars(source, "SPY", "1Min", bar, timezone.now())
    FeedState.objects.update_or_create(source=source, defaults={"now_ts": NOW})


def ended(strategy: Strategy, r_multiple: float | None, at: str, **fields) -> Alert:
    values = {
        "alert_type": EXIT.name, "strategy": strategy, "strategy_name": strategy.name,
        "data_source": strategy.data_source, "data": {"r_multiple": r_multiple},
        "fill_at": datetime.fromisoformat(at).astimezone(UTC), "bar_ts": Alert.objects.count(),
    }  # fmt: skip
    return make_alert(strategy.user, **(values | fields))


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return lambda address="/": client.get(address).content.decode()


@pytest.mark.parametrize(
    ("direction", "entry", "stop", "now", "r_now"),
    [
        ("LONG", 100.0, 99.0, 101.5, 1.5),
        ("LONG", 100.0, 98.0, 99.0, -0.5),
        ("SHORT", 100.0, 101.0, 98.0, 2.0),
        ("SHORT", 100.0, 104.0, 101.0, -0.25),
    ],
)
def test_r_now_is_the_way_from_the_entry_in_units_of_the_risk(
    alice, direction, entry, stop, now, r_now
):
    price(now)
    watched(alice, direction=direction, **held(entry, stop))
    found = cockpit(alice)
    assert found.rows[0].position.r_now == r_now
    assert (found.open_r, found.n_positions) == (r_now, 1)
    assert found.as_of == datetime.fromtimestamp(NOW, UTC)


def test_a_position_without_a_price_says_nothing_of_r(alice, page):
    watched(alice, **held(100.0, 99.0, 102.0))
    assert cockpit(alice).open_r is None
    shown = page()
    assert "LONG" in shown
    assert "99.00" in shown
    assert "102.00" in shown


def test_today_begins_at_midnight_of_the_market(alice):
    price(100.0)
    strategy = watched(alice)
    ended(strategy, 2.0, "2024-03-05T15:00:00Z")
    ended(strategy, -1.0, "2024-03-05T05:00:00Z")
    ended(strategy, 9.0, "2024-03-05T04:59:59Z")
    today = cockpit(alice).today
    assert (today.n_trades, today.n_won, today.total_r) == (2, 1, 1.0)


def test_only_told_ends_of_trades_count(alice):
    price(100.0)
    strategy = watched(alice)
    at = "2024-03-05T15:00:00Z"
    ended(strategy, 1.0, at, source=Alert.Source.TEST)
    ended(strategy, 1.0, at, alert_type=ENTRY.name)
    ended(strategy, None, at)
    assert cockpit(alice).rows == []


def test_replays_are_no_part_of_today(alice):
    price(100.0, source="replay:x")
    strategy = watched(alice, source="replay:x", **held(100.0, 99.0))
    ended(strategy, 1.0, "2024-03-05T15:00:00Z")
    found = cockpit(alice)
    assert (found.rows, found.n_monitored) == ([], 0)


def test_a_strategy_has_one_row_and_a_deleted_one_keeps_its_trades(alice):
    price(101.0)
    both = watched(alice, "Both", **held(100.0, 99.0))
    gone = watched(alice, "Gone")
    flat = watched(alice, "Flat")
    ended(both, 0.5, "2024-03-05T15:00:00Z")
    ended(flat, -1.0, "2024-03-05T15:00:00Z")
    ended(gone, 3.0, "2024-03-05T15:00:00Z")
    gone.delete()
    watched(alice, "Idle")
    rows = cockpit(alice).rows
    assert [(row.name, row.today.total_r) for row in rows] == [
        ("Both", 0.5),
        ("Gone", 3.0),
        ("Flat", -1.0),
    ]
    assert rows[1].strategy is None


def test_nobody_elses_positions_are_shown(bob, page):
    price(101.0)
    strategy = watched(bob, "Secret", **held(100.0, 99.0))
    ended(strategy, 1.0, "2024-03-05T15:00:00Z")
    assert "Secret" not in page("/frame/now/")


def test_now_is_for_those_who_are_logged_in(client):
    assert client.get("/frame/now/").status_code == 302


def test_what_is_open_and_of_today_stands_above_all_else(alice, page):
    price(101.5)
    strategy = watched(alice, "Mine", **held(100.0, 99.0, 102.0))
    ended(strategy, -0.75, "2024-03-05T15:00:00Z")
    shown = page()
    assert shown.index('id="now"') < shown.index('id="last-alerts"')
    assert "+1.50" in shown
    assert "−0.75" in shown
    assert "data-follows-bars" in shown


def test_a_strategy_that_is_flat_again_shows_its_trades_of_today(alice, page):
    price(101.5)
    ended(watched(alice, "Done"), -0.75, "2024-03-05T15:00:00Z")
    shown = page("/frame/now/")
    assert "flat" in shown
    assert "−0.75" in shown
    assert "data-follows-bars" not in shown


def test_the_part_needs_few_queries_however_many_strategies(
    alice, client, django_assert_max_num_queries
):
    price(101.0)
    for number in range(60):
        strategy = watched(alice, f"Strategy {number}", **held(100.0, 99.0))
        ended(strategy, 1.0, "2024-03-05T15:00:00Z")
    client.force_login(alice)
    with django_assert_max_num_queries(12):
        shown = client.get("/frame/now/").content.decode()
    assert "10 more are not shown" in shown


def test_a_monitor_that_is_off_while_a_position_is_open_needs_attention(alice, page):
    price(101.0)
    watched(alice, "Mine", **held(100.0, 99.0))
    Monitor.objects.update_or_create(user=alice, defaults={"desired_state": "stopped"})
    shown = page()
    assert "Needs attention" in shown
    assert "“Mine” holds SPY LONG and nobody watches it: no exit will be announced." in shown


def test_a_monitor_that_is_off_with_strategies_to_watch_is_said_once(alice, page):
    for name in ("One", "Two"):
        watched(alice, name)
    Monitor.objects.update_or_create(user=alice, defaults={"desired_state": "stopped"})
    assert "The monitor is stopped: 2 monitored strategies are not evaluated." in page()
