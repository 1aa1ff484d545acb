"""Figures of the daily series: golden vector, hand-computed cases, and what is not defined."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from strategies.engine.figures import metrics_daily as daily
from strategies.engine.figures.metrics import recovery_factor
from strategies.engine.figures.metrics_trades import gain_pain_ratio, tail_ratio

GOLDEN = np.array([0.01, -0.005, 0.008, 0, -0.012, 0.015, 0.004, -0.007, 0, 0.011])
FLAT, LOSSES = np.zeros(6), np.array([0, -1.0, 0, -1.0, 0, -1.0])


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (daily.sharpe_ratio(GOLDEN), 4.36259),
        (daily.sharpe_ratio(GOLDEN, 365), 5.25037),
        (daily.sortino_ratio(GOLDEN), 8.15987),
        (daily.value_at_risk_r(GOLDEN), -0.00975),
        (daily.expected_shortfall_r(GOLDEN), -0.012),
        (tail_ratio(GOLDEN), 1.353846),
        (recovery_factor(GOLDEN.tolist()), 2.0),
        # On a series of returns the sum of gains over losses is Omega at 0.
        (gain_pain_ratio(GOLDEN), 2.0),
    ],
)
def test_golden_vector_of_ten_dates(found, expected):
    assert found == pytest.approx(expected, rel=2e-6)


def test_exits_are_summed_by_date_and_idle_dates_are_zero():
    series = daily.daily_series([1.0, 2.0, -1.0], [10, 10, 13], [10, 11, 13, 14])
    assert series.tolist() == [3.0, 0.0, -1.0, 0.0]


def test_exits_on_unlisted_dates_count_on_the_next_or_the_last():
    series = daily.daily_series([1.0, 2.0, 4.0], [9, 12, 20], [10, 11, 13])
    assert series.tolist() == [1.0, 0.0, 6.0]


def test_without_dates_one_is_assumed():
    assert daily.daily_series([1.0], [5], []).tolist() == [1.0]
    assert daily.daily_series([], [], []).tolist() == [0.0]


def test_idle_dates_lower_the_sharpe_ratio():
    busy = daily.sharpe_ratio(np.array([1.0, -0.5, 1.0, -0.5]))
    idle = daily.sharpe_ratio(np.array([1.0, -0.5, 1.0, -0.5, 0, 0, 0, 0]))
    assert 0 < idle < busy


def test_losses_that_are_all_one_r_have_a_sortino_ratio():
    """The deviation of the losing dates alone would be 0."""
    series = np.array([2.0, -1.0, -1.0, 2.0])
    assert daily.sortino_ratio(series) == pytest.approx(0.5 / math.sqrt(0.5) * math.sqrt(252))


@pytest.mark.parametrize("series", [FLAT, np.ones(5) * 0.1, np.array([1.0])])
def test_a_constant_series_has_no_ratio(series):
    assert daily.sharpe_ratio(series) is None
    assert daily.sortino_ratio(series) is None
    assert daily.probabilistic_sharpe_ratio(series) is None
    assert daily.deflated_sharpe_ratio(series, 10) is None


def test_volatility_is_of_returns_on_the_starting_balance():
    expected = np.std(GOLDEN, ddof=1) * 100 / 5000 * math.sqrt(252) * 100
    assert daily.volatility_pct(GOLDEN, 100.0, 5000.0) == pytest.approx(expected)
    assert daily.volatility_pct(FLAT, 100.0, 5000.0) == 0.0
    assert daily.volatility_pct(np.array([1.0]), 100.0, 5000.0) is None


@pytest.mark.parametrize(
    ("series", "length"),
    [
        ([-1.0, 0.0, 0.5, 2.0], 3),
        ([1.0, -0.5, 0.0, 0.0], 3),
        ([1.0, -1.0, 1.0, -1.0, 0.0], 2),
        ([0.0, 1.0, 0.0], 0),
    ],
)
def test_longest_drawdown_in_dates(series, length):
    assert daily.longest_drawdown_days(np.array(series)) == length


def plain_psr(series, benchmark=0.0):
    """The textbook formula without arrays."""
    n = len(series)
    mean = sum(series) / n
    second, third, fourth = (sum((x - mean) ** p for x in series) / n for p in (2, 3, 4))
    sharpe = mean / math.sqrt(second * n / (n - 1))
    skew, kurtosis = third / second**1.5, fourth / second**2
    error = math.sqrt((1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2) / (n - 1))
    return NormalDist().cdf((sharpe - benchmark) / error)


@pytest.mark.parametrize("benchmark", [0.0, 0.1])
@pytest.mark.parametrize("series", [GOLDEN, np.array([2.0, -1, -1, 0, 2, -1])])
def test_psr_equals_the_plain_formula(series, benchmark):
    found = daily.probabilistic_sharpe_ratio(series, benchmark)
    assert found == pytest.approx(plain_psr(series.tolist(), benchmark), rel=1e-12)


def test_psr_of_a_normal_like_series_is_that_of_its_t_value():
    """With skewness 0 and kurtosis 1, two points, the correction is 1."""
    series = np.array([1.5, -0.5] * 8)
    sharpe = series.mean() / series.std(ddof=1)
    expected = NormalDist().cdf(sharpe * math.sqrt(15))
    assert daily.probabilistic_sharpe_ratio(series) == pytest.approx(expected, rel=1e-12)


def test_psr_of_a_mirrored_series_is_the_complement():
    found = daily.probabilistic_sharpe_ratio(GOLDEN) + daily.probabilistic_sharpe_ratio(-GOLDEN)
    assert found == pytest.approx(1.0)


def test_dsr_with_one_trial_is_the_psr():
    assert daily.deflated_sharpe_ratio(GOLDEN, 1) == daily.probabilistic_sharpe_ratio(GOLDEN)


def test_dsr_falls_with_the_number_of_trials():
    found = [daily.deflated_sharpe_ratio(GOLDEN, n) for n in (1, 2, 10, 100, 10_000)]
    assert found == sorted(found, reverse=True)
    assert 0.0 < found[-1] < found[0] < 1.0


def test_the_benchmark_of_ten_trials_by_hand():
    """Quantiles of 0.9 and 1 - 1 / (10 e) = 0.963212 are 1.281552 and 1.789230."""
    gamma = 0.5772156649
    expected = 0.5 * ((1 - gamma) * 1.2815516 + gamma * 1.7891978)
    assert daily.expected_best_sharpe(10, 0.25) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("n_trials", "benchmark"),
    [
        (1, 0.0),
        (2, 0.519755),
        (10, 1.574598),
        (45, 2.235640),
        (100, 2.530603),
        (1_000, 3.255122),
        (4_212, 3.643779),
        (15_000, 3.958685),
        (1_000_000, 4.867860),
    ],
)
def test_what_luck_is_expected_to_reach(n_trials, benchmark):
    assert daily.expected_best_sharpe(n_trials, 1.0) == pytest.approx(benchmark, abs=1e-6)


def test_ten_trials_on_ten_dates_are_deflated_by_the_variance_of_worthless_ones():
    assert daily.probabilistic_sharpe_ratio(GOLDEN) == pytest.approx(0.787848, abs=1e-6)
    assert daily.deflated_sharpe_ratio(GOLDEN, 10) == pytest.approx(0.233623, abs=1e-6)


def test_the_published_example_of_the_deflated_sharpe_ratio():
    """Bailey and Lopez de Prado (2014): 100 trials, variance 1/2 a year, benchmark 0.1132 a day."""
    assert daily.expected_best_sharpe(100, 0.5 / 250) == pytest.approx(0.1132, abs=5e-5)
