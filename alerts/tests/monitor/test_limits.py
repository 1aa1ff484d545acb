"""Limits live: the same trades and the same entries kept out as in one backtest, over restarts."""

import random

import pytest

from accounts.models import User
from alerts.kinds import ENTRY
from alerts.models import Alert, EvaluationGroup
from alerts.monitor import evaluate
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
from market.testing import wave, zigzag
from strategies.bars import resolve_stored, stored_finer
from strategies.engine.types import Bars
from strategies.runs.compute import compute, program_for, strategy_anchor_ts
from strategies.runs.queue import start_backtest

pytestmark = pytest.mark.django_db
NS = 1_000_000_000
LATER = 1 << 40
# So dear that every trade loses.
COSTS = {"commission_per_order": 1000.0, "slippage_bps": 1.0}
VARIANTS = [
    {"limits": {"max_trades_per_day": 3}},
    {"limits": {"cooldown_bars": 100}},
    {"limits": {"stop_after_losses": 2}, "costs": COSTS},
    {
        "direction": "SHORT",
        "entry_trigger_confluence_id": "ema_stack_custom_1_cross_bear",
        "exit_trigger_confluence_ids": [],
        "limits": {"stop_after_loss_r": 1.5, "stop_after_profit_r": 1.0},
        "costs": {"minimum_per_order": 1.0, "half_spread_bps": 1.0},
    },
]
HIFI = {
    "timeframe": "5Min",
    "hifi": True,
    "exit_trigger_confluence_ids": [],
    "stop_config": {"method": "percentage", "percentage": 0.25},
    "target_config": {"method": "risk_reward", "rr_ratio": 1.0},
}


@pytest.fixture
def kept_out(monkeypatch):
    """By strategy: the entries that the monitor refused; a replay begins anew."""
    found = {}
    walk = evaluate.walk

    def noting(look, reading):
        evaluated = walk(look, reading)
        for result in evaluated.results:
            known = found.setdefault(result.member.strategy.pk, {})
            known |= {one.bar_ns: one for one in result.advance.rejected}
        return evaluated

    monkeypatch.setattr(evaluate, "walk", noting)
    return found


def backtest(strategy):
    """The whole history at once: its trades, resolved, and the entries refused, by bar."""
    spec, program = program_for(strategy)
    address = (strategy.data_source, strategy.symbol, strategy.timeframe, strategy.trading_session)
    bars = Bars(*load_bars(*address, strategy_anchor_ts(strategy), LATER))
    advance = program.backtest(bars, finer=stored_finer(SOURCE, spec, bars, LATER))
    trades = resolve_stored(SOURCE, spec, advance.trades, bars, LATER)
    entries = [*trades, advance.open_trade] if advance.open_trade else trades
    return trades, entries, {one.bar_ns: one.reason for one in advance.rejected}


def feed(raw, begin, end):
    """Minutes one by one, by workers that forget now and then and are not always in time."""
    dice = random.Random(5)
    for index in range(begin, end):
        append_minute(raw, index)
        if dice.random() < 0.2:
            forget_process_memory()
        if dice.random() < 0.7 or index == end - 1:
            evaluate_series(SOURCE, ["SPY"])


def told(strategy):
    rows = Alert.objects.filter(strategy=strategy, alert_type=ENTRY.name).order_by("bar_ts")
    return [alert.bar_ts for alert in rows]


def check(strategy, kept_out, start_ts):
    """Demands the entries and refusals of a backtest; answers which limits refused any."""
    _, entries, rejected = backtest(strategy)
    watched = [one.entry_bar_ns // NS for one in entries if one.entry_fill_ns > start_ts * NS]
    assert told(strategy) == watched
    assert {ns: one.reason for ns, one in kept_out[strategy.pk].items()} == rejected
    return set(rejected.values())


def test_live_entries_and_refusals_are_those_of_a_backtest(alice: User, kept_out) -> None:
    raw, n_history = wave(n_days=3, seed=11), 390 + 60
    store_history(raw.take(slice(0, n_history)))
    strategies = [make_strategy(alice, name=f"S{i}", **v) for i, v in enumerate(VARIANTS)]
    run_monitor(alice)
    feed(raw, n_history, raw.n)
    start_ts = int(raw.start_ts[n_history - 1]) + 60
    reasons = [check(strategy, kept_out, start_ts) for strategy in strategies]
    assert all(reasons)
    assert {"max_trades_per_day", "cooldown_bars", "stop_after_losses"} <= set().union(*reasons)


def test_live_limits_count_what_minutes_decided(alice: User, kept_out) -> None:
    raw, n_history = zigzag(n_days=3), 390 + 60
    store_history(raw.take(slice(0, n_history)))
    strategy = make_strategy(alice, **HIFI, limits={"stop_after_losses": 1})
    run_monitor(alice)
    feed(raw, n_history, raw.n)
    assert check(strategy, kept_out, int(raw.start_ts[n_history - 1]) + 60)
    trades, _, rejected = backtest(strategy)
    assert any(trade.hifi_resolved and trade.win for trade in trades)
    run = start_backtest(alice, strategy, enforce_limit=False)
    stored = compute(run, lambda share, label: None)
    assert [trade.r_multiple for trade in stored.trades] == [one.r_multiple for one in trades]
    assert {one.bar_ns: one.reason for one in stored.rejected} == rejected


def test_a_snapshot_with_limits_equals_one_computed_anew(alice: User) -> None:
    raw, n_history = wave(n_days=3, seed=11), 390 + 60
    store_history(raw.take(slice(0, n_history)))
    make_strategy(alice, **VARIANTS[2])
    run_monitor(alice)
    feed(raw, n_history, 2 * 390 + 200)
    resumed = bytes(EvaluationGroup.objects.get().state)
    EvaluationGroup.objects.update(state=None)
    forget_process_memory()
    evaluate_series(SOURCE, ["SPY"])
    assert bytes(EvaluationGroup.objects.get().state) == resumed
