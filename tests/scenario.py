"""A fixed deployment for comparing runs: strategies on one replay, monitored, with two endpoints.

Run inside a process of a `Stack` (`stack.python`), so that the test process itself never touches
the database of the deployment. All identities are fixed, which makes two runs comparable.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction

from accounts.events import top
from accounts.keys import create_key
from accounts.models import User
from alerts.models import Alert, EvaluationGroup, StrategyState
from alerts.monitor.switch import start_monitor
from market import clock, eastern
from market.bars import load_bars
from market.models import Bar, Replay
from market.replays import start_replay
from market.sample import load_sample
from market.sources import SAMPLE, SIMULATED
from strategies.engine.types import as_bars
from strategies.engine.walk.trades import Trade
from strategies.models import Strategy
from strategies.runs.compute import program_for, strategy_anchor_ts
from strategies.saving.changes import create_strategy, set_monitoring
from trader.signup import prepare_user
from webhooks.models import Delivery, Endpoint

NAMESPACE = uuid.UUID("6f9a1f5e-3c0b-4f0e-9d1c-7d3b8a52c001")
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PASSWORD = "a-long-enough-passphrase"
EMAIL = "trader@example.com"
DAY = date(2020, 12, 16)
FIRST_DAY = "2017-12-16"
NS = 1_000_000_000
OPEN_DELIVERIES = {"pending", "sending", "held"}

TRIGGERS: list[dict[str, Any]] = [
    {"timeframe": "1Min", "entry_trigger_confluence_id": "macd_line_default_cross_bull",
     "exit_trigger_confluence_ids": ["macd_line_default_cross_bear"], "bar_count_exit": 6},
    {"timeframe": "1Min", "direction": "SHORT",
     "entry_trigger_confluence_id": "macd_line_default_cross_bear",
     "exit_trigger_confluence_ids": ["macd_line_default_cross_bull"]},
    {"timeframe": "1Min", "entry_trigger_confluence_id": "rvol_default_spike",
     "exit_trigger_confluence_ids": ["rvol_default_fade"], "bar_count_exit": 9},
    {"timeframe": "5Min", "entry_trigger_confluence_id": "vwap_default_cross_above",
     "exit_trigger_confluence_ids": ["vwap_default_return_to_vwap"], "bar_count_exit": 5},
    {"timeframe": "5Min", "direction": "SHORT",
     "entry_trigger_confluence_id": "ema_stack_default_cross_bear",
     "exit_trigger_confluence_ids": ["ema_stack_default_cross_bull"]},
]  # fmt: skip


def record(index: int, source: str, **changes: Any) -> dict[str, Any]:
    """The strategy record of a place in the mix."""
    chosen = TRIGGERS[index % len(TRIGGERS)]
    return {
        "name": f"Strategy {index}",
        "symbol": "SPY",
        "direction": "LONG",
        "trading_session": "RTH",
        "data_source": source,
        "stop_config": {"method": "atr", "atr_mult": 1.5 + index % 3},
        "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
        "lookback_mode": "Date Range",
        "lookback_start_date": f"{FIRST_DAY}T09:30:00-05:00",
        "lookback_end_date": None,
        **chosen,
        **changes,
    }


def fixed(name: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, name)


def make_user(email: str = EMAIL) -> User:
    user = User.objects.create_user(email, PASSWORD)
    prepare_user(user)
    return user


def make_endpoint(user: User, url: str, name: str = "bot", profile: str = "order") -> Endpoint:
    row: Endpoint = Endpoint.objects.create(
        user=user, name=name, url=url, secret=SECRET, profile=profile
    )
    Endpoint.objects.filter(pk=row.pk).update(code=fixed(name))
    return row


@transaction.atomic
def make_replay_deployment(url: str, *, speed: float, n_strategies: int = 5) -> None:
    """A user whose strategies wait for a feed to play one recorded day."""
    load_sample()
    user = make_user()
    # A bot whose late entries are superseded, and a record of everything.
    make_endpoint(user, url, "bot")
    make_endpoint(user, url, "record", "record")
    replay = start_replay(user, SAMPLE, "SPY", DAY, speed=speed, history_days=5)
    Replay.objects.filter(pk=replay.pk).update(code=fixed("replay"))
    source = f"replay:{fixed('replay')}"
    for index in range(n_strategies):
        strategy = create_strategy(user, record(index, source)).strategy
        Strategy.objects.filter(pk=strategy.pk).update(code=fixed(f"strategy {index}"))
        strategy.refresh_from_db()
        set_monitoring(strategy, True)
    start_monitor(user)
    # The replay has no clock yet; monitoring begins with its day, whenever a worker comes to it.
    midnight = eastern.midnight(DAY.toordinal())
    StrategyState.objects.update(monitored_since_ts=midnight)


@transaction.atomic
def make_simulated_deployment(url: str, *, n_strategies: int, n_users: int = 1) -> None:
    """Monitored strategies on the simulated feed, dealt to one or more users."""
    emails = [EMAIL, *(f"trader{k}@example.com" for k in range(1, n_users))]
    users = [make_user(email) for email in emails]
    for k, user in enumerate(users):
        make_endpoint(user, url, f"bot {k}")
    for index in range(n_strategies):
        changes = {"timeframe": "1Min", "lookback_mode": "Days", "data_days": 7}
        strategy = create_strategy(users[index % n_users], record(index, SIMULATED, **changes))
        set_monitoring(strategy.strategy, True)
    for user in users:
        start_monitor(user)


def make_keys() -> dict[str, str]:
    """API keys of the trader and of a stranger."""
    trader = User.objects.get(email=EMAIL)
    return {
        "trader": create_key(trader, "feed")[1],
        "stranger": create_key(make_user("stranger@example.com"), "feed")[1],
    }


def top_seq() -> int:
    """The newest number of the trader's live feed."""
    return top(User.objects.get(email=EMAIL).pk)


