"""Other orders and other days: plain twins, fixed points, the same seed, small samples."""

import numpy as np
import pytest

from strategies.engine.figures.metrics import max_r_drawdown
from strategies.engine.tests.builders import wild_bars
from strategies.engine.trust.history import History, Sample, rows_of
from strategies.engine.trust.monte_carlo import (
    check_monte_carlo,
    daily_r,
    day_draws,
    drawdowns,
    losing_runs,
    order_draws,
)

R = np.random.default_rng(4).choice([-1.0, -0.5, 0.0, 1.3, 2.0], 60)


def rng(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


def longest_run(results):
    longest = run = 0
    for r in results:
        run = run + 1 if r <= 0 else 0
        longest = max(longest, run)
    return longest


def sample_of(r, bars):
    exits = np.linspace(1, bars.n - 1, r.size).astype(np.int64)
    return Sample(exits - 1, exits, np.ones(r.size), r)


def test_drawdowns_and_losing_runs_equal_their_plain_twins():
    rows = np.random.default_rng(1).choice(R, (200, 37))
    assert drawdowns(rows) == pytest.approx([max_r_drawdown(row) for row in rows.tolist()])
    assert losing_runs(rows).tolist() == [longest_run(row) for row in rows.tolist()]


def test_orders_keep_the_total_and_know_the_order_that_came():
    found = order_draws(rng(), R)
    assert found["total_r"] == pytest.approx(R.sum())
    assert found["actual_drawdown_r"] == pytest.approx(max_r_drawdown(R.tolist()))
    assert found["actual_losing_run"] == longest_run(R)
    depth = found["drawdown_r"]
    assert found["worst_drawdown_r"] <= depth["p5"] <= depth["p50"] <= depth["p95"] <= 0.0
    assert found["longest_losing_run"] >= found["losing_run"]["p95"]


def test_all_wins_have_no_drawdown_in_any_order():
    found = order_draws(rng(), np.ones(40))
    assert (found["worst_drawdown_r"], found["longest_losing_run"]) == (0.0, 0)


def test_a_drawdown_that_order_can_not_change():
    found = order_draws(rng(), np.full(10, -1.0))
    assert set(found["drawdown_r"].values()) == {-10.0}


def test_days_equal_plain_draws():
    daily = np.array([1.0, -0.5, 0.0, 0.0, 2.0])
    found = day_draws(rng(9), daily, 3)
    drawn = [sum(float(daily[i]) for i in row) for row in rng(9).integers(0, 5, (3, 5)).tolist()]
    assert found["total_r"]["p50"] == pytest.approx(sorted(drawn)[1])
    assert found["losing_share"] == sum(total < 0 for total in drawn) / 3


def test_days_that_never_lose_never_lose_in_any_period():
    found = day_draws(rng(), np.array([0.0, 1.0, 0.5]))
    assert (found["losing_share"], found["drawdown_r"]["p5"]) == (0.0, 0.0)


def test_mean_total_of_many_periods_is_the_total():
    daily = np.random.default_rng(2).normal(0.1, 1.0, 100)
    assert day_draws(rng(), daily, 20_000)["total_r"]["p50"] == pytest.approx(daily.sum(), abs=0.5)


def test_each_date_gets_what_was_closed_on_it_and_quiet_days_nothing():
    bars = wild_bars(1, 160, per_day=40)
    found = daily_r(bars, np.array([5, 39, 40, 159]), np.array([1.0, 2.0, -1.0, 0.5]))
    assert found.tolist() == [3.0, -1.0, 0.0, 0.5]


def test_results_of_a_weekend_count_for_the_next_exchange_date():
    bars = wild_bars(1, 160, per_day=40)
    closed = (bars.day == bars.day[40]) | (bars.day == bars.day[159])
    bars = bars._replace(date_mask=(~closed).astype(np.int64))
    found = daily_r(bars, np.array([5, 41, 159]), np.array([1.0, 2.0, 4.0]))
    assert found.tolist() == [1.0, 6.0]


def test_days_before_the_window_are_not_drawn():
    bars = wild_bars(1, 160, per_day=40)
    sample = Sample(np.array([90]), np.array([100]), np.ones(1), np.ones(1))
    assert check_monte_carlo(History(bars, {}, 80), sample)["days"]["n_days"] == 2


def test_the_same_seed_gives_the_same_numbers():
    bars = wild_bars(1, 400)
    history, sample = History(bars), sample_of(R, bars)
    one, same, other = (check_monte_carlo(history, sample, seed=s) for s in (3, 3, 4))
    assert one == same
    assert one["days"]["total_r"] != other["days"]["total_r"]
    assert one["orders"]["drawdown_r"] != other["orders"]["drawdown_r"]


@pytest.mark.parametrize(
    ("r", "verdict"),
    [
        (np.full(40, 1.0), "described"),
        (np.tile([1.0, -0.9], 20), "described"),
        (np.full(7, 1.0), "unknown"),
    ],
)
def test_resampled_trades_are_never_called_evidence(r, verdict):
    bars = wild_bars(1, 40 * r.size, per_day=40)
    assert check_monte_carlo(History(bars), sample_of(r, bars))["verdict"] == verdict


def test_no_trades_give_no_numbers():
    found = check_monte_carlo(History(wild_bars(1, 40)), sample_of(np.empty(0), wild_bars(1, 40)))
    assert (found["verdict"], found["orders"], found["days"]) == ("unknown", None, None)


def test_blocks_hold_all_rows():
    assert rows_of(10, 25, limit=100) == [10, 10, 5]
    assert rows_of(1000, 3, limit=100) == [1, 1, 1]
