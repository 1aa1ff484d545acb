"""What an alert says of itself is what was decided, however the bars came."""

import random
from typing import Any

import pytest
from structlog.testing import capture_logs

from accounts.models import User
from alerts.kinds import ENTRY
from alerts.models import Alert
from alerts.monitor.decide import Leg
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.telling.causes import Told
from alerts.testing import (
    SOURCE,
    append_minute,
    forget_process_memory,
    make_strategy,
    run_monitor,
    store_history,
)
from market.bars import load_bars
from market.testing import wave
from strategies.engine.types import Bars
from strategies.runs.compute import program_for, strategy_anchor_ts

pytestmark = pytest.mark.django_db

NS = 1_000_000_000
N_HISTORY = 390 + 60
FAST: dict[str, Any] = {"target_config": {"method": "risk_reward", "rr_ratio": 1.0}}
VARIANTS: list[dict[str, Any]] = [
    {},
    {"entry_trigger_confluence_id": "vwap_default_cross_above_ib",
     "exit_trigger_confluence_ids": ["vwap_default_cross_below_ib"], **FAST},
    {"entry_trigger_confluence_id": "swing_123_default_bull_c2_cc", "time_exit_config":
     {"method": "max_hold_bars", "max_bars": 6}},
    {"timeframe": "5Min", "bar_count_exit": 3, "exit_trigger_confluence_ids": [],
     "confluence": ["GEN-SESSION_REGULAR-IN_SESSION"], "stop_config": {"method": "fixed_dollar",
     "dollar_amount": 5.0}, "entry_trigger_confluence_id": "swing_123_default_bull_c2"},
    {"direction": "SHORT", "entry_trigger_confluence_id": "utbot_default_sell_lc",
     "exit_trigger_confluence_ids": ["opposite_signal"], "time_exit_config":
     {"method": "max_hold_bars", "max_bars": 3}},
]  # fmt: skip


def feed(raw, begin: int, end: int) -> None:
    """Minute by minute, sometimes several at once, sometimes after a restart."""
    dice = random.Random(5)
    for index in range(begin, end):
        append_minute(raw, index)
        if dice.random() < 0.2:
            forget_process_memory()
        if dice.random() < 0.8 or index == end - 1:
            evaluate_series(SOURCE, ["SPY"])


def told_at_once(strategy) -> dict[tuple[bool, int], Told]:
    """Every leg of one long advance over the same bars, by its kind and the bar of its entry."""
    _, program = program_for(strategy)
    address = (strategy.data_source, strategy.symbol, strategy.timeframe, strategy.trading_session)
    bars = Bars(*load_bars(*address, strategy_anchor_ts(strategy), 1 << 40))
    advance = program.advance(program.new_memory(), bars)
    nothing = bars.take(slice(0, 0))
    trades = [*advance.trades, *([advance.open_trade] if advance.open_trade else [])]
    return {
        (is_entry, trade.entry_bar_ns // NS): Told(advance, Leg(is_entry, trade), nothing, 2)
        for trade in trades
        for is_entry in (True, False)
        if is_entry or trade is not advance.open_trade
    }


def test_alerts_of_every_minute_say_what_one_long_walk_says(alice: User) -> None:
    raw = wave(n_days=3, seed=11)
    store_history(raw.take(slice(0, N_HISTORY)))
    strategies = [make_strategy(alice, name=f"S{i}", **v) for i, v in enumerate(VARIANTS)]
    run_monitor(alice)
    feed(raw, N_HISTORY, raw.n)
    reasons = set()
    for strategy in strategies:
        expected = told_at_once(strategy)
        rows = list(Alert.objects.filter(strategy=strategy))
        assert len(rows) > 2, strategy.name
        for alert in rows:
            reasons.add(alert.exit_reason)
            told = expected[alert.alert_type == ENTRY.name, alert.entry_bar_ts]
            if alert.exit_reason.startswith("unconfirmed"):
                assert alert.data["cause"] == told.cause()
            else:
                now = told.details()
                assert {name: alert.data[name] for name in now} == now
    assert reasons >= {"", "signal_exit", "target", "stop_loss", "time_exit", "bar_count_exit"}


def test_a_condition_of_another_timeframe_is_told_in_words(alice: User, raw) -> None:
    store_history(raw.take(slice(0, N_HISTORY)))
    make_strategy(alice, confluence=["5m-RVOL_DEFAULT-NORMAL"])
    run_monitor(alice)
    feed(raw, N_HISTORY, raw.n)
    conditions = Alert.objects.filter(alert_type=ENTRY.name)[0].data["conditions"]
    assert conditions == [
        {
            "pack": "Relative Volume (Default)",
            "timeframe": "5Min",
            "state": "NORMAL",
            "words": "Relative Volume on 5Min: above 0.75",
        }
    ]


def test_words_that_fail_keep_no_alert_back(monitored, raw, monkeypatch) -> None:
    def broken(*_: object) -> str:
        raise ValueError("no words")

    monkeypatch.setattr(Told, "cause", broken)
    with capture_logs() as logs:
        feed(raw, 500, 620)
    alerts = list(Alert.objects.all())
    assert alerts
    assert all("cause" not in alert.data and alert.data["bar"] for alert in alerts)
    assert {one["event"] for one in logs} >= {"explanation_failed"}
