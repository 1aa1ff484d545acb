"""The price chart of a result as its page takes it."""

import pytest
from django.urls import reverse

from strategies.models import Strategy
from strategies.testing import make_computed

pytestmark = pytest.mark.django_db
RSI = {"id": "rsi_own", "base_template": "rsi_zones", "version": "Own"}
LEVELS = {"overbought_level": 61.0, "oversold_level": 42.0}


@pytest.fixture
def strategy(market, alice, client) -> Strategy:
    client.force_login(alice)
    return make_computed(alice)


def chart(client, strategy: Strategy, **query: object) -> dict:
    return client.get(reverse("strategies:strategy-chart", args=[strategy.pk]), query).json()


def hold(strategy: Strategy, **changes: object) -> None:
    """Let the last trade be open still."""
    run, last = strategy.current_run, strategy.trades.order_by("-number").first()
    held = {"entry_bar_ts": last.entry_bar_ts, "direction": "LONG", "entry_price": 99.0}
    held |= {"stop_price": 98.5, "initial_stop_price": 98.0, "target_price": None}
    run.result["open_trade"] = held
    run.save()
    last.delete()


def test_it_says_where_it_begins_and_where_its_last_trade_was_entered(client, strategy):
    found = chart(client, strategy)
    last = strategy.trades.order_by("-number").first()
    assert (found["oldest_ts"], found["last_trade_ts"]) == (found["bars"][0][0], last.entry_bar_ts)


def test_older_bars_do_not_say_it_again(client, strategy):
    newest = chart(client, strategy)
    older = chart(client, strategy, before=newest["bars"][-1][0])
    assert older["bars"]
    assert not {"oldest_ts", "last_trade_ts"} & set(older)


def test_an_open_trade_is_drawn_up_to_the_newest_bar(client, strategy):
    hold(strategy)
    found = chart(client, strategy)
    held = found["trades"][-1]
    assert (held["exit_ts"], held["stop"], held["target"], held["r"]) == (None, 98.5, None, None)
    assert (found["markers"][-1]["kind"], found["markers"][-1]["ts"]) == ("entry", held["entry_ts"])
    assert found["last_trade_ts"] is None


def test_lines_come_with_the_levels_of_their_pack(client, alice, market):
    client.force_login(alice)
    strategy = make_computed(
        alice,
        packs=[{**RSI, "parameters": LEVELS}],
        entry_trigger_confluence_id="rsi_own_exit_oversold",
        exit_trigger_confluence_ids=["rsi_own_cross_above_midline"],
    )
    (rsi,) = chart(client, strategy)["overlays"]
    assert [level["value"] for level in rsi["levels"]] == [80, 61, 50, 42, 20]
    assert rsi["levels"][1]["label"] == "Overbought"
