"""The band of random entries: where their cumulative moves lie."""

import numpy as np

from strategies.engine.tests.trust.test_significance import any_trades, clairvoyant, walk_bars
from strategies.engine.trust.significance import N_BAND_PLACES, check_significance


def test_nine_of_ten_random_sets_lie_within_the_band():
    bars = walk_bars(1)
    band = check_significance(bars, any_trades(2), 1.0, 0)["band"]
    assert (band["n_random"], band["trades"]) == (400, list(range(1, 41)))
    assert all(low < high for low, high in zip(band["low"], band["high"], strict=True))
    spread = np.array(band["high"]) - np.array(band["low"])
    assert spread[-1] > 3.0 * spread[0]


def test_entries_before_rises_leave_the_band_upwards():
    bars = walk_bars(1)
    found = check_significance(bars, clairvoyant(bars), 1.0, 0)
    assert found["mean_r"] * found["n_trades"] > found["band"]["high"][-1]


def test_the_band_of_many_trades_is_known_at_few_places():
    bars = walk_bars(1, n=20_000)
    band = check_significance(bars, any_trades(2, n=390), 1.0, 0)["band"]
    assert len(band["trades"]) == N_BAND_PLACES
    assert (band["trades"][0], band["trades"][-1]) == (1, 390)


def test_the_same_seed_gives_the_same_band():
    bars, sample = walk_bars(1), any_trades(2)
    assert (
        check_significance(bars, sample, 1.0, 0)["band"]
        == (check_significance(bars, sample, 1.0, 0)["band"])
    )


def test_without_trades_there_is_no_band():
    assert check_significance(walk_bars(1), any_trades(2, n=0), 1.0, 0)["band"] is None
