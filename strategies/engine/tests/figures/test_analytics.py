"""Analytics: rolling figures, bands, distribution, streaks, scores, regimes and sentences."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies.engine.figures import edge, rolling
from strategies.engine.figures.analytics import MINIMUM_TRADES, analytics
from strategies.engine.figures.distribution import density, histogram
from strategies.engine.figures.insights import insights
from strategies.engine.figures.markov import markov, streaks
from strategies.engine.figures.metrics import profit_factor

MIXED = np.random.default_rng(7).choice([-1.0, 0.0, 0.5, 2.0], 80)


def column(values):
    return np.array(values, np.float64)


def test_rolling_figures_equal_plain_ones():
    factors = rolling.rolling_profit_factor(MIXED, 10)
    rates = rolling.rolling_win_rate(MIXED, 10)
    quality = rolling.rolling_quality(MIXED, 10)
    assert len(factors) == len(rates) == len(quality) == 71
    for k in (0, 33, 70):
        part = MIXED[k : k + 10]
        assert factors[k] == pytest.approx(profit_factor(part.tolist()))
        assert rates[k] == 10.0 * (part > 0).sum()
        assert quality[k] == pytest.approx(part.mean() / part.std(ddof=1))


def test_windows_without_a_loss_or_a_deviation_are_none():
    found = rolling.rolling_figures(column([1.0] * 25), 20)
    assert found["profit_factor"] == [None] * 6
    assert found["quality"] == [None] * 6
    assert found["n_lossless"] == 6


def test_edge_bands_are_two_sample_deviations_of_cumulative_r():
    curve, middle, lower, upper = rolling.edge_bands(MIXED)
    last = curve[-21:]
    assert middle[-1] == pytest.approx(last.mean())
    assert upper[-1] - middle[-1] == pytest.approx(2 * last.std(ddof=1))
    assert middle[-1] - lower[-1] == pytest.approx(2 * last.std(ddof=1))
    assert len(middle) == len(MIXED) - 20


def test_a_sudden_loss_lies_below_the_band():
    found = edge.edge_check(column([0.5] * 40 + [-30.0]))
    assert found["position"] == "below"
    assert edge.edge_check(column([0.1, -0.1] * 20))["position"] == "inside"
    assert edge.edge_check(column([0.5] * 20)) is None


def test_histogram_has_thirty_bins_that_hold_all_trades():
    edges, counts = histogram(MIXED)
    assert (len(edges), len(counts), sum(counts)) == (31, 30, 80)
    assert (edges[0], edges[-1]) == (-1.0, 2.0)
    assert counts == np.histogram(MIXED, 30)[0].tolist()


def test_equal_results_have_one_bin():
    edges, counts = histogram(column([1.5] * 6))
    assert (edges[0], edges[-1], max(counts)) == (1.0, 2.0, 6)
    assert density(column([1.5] * 6)) is None


def test_density_integrates_to_one_and_equals_the_plain_sum():
    values = np.random.default_rng(3).normal(0, 2, 300)
    found = density(values)
    at, heights = column(found["r"]), column(found["density"])
    assert np.trapezoid(heights, at) == pytest.approx(1.0, abs=0.01)
    spread = min(values.std(ddof=1), np.subtract(*np.percentile(values, [75, 25])) / 1.34)
    width = 0.9 * spread * 300**-0.2
    plain = [np.exp(-0.5 * ((x - values) / width) ** 2).mean() / width / 2.50663 for x in at]
    assert heights == pytest.approx(plain, abs=1e-3)


def test_markov_counts_what_follows_what():
    rs = column([1, 1, -1, 1, -1, -1, 0, 1, 1, 1] * 2)
    found = markov(rs)
    assert found["counts"] == {"win_win": 7, "win_loss": 4, "loss_win": 4, "loss_loss": 4}
    assert found["win_win"] == 7 / 11
    assert found["loss_loss"] == 0.5
    assert found["streaks"] == [2, -1, 1, -3, 5, -1, 1, -3, 3]


def test_a_transition_from_what_never_came_is_none():
    found = markov(column([1.0] * 20))
    assert (found["win_win"], found["win_loss"]) == (1.0, 0.0)
    assert (found["loss_win"], found["loss_loss"]) == (None, None)


def test_streaks_of_nothing():
    assert streaks([]) == []


@pytest.mark.parametrize(
    ("factor", "status"),
    [(1.5, "strong"), (1.49, "moderate"), (1.2, "moderate"), (1.19, "critical"),
     (1.0, "critical"), (0.99, "lost"), (float("inf"), "strong")],
)  # fmt: skip
def test_status_of_the_newest_profit_factor(factor, status):
    assert edge.edge_status(factor, 1.2) == status


@pytest.mark.parametrize(
    ("factors", "strength"),
    [
        ([1.0, 1.01, 1.02, 1.03], 20.0),
        ([1.0, 1.1, 1.2], 100.0),
        ([1.2, 1.1, 1.0], 0.0),
        ([1.0, 1.0, 1.0], 0.0),
        ([1.0, 1.1], 50.0),
        ([1.0, np.inf, 1.02, 1.03], 20.0),
    ],
)
def test_trend_strength_is_the_clipped_slope(factors, strength):
    assert edge.trend_strength(column(factors)) == pytest.approx(strength)


def test_edge_scores_by_hand():
    """Every window of 20 holds ten gains of 1.5 and ten losses of 1."""
    found = edge.edge_scores(column([1.5, -1.0] * 20))
    assert (found["consistency"], found["stability"], found["trend"]) == (100.0, 100.0, 0.0)
    assert (found["profit_factor"], found["status"]) == (1.5, "strong")


def test_a_system_without_losses_is_strong_and_its_factor_infinite():
    found = edge.edge_scores(column([1.0] * 40))
    assert (found["profit_factor"], found["profit_factor_infinite"]) == (None, True)
    assert (found["stability"], found["trend"], found["consistency"]) == (None, 50.0, 100.0)


def test_regimes_by_hand():
    good, bad = [1.0, 0.9] * 20, [-1.0, -0.9] * 20
    found = edge.regimes(column([*good, *bad]), 20)
    assert found["current"] == "unfavourable"
    names = edge.regime_names(column([*good, *bad]), 20)
    assert found["age"] == len(names) - 1 - max(
        i for i, name in enumerate(names) if name != "unfavourable"
    )
    assert found["favourable_pct"] == pytest.approx(100 * names.count("favourable") / 61)
    assert found["mean_duration"] == pytest.approx(61 / 3)


@pytest.mark.parametrize("n", [0, 1, 4, 19, 20, 21, 29, 30])
def test_parts_wait_for_their_number_of_trades(n):
    found = analytics(MIXED[:n].tolist())
    for name, least in MINIMUM_TRADES.items():
        assert (found[name] is None) == (n < least), name


def test_window_and_threshold_stay_within_their_limits():
    found = analytics(MIXED.tolist(), window=1, threshold=9.0)
    assert (found["edge"]["window"], found["edge"]["threshold"]) == (10, 2.0)
    assert analytics(MIXED.tolist(), window=500)["rolling"] is None


SCORES = {"status": "lost", "consistency": 20.0, "trend": 0.0, "window": 20, "threshold": 1.2}


def chain_of(loss_loss, loss_win, win_loss, win_win):
    names = ("loss_loss", "loss_win", "win_loss", "win_win")
    return {"counts": dict(zip(names, (loss_loss, loss_win, win_loss, win_win), strict=True))}


def test_at_most_four_sentences_the_gravest_first():
    found = insights(chain_of(50, 10, 10, 50), SCORES, {"current": "unfavourable", "age": 1})
    assert len(found) == 4
    assert found[0].endswith("for 1 trade now.")
    assert found[1].startswith("Wins and losses come in runs")
    assert "20 % of the windows" in found[2]


def test_the_rolling_edge_is_never_called_lost():
    assert not any("edge" in text for text in insights(None, SCORES, None))


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        # A strategy that loses 70 of 100 trades, whatever came before: no runs at all.
        ((698, 302, 299, 130), None),
        ((49, 21, 21, 9), None),
        # (50/60 - 10/60) / sqrt(0.5 * 0.5 * 2/60) = 7.3 errors.
        (
            (50, 10, 10, 50),
            "Wins and losses come in runs: a loss followed 83 % of losses and 17 % of wins.",
        ),
        (
            (10, 50, 50, 10),
            "Wins and losses take turns: a loss followed 17 % of losses and 83 % of wins.",
        ),
        # 0.2 / sqrt(0.5 * 0.5 * 2/50) = 2.0 errors, which is not more than two.
        ((30, 20, 20, 30), None),
        (
            (32, 20, 20, 32),
            "Wins and losses come in runs: a loss followed 62 % of losses and 38 % of wins.",
        ),
        ((40, 0, 0, 0), None),
        ((0, 0, 0, 40), None),
        ((0, 0, 0, 0), None),
    ],
)  # fmt: skip
def test_runs_are_told_against_what_follows_the_other_result(counts, sentence):
    assert insights(chain_of(*counts), None, None) == ([sentence] if sentence else [])


def test_good_news_and_no_news():
    scores = {**SCORES, "status": "strong", "consistency": 90, "trend": 80.0}
    found = insights(chain_of(5, 5, 5, 5), scores, {"current": "neutral", "age": 3})
    assert found == ["The rolling profit factor is rising."]
    assert insights(None, None, None) == []


results = st.floats(-1e12, 1e12, allow_nan=False)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(results, st.sampled_from([-1.0, 0.0, 2.0])), max_size=60))
def test_any_trades_give_valid_json(rs):
    json.dumps(analytics(rs), allow_nan=False)


@pytest.mark.parametrize(
    "rs",
    [
        [0.0] * 40,
        [-1.0] * 40,
        [1e-300, -1e-300] * 20,
        [2.0, -1.0] * 99,
        [1e200, -1e200] * 20,
        [1e308] * 40,
    ],
)
def test_plain_series_give_valid_json(rs):
    json.dumps(analytics(rs), allow_nan=False)
