"""The proofs of honesty in short; `make honesty` makes all of them."""

import json

import numpy as np
import pytest

from bench.honesty import cards, popular, searches
from bench.honesty.__main__ import PAGE, RESULT, page

SEED = 1


@pytest.mark.parametrize("is_sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("n_dates", [63, 126, 252])
def test_searches_without_an_edge_rarely_look_better_than_luck(n_dates, is_sparse):
    assert searches.null_searches(50, n_dates, is_sparse, SEED)["share"] <= 0.08


def test_a_planted_family_is_found():
    assert searches.planted_searches(40, False, SEED)["share"] >= 0.40


def test_a_planted_sharpe_is_held_by_the_strict_bound_and_losers_count_by_their_number():
    found = searches.bounds(20, SEED)
    assert found["held"] >= 19
    assert found["is_changed_by_losers_only_through_n"]


def test_tabs_without_effect_stay_without_colour():
    found = cards.coloured_tabs(200, SEED)
    assert found["share"] <= 0.08
    assert found["alone"] > 0.7


def test_looks_at_sealed_dates_without_an_edge_rarely_show_one():
    found = cards.reveals(300, SEED)
    assert found["share"] <= 0.10
    assert found["unpaid"] > 0.22


@pytest.mark.parametrize(
    ("passes", "least"),
    [
        (popular.resampled_trades, 0.6),
        (popular.passed_noise, 0.6),
        (popular.no_lonely_peak, 0.3),
        (popular.broad, 0.2),
        (popular.low_overfitting, 0.6),
    ],
)
def test_what_is_not_shown_passes_what_has_no_edge(passes, least):
    assert passes(25, SEED)["share"] >= least


def test_the_order_of_trades_changes_no_total():
    assert popular.shuffled_trades(20, SEED)["share"] == 0.0


def test_a_plateau_is_the_median_of_the_neighbours_over_the_peak():
    grid = np.full((5, 5), 0.05)
    grid[1:4, 1:4] = [[0.08, 0.10, 0.09], [0.12, 0.30, 0.07], [0.11, 0.10, 0.06]]
    assert popular.plateau(grid) == pytest.approx(0.095 / 0.30, abs=1e-9)


def test_the_committed_proofs_are_met_and_the_page_tells_them():
    result = json.loads(RESULT.read_text())
    assert all(one["is_met"] for one in result["proofs"])
    assert PAGE.read_text() == page(result["proofs"], result["not_shown"])
