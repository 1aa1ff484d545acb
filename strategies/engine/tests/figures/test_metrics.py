import math

import pytest

from strategies.engine.figures.metrics import kpis, max_r_drawdown, profit_factor, r_squared

GOLDEN = [2, -1, 1.5, -1, -1, 3, -1, 0, 2, -1]


def test_golden_vector_of_ten_trades():
    found = kpis(GOLDEN, n_days=10)
    expected = {
        "total_trades": 10,
        "win_rate": 40.0,
        "profit_factor": 1.7,
        "avg_r": 0.35,
        "total_r": 3.5,
        "daily_r": 0.35,
        "r_squared": 0.437811,
        "max_r_drawdown": -2.0,
        "payoff_ratio": 2.125,
        "recovery_factor": 1.75,
        "win_count": 4,
        "loss_count": 6,
        "avg_win_r": 2.125,
        "avg_loss_r": -1.0,
        "best_trade_r": 3,
        "worst_trade_r": -1,
        "max_consec_wins": 1,
        "max_consec_losses": 2,
        "trading_days": 10,
        "total_pnl": 350.0,
        "final_balance": 10_350.0,
        "longest_dd_trades": 2,
        "excluded_trades": 0,
        "excluded_r": 0.0,
    }
    assert {k: found[k] for k in expected} == pytest.approx(expected, abs=1e-6)
    assert set(found) == set(expected)


def test_no_trades_give_zeros_and_the_starting_balance():
    found = kpis([], n_days=3, starting_balance=5000.0)
    assert found.pop("final_balance") == 5000.0
    assert found.pop("trading_days") == 3
    assert set(found.values()) == {0}


def test_a_win_without_losses_is_infinite_and_valid_json():
    found = kpis([1.0, 2.0], n_days=1)
    for name in ("profit_factor", "payoff_ratio", "recovery_factor"):
        assert (found[name], found[f"{name}_infinite"]) == (None, True)


def test_finite_figures_carry_no_infinite_flag():
    assert not [name for name in kpis(GOLDEN, 1) if name.endswith("_infinite")]


def test_only_draws_are_neither_infinite_nor_wins():
    found = kpis([0.0, 0.0], n_days=1)
    assert (found["profit_factor"], found["payoff_ratio"], found["recovery_factor"]) == (0, 0, 0)
    assert (found["loss_count"], found["max_consec_losses"], found["avg_loss_r"]) == (2, 2, 0)


def test_only_losses_have_a_zero_profit_factor():
    assert profit_factor([-1.0, -2.0]) == 0.0
    assert kpis([-1.0, -2.0], 1)["recovery_factor"] == -1.0


def test_drawdown_peak_starts_at_zero():
    assert max_r_drawdown([-1.0, -1.0, 5.0]) == -2.0


def test_longest_drawdown_counts_an_unrecovered_run():
    assert kpis([1.0, -1.0, 0.5, 0.25], 1)["longest_dd_trades"] == 3


def test_longest_drawdown_counts_a_losing_start():
    assert kpis([-1.0, 0.5, 5.0], 1)["longest_dd_trades"] == 2


def test_r_squared_is_one_for_a_straight_line_and_zero_when_undefined():
    assert r_squared([1.0] * 5) == pytest.approx(1.0)
    assert r_squared([1.0]) == 0.0
    assert r_squared([1.0, 0.0, 0.0]) == 0.0
    assert r_squared([0.0, 0.0]) == 0.0


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1.0, 1e160, 1e307])
def test_r_squared_is_the_same_at_every_size(size):
    """Squares of the sums would overflow at 1e160 and vanish at 1e-160."""
    plain = r_squared([1.0, -0.5, 2.0, -1.0])
    assert 0.0 < plain < 1.0
    assert r_squared([r * size for r in (1.0, -0.5, 2.0, -1.0)]) == pytest.approx(plain)


@pytest.mark.parametrize(
    "rs", [[1.7e308] * 2, [1.7e308, 1.7e308, -1.7e308], [math.inf, 1.0], [math.nan, 1.0]]
)
def test_r_squared_of_a_sum_without_bound_is_undefined(rs):
    assert r_squared(rs) == 0.0


def test_daily_r_divides_by_all_days_and_at_least_one():
    assert kpis([3.0], n_days=6)["daily_r"] == 0.5
    assert kpis([3.0], n_days=0)["daily_r"] == 3.0


def test_nothing_is_rounded():
    assert kpis([1 / 3], 1)["total_r"] == 1 / 3
    assert math.isclose(kpis([1 / 3], 7)["daily_r"], 1 / 21)
