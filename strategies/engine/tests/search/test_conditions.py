import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies.engine.figures.metrics import r_squared
from strategies.engine.search.candidates import HELD, REFUSED, Outcomes, candidates_of, packed
from strategies.engine.search.combinations import as_rows, count, count_by_depth, each
from strategies.engine.search.conditions import new_tree, search_conditions
from strategies.engine.search.figures import demands, r_squared_nb
from strategies.engine.search.masks import evaluate
from strategies.engine.search.ranking import new_keeper
from strategies.engine.tests.twins import search as twin

N_BARS = 1000


def outcomes_of(seed, k):
    """Random candidates: some refused, some held to the end, R among them repeated and zero."""
    rng = np.random.default_rng(seed)
    entries = np.sort(rng.choice(N_BARS, k, replace=False)).astype(np.int64)
    exits = entries + rng.integers(1, rng.choice([3, 60, 300]), k)
    r = rng.choice([-1.0, 2.0, 0.0, 0.1, -0.3], k) + rng.choice([0.0, 0.01], k) * rng.normal(size=k)
    for code, share in ((HELD, 0.02), (REFUSED, 0.1)):
        is_so = rng.random(k) < share
        exits[is_so], r[is_so] = code, np.nan
    # Some are ended by missing data: they hold their place and count nowhere.
    r[rng.random(k) < 0.1] = np.nan
    return Outcomes(entries, exits, r).until(N_BARS)


def flags_of(seed, n_conditions, k):
    rng = np.random.default_rng(seed + 1)
    return rng.random((n_conditions, k)) < rng.uniform(0.1, 1.0, (n_conditions, 1))


def searched(outcomes, flags, groups, max_depth, demand, limit=50, progress=None):
    candidates, keeper = candidates_of(outcomes), new_keeper(limit)
    tree = new_tree(packed(flags), np.array(groups, np.int64), candidates.allowed)
    is_complete = search_conditions(candidates, tree, max_depth, demand, keeper, progress)
    return keeper, is_complete


def members(kept):
    return tuple(place for place in kept["chosen"].tolist() if place >= 0)


def search_cases():
    sizes = st.tuples(st.integers(0, 200), st.integers(0, 6), st.integers(0, 4))
    return st.tuples(st.integers(0, 10_000), sizes)


