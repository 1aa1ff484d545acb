"""Mean R of slices of trades, and the intervals around it."""

import numpy as np
import pytest

from strategies.engine.figures.slices import slice_intervals


def spread(n_dates, per_date, seed=1, mean=0.0):
    rng = np.random.default_rng(seed)
    rs = rng.normal(mean, 1.0, n_dates * per_date)
    return rs, np.repeat(np.arange(n_dates), per_date)


def every(rs):
    return np.arange(rs.size)


def test_the_interval_is_the_closed_form_by_date():
    # Twelve dates of three trades: -1 0 1 on even, 0 1 2 on odd ones, by hand.
    rs = np.tile([-1.0, 0.0, 1.0, 0.0, 1.0, 2.0], 6)
    found = slice_intervals(rs, np.repeat(np.arange(12), 3), {"all": every(rs)})["all"]
    # m = .5; u = ±1.5/36; se = √(12/11 · 12 · (1/24)²) = .150756; t₁₁ = 2.200985
    assert found["mean_r"] == 0.5
    assert found["interval"]["low"] == pytest.approx(0.5 - 2.200985160 * 0.1507556723, abs=1e-8)
    assert found["interval"]["family_high"] == found["interval"]["high"]


def test_counts_wins_and_sums_are_plain():
    rs = np.array([2.0, -1.0, 0.0, 1.0])
    found = slice_intervals(rs, np.array([1, 1, 2, 3]), {"some": np.array([0, 1, 3])})["some"]
    assert (found["n"], found["n_dates"], found["total_r"]) == (3, 2, 2.0)
    assert found["win_rate"] == pytest.approx(200 / 3)
    assert found["interval"] is None


@pytest.mark.parametrize(("n_dates", "per_date"), [(29, 1), (9, 10)])
def test_too_few_trades_or_dates_have_no_interval(n_dates, per_date):
    rs, dates = spread(n_dates, per_date)
    assert slice_intervals(rs, dates, {"all": every(rs)})["all"]["interval"] is None


def test_equal_results_have_no_interval():
    rs = np.full(60, -1.0)
    found = slice_intervals(rs, np.arange(60), {"all": every(rs)})
    assert found["all"]["interval"] is None


def test_the_family_counts_only_slices_with_an_interval():
    rs, dates = spread(40, 2)
    halves = {"first": np.arange(40), "second": np.arange(40, 80)}
    alone = slice_intervals(rs, dates, halves)["first"]["interval"]
    with_small = slice_intervals(rs, dates, {**halves, "small": np.arange(5)})["first"]["interval"]
    assert with_small == alone
    assert alone["family_low"] < alone["low"] < alone["high"] < alone["family_high"]


def test_trades_of_one_date_are_one_observation():
    rs, dates = spread(30, 1)
    once = slice_intervals(rs, dates, {"all": every(rs)})["all"]["interval"]
    same, many = np.repeat(rs, 5), np.repeat(dates, 5)
    repeated = slice_intervals(same, many, {"all": every(same)})["all"]["interval"]
    assert repeated["low"] == pytest.approx(once["low"])


def test_of_pages_without_any_effect_few_show_a_slice_outside_its_family():
    outside = 0
    for seed in range(200):
        rs, dates = spread(60, 10, seed)
        names = np.random.default_rng(seed + 1000).integers(0, 10, rs.size)
        places = {str(name): np.flatnonzero(names == name) for name in range(10)}
        found = [one["interval"] for one in slice_intervals(rs, dates, places).values()]
        outside += any(one["family_low"] > 0 or one["family_high"] < 0 for one in found)
    assert outside <= 16


def test_no_trades_are_a_slice_of_zeros():
    found = slice_intervals(np.empty(0), np.empty(0, np.int64), {"none": np.empty(0, np.int64)})
    assert (found["none"]["n"], found["none"]["mean_r"], found["none"]["total_r"]) == (0, 0.0, 0.0)
