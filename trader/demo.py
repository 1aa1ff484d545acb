"""The demo user of a development machine: strategies with results, one of them live.

Made once, with the user; what the user changes or deletes afterwards stays so.
"""

from django.conf import settings
from django.db import transaction

from accounts.models import User
from alerts.monitor.switch import start_monitor
from market.sources import SAMPLE, SIMULATED
from strategies.record.shape import Unread
from strategies.saving.changes import create_strategy
from strategies.saving.sample import SAMPLE_WINDOW
from trader.signup import prepare_vouched_user
from webhooks.echo.demo import create_echo_endpoint

DEMO_EMAIL = "demo@example.com"
# Printed on every start; development only, where there is nothing to protect.
DEMO_PASSWORD = "demo-trader"  # noqa: S105

SAMPLE_SERIES = {"symbol": "SPY", "data_source": SAMPLE, "trading_session": "RTH"}
ATR_2R = {
    "stop_config": {"method": "atr", "atr_mult": 1.5},
    "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
}
# Trades every few bars, so that the first alert comes within a minute at 60 times real time.
LIVE: Unread = {
    "name": "Live demo: EMA flips",
    "symbol": "SPY",
    "data_source": SIMULATED,
    "trading_session": "RTH",
    "timeframe": "1Min",
    "entry_trigger_confluence_id": "ema_stack_demo_cross_bull",
    "exit_trigger_confluence_ids": ["ema_stack_demo_cross_bear"],
    "bar_count_exit": 12,
    "packs": [
        {
            "id": "ema_stack_demo",
            "base_template": "ema_stack",
            "version": "Demo",
            "parameters": {"short_period": 3, "mid_period": 6, "long_period": 12},
        }
    ],
    "alert_tracking_enabled": True,
    **ATR_2R,
}
RECORDED: tuple[Unread, ...] = (
    {
        "name": "VWAP reclaim, 5M",
        "timeframe": "5Min",
        "entry_trigger_confluence_id": "vwap_default_cross_above",
        "exit_trigger_confluence_ids": ["vwap_default_cross_below"],
        **ATR_2R,
    },
    {
        "name": "VWAP extreme fade, 3M",
        "timeframe": "3Min",
        "direction": "SHORT",
        "entry_trigger_confluence_id": "vwap_default_enter_upper_extreme",
        "exit_trigger_confluence_ids": ["vwap_default_return_to_vwap"],
        "bar_count_exit": 20,
        "stop_config": {"method": "atr", "atr_mult": 2.0},
        "target_config": None,
    },
    {
        "name": "Short EMA cross, 3M",
        "timeframe": "3Min",
        "direction": "SHORT",
        "entry_trigger_confluence_id": "ema_stack_default_cross_bear",
        "exit_trigger_confluence_ids": ["ema_stack_default_cross_bull"],
        **ATR_2R,
    },
)


def create_demo(base_url: str) -> None:
    """Refuses outside of development: the password is in this file."""
    if settings.IS_PRODUCTION:
        raise RuntimeError("There is no demo user in production.")
    with transaction.atomic():
        user = User.objects.filter(email=DEMO_EMAIL).first() or _new_demo_user()
        # Again each time: the echo bot listens where this start's web process does.
        create_echo_endpoint(user, base_url)


def _new_demo_user() -> User:
    user = User.objects.create_user(DEMO_EMAIL, DEMO_PASSWORD, name="Demo Trader", is_demo=True)
    prepare_vouched_user(user)
    for record in (*({**SAMPLE_SERIES, **SAMPLE_WINDOW, **row} for row in RECORDED), LIVE):
        create_strategy(user, dict(record))
    start_monitor(user)
    return user
