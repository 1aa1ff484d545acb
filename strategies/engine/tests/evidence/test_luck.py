"""Luck p: the worked example, and the same bits whatever the pieces and their order."""

import math

import numpy as np
import pytest

from strategies.engine.evidence.luck import (
    Luck,
    annual,
    exceedance,
    luck_p,
    merged,
    reached,
    statistic,
)
from strategies.engine.evidence.resamples import counted, dates_digest, draws, resamples_of

ROWS = np.array([
    [0.6, -0.2, 0.1, 0.3, -0.9],
    [-0.4, 0.5, 0.2, -0.1, -1.1],
    [0.8, -0.3, 0.0, 0.2, -1.0],
    [0.2, 0.4, -0.2, 0.1, -0.8],
    [-0.5, 0.3, 0.1, 0.2, -1.2],
    [0.1, -0.6, 0.4, 0.3, -1.0],
    [-0.7, 0.2, 0.3, -0.2, -0.9],
    [0.3, 0.1, -0.1, 0.4, -1.1],
])  # fmt: skip
SAMPLES = [
    "01234567", "45670123", "01014567", "23452345", "67012301", "34567012", "00112233", "56705670",
]  # fmt: skip
STATISTICS = [0.263262, 0.370479, 1.414214, 2.049390, -21.602469]
MAXIMA = [0.0, 0.0, 1.173862, 1.870829, 0.645925, 0.0, 1.443376, 1.033342]
ENOUGH = np.full(5, 10)
DAYS = list(range(738000, 738000 + 126))


def example() -> Luck:
    places = np.array([[int(one) for one in sample] for sample in SAMPLES])
    return Luck("", counted(places))


def returns(n: int, seed: int = 1, n_dates: int = 126) -> np.ndarray:
    """Sparse R like that of strategies: some lose, one always does, one hardly trades."""
    rng = np.random.default_rng(seed)
    trades = rng.random((n_dates, n)) < rng.uniform(0.1, 0.9, n)
    found = np.where(trades, rng.choice([1.8, -1.0], (n_dates, n), p=[0.36, 0.64]), 0.0)
    found[:, 0] = np.where(trades[:, 0], -1.0 - rng.random(n_dates), 0.0)
    found[9:, 1] = 0.0
    return found


def test_the_worked_example():
    luck = example()
    assert luck.add(ROWS, ENOUGH) == pytest.approx(STATISTICS, abs=1e-6)
    assert luck.maxima == pytest.approx(MAXIMA, abs=2e-6)
    assert luck.best == pytest.approx(2.049390, abs=1e-6)
    assert exceedance(luck.maxima, luck.best) == 1 / 9
    assert exceedance(luck.maxima, STATISTICS[2]) == 3 / 9
    assert luck.n_tried == luck.n_in_maximum == 5


def test_below_sixty_dates_there_is_no_luck_p():
    luck = example()
    luck.add(ROWS, ENOUGH)
    assert luck.p() is None
    assert luck_p([1.0, 2.0], 1.5, 59) is None
    assert luck_p([1.0, 2.0], 1.5, 60) == 2 / 3
    assert luck_p([1.0, 2.0], math.nan, 60) is None
    assert luck_p([], 1.5, 60) is None


