"""Extended figures: golden vector of trades, oracles, minimum numbers, and what JSON can't hold."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies.engine.figures import metrics_trades as trades
from strategies.engine.figures.metrics import kpis
from strategies.engine.figures.metrics_extended import MINIMUM_TRADES, kpis_extended

GOLDEN = [2, -1, 1.5, -1, -1, 3, -1, 0, 2, -1]
DAYS = list(range(10))
SCALE_FREE = {
    "sharpe_ratio", "psr", "dsr", "sortino_ratio", "calmar_ratio", "sqn", "kelly_criterion",
    "gain_pain_ratio", "common_sense_ratio", "tail_ratio", "outlier_win_ratio",
    "outlier_loss_ratio", "serenity_index", "skewness", "kurtosis", "longest_dd_days",
}  # fmt: skip


def column(values):
    return np.array(values, np.float64)


def test_golden_vector_of_ten_trades():
    found = kpis_extended(GOLDEN, DAYS, DAYS)
    expected = {
        "sqn": 0.691974,
        "expectancy": 0.35,
        "kelly_criterion": 0.117647,
        "gain_pain_ratio": 1.7,
        "common_sense_ratio": 1.7 * 0.9,
        "outlier_win_ratio": 3 / 2.125,
        "outlier_loss_ratio": 1.0,
        "calmar_ratio": 3.5 / (10 / 252) / 2.0,
        "ulcer_index": math.sqrt((1 + 1 + 4 + 1 + 1 + 1) / 10),
        "expected_daily": 35.0,
        "expected_monthly": 35.0 * 21,
        "expected_yearly": 35.0 * 252,
        "longest_dd_days": 2,
        "daily_var_95": -100.0,
        "cvar_95": -100.0,
    }
    expected["serenity_index"] = 3.5 / expected["ulcer_index"]
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-6)
    assert set(found) == set(MINIMUM_TRADES)


def test_sqn_counts_a_hundred_trades_at_most():
    found = trades.system_quality_number(column(GOLDEN * 20))
    values = column(GOLDEN * 20)
    assert found == pytest.approx(10 * values.mean() / values.std(ddof=1))


@pytest.mark.parametrize("seed", range(5))
def test_skewness_and_kurtosis_equal_those_of_pandas(seed):
    pandas = pytest.importorskip("pandas")
    values = np.random.default_rng(seed).standard_t(4, 5 + 40 * seed)
    series = pandas.Series(values)
    assert trades.skewness(values) == pytest.approx(series.skew(), rel=1e-9)
    assert trades.kurtosis(values) == pytest.approx(series.kurt(), rel=1e-9)


@pytest.mark.parametrize("n", range(11))
def test_figures_wait_for_their_number_of_trades(n):
    found = kpis_extended(GOLDEN[:n], DAYS[:n], DAYS)
    missing = {name for name, least in MINIMUM_TRADES.items() if n < least}
    assert all(found[name] is None for name in missing)
    assert missing or None not in found.values()


@pytest.mark.parametrize("rs", [[], [1.0]])
def test_none_and_one_trade_give_nothing(rs):
    found = kpis_extended(rs, DAYS[: len(rs)], DAYS)
    assert set(found) == set(MINIMUM_TRADES)
    assert set(found.values()) == {None}


def test_a_zero_denominator_gives_nothing_rather_than_infinity():
    wins = kpis_extended([1.0, 2.0] * 5, DAYS, DAYS)
    for name in ("sortino_ratio", "calmar_ratio", "gain_pain_ratio", "common_sense_ratio",
                 "outlier_loss_ratio", "serenity_index"):  # fmt: skip
        assert wins[name] is None
    assert wins["kelly_criterion"] == 1.0
    assert not [name for name in wins if name.endswith("_infinite")]


def test_kelly_without_a_win_is_not_defined():
    assert trades.kelly_criterion(column([-1.0] * 6)) is None
    assert trades.kelly_criterion(column([0.5, -1.0, -1.0])) == 0.0


def test_losses_of_one_r_have_no_deviation_and_still_figures():
    found = kpis_extended([2.0, -1.0, -1.0, 2.0, -1.0] * 2, DAYS, DAYS)
    assert found["sortino_ratio"] > 0
    assert found["outlier_loss_ratio"] == 1.0


def test_money_scales_with_risk_and_volatility_with_the_balance():
    small = kpis_extended(GOLDEN, DAYS, DAYS, 100.0, 10_000.0)
    large = kpis_extended(GOLDEN, DAYS, DAYS, 300.0, 60_000.0)
    assert large["expected_daily"] == pytest.approx(3 * small["expected_daily"])
    assert large["daily_var_95"] == pytest.approx(3 * small["daily_var_95"])
    assert large["volatility"] == pytest.approx(small["volatility"] / 2)


def test_more_trials_only_lower_the_deflated_sharpe_ratio():
    one, many = (kpis_extended(GOLDEN, DAYS, DAYS, n_trials=n) for n in (1, 50))
    assert many["dsr"] < one["dsr"] == one["psr"]
    assert {k: v for k, v in one.items() if k != "dsr"} == {
        k: v for k, v in many.items() if k != "dsr"
    }


sizes = st.floats(-1e12, 1e12, allow_nan=False).map(lambda r: round(r, 6))
runs_of_r = st.lists(st.one_of(sizes, st.sampled_from([-1.0, 0.0, 2.0])), max_size=40)


@settings(max_examples=200, deadline=None)
@given(runs_of_r, st.integers(1, 30))
def test_any_trades_give_valid_json(rs, n_days):
    exits = [i * n_days // max(1, len(rs)) for i in range(len(rs))]
    found = kpis_extended(rs, exits, range(n_days), n_trials=7)
    json.dumps([found, kpis(rs, n_days)], allow_nan=False)
    for name in ("psr", "dsr", "kelly_criterion"):
        assert found[name] is None or 0.0 <= found[name] <= 1.0


@pytest.mark.parametrize("rs", [[1e308] * 12, [1e-320, -1e-320] * 6, [1e200, -1e200] * 6])
def test_results_beyond_reason_give_valid_json(rs):
    json.dumps(kpis_extended(rs, range(12), range(12)), allow_nan=False)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-300, 600), min_size=10, max_size=40), st.sampled_from([0.5, 2, 8]))
def test_ratios_do_not_know_the_size_of_r(hundredths, scale):
    rs = [value / 64 for value in hundredths]
    days = range(len(rs))
    plain, scaled = (kpis_extended([f * r for r in rs], days, days) for f in (1, scale))
    for name in SCALE_FREE:
        assert scaled[name] == (plain[name] and pytest.approx(plain[name], rel=1e-9)), name
    assert scaled["ulcer_index"] == pytest.approx(scale * plain["ulcer_index"])
    assert scaled["expected_daily"] == pytest.approx(scale * plain["expected_daily"])
