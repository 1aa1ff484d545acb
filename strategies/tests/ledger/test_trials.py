"""The ledger: each distinct try counts once, on whatever windows share a bar with a result."""

import random
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from strategies import ledger
from strategies.engine.evidence.luck import luck_p
from strategies.ledger.odds import odds_of
from strategies.ledger.trials import Window, record_try, trial_digest, tried_with
from strategies.models import Run, Strategy, Trial, TriedDates
from strategies.runs.queue import prune_previews
from strategies.saving.changes import update_strategy
from strategies.testing import FAST_EMA, RECORD, compute, make_computed, make_run

pytestmark = pytest.mark.django_db
WINDOW = Window(1000, 2000)


def maxima(seed: int) -> list[float]:
    return np.random.default_rng(seed).normal(3, 1, 299).clip(0).tolist()


def evidence(dates: str = "d", statistic: float | None = 1.0, n_dates: int = 100):
    return {"dates_digest": dates, "n_dates": n_dates, "statistic": statistic}


def attempt(user, number: int, window=WINDOW, dates: str = "d", symbol: str = "SPY") -> Trial:
    """One configuration, told apart by its bar count, with luck of its own."""
    config = {**RECORD, "symbol": symbol, "bar_count_exit": number}
    run = SimpleNamespace(config=config)
    found = evidence(dates, statistic=number / 10)
    return record_try(user, run, window, found, maxima(number))


def searched(user, number: int, n: int, window=WINDOW, symbols=("SPY",), dates: str = "d") -> Trial:
    return ledger.record_search(
        user,
        kind=Trial.Kind.SEARCH,
        spec_digest=f"spec {number}",
        source="sample",
        symbols=symbols,
        window=window,
        dates_digest=dates,
        n_dates=100,
        n_tried=n,
        maxima=maxima(1000 + number),
        best=2.5,
    )


def tried(user, symbol="SPY", window=WINDOW) -> int:
    return ledger.tried_on(user, "sample", symbol, window)


SAME = [
    {"name": "Other", "notes": "words"},
    {"costs": {"commission_per_share": 0.01}},
    {"risk_per_trade": 500, "starting_balance": 9000},
    {"data_days": 30, "lookback_mode": "days"},
    {"exit_trigger_names": ["x"]},
]
OTHER = [
    {"symbol": "QQQ"},
    {"data_source": "import:mine"},
    {"direction": "SHORT"},
    {"stop_config": {"method": "atr", "atr_mult": 2.0}},
    {"confluence": ["a"]},
    {"timeframe": "5Min"},
]


@pytest.mark.parametrize("changes", SAME)
def test_names_costs_sizes_and_windows_are_no_new_try(changes):
    assert trial_digest({**RECORD, **changes}, [FAST_EMA]) == trial_digest(RECORD, [FAST_EMA])


@pytest.mark.parametrize("changes", OTHER)
def test_what_decides_trades_is_another_try(changes):
    assert trial_digest({**RECORD, **changes}, [FAST_EMA]) != trial_digest(RECORD, [FAST_EMA])


def test_other_parameters_of_a_pack_are_another_try():
    slow = {**FAST_EMA, "parameters": {**FAST_EMA["parameters"], "long_period": 50}}
    assert trial_digest(RECORD, [slow]) != trial_digest(RECORD, [FAST_EMA])
    renamed = {**FAST_EMA, "version": "Other name"}
    assert trial_digest(RECORD, [renamed]) == trial_digest(RECORD, [FAST_EMA])


def test_the_same_try_counts_once_on_however_many_windows(alice):
    for number in (1, 2, 1, 1):
        attempt(alice, number)
    attempt(alice, 1, Window(1500, 2500), "other dates")
    assert tried(alice) == 2
    assert Trial.objects.count() == 3


@pytest.mark.parametrize(
    ("window", "n"),
    [((2000, 3000), 1), ((2001, 3000), 0), ((0, 1000), 1), ((0, 999), 0), ((0, 9999), 1)],
)
def test_windows_count_that_share_a_bar(alice, window, n):
    attempt(alice, 1)
    assert tried(alice, window=Window(*window)) == n


def test_other_users_symbols_and_sources_do_not_count(alice, bob):
    attempt(bob, 1)
    attempt(alice, 2, symbol="QQQ")
    assert tried(alice) == 0
    assert ledger.tried_on(alice, "simulated", "QQQ", WINDOW) == 0
    assert tried(alice, "QQQ") == 1


def test_a_search_is_one_row_and_counts_all_of_its_ranking(alice):
    searched(alice, 1, 4000, symbols=["SPY", "QQQ"])
    searched(alice, 1, 3000, symbols=["QQQ", "SPY"])
    searched(alice, 2, 212)
    attempt(alice, 1)
    assert Trial.objects.count() == 3
    assert tried(alice) == 4213
    assert tried(alice, "QQQ") == 4000
    assert tried(alice, "QQ") == 0


