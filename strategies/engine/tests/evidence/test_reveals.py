"""Looks at sealed dates, and several p at once."""

import numpy as np
import pytest

from strategies.engine.evidence.reveals import (
    benjamini_yekutieli,
    bonferroni,
    holm,
    sealed_p,
    shown_p,
)

P = [0.001, 0.008, 0.02, 0.041, 0.3]


@pytest.mark.parametrize(
    ("adjusted", "found"),
    [
        (bonferroni, [0.005, 0.04, 0.1, 0.205, 1]),
        (holm, [0.005, 0.032, 0.06, 0.082, 0.3]),
        (benjamini_yekutieli, [0.011417, 0.045667, 0.076111, 0.117021, 0.685]),
    ],
)
def test_several_at_once(adjusted, found):
    assert adjusted(P) == pytest.approx(found, abs=1e-6)
    assert adjusted(P[::-1]) == pytest.approx(found[::-1], abs=1e-6)


def test_no_adjusted_p_is_above_one_or_out_of_order():
    assert holm([0.5, 0.4]) == [0.8, 0.8]
    assert benjamini_yekutieli([0.9, 0.95]) == [1.0, 1.0]


def test_each_look_costs_the_square_of_its_number():
    assert [shown_p(0.01, m) for m in (1, 2, 3, 10)] == pytest.approx([0.01, 0.04, 0.09, 1.0])


def test_any_number_of_looks_at_nothing_shows_an_edge_in_eight_of_a_hundred():
    missed = np.cumprod([1 - 0.05 / m**2 for m in range(1, 1000)])
    assert 1 - missed[9] == pytest.approx(0.076, abs=0.001)
    assert 1 - missed[-1] == pytest.approx(0.080, abs=0.001)


def daily(n: int, n_trading: int) -> np.ndarray:
    found = np.zeros(n)
    found[:n_trading] = np.where(np.arange(n_trading) % 3, 1.8, -1.0)
    return found


def test_p_of_sealed_dates_is_one_sided():
    rows = daily(25, 25)
    p = sealed_p(rows)
    # 9 losses and 16 gains: mean 0.792, deviation 1.371678, t 2.886912 with 24 degrees of freedom.
    assert p == pytest.approx(0.004054, abs=1e-5)
    assert sealed_p(-rows) == pytest.approx(1 - p)


@pytest.mark.parametrize(
    ("n", "n_trading", "is_shown"), [(20, 10, True), (19, 19, False), (60, 9, False)]
)
def test_too_few_dates_have_no_p(n, n_trading, is_shown):
    assert (sealed_p(daily(n, n_trading)) is not None) is is_shown


def test_dates_whose_trades_add_up_to_nothing_are_trading_dates():
    rows = daily(30, 9)
    assert sealed_p(rows, 10) is not None
    assert sealed_p(np.ones(30)) is None
