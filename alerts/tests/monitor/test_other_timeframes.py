"""Conditions on other timeframes: live bar by bar as in one backtest, whatever happens between."""

import json
import random

import numpy as np
import pytest
from django.utils import timezone

from accounts.models import User
from alerts.kinds import ENTRY, EXIT
from alerts.models import Alert, EvaluationGroup
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.group_engine import OtherSeries, load_snapshot
from alerts.monitor.programs import compiled
from alerts.monitor.sweep import overdue_series
from alerts.testing import (
    FAST_EMA,
    SOURCE,
    append_minute,
    forget_process_memory,
    make_strategy,
    run_monitor,
    store_history,
)
from market.arrays import RawBars
from market.bars import load_bars
from market.resample import to_engine_bars
from market.store.writing import store_bars
from market.testing import drifting, ts_of, zigzag
from strategies.bars import load_others, resolve_stored
from strategies.engine.types import Bars
from strategies.runs.compute import program_for, strategy_anchor_ts

pytestmark = pytest.mark.django_db

NS = 1_000_000_000
LATER = 1 << 33
N_HISTORY = 5 * 390 + 60
QUICK_EMA = {
    "id": "ema_stack_quick",
    "base_template": "ema_stack",
    "version": "Quick",
    "parameters": {"short_period": 1, "mid_period": 2, "long_period": 3},
}
SLOW_EMA = {
    **QUICK_EMA,
    "id": "ema_stack_slow",
    "version": "Slow",
    "parameters": {"short_period": 1, "mid_period": 2, "long_period": 40},
}
PACKS = [FAST_EMA, QUICK_EMA, SLOW_EMA]
BOTH = {"confluence": ["5m-EMA_STACK_QUICK-SML", "1d-EMA_STACK_QUICK-MSL"]}
VARIANTS = [
    BOTH,
    {"confluence": ["5m-EMA_STACK_QUICK-SML"]},
    {"confluence": ["5m-EMA_STACK_SLOW-SML"]},
    {"timeframe": "5Min", "confluence": ["1m-EMA_STACK_QUICK-SML"]},
]
HIFI = {
    "timeframe": "5Min",
    "hifi": True,
    "exit_trigger_confluence_ids": [],
    "stop_config": {"method": "percentage", "percentage": 0.25},
    "target_config": {"method": "risk_reward", "rr_ratio": 1.0},
}


@pytest.fixture(scope="module")
def raw() -> RawBars:
    return drifting(n_days=8)


def strategy_of(owner: User, **changes):
    return make_strategy(owner, packs=PACKS, **changes)


def feed(raw: RawBars, begin: int, end: int, share: float = 1.0) -> None:
    """Minutes one by one, evaluated on a share of them, by workers that forget now and then."""
    dice = random.Random(5)
    for index in range(begin, end):
        append_minute(raw, index)
        if dice.random() < 0.1:
            forget_process_memory()
        if dice.random() < share or index == end - 1:
            evaluate_series(SOURCE, ["SPY"])


def backtest(strategy):
    """Trades and open trade of one backtest over what is stored now."""
    spec, program = program_for(strategy)
    address = (strategy.data_source, strategy.symbol, strategy.timeframe, strategy.trading_session)
    bars = Bars(*load_bars(*address, strategy_anchor_ts(strategy), LATER))
    others = load_others(SOURCE, spec, strategy.window_start_ts, LATER, LATER)
    advance = program.backtest(bars, others)
    return resolve_stored(SOURCE, spec, advance.trades, bars, LATER), advance.open_trade


def rebuilt_state() -> bytes:
    EvaluationGroup.objects.update(state=None)
    forget_process_memory()
    evaluate_series(SOURCE, ["SPY"])
    return bytes(EvaluationGroup.objects.get().state)


def test_alerts_equal_the_trades_of_one_backtest(alice: User, raw) -> None:
    store_history(raw.take(slice(0, N_HISTORY)))
    strategies = [strategy_of(alice, name=f"S{i}", **v) for i, v in enumerate(VARIANTS)]
    run_monitor(alice)
    feed(raw, N_HISTORY, raw.n, share=0.6)
    start_ns = (int(raw.start_ts[N_HISTORY - 1]) + 60) * NS
    counts = [check_against_backtest(strategy, start_ns) for strategy in strategies]
    assert all(counts)
    # The daily condition holds on some of the days only.
    assert counts[0] < counts[1]


