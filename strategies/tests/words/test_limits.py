"""Limits, and what they kept out, as sentences."""

import pytest

from strategies.engine.walk.positions import REJECTION_NAMES
from strategies.runs.display import REJECTIONS
from strategies.words.limits import kept_out_text, limits_text

ALL = {
    "max_trades_per_day": 3,
    "stop_after_losses": 2,
    "stop_after_loss_r": 3.0,
    "stop_after_profit_r": 4.5,
    "cooldown_bars": 10,
}
SENTENCES = [
    (None, ""),
    ({}, ""),
    ({"cooldown_bars": 0}, ""),
    ({"max_trades_per_day": 1}, "at most 1 trade a day"),
    ({"stop_after_losses": 1}, "no more that day after a loss"),
    ({"stop_after_loss_r": 0.5}, "no more that day after −0.5 R"),
    ({"cooldown_bars": 1}, "1 bar between trades"),
    (
        ALL,
        "at most 3 trades a day; no more that day after 2 losses in a row, −3 R or +4.5 R; "
        "10 bars between trades",
    ),
]


@pytest.mark.parametrize(("limits", "text"), SENTENCES)
def test_limits_are_one_sentence(limits, text):
    assert limits_text(limits) == text


def test_what_they_kept_out_is_counted_by_limit():
    counts = {"cooldown_bars": 1, "max_trades_per_day": 1200, "zero_risk": 7}
    assert kept_out_text(counts, ALL) == (
        "Limits kept out 1,201 entries: 1,200 beyond 3 trades a day, 1 within 10 bars of an exit"
    )
    assert kept_out_text({"stop_after_loss_r": 1}, ALL) == "Limits kept out 1 entry: 1 after −3 R"
    assert kept_out_text({"zero_risk": 7}, ALL) == ""


def test_every_refusal_of_the_engine_has_words():
    assert REJECTIONS.keys() == set(REJECTION_NAMES.values())
