"""What webhooks are told of a position: which messages belong to it, and what it may be worth."""

import pytest
from django.db import transaction
from django.utils import timezone

from alerts.outgoing import position_of, queue_message
from alerts.subjects import largest_notional, subject_of
from alerts.testing import make_alert, make_strategy
from strategies.models import Run, Trade
from webhooks.models import Delivery
from webhooks.testing import ORDER, make_endpoint

pytestmark = pytest.mark.django_db


def sent(owner, kind, **fields):
    now = timezone.now()
    alert = make_alert(owner, alert_type=kind, received_at=now, **fields)
    with transaction.atomic():
        queue_message(alert, None, None)
    return Delivery.objects.get(message_code=alert.code)


def test_entry_and_exit_of_a_trade_share_a_position(alice):
    make_endpoint(alice, payload_template=ORDER)
    strategy = make_strategy(alice)
    entry = sent(alice, "entry_signal", strategy=strategy, entry_bar_ts=60, bar_ts=60)
    exit = sent(alice, "exit_signal", strategy=strategy, entry_bar_ts=60, bar_ts=300)
    later = sent(alice, "entry_signal", strategy=strategy, entry_bar_ts=600, bar_ts=600)
    assert entry.position == exit.position != ""
    assert later.position not in ("", exit.position)
    entry.refresh_from_db()
    assert (entry.state, exit.state) == ("superseded", "nothing_to_close")
    assert later.state == "pending"


def test_strategies_and_sources_have_positions_of_their_own(alice):
    first, second = make_strategy(alice), make_strategy(alice, name="Second")
    fields = {"alert_type": "entry_signal", "entry_bar_ts": 60}
    alerts = [
        make_alert(alice, strategy=first, data_source="simulated", **fields),
        make_alert(alice, strategy=first, data_source="replay:x", bar_ts=120, **fields),
        make_alert(alice, strategy=second, data_source="simulated", **fields),
    ]
    assert len({position_of(alert) for alert in alerts}) == 3


@pytest.mark.parametrize("fields", [{"source": "test"}, {"strategy": None}, {"entry_bar_ts": None}])
def test_what_concerns_no_position_has_none(alice, fields):
    known = {"strategy": make_strategy(alice), "entry_bar_ts": 60, **fields}
    assert position_of(make_alert(alice, **known)) == ""


def test_largest_entry_of_the_backtests_is_risk_over_distance_times_price(alice, bob):
    rows = [make_strategy(owner, name=f"S{n}") for n, owner in enumerate((alice, alice, bob))]
    for strategy, price, risk in zip(rows, (100.0, 500.0, 9000.0), (1.0, 2.0, 1.0), strict=True):
        run = Run.objects.create(user=strategy.user, window_start_ts=0)
        Trade.objects.create(
            user=strategy.user, run=run, strategy=strategy, number=1, direction="LONG",
            entry_bar_ts=0, entry_trigger_ts=0, entry_fill_ts=0, entry_price=price,
            initial_stop_price=price - risk, stop_price=price - risk, risk=risk,
        )  # fmt: skip
    # 100 dollars at risk: 100 shares at 100, and 50 shares at 500.
    assert largest_notional(alice, []) == 25_000
    assert largest_notional(alice, [subject_of(rows[0].pk)]) == 10_000
    assert largest_notional(alice, [subject_of(rows[2].pk)]) is None
