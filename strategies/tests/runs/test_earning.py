"""What a run stores of when it earns: slices of its own trades, the drawn curve, holding."""

import pytest

from strategies.engine.figures.slices import FEWEST_TRADES
from strategies.testing import make_computed, make_market

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategy(alice):
    make_market(4)
    return make_computed(alice)


@pytest.fixture
def earning(strategy):
    return strategy.current_run.result["earning"]


def test_every_state_at_an_entry_is_a_slice_of_the_trades_that_had_it(strategy, earning):
    trades = list(strategy.trades.all())
    names = {record for trade in trades for record in trade.confluence_records}
    assert set(earning["states"]) == names
    for name in names:
        own = [one for one in trades if name in one.confluence_records]
        found = earning["states"][name]
        assert found["n"] == len(own)
        assert found["total_r"] == pytest.approx(sum(one.r_multiple for one in own))


@pytest.mark.parametrize("kind", ["hours", "weekdays", "holding"])
def test_each_trade_is_in_one_slice_of_a_kind(strategy, earning, kind):
    assert sum(one["n"] for one in earning[kind].values()) == strategy.trades.count()


def test_volatility_falls_into_fifths_of_about_as_many_trades(earning):
    counts = [one["n"] for one in earning["volatility"].values()]
    assert len(counts) == 5
    assert max(counts) - min(counts) <= 1
    assert earning["fifths"] == sorted(earning["fifths"])


def test_a_slice_without_enough_trades_has_no_interval(earning):
    few = [one for one in earning["hours"].values() if one["n"] < FEWEST_TRADES]
    assert few
    assert all(one["interval"] is None for one in few)


def test_hours_are_those_of_the_eastern_clock(earning):
    assert set(earning["hours"]) <= {f"{hour:02d}" for hour in range(9, 17)}


def test_a_scatter_counts_each_trade_once(strategy, earning):
    assert sum(earning["scatter"]["n"]) == strategy.trades.count()
    assert sum(earning["scatter"]["wins"]) == strategy.trades.filter(win=True).count()


def test_the_drawn_curve_is_the_curve_where_there_are_few_trades(strategy):
    result = strategy.current_run.result
    assert result["drawn"]["r"] == result["equity"]["cumulative_r"]
    assert result["drawn"]["ts"] == result["equity"]["exit_times"]


def test_holding_is_measured_in_the_median_risk_of_the_trades(strategy):
    found = strategy.current_run.result["drawn"]["holding"]
    risks = sorted(strategy.trades.values_list("risk", flat=True))
    assert risks[0] <= found["median_risk"] <= risks[-1]
    assert len(found["r"]) == strategy.trades.count()
    assert found["max_drawdown_r"] <= 0.0
