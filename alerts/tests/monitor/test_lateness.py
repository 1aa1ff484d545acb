"""What is found late: entries are recorded and kept back, exits go out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from alerts.kinds import ENTRY, EXIT
from alerts.models import Alert, AlertConfig
from alerts.monitor.evaluate import evaluate_series
from alerts.testing import SOURCE, append_minute, make_strategy, run_monitor, store_history
from market.models import FeedState
from webhooks.models import Delivery
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db


def catch_up(alice: User, raw, age: timedelta) -> None:
    """A worker returns after 150 minutes whose bars were stored `age` ago."""
    store_history(raw.take(slice(0, 500)))
    make_strategy(alice)
    run_monitor(alice)
    stored_at = timezone.now() - age
    for index in range(500, 650):
        append_minute(raw, index, received_at=stored_at)
    evaluate_series(SOURCE, ["SPY"])


def test_stale_entries_are_recorded_as_late_and_not_sent(alice: User, raw) -> None:
    make_endpoint(alice)
    catch_up(alice, raw, timedelta(seconds=301))
    entries = Alert.objects.filter(alert_type=ENTRY.name)
    assert entries
    assert all(alert.is_late for alert in entries)
    assert not Delivery.objects.filter(event_type__startswith="entry").exists()


def test_late_exits_are_sent(alice: User, raw) -> None:
    make_endpoint(alice)
    catch_up(alice, raw, timedelta(seconds=301))
    exits = Alert.objects.filter(alert_type=EXIT.name)
    assert exits
    assert Delivery.objects.filter(is_exit=True).count() == exits.count()


def test_entries_within_their_time_to_live_are_sent(alice: User, raw) -> None:
    make_endpoint(alice)
    catch_up(alice, raw, timedelta(seconds=200))
    entries = Alert.objects.filter(alert_type=ENTRY.name)
    assert not any(alert.is_late for alert in entries)
    assert Delivery.objects.filter(event_type="entry_long").count() == entries.count() > 0


def test_endpoint_with_more_patience_still_gets_the_entry(alice: User, raw) -> None:
    make_endpoint(alice, ttl_seconds=3600)
    catch_up(alice, raw, timedelta(seconds=600))
    assert not Alert.objects.filter(is_late=True).exists()
    assert Delivery.objects.filter(event_type="entry_long").exists()


def test_exit_is_tried_as_long_as_its_session_had_to_go(alice: User, raw) -> None:
    make_endpoint(alice)
    catch_up(alice, raw, timedelta(seconds=10))
    alert = Alert.objects.filter(alert_type=EXIT.name).latest("bar_ts")
    delivery = Delivery.objects.get(message_code=alert.code)
    close_ts = int(raw.start_ts[390]) + 390 * 60
    assert delivery.deadline == alert.received_at + timedelta(
        seconds=close_ts - alert.fill_at.timestamp()
    )


def test_strategy_that_sends_no_webhooks_still_alerts(alice: User, raw) -> None:
    make_endpoint(alice)
    AlertConfig.objects.create(user=alice, send_webhooks=False)
    catch_up(alice, raw, timedelta(seconds=10))
    assert Alert.objects.exists()
    assert not Delivery.objects.exists()


def test_unwanted_entries_are_not_told_but_their_exits_are(alice: User, raw) -> None:
    AlertConfig.objects.create(user=alice, alert_on_entry=False)
    catch_up(alice, raw, timedelta(seconds=10))
    assert set(Alert.objects.values_list("alert_type", flat=True)) == {"exit_signal"}


def test_exit_found_after_its_session_is_still_tried(alice: User, raw) -> None:
    make_endpoint(alice)
    catch_up(alice, raw, timedelta(hours=20))
    exits = Delivery.objects.filter(is_exit=True)
    assert exits
    assert all(row.deadline > timezone.now() + timedelta(seconds=200) for row in exits)


@pytest.mark.parametrize(("speed", "is_late"), [(1, True), (60, False)])
def test_bars_that_a_feed_brings_late_are_late(alice: User, raw, speed, is_late) -> None:
    """In real time a bar of yesterday that is stored now is old, however fresh its row."""
    make_endpoint(alice)
    last_close = int(raw.start_ts[649]) + 60
    FeedState.objects.create(source=SOURCE, speed=speed, now_ts=int(raw.start_ts[499]) + 60)
    store_history(raw.take(slice(0, 500)))
    make_strategy(alice)
    run_monitor(alice)
    for index in range(500, 650):
        append_minute(raw, index)
    FeedState.objects.update(now_ts=last_close)
    evaluate_series(SOURCE, ["SPY"])
    entries = Alert.objects.filter(alert_type=ENTRY.name)
    assert {alert.is_late for alert in entries} == {is_late}
    assert Delivery.objects.filter(event_type="entry_long").exists() is not is_late
