"""Strategies to begin with: one for an empty list, a few for the demo user."""

from typing import Any

from accounts.models import User
from market.catalogue import SIMULATED, symbols_for
from market.sample import SOURCE as SAMPLE
from strategies.models import Strategy
from strategies.saving import Saved, create_strategy

SAMPLE_STRATEGY: dict[str, Any] = {
    "name": "SPY morning trend",
    "symbol": "SPY",
    "direction": "LONG",
    "timeframe": "1Min",
    "data_source": SAMPLE,
    "trading_session": "RTH",
    "entry_trigger_confluence_id": "ema_stack_default_cross_bull",
    "exit_trigger_confluence_ids": ["ema_stack_default_cross_bear"],
    "confluence": ["1M-MACD_LINE_DEFAULT-M>S+"],
    "general_confluences": ["GEN-TOD_NY_OPEN-IN_WINDOW"],
    "stop_config": {"method": "atr", "atr_mult": 1.5},
    "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
    "data_days": 90,
    "notes": "A first example: the short EMA crosses the middle one in the morning, with the "
    "MACD above its signal.",
}
DEMO_STRATEGIES: tuple[dict[str, Any], ...] = (
    SAMPLE_STRATEGY,
    {
        "name": "SPY VWAP fade",
        "symbol": "SPY",
        "direction": "SHORT",
        "timeframe": "5Min",
        "data_source": SAMPLE,
        "trading_session": "RTH",
        "entry_trigger_confluence_id": "vwap_default_enter_upper_extreme",
        "exit_trigger_confluence_ids": ["vwap_default_return_to_vwap"],
        "bar_count_exit": 24,
        "stop_config": {"method": "atr", "atr_mult": 2.0},
        "target_config": None,
        "data_days": 365,
        "notes": "Sells a stretch beyond two deviations and leaves at the line.",
    },
    {
        "name": "SPY swing pullback",
        "symbol": "SPY",
        "direction": "LONG",
        "timeframe": "15Min",
        "data_source": SAMPLE,
        "trading_session": "RTH",
        "entry_trigger_confluence_id": "macd_line_default_cross_bull",
        "exit_trigger_confluence_ids": ["macd_line_default_cross_bear"],
        "stop_config": {"method": "swing", "lookback": 5, "padding": 0.05},
        "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
        "data_days": 365,
    },
)
# Trades every few minutes, so that the monitor has something to say soon.
SIMULATED_STRATEGY: dict[str, Any] = {
    "name": "SPY demo pulse (simulated)",
    "symbol": "SPY",
    "direction": "LONG",
    "timeframe": "1Min",
    "data_source": SIMULATED,
    "trading_session": "RTH",
    "entry_trigger_confluence_id": "macd_line_default_cross_bull",
    "exit_trigger_confluence_ids": ["macd_line_default_cross_bear"],
    "bar_count_exit": 4,
    "stop_config": {"method": "atr", "atr_mult": 1.5},
    "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
    "data_days": 7,
    "alert_tracking_enabled": True,
    "notes": "Runs on simulated bars. It trades often so that alerts can be watched arriving.",
}


def create_sample_strategy(user: User) -> Saved:
    """The example behind the button of an empty list."""
    return create_strategy(user, SAMPLE_STRATEGY)


def create_demo_strategies(user: User) -> list[Strategy]:
    """The demo user's strategies that are missing; may run again."""
    names = set(Strategy.objects.for_user(user).values_list("name", flat=True))
    wanted = [
        record
        for record in (*DEMO_STRATEGIES, SIMULATED_STRATEGY)
        if record["name"] not in names and _has_bars(record)
    ]
    return [create_strategy(user, record).strategy for record in wanted]


def _has_bars(record: dict[str, Any]) -> bool:
    """Simulated bars come with the feed; recorded ones have to be imported first."""
    if record["data_source"] == SIMULATED:
        return True
    return any(one.symbol == record["symbol"] for one in symbols_for(record["data_source"]))
