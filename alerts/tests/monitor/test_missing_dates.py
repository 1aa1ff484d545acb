"""Two or more missing dates end a live position as they end one of a backtest, once."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from alerts.kinds import ENTRY, EXIT
from alerts.models import Alert, EvaluationGroup, StrategyState
from alerts.monitor.evaluate import evaluate_series
from alerts.testing import (
    SOURCE,
    append_minute,
    forget_process_memory,
    make_strategy,
    run_monitor,
    store_history,
)
from alerts.tests.monitor.test_live_equals_backtest import trades_of_backtest
from market.testing import wave
from webhooks.models import Delivery
from webhooks.testing import make_endpoint

pytestmark = pytest.mark.django_db
NS = 1_000_000_000
DAY_BARS = 390
# So wide a stop that a position is held until something else ends it.
HOLDER = {
    "exit_trigger_confluence_ids": [],
    "stop_config": {"method": "percentage", "percentage": 10},
    "target_config": None,
}
# Fewer than the bars of warm-up: the first entry comes while the monitor runs.
N_BEFORE = 50
AFTER_ONE, AFTER_TWO = 2 * DAY_BARS, 3 * DAY_BARS


@pytest.fixture
def raw():
    return wave(n_days=4, seed=11)


def feed(raw, begin: int, end: int, every: int = 1) -> None:
    for index in range(begin, end):
        append_minute(raw, index)
        if (index + 1 - end) % every == 0:
            evaluate_series(SOURCE, ["SPY"])


@pytest.fixture
def held(alice: User, raw):
    """A position that was told on the first day and is held at its close."""
    store_history(raw.take(slice(0, N_BEFORE)))
    strategy = make_strategy(alice, **HOLDER)
    run_monitor(alice)
    feed(raw, N_BEFORE, DAY_BARS, every=40)
    assert Alert.objects.get().alert_type == ENTRY.name
    assert StrategyState.objects.get().tracked_entry_ts is not None
    return strategy


@pytest.mark.parametrize("forgets", [False, True])
def test_the_exit_is_told_on_the_bar_after_the_missing_dates(held, raw, forgets):
    if forgets:
        forget_process_memory()
    first = AFTER_TWO
    feed(raw, first, first + 1)
    alert = Alert.objects.get(exit_reason="data_gap")
    assert alert.alert_type == EXIT.name
    assert alert.bar_ts == int(raw.start_ts[first])
    assert alert.fill_at == datetime.fromtimestamp(int(raw.start_ts[first]) + 60, UTC)
    assert alert.price == raw.close[DAY_BARS - 1]
    assert alert.data["bar"]["close"] == raw.close[first]
    assert not alert.is_late


def test_live_ends_the_trade_that_the_backtest_ends(held, raw):
    first = AFTER_TWO
    feed(raw, first, first + 80, every=20)
    trades, still_held = trades_of_backtest(held)
    trade = next(trade for trade in trades if trade.exit_reason == "data_gap")
    assert trade.exit_bar_ns == int(raw.start_ts[DAY_BARS - 1]) * NS
    alert = Alert.objects.get(exit_reason="data_gap")
    assert (alert.price, alert.data["r_multiple"]) == (trade.exit_price, trade.r_multiple)
    assert (
        still_held.entry_bar_ns // NS
        == Alert.objects.filter(alert_type=ENTRY.name).order_by("bar_ts").last().bar_ts
    )


def test_one_missing_date_ends_nothing(held, raw):
    feed(raw, AFTER_ONE, AFTER_ONE + 5)
    assert not Alert.objects.filter(exit_reason="data_gap").exists()
    assert StrategyState.objects.get().tracked_entry_ts is not None


def test_bars_that_come_later_for_these_dates_send_nothing_again(held, raw):
    first = AFTER_TWO
    feed(raw, first, first + 5)
    codes = set(Alert.objects.values_list("code", flat=True))
    store_history(raw.take(slice(DAY_BARS, first)))
    feed(raw, first + 5, first + 6)
    assert set(Alert.objects.values_list("code", flat=True)) == codes
    assert StrategyState.objects.get().tracked_entry_ts is None


def test_a_resumed_group_knows_what_a_replayed_one_does(held, raw):
    first = AFTER_TWO
    feed(raw, first, first + 30, every=10)
    resumed = bytes(EvaluationGroup.objects.get().state)
    EvaluationGroup.objects.update(state=None)
    forget_process_memory()
    evaluate_series(SOURCE, ["SPY"])
    assert bytes(EvaluationGroup.objects.get().state) == resumed
    assert Alert.objects.filter(exit_reason="data_gap").count() == 1


def test_the_exit_is_sent_until_the_session_of_the_bar_that_showed_it_closes(alice, raw, held):
    make_endpoint(alice)
    first = AFTER_TWO
    feed(raw, first, first + 1)
    delivery = Delivery.objects.order_by("pk").last()
    assert delivery.event_type.startswith("exit")
    assert delivery.expires_at - delivery.created_at < timedelta(hours=7)
