"""The same bars give the same trades, live bar by bar and in one backtest."""

import random

import pytest

from accounts.models import User
from alerts.kinds import ENTRY, EXIT
from alerts.models import Alert
from alerts.monitor.evaluate import evaluate_series
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

NS = 1_000_000_000
VARIANTS = [
    {},
    {"direction": "SHORT", "entry_trigger_confluence_id": "ema_stack_custom_1_cross_bear",
     "exit_trigger_confluence_ids": []},
    {"stop_config": {"method": "swing", "lookback": 4, "padding": 0.02}, "target_config": None,
     "bar_count_exit": 7},
    {"timeframe": "5Min", "stop_config": {"method": "percentage", "percentage": 0.3}},
]  # fmt: skip


def trades_of_backtest(strategy):
    _, program = program_for(strategy)
    address = (strategy.data_source, strategy.symbol, strategy.timeframe, strategy.trading_session)
    bars = Bars(*load_bars(*address, strategy_anchor_ts(strategy), 1 << 40))
    advance = program.backtest(bars)
    return advance.trades, advance.open_trade


@pytest.mark.django_db
def test_alerts_of_every_minute_equal_the_trades_of_a_backtest(alice: User) -> None:
    raw = wave(n_days=3, seed=11)
    n_history = 390 + 60
    store_history(raw.take(slice(0, n_history)))
    strategies = [make_strategy(alice, name=f"S{i}", **v) for i, v in enumerate(VARIANTS)]
    run_monitor(alice)
    assert not Alert.objects.exists()
    dice = random.Random(5)
    for index in range(n_history, raw.n):
        append_minute(raw, index)
        if dice.random() < 0.3:
            forget_process_memory()
        if dice.random() < 0.8 or index == raw.n - 1:
            evaluate_series(SOURCE, ["SPY"])
    start_ns = (int(raw.start_ts[n_history - 1]) + 60) * NS
    for strategy in strategies:
        check_against_backtest(strategy, start_ns)


def check_against_backtest(strategy, start_ns: int) -> None:
    trades, held = trades_of_backtest(strategy)
    watched = [trade for trade in trades if trade.entry_fill_ns > start_ns]
    rows = Alert.objects.filter(strategy=strategy)
    entries = rows.filter(alert_type=ENTRY.name).order_by("bar_ts")
    exits = list(rows.filter(alert_type=EXIT.name).order_by("bar_ts"))
    entered = [*watched, held] if held and held.entry_fill_ns > start_ns else watched
    assert len(watched) > 2
    assert [(a.bar_ts, a.price) for a in entries] == [
        (t.entry_bar_ns // NS, t.entry_price) for t in entered
    ]
    assert [(a.bar_ts, a.price, a.exit_reason, a.data["r_multiple"]) for a in exits] == [
        (t.exit_bar_ns // NS, t.exit_price, t.exit_reason, t.r_multiple) for t in watched
    ]
    assert [a.data["confluence_records"] for a in exits] == [
        list(t.confluence_records) for t in watched
    ]
