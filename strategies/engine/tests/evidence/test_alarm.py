"""The running sum of the forward alarm: the worked example."""

import numpy as np
import pytest

from strategies.engine.evidence.alarm import cusum


def test_the_worked_example():
    x = np.array([2, -1, -1, -1, 1.5, -1, -1, -1, -1, 0.5])
    assert cusum(x, 0.2, 1.2) == pytest.approx(
        [0, 0.916667, 1.833333, 2.75, 1.583333, 2.5, 3.416667, 4.333333, 5.25, 4.916667], abs=1e-6
    )


def test_without_trades_nothing_is_behind():
    assert cusum(np.array([]), 0.2, 1.2).size == 0
