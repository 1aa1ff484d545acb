"""The data view of the list: figures and curves of a part of the trades, and orders by them."""

import pytest

from market import clock
from strategies.engine.figures.metrics import kpis
from strategies.models import Strategy, Trade
from strategies.periods import DAY, parts_of
from strategies.testing import make_computed

pytestmark = pytest.mark.usefixtures("market")


@pytest.fixture
def strategy(alice):
    made = make_computed(alice)
    return Strategy.objects.with_span().get(pk=made.pk)


def part(strategy, period, now_ts=None):
    now_ts = now_ts or clock.now(strategy.data_source)
    return parts_of(strategy.user, [strategy], period, {strategy.data_source: now_ts})[strategy.pk]


def test_a_period_that_holds_every_trade_has_the_figures_of_all(strategy):
    found = part(strategy, "90d")
    assert found.kpis == {**strategy.kpis, "excluded_trades": 0, "excluded_r": 0}
    assert found.curve["cumulative_r"][-1] == pytest.approx(strategy.kpis["total_r"])


def test_only_trades_that_ended_in_the_last_days_count(strategy):
    ends = list(strategy.trades.order_by("number").values_list("exit_fill_ts", "r_multiple"))
    now_ts = ends[len(ends) // 2][0] + 7 * DAY
    expected = [r for ended, r in ends if ended > now_ts - 7 * DAY]
    found = part(strategy, "7d", now_ts)
    assert 0 < len(expected) < len(ends)
    assert found.kpis["total_trades"] == len(expected)
    assert found.kpis["max_r_drawdown"] == kpis(expected, 1)["max_r_drawdown"]


def test_backtest_and_forward_test_share_the_trades(strategy):
    later = strategy.trades.order_by("-number")[:5].values("pk")
    Trade.objects.filter(pk__in=list(later.values_list("pk", flat=True))).update(segment="forward")
    backtest, forward = part(strategy, "backtest"), part(strategy, "forward")
    assert forward.kpis["total_trades"] == 5
    assert backtest.kpis["total_trades"] + 5 == strategy.kpis["total_trades"]
    assert forward.curve["boundary_index"] == 0


def test_a_period_without_a_trade_has_zeros(strategy):
    found = part(strategy, "forward")
    assert (found.kpis["total_trades"], found.curve["exit_times"]) == (0, [])


def test_cards_show_the_figures_of_the_period(client, alice, strategy):
    client.force_login(alice)
    shown = client.get("/strategies/", {"period": "forward"})
    assert "Forward test only" in shown.content.decode()
    assert shown.context["rows"][0].kpis[3].text == "0"


def test_the_order_is_by_the_figures_of_the_period(client, alice, strategy):
    other = make_computed(alice, name="Other")
    Trade.objects.filter(strategy=other).update(r_multiple=5.0)
    client.force_login(alice)
    rows = client.get("/strategies/", {"period": "90d", "sort": "total_r"}).context["rows"]
    assert [row.strategy.name for row in rows] == ["Other", "Fast cross"]
    Trade.objects.filter(strategy=other).update(r_multiple=-5.0)
    rows = client.get("/strategies/", {"period": "90d", "sort": "total_r"}).context["rows"]
    assert [row.strategy.name for row in rows] == ["Fast cross", "Other"]


def test_a_period_that_is_none_is_as_if_it_were_not_there(client, alice, strategy):
    client.force_login(alice)
    assert client.get("/strategies/", {"period": "1000d"}).context["period"] == ""


def test_trades_of_others_are_in_no_period(charlie, strategy):
    clocks = {strategy.data_source: clock.now(strategy.data_source)}
    assert parts_of(charlie, [strategy], "90d", clocks)[strategy.pk].kpis["total_trades"] == 0
