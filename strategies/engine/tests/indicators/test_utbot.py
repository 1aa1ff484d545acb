"""UT Bot on bars whose range is a bar's own (ATR of one bar), value by value."""

import math

import numpy as np
import pytest
import talib

from strategies.engine.indicators.true_range import wilder_atr_nb
from strategies.engine.tests.builders import bars_of, reference_bars
from strategies.engine.tests.readings import read

SETTLED = 30
# open, high, low, close -> stop, state, triggers
TABLE = [
    ((10, 11, 9, 10), None, None, []),  # range 2: the stop, 8, is not shown yet
    ((10, 12, 10, 12), 10.0, "BULL", []),  # 12 - 2
    ((12, 12, 11, 11), 10.0, "BULL", []),  # 11 - 1 is no higher
    ((11, 11, 10, 10), 11.0, "BEAR", ["sell"]),  # on the stop is not above it: 10 + 1
    ((10, 10, 9, 9), 10.0, "BEAR", []),  # 9 + 1
    ((9, 10, 9, 10), 11.0, "BEAR", []),  # on the stop is not below it: 10 + 1
    ((10, 10, 9.5, 9.5), 10.0, "BEAR", []),  # 9.5 + 0.5
    ((9.5, 9.75, 9.5, 9.75), 10.0, "BEAR", []),  # 9.75 + 0.25 is no lower
    ((9.75, 10.75, 9.75, 10.75), 9.75, "BULL", ["buy"]),  # 10.75 - 1
    ((10.75, 10.75, 9.75, 9.75), 10.75, "BEAR", ["sell"]),
]


def test_stop_state_and_triggers_of_every_bar():
    seen = read("utbot", (1, 1.0), bars_of([row for row, *_ in TABLE]))
    stops = [None if math.isnan(x) else x for x in seen.columns["trail"]]
    rows = list(zip(stops, seen.states, seen.triggers, strict=True))
    assert rows == [tuple(expected) for _, *expected in TABLE]


@pytest.mark.parametrize(
    ("bar", "stop", "state"), [((10, 11, 10, 11), 9.0, "BULL"), ((10, 10, 9, 9), 11.0, "BEAR")]
)
def test_a_stop_under_the_close_before_is_begun_anew(bar, stop, state):
    """A flat bar leaves its close on the stop: on neither side of it."""
    seen = read("utbot", (1, 2.0), bars_of([(10, 10, 10, 10), bar]))
    assert (seen.columns["trail"][1], seen.states[1], seen.triggers[1]) == (stop, state, [])


def test_a_close_on_the_stop_is_bear():
    assert read("utbot", (1, 1.0), bars_of([(10, 10, 10, 10)] * 2)).states == [None, "BEAR"]


@pytest.mark.parametrize("rows", [[], [(10, 11, 9, 10)]])
def test_one_bar_says_nothing(rows):
    seen = read("utbot", (10, 1.0), bars_of(rows))
    assert seen.states == [None] * len(rows)
    assert seen.triggers == [[]] * len(rows)
    assert all(math.isnan(x) for x in seen.columns["trail"])


@pytest.mark.parametrize("n", [1, 10, 14])
def test_wilder_average_equals_talib_s_once_the_seed_is_forgotten(n):
    bars = reference_bars("REFB").take(slice(0, 4000))
    high, low, close = bars.high.tolist(), bars.low.tolist(), bars.close.tolist()
    values = [high[0] - low[0]]
    for t in range(1, bars.n):
        values.append(wilder_atr_nb(float(n), values[-1], high[t], low[t], close[t - 1]))
    expected = talib.ATR(bars.high, bars.low, bars.close, n)
    start = SETTLED * n
    np.testing.assert_allclose(values[start:], expected[start:], rtol=1e-11)
