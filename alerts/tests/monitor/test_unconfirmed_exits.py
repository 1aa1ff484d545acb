"""A position that the next open ends is told as left on the bar that decided it."""

import numpy as np
import pytest

from accounts.models import User
from alerts.kinds import EXIT
from alerts.models import Alert, StrategyState
from alerts.monitor.evaluate import evaluate_series
from alerts.testing import SOURCE, append_minute, make_strategy, run_monitor, store_history
from alerts.tests.monitor.test_live_equals_backtest import trades_of_backtest
from market.testing import wave

NS = 1_000_000_000
N_HISTORY = 390 + 60
CONFIRMED = {
    "entry_trigger_confluence_id": "swing_123_default_bull_c2_cc",
    "exit_trigger_confluence_ids": ["ema_stack_custom_1_cross_bear"],
}


@pytest.mark.django_db
def test_an_unconfirmed_exit_is_told_one_bar_before_its_fill(alice: User) -> None:
    raw = wave(n_days=3, seed=11)
    store_history(raw.take(slice(0, N_HISTORY)))
    strategy = make_strategy(alice, name="Confirmed", **CONFIRMED)
    run_monitor(alice)
    for index in range(N_HISTORY, raw.n):
        append_minute(raw, index)
        evaluate_series(SOURCE, ["SPY"])
        state = StrategyState.objects.get(strategy=strategy)
        assert not state.entered_before_monitoring
    start_ns = (int(raw.start_ts[N_HISTORY - 1]) + 60) * NS
    trades, _ = trades_of_backtest(strategy)
    watched = [trade for trade in trades if trade.entry_fill_ns > start_ns]
    assert {trade.exit_reason for trade in watched} >= {"unconfirmed_cc"}
    exits = Alert.objects.filter(strategy=strategy, alert_type=EXIT.name).order_by("bar_ts")
    assert [(one.bar_ts, one.price, one.exit_reason) for one in exits] == [
        told_of(trade, raw) for trade in watched
    ]


def told_of(trade, raw):
    """Bar, price and reason of the alert of a trade's exit."""
    if trade.exit_reason != "unconfirmed_cc":
        return trade.exit_bar_ns // NS, trade.exit_price, trade.exit_reason
    before = int(np.searchsorted(raw.start_ts, trade.exit_bar_ns // NS)) - 1
    return int(raw.start_ts[before]), float(raw.close[before]), trade.exit_reason
