"""Set-ups: ordinary strategies to start from, each what its name means to a trader.

A set-up says what makes it; bars, window and money are those that a new strategy begins with.
"""

from typing import NamedTuple

from strategies.builder.part import Record


class SetUp(NamedTuple):
    id: str
    name: str
    # What has to be true of the market for it to earn anything.
    assumes: str
    timeframe: str
    direction: str
    entry: str
    exits: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    stop: Record = {}
    target_r: float = 2.0
    # What it lacks on the usual window; empty when that has enough trades.
    needs: str = ""

    @property
    def record(self) -> Record:
        """Its keys of a strategy record."""
        return {
            "name": self.name,
            "notes": self.assumes,
            "timeframe": self.timeframe,
            "direction": self.direction,
            "trading_session": "RTH",
            "entry_trigger_confluence_id": self.entry,
            "exit_trigger_confluence_ids": list(self.exits),
            "confluence": list(self.conditions),
            "general_confluences": [],
            "stop_config": dict(self.stop),
            "target_config": {"method": "risk_reward", "rr_ratio": self.target_r},
            "time_exit_config": {"method": "eod_exit", "minutes_before_close": 15},
        }


def _atr(multiple: float) -> Record:
    return {"method": "atr", "atr_mult": multiple}


SWING: Record = {"method": "swing", "lookback": 5, "padding": 0.05}

SET_UPS = (
    SetUp(
        "opening_range_breakout",
        "Opening-range breakout",
        "Whoever takes the first quarter of an hour's high has the day's buyers behind them.",
        "5Min",
        "LONG",
        "opening_range_default_break_up_ib",
        stop=_atr(2.0),
    ),
    SetUp(
        "opening_range_breakdown",
        "Opening-range breakdown",
        "Under the first quarter of an hour's low come sellers; back inside, they are gone.",
        "5Min",
        "SHORT",
        "opening_range_default_break_down",
        exits=("opening_range_default_back_inside",),
        stop=_atr(2.0),
    ),
    SetUp(
        "vwap_reversion",
        "VWAP reversion",
        "Two deviations under the day's average price is too far on a day without news.",
        "5Min",
        "LONG",
        "vwap_default_enter_lower_extreme",
        exits=("vwap_default_return_to_vwap",),
        stop=_atr(3.0),
    ),
    SetUp(
        "ema_cross",
        "EMA cross",
        "A fast average over a slower one says where the next hour goes, often enough to pay.",
        "1Min",
        "LONG",
        "ema_stack_default_cross_bull",
        exits=("ema_stack_default_cross_bear",),
        stop=_atr(2.0),
    ),
    SetUp(
        "ema_pullback",
        "EMA pull-back",
        "In a rising stack of averages a dip under the middle one ends where price takes it back.",
        "2Min",
        "LONG",
        "ema_price_position_default_cross_mid_up",
        conditions=("2M-EMA_STACK_DEFAULT-SML",),
        stop=_atr(2.0),
    ),
    SetUp(
        "rsi_exhaustion",
        "RSI exhaustion",
        "Selling that drove RSI under 30 is spent once it comes back over it.",
        "5Min",
        "LONG",
        "rsi_zones_default_exit_oversold",
        stop=SWING,
    ),
    SetUp(
        "squeeze_release",
        "Squeeze release",
        "Quiet stores energy: when narrow bands open while momentum rises, price runs that way.",
        "5Min",
        "LONG",
        "bollinger_squeeze_intraday_squeeze_off",
        conditions=("5M-MACD_HISTOGRAM_DEFAULT-H+up",),
        stop=_atr(2.0),
    ),
    SetUp(
        "prior_day_high",
        "Prior-day high",
        "Everybody watches yesterday's high, and a close above it draws in those who waited.",
        "5Min",
        "LONG",
        "prior_day_default_cross_high_up",
        stop=_atr(2.0),
    ),
    SetUp(
        "trend_day",
        "Trend day",
        "A day that holds above its opening range and far above VWAP goes on until it closes.",
        "5Min",
        "LONG",
        "ema_price_position_default_cross_short_up",
        exits=("vwap_default_cross_below",),
        conditions=("5M-OPENING_RANGE_DEFAULT-ABOVE", "5M-VWAP_DEFAULT->+1σ"),
        stop=_atr(2.0),
        target_r=4.0,
    ),
    SetUp(
        "gap_fill",
        "Gap fill",
        "A gap up whose first quarter of an hour fails comes back to yesterday's close.",
        "5Min",
        "SHORT",
        "opening_range_default_break_down",
        exits=("gap_default_fill",),
        conditions=("5M-GAP_DEFAULT-GAP_UP",),
        stop=_atr(2.0),
        needs="Gaps that fail are rare: it takes two years of bars to see thirty.",
    ),
    SetUp(
        "macd_turn",
        "MACD turn with the trend",
        "A fresh cross of MACD counts when the quarter-hour trend already points up.",
        "5Min",
        "LONG",
        "macd_line_default_cross_bull",
        conditions=("15m-SUPERTREND_DEFAULT-BULL_TRENDING",),
        stop=_atr(2.0),
    ),
    SetUp(
        "supertrend_flip",
        "SuperTrend flip",
        "A trend that turned by three average ranges lasts longer than the turn cost.",
        "5Min",
        "LONG",
        "supertrend_default_bull_flip",
        exits=("supertrend_default_bear_flip",),
        stop=_atr(3.0),
    ),
    SetUp(
        "stochastic_dip",
        "Stochastic dip",
        "In a quarter-hour uptrend an oversold stochastic that turns is a cheap way in.",
        "5Min",
        "LONG",
        "stochastic_oscillator_default_k_cross_above_d_oversold",
        conditions=("15m-SUPERTREND_DEFAULT-BULL_TRENDING",),
        stop=_atr(2.0),
    ),
    SetUp(
        "resistance_break",
        "Resistance break",
        "A level that turned price away several times lets it run once it closes beyond.",
        "5Min",
        "LONG",
        "sr_channels_default_resistance_broken",
        stop=_atr(2.0),
    ),
    SetUp(
        "volume_surge",
        "Volume surge",
        "Half again the usual volume above VWAP is somebody large who is not done yet.",
        "5Min",
        "LONG",
        "rvol_default_spike",
        conditions=("5M-VWAP_DEFAULT->V",),
        stop=_atr(2.0),
    ),
)
