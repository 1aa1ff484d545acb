"""Trades in words: why they were left, how both orders were filled."""

import pytest

from strategies.models import Trade
from strategies.testing import make_computed
from strategies.words.exits import reason_text
from strategies.words.trades import entered_short, fills_note, left_short, reason_note, shares_text

NAMES = {"vwap_default_cross_below_ib": "VWAP (Default): Cross Below [L]"}


@pytest.mark.parametrize(
    ("fields", "text", "fills"),
    [
        ({"exit_reason": "stop_loss", "stop_exec_type": "CC"}, "Stop", ("close", "second close")),
        ({"exit_reason": "target", "exec_type": "L"}, "Target", ("level", "touched")),
        ({"exit_reason": "time_exit"}, "Time exit", ("close", "close")),
        ({"exit_reason": "opposite_signal"}, "Opposite trigger", ("close", "close")),
        (
            {"exit_reason": "signal_exit", "exit_trigger": "vwap_default_cross_below_ib"},
            "Exit trigger",
            ("close", "touched"),
        ),
        (
            {"exit_reason": "unconfirmed_lc", "exec_type": "LC"},
            "Entry not confirmed",
            ("level, confirmed", ""),
        ),
        (
            {"exit_reason": "unconfirmed_cc", "exec_type": "CC"},
            "Entry not confirmed",
            ("close, confirmed", ""),
        ),
    ],
)
def test_reasons_and_fills(fields, text, fills):
    trade = Trade(**fields)
    assert reason_text(trade.exit_reason) == text
    assert (entered_short(trade), left_short(trade)) == fills


@pytest.mark.parametrize(
    ("quantity", "text"), [(117.0, "117"), (116.9768, "116.98"), (12_345.0, "12,345")]
)
def test_shares_are_whole_or_have_two_decimals(quantity, text):
    assert shares_text(quantity) == text


def test_hover_texts_are_sentences():
    trade = Trade(exit_reason="unconfirmed_lc", exec_type="LC")
    assert reason_note(trade, NAMES) == "The close did not confirm the fill at the level."
    assert fills_note(trade) == "Entered at the level, then confirmed by a close."
    trade = Trade(exit_reason="signal_exit", exit_trigger="vwap_default_cross_below_ib")
    assert reason_note(trade, NAMES) == "VWAP (Default): Cross Below [L]"
    assert fills_note(trade).endswith("left at its price within the bar.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"ambiguous": True}, "the stop was taken"),
        ({"ambiguous": True, "hifi_resolved": True}, "Finer bars show which came first"),
        ({"exit_reason": "unconfirmed_cc"}, "Entry not confirmed"),
    ],
)
def test_the_table_of_trades_says_it(market, client, alice, fields, text):
    strategy = make_computed(alice)
    strategy.trades.update(**fields)
    client.force_login(alice)
    shown = client.get(strategy.get_absolute_url(), {"tab": "trades"}).content.decode()
    assert text in shown
    assert ("the stop was taken" in shown) is (text == "the stop was taken")


@pytest.mark.django_db
def test_the_configuration_says_everything(market, client, alice):
    strategy = make_computed(alice)
    strategy.config.update(
        entry_trigger_confluence_id="vwap_default_cross_above_lc",
        entry_confirmation={"confirm_bar_offset": 1, "on_failure": "exit_limit"},
        exit_trigger_confluence_ids=["opposite_signal"],
        time_exit_config={"method": "eod_exit", "minutes_before_close": 15},
        confluence=["5m-EMA_STACK_DEFAULT-SML"],
        hifi=True,
        stop_config={"method": "atr", "atr_mult": 1.5, "breakeven": {"enabled": True}},
    )
    strategy.save()
    client.force_login(alice)
    shown = client.get(strategy.get_absolute_url(), {"tab": "configuration"}).content.decode()
    for text in (
        "VWAP (Default): Cross Above [LC]",
        "Confirmed by the close of the next bar, else left at the entry price",
        "Opposite of the entry: Cross Below",
        "15 min before the close",
        "EMA Stack (Default) on 5Min: SML – full bull: short over mid over long",
        "To breakeven at 1R",
        "Decide bars that held both stop and target",
    ):
        assert text in shown, text
