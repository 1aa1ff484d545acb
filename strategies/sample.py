"""The strategy behind the button of an empty list: known to work on the recorded bars."""

from typing import Any

from accounts.models import User
from market.sample import SOURCE as SAMPLE
from strategies.saving import Saved, create_strategy

# The longest stretch without a gap among the recorded bars.
SAMPLE_WINDOW: dict[str, Any] = {
    "lookback_mode": "Date Range",
    "lookback_start_date": "2011-01-03",
    "lookback_end_date": "2011-02-01",
}
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
    "general_confluences": [],
    "stop_config": {"method": "atr", "atr_mult": 1.5},
    "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
    "notes": "A first example: the short EMA crosses the middle one with the MACD above its "
    "signal, on recorded minutes.",
    **SAMPLE_WINDOW,
}


def create_sample_strategy(user: User) -> Saved:
    return create_strategy(user, SAMPLE_STRATEGY)
