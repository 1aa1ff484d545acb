"""A strategy read back: one sentence of all that is chosen."""

import pytest

from strategies.packs.names import PackNames
from strategies.packs.read_back import bars_words, read_back

PLAIN = {
    "symbol": "SPY",
    "direction": "LONG",
    "timeframe": "1Min",
    "entry_trigger_confluence_id": "ema_stack_default_cross_bull",
    "stop_config": {"method": "atr", "atr_mult": 1.5},
    "target_config": {"method": "risk_reward", "rr_ratio": 2.0},
}
CROSS = "the Short EMA crosses above the Mid EMA (EMA Stack (Default): 9, 21, 200)"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, f"Buy SPY when {CROSS} on 1-minute bars; stop ATR x 1.5, target 2.0R."),
        (
            {"direction": "SHORT", "timeframe": "1Hour", "target_config": None},
            f"Sell short SPY when {CROSS} on 1-hour bars; stop ATR x 1.5, no target.",
        ),
        (
            {"bar_count_exit": 12, "time_exit_config": {"method": "eod_exit"}},
            f"Buy SPY when {CROSS} on 1-minute bars; stop ATR x 1.5, target 2.0R; "
            "out after 12 bars at the latest; out 15 min before the close.",
        ),
        (
            {"confluence": ["1M-MACD_LINE_DEFAULT-M>S+"], "target_config": None},
            f"Buy SPY when {CROSS} on 1-minute bars, only while MACD Line (Default): M>S+ – "
            "line over signal, above zero; stop ATR x 1.5, no target.",
        ),
        ({"entry_trigger_confluence_id": ""}, ""),
    ],
)
def test_what_is_chosen_is_read_back(changes, sentence):
    assert read_back({**PLAIN, **changes}, PackNames([])) == sentence


def test_what_nobody_knows_is_read_back_as_it_stands():
    told = read_back({**PLAIN, "entry_trigger_confluence_id": "gone_pack_up"}, PackNames([]))
    assert "gone_pack_up" in told


@pytest.mark.parametrize(
    ("timeframe", "words"), [("15Min", "15-minute bars"), ("1Day", "1-day bars")]
)
def test_bars_are_called_by_their_length(timeframe, words):
    assert bars_words(timeframe) == words
