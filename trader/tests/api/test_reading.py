"""`ReadSerializer` writes what DRF itself would write, for every class that derives from it."""

from datetime import UTC, datetime

import pytest
from django.urls import get_resolver
from django.utils import timezone
from rest_framework.serializers import ModelSerializer

from alerts.testing import make_alert
from strategies.models import Trade
from strategies.runs.trade_sizes import lay_beside
from strategies.testing import make_computed, make_market
from trader.api.reading import ReadSerializer
from trader.work.instants import iso
from webhooks.models import Attempt
from webhooks.testing import make_delivery, make_endpoint

pytestmark = pytest.mark.django_db


def serializers_of(model):
    # The room's API imports its serializers; that of another test may come first.
    assert get_resolver().url_patterns
    found, waiting = [], [ReadSerializer]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        meta = getattr(one, "Meta", None)
        # Fields of an answer that only documents it are on no row.
        if meta is not None and meta.model is model and "Only documents" not in (one.__doc__ or ""):
            found.append(one)
    return found


def check(row):
    """Compare with what the base class makes of the same fields."""
    classes = serializers_of(type(row))
    assert classes
    for one in classes:
        by_drf = ModelSerializer.to_representation(one(), row)
        assert ReadSerializer.to_representation(one(), row) == by_drf


def test_an_alert_reads_the_same(alice):
    check(make_alert(alice, acknowledged=True, acknowledged_at=timezone.now(), price=7))


def test_a_strategy_its_run_pack_and_trades_read_the_same(alice):
    make_market()
    strategy = make_computed(alice)
    check(strategy)
    check(strategy.current_run)
    check(alice.packs.first())
    check(*lay_beside(Trade.objects.filter(strategy=strategy)[:1]))


def test_a_delivery_and_its_attempts_read_the_same(alice):
    delivery = make_delivery(make_endpoint(alice), last_status=None)
    check(delivery)
    check(
        Attempt.objects.create(
            delivery=delivery, endpoint=delivery.endpoint, number=1, started_at=timezone.now()
        )
    )


@pytest.mark.parametrize("microsecond", [0, 120_000])
def test_instants_are_utc_whatever_zone_they_came_in(microsecond):
    moment = datetime(2026, 3, 1, 12, 30, 0, microsecond, UTC)
    elsewhere = moment.astimezone(timezone.get_fixed_timezone(330))
    assert iso(elsewhere) == moment.isoformat().replace("+00:00", "Z")
