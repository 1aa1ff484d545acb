"""Random entries: same count and holding times, apart, ranked against the strategy's own."""

import numpy as np
import pytest

from strategies.engine.tests.builders import minutes, wild_bars
from strategies.engine.trust.history import Sample
from strategies.engine.trust.significance import (
    _places,
    check_significance,
    random_entries,
    random_means,
)

N_BARS = 2000


def rng(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


def sample_of(pairs, risk=1.0):
    entry, leave = np.array(pairs, np.int64).reshape(-1, 2).T
    n = entry.size
    return Sample(entry, leave, np.full(n, risk), np.zeros(n))


def walk_bars(seed, n=N_BARS, per_day=100):
    close = 500.0 + np.cumsum(np.random.default_rng(seed).normal(0, 0.1, n))
    return minutes(close, close, close, close, np.ones(n), per_day)


def clairvoyant(bars, n=40, hold=5):
    """Trades before the largest rises, at most one within ten bars."""
    rise = bars.close[hold:] - bars.close[:-hold]
    chosen = []
    for entry in np.argsort(-rise).tolist():
        if all(abs(entry - one) > 2 * hold for one in chosen):
            chosen.append(entry)
        if len(chosen) == n:
            break
    return sample_of([(entry, entry + hold) for entry in sorted(chosen)])


def any_trades(seed, n=40, hold=5):
    """Trades at random moments of their own, one in each stretch of 50 bars."""
    offsets = np.random.default_rng(seed).integers(0, 40, n)
    return sample_of([(50 * i + k, 50 * i + k + hold) for i, k in enumerate(offsets.tolist())])


def test_entries_before_rises_beat_every_random_set():
    bars = walk_bars(1)
    found = check_significance(bars, clairvoyant(bars), 1.0, 0)
    assert (found["verdict"], found["better_than"]) == ("passed", 1.0)
    assert found["p_value"] == pytest.approx(1 / 1001)


def test_the_same_entries_the_other_way_round_lose_to_all():
    bars = walk_bars(1)
    found = check_significance(bars, clairvoyant(bars), -1.0, 0)
    assert (found["verdict"], found["p_value"]) == ("failed", 1.0)


def test_p_values_of_random_trades_are_spread_evenly():
    values = [
        check_significance(walk_bars(s), any_trades(s), 1.0, 0, n_random=200)["p_value"]
        for s in range(100, 200)
    ]
    assert 0.4 < np.mean(values) < 0.6
    assert 0.0 <= np.mean(np.array(values) <= 0.05) <= 0.12


def test_the_same_seed_gives_the_same_numbers():
    bars, sample = walk_bars(1), any_trades(3)
    one, same, other = (check_significance(bars, sample, 1.0, 0, seed=s) for s in (7, 7, 8))
    assert one == same
    assert one["random_percentiles"] != other["random_percentiles"]


def test_the_statistic_is_the_mean_move_over_the_median_risk():
    bars = minutes(*(4 * [np.arange(10.0, 20.0)]), np.ones(10))
    sample = Sample(np.array([1, 5]), np.array([3, 9]), np.array([1.0, 3.0]), np.zeros(2))
    found = check_significance(bars, sample, 1.0, 0)
    assert (found["median_risk"], found["mean_r"]) == (2.0, (2.0 / 2.0 + 4.0 / 2.0) / 2)


def test_few_trades_are_not_judged():
    bars = walk_bars(1)
    found = check_significance(bars, any_trades(1, n=7), 1.0, 0)
    assert (found["verdict"], found["n_trades"]) == ("unknown", 7)
    assert found["p_value"] is not None


def test_no_trades_give_no_numbers():
    found = check_significance(walk_bars(1), sample_of([]), 1.0, 0)
    assert (found["verdict"], found["p_value"], found["random_percentiles"]) == (
        "unknown",
        None,
        {},
    )


@pytest.mark.parametrize("first_entry", [0, 300])
@pytest.mark.parametrize("is_intraday", [True, False])
def test_random_trades_have_the_holding_times_and_never_overlap(is_intraday, first_entry):
    bars = walk_bars(1)
    pairs = [(302, 309), (310, 311), (340, 399), (500, 520), (1210, 1299), (1905, 1950)]
    if not is_intraday:
        pairs[3] = (500, 720)
    sample = sample_of(pairs)
    places = _places(bars, sample, first_entry, is_intraday)
    entries, holds = random_entries(rng(), places, 300)
    exits = entries + holds
    assert (np.sort(holds, axis=1) == np.sort(sample.exit_index - sample.entry_index)).all()
    assert entries.min() >= first_entry
    assert exits.max() < bars.n
    order = np.argsort(entries, axis=1)
    leave, enter = (np.take_along_axis(one, order, axis=1) for one in (exits, entries))
    assert (enter[:, 1:] > leave[:, :-1]).all()
    is_same_day = bars.day[entries] == bars.day[exits]
    assert is_same_day.all() == is_intraday


def test_every_bar_that_has_room_is_reached():
    bars = walk_bars(1, n=300)
    places = _places(bars, sample_of([(110, 114)]), 100, True)
    entries, _ = random_entries(rng(), places, 20_000)
    within = np.arange(100, 300)
    assert set(entries.ravel().tolist()) == set(within[within % 100 < 96].tolist())


def test_means_equal_those_of_plain_loops():
    bars = wild_bars(2, N_BARS)
    places = _places(bars, sample_of([(3, 9), (20, 60), (90, 200)]), 0, False)
    fast = random_means(rng(), bars.close, places, -1.0, 50)
    entries, holds = random_entries(rng(), places, 50)
    closes = bars.close.tolist()
    slow = [
        sum(closes[e] - closes[e + h] for e, h in zip(es, hs, strict=True)) / 3
        for es, hs in zip(entries.tolist(), holds.tolist(), strict=True)
    ]
    assert fast == pytest.approx(slow, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("is_intraday", [True, False])
def test_random_trades_keep_the_cooldown_of_the_limits(is_intraday):
    bars = walk_bars(1)
    pairs = [(302, 309), (320, 321), (340, 389), (500, 520), (541, 590), (1210, 1299)]
    if not is_intraday:
        pairs[5] = (1210, 1999)
    sample = sample_of(pairs)
    entries, holds = random_entries(rng(), _places(bars, sample, 0, is_intraday, 10), 300)
    assert (np.sort(holds, axis=1) == np.sort(sample.exit_index - sample.entry_index)).all()
    order = np.argsort(entries, axis=1)
    leave, enter = (np.take_along_axis(one, order, axis=1) for one in (entries + holds, entries))
    is_same_day = bars.day[enter[:, 1:]] == bars.day[leave[:, :-1]]
    assert (enter[:, 1:] - leave[:, :-1] - 1)[is_same_day].min() >= 10
    assert leave.max() < bars.n
