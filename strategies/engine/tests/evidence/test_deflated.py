"""The strict bound, minimum lengths, and planning before a search."""

import math

import numpy as np
import pytest

from strategies.engine.evidence.deflated import (
    luck_factor,
    luck_sharpe,
    minimum_length,
    minimum_years,
    moments_of,
    probabilistic,
    strict_bound,
)
from strategies.engine.evidence.planning import (
    dates_needed,
    luck_annual_sharpe,
    most_tries,
    planned_mean,
    trades_needed,
)

DAILY = np.array([0.01, -0.005, 0.008, 0, -0.012, 0.015, 0.004, -0.007, 0, 0.011])
TRADES = np.array([2, -1, 1.5, -1, -1, 3, -1, 0, 2, -1])


@pytest.mark.parametrize(
    ("n", "e"),
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
def test_what_the_best_of_worthless_tries_shows(n, e):
    assert luck_factor(n) == pytest.approx(e, abs=1e-6)


def test_the_golden_daily_series():
    moments = moments_of(DAILY)
    assert moments["sharpe"] == pytest.approx(0.274817, abs=1e-6)
    assert moments["skew"] == pytest.approx(-0.174848, abs=1e-6)
    assert moments["kurtosis"] == pytest.approx(1.886292, abs=1e-6)
    assert moments["n_dates"] == 10
    assert probabilistic(moments) == pytest.approx(0.787848, abs=1e-6)
    assert strict_bound(moments, 10).dsr == pytest.approx(0.233623, abs=1e-6)
    assert luck_sharpe(10, 10) == pytest.approx(1.574598 / 3, abs=1e-6)
    # What it would be with a variance of the tries of 0.04, which is never taken.
    assert 0.2 * luck_factor(10) == pytest.approx(0.314920, abs=1e-6)
    assert probabilistic(moments, 0.2 * luck_factor(10)) == pytest.approx(0.453592, abs=1e-6)


def test_the_bound_is_never_called_a_disproof():
    moments = {"sharpe": 0.2, "skew": 0.0, "kurtosis": 3.0, "n_dates": 253}
    assert strict_bound(moments, 1).words == "holds against all you tried"
    assert strict_bound(moments, 10_000).words == "not shown against all you tried"
    assert strict_bound(moments, 1).holds
    assert moments_of(np.ones(9)) is None


def test_minimum_lengths():
    assert minimum_length(moments_of(TRADES)) == pytest.approx(51.945, abs=1e-3)
    assert minimum_length(moments_of(DAILY)) == pytest.approx(39.144, abs=1e-3)
    assert minimum_length(moments_of(-TRADES)) is None
    assert minimum_years(45, 1.0) == pytest.approx(4.998, abs=1e-3)


TABLE = [
    (62, [3.17, 4.73, 6.56, 7.35, 7.98, 9.81]),
    (252, [1.57, 2.35, 3.26, 3.64, 3.96, 4.87]),
    (1260, [0.70, 1.05, 1.46, 1.63, 1.77, 2.18]),
]


@pytest.mark.parametrize(("n_dates", "row"), TABLE)
def test_what_luck_reaches_by_dates_and_tries(n_dates, row):
    found = [luck_annual_sharpe(n, n_dates) for n in (10, 60, 1_000, 4_212, 15_000, 10**6)]
    assert [round(one, 2) for one in found] == row


def test_dates_and_trades_are_rounded_up():
    assert dates_needed(1_000, 3.0) == 924
    assert dates_needed(1_000, 2.0) == 2078
    assert dates_needed(15_000, 3.0) == 1164
    assert [trades_needed(m, 1.4) for m in (0.1, 0.2, 0.3)] == [1213, 304, 135]
    assert trades_needed(0.0, 1.4) is None


@pytest.mark.parametrize(("n_dates", "hoped"), [(1164, 3.0), (252, 4.0), (500, 2.5)])
def test_the_most_tries_are_those_that_the_dates_still_carry(n_dates, hoped):
    most = most_tries(n_dates, hoped)
    assert dates_needed(most, hoped) <= n_dates < dates_needed(most + 1, hoped)


def test_too_few_dates_show_not_even_one_try():
    assert most_tries(62, 3.0) == 0
    assert dates_needed(1, 3.0) > 62
    assert most_tries(252 * 100, 5.0) == 10**9


def test_the_mean_to_plan_with_is_pulled_towards_nothing():
    error = float(TRADES.std(ddof=1)) / math.sqrt(10)
    planned = planned_mean(0.35, error)
    assert error == pytest.approx(0.505800, abs=1e-6)
    assert planned.mean == pytest.approx(0.013166, abs=1e-6)
    assert planned.deviation == pytest.approx(0.098101, abs=1e-6)
    assert planned.raw == 0.35