def point_endpoints_to(url: str) -> None:
    """Give a copied deployment the address of its own receiver."""
    for row in Endpoint.objects.all():
        row.url = url
        row.save(update_fields=["url"])


def progress() -> dict[str, Any]:
    """How far the replay and what follows from it have come."""
    replay = Replay.objects.get()
    newest = Bar.objects.filter(source=replay.source).order_by("-start_ts").first()
    states = StrategyState.objects.values_list("status", flat=True)
    # Every group must have seen the clock that the replay ended on; not those that a look before
    # the first bars has left behind, which see nothing any more.
    clock = 0 if newest is None else newest.start_ts + 60
    behind = EvaluationGroup.objects.active().filter(seen_clock_ts__lt=clock).count()
    open_rows = Delivery.objects.filter(state__in=OPEN_DELIVERIES).count()
    return {
        "replay": str(replay.status),
        "n_played": replay.n_played,
        "behind": behind,
        "open_deliveries": open_rows,
        "states": sorted(states),
        "alerts": Alert.objects.count(),
    }


def _digest(data: bytes | memoryview | None) -> str:
    return "" if data is None else hashlib.sha256(bytes(data)).hexdigest()


def _alert(row: Alert) -> list[Any]:
    strategy = str(row.strategy.code) if row.strategy else ""
    key = [str(row.code), strategy, row.alert_type, row.trigger, row.bar_ts]
    return [*key, row.price, row.stop_price, row.target_price, row.is_late]


def facts() -> dict[str, Any]:
    """What two runs of one deployment must have in common."""
    alerts = [_alert(row) for row in Alert.objects.select_related("strategy")]
    rows = Delivery.objects.all()
    records = [[str(row.code), row.state] for row in rows if row.profile == "record"]
    orders = [[str(row.code), row.state] for row in rows if row.profile == "order"]
    states = [
        [str(s.strategy.code), s.status, s.evaluated_until_ts, s.tracked_entry_ts, s.details]
        for s in StrategyState.objects.select_related("strategy")
    ]
    groups = [
        [g.timeframe, g.anchor_ts, g.last_bar_ts, _digest(g.state)]
        for g in EvaluationGroup.objects.active()
    ]
    return {
        "alerts": sorted(alerts, key=str),
        "deliveries": sorted([str(row.code), row.body] for row in rows),
        "records": sorted(records),
        "orders": sorted(orders),
        "states": sorted(states, key=str),
        "groups": sorted(groups, key=str),
        "bars": Bar.objects.count(),
    }


def backtested() -> list[list[Any]]:
    """The alerts that a backtest over the stored bars calls for, one strategy after another."""
    source = Replay.objects.get().source
    since_ns = eastern.midnight(DAY.toordinal()) * NS
    expected = []
    for strategy in Strategy.objects.filter(data_source=source):
        spec, program = program_for(strategy)
        now_ts = clock.now(source)
        start_ts = strategy_anchor_ts(strategy, spec)
        bars = load_bars(
            source, "SPY", spec.timeframe, spec.trading_session, start_ts, now_ts, now_ts
        )
        visible = int(np.searchsorted(bars.start_ns, strategy.window_start_ts * NS))
        advance = program.backtest(as_bars(bars), first_visible_index=visible)
        for kind, _, bar_ns, trade in advance.events:
            if trade.entry_fill_ns < since_ns:
                continue
            if isinstance(trade, Trade) and kind == "exit":
                trigger, price = trade.exit_trigger or trade.exit_reason, trade.exit_price
            else:
                trigger, price = trade.entry_trigger, trade.entry_price
            expected.append([str(strategy.code), f"{kind}_signal", trigger, bar_ns // NS, price])
    return sorted(expected, key=str)
