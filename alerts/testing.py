"""Builders of the tests of this room: strategies on made bars, fed one minute at a time."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from alerts.drawing import queue as drawings
from alerts.kinds import ENTRY
from alerts.models import Alert, AlertDrawing, StrategyState
from alerts.monitor.evaluate import evaluate_series
from alerts.monitor.group_engine import cache
from alerts.monitor.sweep import settle
from alerts.monitor.switch import start_monitor
from market.arrays import RawBars
from market.calendar import session_bounds
from market.eastern import date_of
from market.models import Instrument
from market.store.writing import Minute, append_minutes, build_days, store_bars
from strategies.models import Strategy
from strategies.packs.library import create_default_packs
from strategies.saving import changes as saving

SOURCE = "simulated"
FAST_EMA = {
    "id": "ema_stack_custom_1",
    "base_template": "ema_stack",
    "version": "Fast",
    "parameters": {"short_period": 3, "mid_period": 6, "long_period": 12},
}
RECORD: dict[str, Any] = {
    "symbol": "SPY",
    "direction": "LONG",
    "timeframe": "1Min",
    "data_source": SOURCE,
    "entry_trigger_confluence_id": "ema_stack_custom_1_cross_bull",
    "exit_trigger_confluence_ids": ["ema_stack_custom_1_cross_bear"],
    "stop_config": {"method": "atr", "atr_mult": 1.5},
    "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
    "packs": [FAST_EMA],
    "data_days": 7,
}


def make_strategy(owner: User, **changes: Any) -> Strategy:
    """A monitored strategy that trades often; state only what matters."""
    create_default_packs(owner)
    record = {**RECORD, "alert_tracking_enabled": True, "name": "Fast cross", **changes}
    return saving.create_strategy(owner, record).strategy


def store_history(raw: RawBars, source: str = SOURCE, symbol: str = "SPY") -> None:
    Instrument.objects.get_or_create(symbol=symbol)
    store_bars(source, symbol, "1Min", raw, timezone.now())


def append_minute(
    raw: RawBars, index: int, source: str = SOURCE, received_at: datetime | None = None
) -> None:
    """One more closed minute, stored as a feed stores it: the last of a session ends its day."""
    minute = Minute("SPY", int(raw.start_ts[index]), *(float(c[index]) for c in raw[1:]))
    stored_at, close_ts = received_at or timezone.now(), minute.start_ts + 60
    append_minutes(source, [minute], stored_at)
    bounds = session_bounds(date_of(minute.start_ts))
    if bounds is not None and close_ts == bounds[1]:
        build_days(source, "SPY", bounds[0], stored_at, close_ts)


def monitor_until_position(raw: RawBars, begin: int) -> StrategyState:
    """Evaluate minute by minute until the one strategy holds a position."""
    for index in range(begin, raw.n):
        append_minute(raw, index)
        evaluate_series(SOURCE, ["SPY"])
        state = StrategyState.objects.get()
        if state.tracked_entry_ts:
            return state
    raise AssertionError("no position")


def run_monitor(user: User) -> None:
    """Start the monitor and let a worker make it so."""
    start_monitor(user)
    settle(user.pk)


def forget_process_memory() -> None:
    """What a restart of the worker does."""
    cache.clear()


def make_alert(owner: User, **fields: Any) -> Alert:
    now = timezone.now()
    values: dict[str, Any] = {
        "code": uuid4(),
        "alert_type": ENTRY.name,
        "strategy_name": "Fast cross",
        "symbol": "SPY",
        "direction": "LONG",
        "timeframe": "1Min",
        "data_source": SOURCE,
        "trigger": "ema_stack_default_cross_bull",
        "bar_ts": 1_709_562_600,
        "trigger_at": datetime.fromtimestamp(1_709_562_660, UTC),
        "fill_at": datetime.fromtimestamp(1_709_562_660, UTC),
        "received_at": now,
        "price": 101.25,
        "stop_price": 100.75,
    }
    return Alert.objects.create(user=owner, **{**values, **fields})


def make_queued_alert_drawing(owner: User) -> AlertDrawing:
    return drawings.life.queue(AlertDrawing(user=owner, alert=make_alert(owner)))
