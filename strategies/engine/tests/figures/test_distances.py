"""How far stops and targets lie: each method, what is missing, what lies on the wrong side."""

import numpy as np
import pytest

from strategies.engine.figures.distances import (
    Basis,
    distance,
    distance_figures,
    target_distance,
)
from strategies.engine.spec import Protection

NAN = float("nan")
BASIS = Basis(
    close=np.array([100.0, 102.0, 98.0]),
    atr=np.array([NAN, 2.0, 4.0]),
    lowest=np.array([NAN, 99.0, 99.0]),
    highest=np.array([NAN, 103.0, 103.0]),
)


@pytest.mark.parametrize(
    ("part", "side", "right"),
    [
        (Protection("atr", 1.5), -1.0, [NAN, 3.0, 6.0]),
        (Protection("fixed_dollar", 1.25), -1.0, [1.25, 1.25, 1.25]),
        (Protection("percentage", 0.5), 1.0, [0.5, 0.51, 0.49]),
        # The second close below the low: no stop there.
        (Protection("swing", lookback=5, padding=0.5), -1.0, [NAN, 3.5, NAN]),
        (Protection("swing", lookback=5, padding=0.5), 1.0, [NAN, 1.5, 5.5]),
    ],
)
def test_each_method_has_its_distance(part, side, right):
    np.testing.assert_allclose(distance(part, BASIS, side), right)


def test_a_reward_is_a_multiple_of_the_risk():
    stop = np.array([NAN, 3.0, 6.0])
    target = target_distance(Protection("risk_reward", 2.0), stop, BASIS, 1.0)
    np.testing.assert_allclose(target, [NAN, 6.0, 12.0])


def test_without_a_stop_there_is_no_entry_and_no_target():
    target = target_distance(Protection("fixed_dollar", 1.0), np.array([NAN, 1, 1]), BASIS, 1.0)
    np.testing.assert_allclose(target, [NAN, 1.0, 1.0])


def test_percentiles_are_of_the_bars_that_have_one():
    found = distance_figures(distance(Protection("atr", 1.5), BASIS, -1.0), BASIS)
    assert (found["n"], found["n_none"]) == (2, 1)
    assert found["price"] == pytest.approx([3.15, 4.5, 5.85])
    assert found["atr"] == pytest.approx([1.5, 1.5, 1.5])
    assert found["percent"][1] == pytest.approx((300 / 102 + 600 / 98) / 2)


def test_no_distance_at_all_has_no_percentiles():
    found = distance_figures(np.full(3, NAN), BASIS)
    assert found == {"n": 0, "n_none": 3, "price": None, "atr": None, "percent": None}
