"""Results: segments at the forward boundary, the boundary of the curve, the chart's length."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from market.testing import make_bars
from strategies.models import Strategy
from strategies.runs import charts, queue
from strategies.runs.curves import equity_points
from strategies.saving.changes import update_strategy
from strategies.testing import compute, make_computed, make_strategy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


def with_boundary_in_the_middle(owner: User) -> Strategy:
    make_bars("simulated", "SPY", n_days=2)
    strategy = make_computed(owner, data_source="simulated")
    middle = strategy.forward_test_start - timedelta(days=1)
    Strategy.objects.filter(pk=strategy.pk).update(forward_test_start=middle)
    strategy.refresh_from_db()
    queue.start_backtest(owner, strategy)
    return compute(strategy)


def test_trades_entered_after_the_boundary_are_forward(alice):
    strategy = with_boundary_in_the_middle(alice)
    boundary = int(strategy.forward_test_start.timestamp())
    for trade in strategy.trades.all():
        assert trade.segment == ("forward" if trade.entry_fill_ts >= boundary else "backtest")
    assert strategy.trades.filter(segment="forward").exists()


def test_the_curve_changes_its_segment_at_the_boundary_index(alice):
    curve = with_boundary_in_the_middle(alice).equity_curve_data
    points = equity_points(curve)["points"]
    kinds = [point["segment"] for point in points]
    assert kinds.index("forward") == curve["boundary_index"]


def test_a_reset_turns_forward_trades_into_backtest_until_the_next_run(alice):
    strategy = with_boundary_in_the_middle(alice)
    update_strategy(strategy, {"bar_count_exit": 9}, version=strategy.version)
    assert not strategy.trades.filter(segment="forward").exists()


def test_only_the_newest_bars_are_drawn(alice, client, monkeypatch):
    monkeypatch.setattr(charts, "MAX_CHART_BARS", 300)
    monkeypatch.setattr(charts, "PART_BARS", 100)
    strategy = make_computed(alice)
    client.force_login(alice)
    url = reverse("strategies:strategy-chart", args=[strategy.pk])
    newest = client.get(url).json()
    assert (len(newest["bars"]), newest["has_more"]) == (200, True)
    older = client.get(url, {"before": newest["first_ts"]}).json()
    assert (len(older["bars"]), older["has_more"], older["is_truncated"]) == (100, False, True)
    assert older["bars"][-1][0] < newest["first_ts"]


def test_a_strategy_without_a_result_has_an_empty_chart(alice, client):
    strategy = make_strategy(alice)
    client.force_login(alice)
    url = reverse("strategies:strategy-chart", args=[strategy.pk])
    assert client.get(url).json()["bars"] == []
