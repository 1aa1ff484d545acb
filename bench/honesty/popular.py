"""Popular tests that are not shown, on strategies without an edge: how often each passes."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from bench.honesty.generator import MOST_COST, N_ALIKE, N_FAMILIES, dense
from bench.honesty.searches import Share
from strategies.engine.types import Floats

N_DRAWS, LEAST_PERCENTILE = 300, 5.0
SEARCH_DATES = 126
N_SPLITS, FEW = 8, 0.5
N_BARS, BAR_DEVIATION = 2_000, 0.01
FAST, SLOW = (3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25), (30, 40, 50, 60, 80, 100, 120, 150)
N_NOISED, NOISE, PASSED_NOISED = 30, 0.25, 0.9
NO_LONELY_PEAK, BROAD = 0.5, 0.7
NEIGHBOURS = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)]


def losing(rng: np.random.Generator, n_dates: int) -> Floats:
    """A search without any edge, every family of which loses what it costs."""
    costs = MOST_COST * rng.random(N_FAMILIES).repeat(N_ALIKE)
    return dense(rng, n_dates) - costs


def winner_of(columns: Floats) -> int:
    return int(np.argmax(columns.mean(axis=0) / columns.std(axis=0)))


def resampled_trades(n: int, seed: int) -> Share:
    """Best of a search whose own results, drawn again, gain in 95 of 100 draws."""
    passed = 0
    for number in range(n):
        rng = np.random.default_rng([seed, number])
        columns = losing(rng, SEARCH_DATES)
        best = columns[:, winner_of(columns)]
        totals = best[rng.integers(0, best.size, (N_DRAWS, best.size))].sum(axis=1)
        passed += bool(np.percentile(totals, LEAST_PERCENTILE) > 0.0)
    return {"n": n, "share": passed / n}


def shuffled_trades(n: int, seed: int) -> Share:
    """Results whose total is another one in any of 100 orders: none."""
    changed = 0
    for number in range(n):
        rng = np.random.default_rng([seed, number])
        # Whole hundredths, so that adding in another order rounds nothing.
        trades = rng.integers(-100, 300, 60)
        orders = rng.permuted(np.broadcast_to(trades, (100, 60)), axis=1)
        changed += bool((orders.sum(axis=1) != trades.sum()).any())
    return {"n": n, "share": changed / n}


def overfitting_probability(columns: Floats) -> float:
    """PBO by mean: how often the best of one half lies below the median in the other.

    References
    ----------
    Bailey, Borwein, Lopez de Prado and Zhu (2017), The Probability of Backtest Overfitting, Journal
    of Computational Finance 20(4).
    """
    sums = np.array([part.sum(axis=0) for part in np.array_split(columns, N_SPLITS)])
    halves = list(combinations(range(N_SPLITS), N_SPLITS // 2))
    below = 0
    for chosen in halves:
        inside = sums[list(chosen)].sum(axis=0)
        outside = sums.sum(axis=0) - inside
        below += bool((outside < outside[int(np.argmax(inside))]).mean() < FEW)
    return below / len(halves)


def low_overfitting(n: int, seed: int) -> Share:
    """Searches without an edge whose PBO is below one half."""
    passed = 0
    for number in range(n):
        columns = losing(np.random.default_rng([seed, number]), SEARCH_DATES)
        passed += overfitting_probability(columns) < FEW
    return {"n": n, "share": passed / n}


def crosses(log_price: Floats) -> Floats:
    """Total return of 96 rules (12, 8): long while the fast average is above the slow one."""
    sums = np.concatenate([[0.0], np.cumsum(log_price)])
    step = np.diff(log_price)[SLOW[-1] - 1 :]

    def average(length: int) -> Floats:
        found: Floats = (sums[length:] - sums[:-length]) / length
        return found[SLOW[-1] - length : -1]

    fast, slow = (np.array([average(n) for n in lengths]) for lengths in (FAST, SLOW))
    totals: Floats = np.where(fast[:, None] > slow[None, :], step, -step).sum(axis=2)
    return totals


def walk(rng: np.random.Generator) -> Floats:
    return np.cumsum(rng.normal(0.0, BAR_DEVIATION, N_BARS))


def passed_noise(n: int, seed: int) -> Share:
    """Best of 96 rules on a random walk that gains on 9 of 10 noised copies of it."""
    passed = 0
    for number in range(n):
        rng = np.random.default_rng([seed, number])
        price = walk(rng)
        place = np.unravel_index(int(crosses(price).argmax()), (len(FAST), len(SLOW)))
        noise = rng.normal(0.0, NOISE * BAR_DEVIATION, (N_NOISED, N_BARS))
        gains = [crosses(price + one)[place] > 0.0 for one in noise]
        passed += float(np.mean(gains)) >= PASSED_NOISED
    return {"n": n, "share": passed / n}


def plateau(totals: Floats) -> float:
    """Median of the neighbours of the highest place over it."""
    high = np.unravel_index(int(totals.argmax()), totals.shape)
    around = [(high[0] + i, high[1] + j) for i, j in NEIGHBOURS]
    inside = [
        totals[i, j] for i, j in around if 0 <= i < totals.shape[0] and 0 <= j < totals.shape[1]
    ]
    return float(np.median(inside)) / float(totals[high])


def no_lonely_peak(n: int, seed: int) -> Share:
    """Random walks whose best of 96 rules has neighbours half as good."""
    found = [plateau(crosses(walk(np.random.default_rng([seed, one])))) for one in range(n)]
    return {"n": n, "share": float(np.mean(np.array(found) >= NO_LONELY_PEAK))}


def broad(n: int, seed: int) -> Share:
    """Random walks on which 70 % of the 96 rules gain."""
    found = [(crosses(walk(np.random.default_rng([seed, one]))) > 0.0).mean() for one in range(n)]
    return {"n": n, "share": float(np.mean(np.array(found) >= BROAD))}