def test_a_try_that_is_not_counted_yet_makes_one_more(alice):
    own = attempt(alice, 1).digest
    attempt(alice, 2)
    assert tried_with(alice, "sample", "SPY", WINDOW, own) == 2
    assert tried_with(alice, "sample", "SPY", WINDOW, "new") == 3


def test_luck_is_over_everything_on_exactly_these_dates(alice, bob):
    attempt(alice, 1)
    attempt(alice, 2)
    searched(alice, 1, 500)
    attempt(alice, 3, dates="other dates")
    attempt(bob, 4)
    expected = np.max([maxima(1), maxima(2), maxima(1001)], axis=0)
    assert ledger.luck_of(alice, "d", 4.0) == luck_p(expected, 4.0, 100)
    assert ledger.luck_of(alice, "unknown", 4.0) is None
    dates = TriedDates.objects.get(user=alice, digest="d")
    assert dates.maxima == expected.tolist()
    assert dates.best == 2.5


def test_below_sixty_dates_there_is_no_luck(alice):
    run = SimpleNamespace(config=RECORD)
    record_try(alice, run, WINDOW, evidence(n_dates=59), maxima(1))
    assert ledger.luck_of(alice, "d", 4.0) is None


def test_a_try_without_enough_trades_counts_and_raises_nothing(alice):
    run = SimpleNamespace(config=RECORD)
    record_try(alice, run, WINDOW, evidence(statistic=None), [])
    assert tried(alice) == 1
    assert not TriedDates.objects.exists()


def test_maxima_of_another_number_of_samples_are_refused(alice):
    with pytest.raises(ValueError, match="999 maxima"):
        record_try(alice, SimpleNamespace(config=RECORD), WINDOW, evidence(), [1.0] * 999)


def rows(user):
    trials = Trial.objects.filter(user=user).order_by("digest", "dates_digest")
    names = ("kind", "digest", "first_ts", "last_ts", "dates_digest", "n_tried", "statistic")
    dates = TriedDates.objects.filter(user=user).order_by("digest")
    return list(trials.values_list(*names)), list(dates.values_list("digest", "best", "maxima"))


def click(user, what) -> None:
    kind, number, window, dates = what
    if kind == "single":
        attempt(user, number, window, dates)
    else:
        searched(user, number, 100 * number, window, dates=dates)


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_clicks_never_changes_the_set(alice, bob, seed):
    chance = random.Random(seed)
    clicks = [
        (
            chance.choice(["single", "search"]),
            chance.randrange(1, 6),
            Window(chance.randrange(0, 900), chance.randrange(900, 2000)),
            chance.choice(["d", "e"]),
        )
        for _ in range(25)
    ]
    for one in clicks:
        click(alice, one)
    chance.shuffle(clicks)
    for one in [*clicks, *chance.choices(clicks, k=10)]:
        click(bob, one)
    assert rows(alice) == rows(bob)
    for begin, end in pairwise(range(0, 2000, 250)):
        window = Window(begin, end)
        assert tried(alice, window=window) == tried(bob, window=window)


def test_every_finished_run_counts_itself(market, alice):
    one = make_run(alice)
    make_run(alice, name="Again", costs={"commission_per_share": 0.02}, risk_per_trade=50)
    other = make_run(alice, stop_config={"method": "atr", "atr_mult": 3.0})
    assert Trial.objects.filter(user=alice).n_tried() == 2
    stored = other.result["evidence"]
    assert stored["n_dates"] == 2
    assert (one.result["n_trials"], other.result["n_trials"]) == (1, 2)
    assert stored["trial"] == trial_digest(other.config, other.config["packs"])
    window = Window(*stored["window"])
    assert ledger.tried_on(alice, "sample", "SPY", window) == 2
    assert other.result["bars"]["first"].startswith("20")


def test_tries_survive_the_previews_they_came_from(market, alice):
    run = make_run(alice)
    Run.objects.filter(pk=run.pk).update(created_at="2020-01-01T00:00Z")
    assert prune_previews()
    assert not Run.objects.exists()
    assert Trial.objects.filter(user=alice).count() == 1


def test_a_stored_configuration_keeps_the_number_it_was_stored_with(market, alice):
    make_run(alice, stop_config={"method": "atr", "atr_mult": 3.0})
    strategy = make_computed(alice)
    assert strategy.current_run.result["evidence"]["n_tried"] == 2
    make_run(alice, stop_config={"method": "atr", "atr_mult": 4.0})
    assert kept(strategy, costs={"commission_per_share": 0.02}) == (2, 3)
    assert kept(strategy, stop_config={"method": "atr", "atr_mult": 2.5}) == (4, 4)


def kept(strategy: Strategy, **changes) -> tuple[int, int]:
    """N of a stored configuration after an edit, and that of now."""
    update_strategy(strategy, changes, version=strategy.version)
    found = odds_of(compute(strategy).current_run)
    return found.tried.n, found.tried.n_now


def test_deleting_an_account_takes_its_tries_along(alice):
    attempt(alice, 1)
    alice.delete()
    assert not Trial.objects.exists()
    assert not TriedDates.objects.exists()
