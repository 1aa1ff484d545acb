"""The strategy behind the button of an empty list: known to work on the recorded bars."""

from accounts.models import User
from market.sources import SAMPLE
from strategies.record.shape import Unread
from strategies.saving.changes import Saved, create_strategy

# Recorded minutes without a missing day; those of January serve to warm up.
SAMPLE_WINDOW = {
    "lookback_mode": "Date Range",
    "lookback_start_date": "2011-03-01",
    "lookback_end_date": "2011-03-18",
}
SAMPLE_STRATEGY: Unread = {
    "name": "SPY return to VWAP",
    "symbol": "SPY",
    "direction": "LONG",
    "timeframe": "5Min",
    "data_source": SAMPLE,
    "trading_session": "RTH",
    "entry_trigger_confluence_id": "vwap_default_enter_lower_extreme",
    "exit_trigger_confluence_ids": ["vwap_default_return_to_vwap"],
    "confluence": [],
    "general_confluences": [],
    "stop_config": {"method": "atr", "atr_mult": 3.0},
    "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
    "notes": "A first example on recorded minutes: buys a stretch of two deviations below the "
    "line and leaves when the price is back at it.",
    **SAMPLE_WINDOW,
}


def create_sample_strategy(user: User) -> Saved:
    return create_strategy(user, SAMPLE_STRATEGY)