def check_against_backtest(strategy, start_ns: int) -> int:
    trades, held = backtest(strategy)
    watched = [trade for trade in trades if trade.entry_fill_ns > start_ns]
    entered = [*watched, held] if held and held.entry_fill_ns > start_ns else watched
    rows = Alert.objects.filter(strategy=strategy)
    entries = rows.filter(alert_type=ENTRY.name).order_by("bar_ts")
    exits = rows.filter(alert_type=EXIT.name).order_by("bar_ts")
    assert [(a.bar_ts, a.price) for a in entries] == [
        (t.entry_bar_ns // NS, t.entry_price) for t in entered
    ]
    assert [
        (a.bar_ts, a.price, a.exit_reason, a.fill_at.timestamp(), a.data["r_multiple"])
        for a in exits
    ] == [
        (t.exit_bar_ns // NS, t.exit_price, t.exit_reason, t.exit_fill_ns / NS, t.r_multiple)
        for t in watched
    ]
    return len(watched)


def test_exits_that_minutes_decide_are_told_as_a_backtest_finds_them(alice: User) -> None:
    raw, n_history = zigzag(n_days=2), 390 + 60
    store_history(raw.take(slice(0, n_history)))
    strategy = strategy_of(alice, **HIFI)
    run_monitor(alice)
    feed(raw, n_history, raw.n, share=0.6)
    check_against_backtest(strategy, (int(raw.start_ts[n_history - 1]) + 60) * NS)
    resolved = [trade for trade in backtest(strategy)[0] if trade.hifi_resolved]
    assert {trade.exit_reason for trade in resolved} == {"target", "stop_loss"}
    told = set(Alert.objects.filter(alert_type=EXIT.name).values_list("bar_ts", flat=True))
    assert told & {trade.exit_bar_ns // NS for trade in resolved}


def test_a_state_that_was_stored_and_resumed_equals_one_computed_anew(alice: User, raw) -> None:
    store_history(raw.take(slice(0, N_HISTORY)))
    strategy_of(alice, **BOTH)
    run_monitor(alice)
    # Over the end of a day and of many five-minute bars.
    feed(raw, N_HISTORY, 6 * 390 + 7, share=0.3)
    resumed = bytes(EvaluationGroup.objects.get().state)
    assert resumed == rebuilt_state()


def test_a_corrected_minute_leads_to_the_state_computed_anew(alice: User, raw) -> None:
    store_history(raw.take(slice(0, N_HISTORY)))
    strategy = strategy_of(alice, **BOTH)
    run_monitor(alice)
    feed(raw, N_HISTORY, N_HISTORY + 40)
    version = EvaluationGroup.objects.get().data_version
    before = bytes(EvaluationGroup.objects.get().state)
    # The last minute of an earlier day, and with it that day.
    revise(raw, 4 * 390 - 1, 7.0)
    assert overdue_series() == {SOURCE: {"SPY"}}
    evaluate_series(SOURCE, ["SPY"])
    group = EvaluationGroup.objects.get()
    assert [part.split(":")[0] for part in group.data_version.split(",")] == ["1Min", "1Day"]
    assert group.data_version != version
    assert bytes(group.state) != before
    feed(raw, N_HISTORY + 40, N_HISTORY + 60)
    assert bytes(EvaluationGroup.objects.get().state) == rebuilt_state()
    assert strategy.live_state.error == ""


def revise(raw: RawBars, index: int, by: float) -> None:
    one = raw.take(slice(index, index + 1))
    prices = [column + by for column in (one.open, one.high, one.low, one.close)]
    store_bars(SOURCE, "SPY", "1Min", RawBars(one.start_ts, *prices, one.volume), timezone.now())


def test_a_day_that_is_delivered_late_is_caught_up_with(alice: User, raw) -> None:
    deliver(raw.take(slice(0, 4 * 390)))
    store_history(raw.take(slice(0, N_HISTORY)))
    strategy_of(alice, **BOTH)
    run_monitor(alice)
    feed(raw, N_HISTORY, N_HISTORY + 5)
    assert seen_days() == ["2024-03-07T21:00:00Z"]
    deliver(raw.take(slice(4 * 390, 5 * 390)))
    feed(raw, N_HISTORY + 5, N_HISTORY + 6)
    assert seen_days() == ["2024-03-08T21:00:00Z"]
    assert bytes(EvaluationGroup.objects.get().state) == rebuilt_state()


def deliver(minutes: RawBars) -> None:
    """Days as a source delivers them."""
    days = to_engine_bars(
        minutes, base_timeframe="1Min", timeframe="1Day", session="RTH", now_ts=LATER
    )
    store_bars(SOURCE, "SPY", "1Day", RawBars(days.start_ns // NS, *days[2:7]), timezone.now())


def seen_days() -> list[str]:
    seen = json.loads(bytes(EvaluationGroup.objects.get().state))["seen"]
    return [f"{np.datetime64(ts, 's')}Z" for name, ts in seen.items() if name.startswith("1Day@")]


def test_a_day_is_seen_once_its_session_has_closed(alice: User, raw) -> None:
    store_history(raw.take(slice(0, 6 * 390 - 2)))
    strategy_of(alice, **BOTH)
    run_monitor(alice)
    assert seen_days() == ["2024-03-08T21:00:00Z"]
    feed(raw, 6 * 390 - 2, 6 * 390 - 1)
    assert seen_days() == ["2024-03-08T21:00:00Z"]
    feed(raw, 6 * 390 - 1, 6 * 390)
    assert seen_days() == ["2024-03-11T20:00:00Z"]


def test_strategies_share_a_series_only_from_the_same_first_bar(alice: User, raw) -> None:
    store_history(raw.take(slice(0, N_HISTORY)))
    days = ("1d-EMA_STACK_QUICK-SLM", "1d-EMA_STACK_SLOW-SML", "1d-EMA_STACK_QUICK-LMS")
    strategies = [strategy_of(alice, name=day, confluence=[day]) for day in days]
    run_monitor(alice)
    group = EvaluationGroup.objects.get()
    programs = {one.pk: compiled(one, None).program for one in strategies}
    memory = load_snapshot(group.state, programs)
    series = [OtherSeries.of(name) for name in memory.nodes.others]
    assert [one.timeframe for one in series] == ["1Day", "1Day"]
    assert len({one.anchor_ts for one in series}) == 2
    assert max(one.anchor_ts for one in series) <= ts_of("2024-03-01T05:00:00Z")