def naive(rows: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The definition in its own words."""
    n = len(rows)
    mean, spread = rows.mean(axis=0), rows.std(axis=0, ddof=1)
    t = np.sqrt(n) * mean / spread
    centre = np.where(t >= -math.sqrt(2 * math.log(math.log(n))), mean, 0.0)
    found = []
    for sample in places:
        drawn = rows[sample]
        drawn_spread = drawn.std(axis=0, ddof=1)
        is_constant = drawn.min(axis=0) == drawn.max(axis=0)
        with np.errstate(all="ignore"):
            each = np.sqrt(n) * (drawn.mean(axis=0) - centre) / drawn_spread
        found.append(max(0.0, np.where(is_constant, 0.0, each).max()))
    return np.array(found)


def test_it_is_what_the_definition_says():
    rows = returns(40)
    kept = rows[:, np.count_nonzero(rows, axis=0) >= 10]
    places = draws(np.random.default_rng(3), 126, 50)
    luck = Luck("", counted(places))
    luck.add(rows)
    assert luck.maxima == pytest.approx(naive(kept, places), rel=1e-4)


def test_the_same_bits_for_any_pieces_workers_and_order():
    rows = returns(97)
    whole = Luck.over(DAYS)
    whole.add(rows)
    order = np.random.default_rng(5).permutation(97)
    workers = [Luck.over(DAYS) for _ in range(3)]
    for number, piece in enumerate(np.array_split(order, 11)):
        workers[number % 3].add(rows[:, piece])
    workers[2].merge(workers[0])
    workers[1].merge(workers[2])
    assert workers[1].maxima.tobytes() == whole.maxima.tobytes()
    assert workers[1].best == whole.best
    assert workers[1].n_tried == whole.n_tried == 97
    assert merged([whole.maxima, workers[0].maxima]).tobytes() == whole.maxima.tobytes()


def test_too_few_trading_dates_and_no_deviation_count_and_stay_out():
    rows = np.zeros((126, 4))
    rows[::20, 0] = 1.0
    rows[:, 1] = 1.0
    rows[::5, 2] = 1.0
    luck = Luck.over(DAYS)
    found = luck.add(rows)
    assert [math.isnan(one) for one in found] == [True, True, False, True]
    assert (luck.n_tried, luck.n_in_maximum) == (4, 1)
    luck.count(6)
    assert luck.n_tried == 10
    assert math.isnan(luck.add(rows[:, 2:3], np.array([9]))[0])


def test_a_constant_sample_is_no_exceedance():
    places = np.array([[0, 0, 0, 0], [0, 1, 2, 3]])
    luck = Luck("", counted(places))
    luck.add(np.array([[3.3], [-1.1], [0.4], [0.2]]), np.array([10]))
    assert luck.maxima.tolist() == [0.0, 0.0]


def test_the_samples_follow_from_the_dates_and_their_number():
    one, again = resamples_of(DAYS, 50), resamples_of(list(DAYS), 50)
    assert (one.counts == again.counts).all()
    assert (one.counts[:, :50].sum(axis=0) == 126).all()
    assert not one.counts[:, 50:].any()
    other = resamples_of([*DAYS[:-1], DAYS[-1] + 1], 50)
    assert (one.counts != other.counts).any()
    assert dates_digest(DAYS) == dates_digest(np.array(DAYS)) != dates_digest(DAYS[:-1])


def test_blocks_are_as_long_as_the_cube_root_of_the_dates():
    places = draws(np.random.default_rng(1), 216, 2000)
    goes_on = (np.diff(places, axis=1) % 216 == 1).mean()
    assert goes_on == pytest.approx(1 - 1 / 6 + 1 / 6 / 216, abs=0.005)
    assert np.bincount(places[:, 0], minlength=216).min() > 0


def test_only_runs_over_the_same_dates_merge():
    with pytest.raises(ValueError, match="same dates"):
        Luck.over(DAYS).merge(Luck.over(DAYS[:-1]))
    with pytest.raises(ValueError, match="not columns of 126 dates"):
        Luck.over(DAYS).add(np.zeros((125, 2)))


def test_statistics_read_as_annual_sharpe_ratios():
    assert annual(2.0, 63) == 4.0
    assert reached([1.0, 3.0], 252) == 2.0


def test_one_alone_has_the_statistic_that_a_search_forms():
    rows = returns(60)
    n = np.count_nonzero(rows, axis=0)
    found = [statistic(rows[:, k], n[k]) for k in range(60)]
    assert np.array_equal(found, Luck.over(DAYS).add(rows), equal_nan=True)


def test_nothing_tried_reaches_nothing():
    luck = Luck.over(DAYS)
    assert luck.best == 0.0
    assert luck.p() == 1.0


def test_the_unstudentised_check_of_the_same_example_by_hand():
    """White's reality check, which is not used, as a check of the reading of the example."""
    means = ROWS.mean(axis=0)
    best = math.sqrt(8) * max(0.0, means.max())
    drawn = [ROWS[[int(one) for one in sample]].mean(axis=0) for sample in SAMPLES]
    reached = [math.sqrt(8) * max(0.0, (one - means).max()) for one in drawn]
    assert best == pytest.approx(0.424264, abs=1e-6)
    assert exceedance(reached, best) == 2 / 9