@settings(max_examples=60, deadline=None)
@given(search_cases())
def test_every_combination_equals_its_twin(case):
    seed, (k, n_conditions, max_depth) = case
    outcomes, flags = outcomes_of(seed, k), flags_of(seed, n_conditions, k)
    groups = [place // 2 for place in range(n_conditions)]
    expected = list(twin.variants(outcomes, flags, groups, max_depth))
    rows = evaluate(as_rows([p for p, _ in expected]), packed(flags), candidates_of(outcomes))
    assert rows.tolist() == [twin.figures(rs) for _, rs in expected]


@settings(max_examples=60, deadline=None)
@given(search_cases(), st.sampled_from(["total_r", "profit_factor", "r_squared", "win_rate"]))
def test_the_best_are_those_of_the_twin(case, rank):
    seed, (k, n_conditions, max_depth) = case
    outcomes, flags = outcomes_of(seed, k), flags_of(seed, n_conditions, k)
    groups = [place // 2 for place in range(n_conditions)]
    demand = demands(rank, min_trades=2, min_win_rate=20.0)
    keeper, is_complete = searched(outcomes, flags, groups, max_depth, demand, limit=7)
    every = [(p, rs) for p, rs in twin.variants(outcomes, flags, groups, max_depth)]
    assert is_complete
    assert keeper.n_tried == len(every) == count(groups, max_depth)
    good = [
        (number, places, twin.figures(rs))
        for number, (places, rs) in enumerate(every)
        if len(rs) >= 2 and 100.0 * sum(r > 0 for r in rs) / len(rs) >= 20.0
    ]
    ranked = keeper.ranked()
    scores = {v["number"]: v["score"] for v in ranked}
    assert len(ranked) == min(7, len(good))
    for kept in ranked:
        assert (kept["number"], members(kept), kept["figures"].item()) in good
    if rank == "total_r":
        good.sort(key=lambda one: (-one[2][2], -one[2][0], one[0]))
        assert list(scores) == [number for number, _, _ in good[:7]]


@pytest.mark.parametrize("seed", range(5))
def test_the_correlation_is_that_of_the_metrics(seed):
    rng = np.random.default_rng(seed)
    for n in (0, 1, 2, 3, 50):
        rs = rng.normal(0.1, 1.0, n) * 10.0 ** rng.integers(-200, 150)
        assert r_squared_nb(np.cumsum(rs), n) == pytest.approx(r_squared(rs), rel=1e-12, abs=0)
    assert r_squared_nb(np.array([1.0, math.inf]), 2) == 0.0


def test_demands_on_figures_drop_the_variants_below_them():
    outcomes, flags = outcomes_of(3, 200), flags_of(3, 5, 200)
    for name, figure in (
        ("min_profit_factor", lambda f: f["gain_r"] / f["loss_r"] if f["loss_r"] else math.inf),
        ("min_daily_r", lambda f: f["total_r"] / 10),
    ):
        free, _ = searched(outcomes, flags, range(5), 3, demands(n_days=10, min_trades=1))
        values = sorted(figure(kept["figures"]) for kept in free.ranked())
        bound = values[len(values) // 2]
        demand = demands(n_days=10, min_trades=1, **{name: bound})
        keeper, _ = searched(outcomes, flags, range(5), 3, demand)
        kept = {v["number"] for v in keeper.ranked()}
        assert kept == {v["number"] for v in free.ranked() if figure(v["figures"]) >= bound}


def test_a_correlation_demanded_is_reached():
    outcomes, flags = outcomes_of(4, 200), flags_of(4, 5, 200)
    keeper, _ = searched(outcomes, flags, range(5), 3, demands("r_squared", min_r_squared=0.5))
    assert keeper.ranked()["r_squared"].min() >= 0.5
    assert list(keeper.ranked()["score"]) == sorted(keeper.ranked()["score"], reverse=True)


def test_equal_variants_keep_the_order_they_come_in():
    outcomes = outcomes_of(5, 100)
    flags = np.ones((8, 100), np.bool_)
    keeper, _ = searched(outcomes, flags, range(8), 2, demands(), limit=10)
    assert keeper.ranked()["number"].tolist() == list(range(10))


def test_a_search_can_be_ended_and_keeps_what_it_found(monkeypatch):
    monkeypatch.setattr("strategies.engine.search.conditions.CHUNK", 10)
    outcomes, flags = outcomes_of(6, 150), flags_of(6, 6, 150)
    seen = []

    def progress(n):
        seen.append(n)
        return len(seen) < 2

    keeper, is_complete = searched(outcomes, flags, range(6), 3, demands(), progress=progress)
    assert not is_complete
    assert keeper.n_tried == sum(seen) == 21
    whole, _ = searched(outcomes, flags, range(6), 3, demands())
    early = [v for v in whole.ranked() if v["number"] < 21]
    assert keeper.ranked().tobytes() == np.array(early).tobytes()


def test_progress_counts_every_variant(monkeypatch):
    monkeypatch.setattr("strategies.engine.search.conditions.CHUNK", 7)
    outcomes, flags, seen = outcomes_of(7, 50), flags_of(7, 5, 50), []
    keeper, _ = searched(outcomes, flags, range(5), 4, demands(), progress=seen.append)
    assert sum(seen) == keeper.n_tried == count(range(5), 4)


def test_no_more_is_kept_than_asked_for():
    outcomes, flags = outcomes_of(8, 300), flags_of(8, 6, 300)
    keeper, _ = searched(outcomes, flags, range(6), 3, demands(min_trades=5), limit=3)
    assert len(keeper.ranked()) == 3


def test_members_of_one_group_are_not_combined():
    assert list(each([0, 0, 1], 2)) == [(), (0,), (1,), (2,), (0, 2), (1, 2)]
    assert count_by_depth([0, 0, 1], 3) == [1, 3, 2, 0]
    assert count_by_depth(range(30), 4) == [1, 30, 435, 4060, 27405]


def test_outcomes_until_a_bar_know_nothing_later():
    outcomes = Outcomes(
        np.array([1, 5, 9]), np.array([3, 12, 11]), np.array([1.0, 2.0, 3.0])
    ).until(9)
    assert outcomes.exit_index.tolist() == [3, HELD]
    assert twin.taken(outcomes, [True, True]) == [1.0]
