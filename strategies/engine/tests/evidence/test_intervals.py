"""Intervals of cards: the worked example, and when there is none."""

import math

import numpy as np
import pytest

from strategies.engine.evidence import intervals
from strategies.engine.evidence.intervals import card_intervals

CHANGED = [[1.5, -1], [2], [-1], [0.5, 1.5], []]
BASE = [[1.5, -1, -1], [2, -1], [-1, -1], [0.5, 1.5], [-1]]


def by_date(days: list[list[float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([sum(day) for day in days], float), np.array([len(day) for day in days])


@pytest.fixture
def is_enough(monkeypatch):
    monkeypatch.setattr(intervals, "LEAST_TRADES", 1)
    monkeypatch.setattr(intervals, "LEAST_TRADING_DATES", 1)


def test_the_worked_example(is_enough):
    r, n = by_date(CHANGED)
    found = card_intervals(*by_date(BASE), r[None, :], n[None, :], 1)
    assert found.effect[0] == pytest.approx(0.633333, abs=1e-6)
    assert found.error[0] == pytest.approx(0.227041, abs=1e-6)
    assert found.n_dates.tolist() == [5]
    assert found.low[0] == pytest.approx(0.002965, abs=1e-6)
    assert found.high[0] == pytest.approx(1.263702, abs=1e-6)
    assert (found.single_low == found.low).all()
    assert found.signs.tolist() == [1]
    assert found.refusals == [""]


def test_the_family_of_all_cards_is_wider_and_colours(is_enough):
    r, n = by_date(CHANGED)
    found = card_intervals(*by_date(BASE), np.array([r, r]), np.array([n, n]), 60)
    assert (found.low < found.single_low).all()
    assert found.signs.tolist() == [0, 0]


def sides(n_trades: int, n_dates: int) -> tuple[np.ndarray, np.ndarray]:
    """R and number of trades on 63 dates, so many on the first so many."""
    n = np.zeros(63, np.int64)
    n[:n_dates] = n_trades // n_dates
    n[0] += n_trades - n.sum()
    return np.where(n > 0, np.arange(63) % 5 - 1.5, 0.0), n


@pytest.mark.parametrize(
    ("base", "changed", "refusal"),
    [
        ((30, 10), (30, 10), ""),
        ((60, 30), (7, 7), "not enough trades (7 of 30)"),
        ((60, 30), (30, 9), "not enough dates with trades (9 of 10)"),
        ((29, 20), (40, 20), "not enough trades (29 of 30) without the change"),
        ((60, 30), (0, 1), "not enough trades (0 of 30)"),
    ],
)
def test_too_little_on_either_side_has_no_interval_and_says_why(base, changed, refusal):
    r, n = sides(*changed)
    found = card_intervals(*sides(*base), r[None, :], n[None, :], 4)
    assert found.refusals == [refusal]
    assert math.isnan(found.low[0]) == math.isnan(found.error[0]) == bool(refusal)
    assert found.signs.tolist() in ([0], [1], [-1])


def test_a_change_without_effect_has_an_effect_of_nothing():
    r, n = sides(60, 30)
    found = card_intervals(r, n, r[None, :], n[None, :], 1)
    assert found.effect.tolist() == found.error.tolist() == [0.0]
    assert found.signs.tolist() == [0]
    assert found.n_dates.tolist() == [30]
