"""SuperTrend on bars whose range is a bar's own, and against a vectorised reference."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from strategies.engine.indicators.supertrend import bits_nb
from strategies.engine.tests.builders import bars_of, reference_bars
from strategies.engine.tests.readings import read

# open, high, low, close -> line, state, triggers
TABLE = [
    ((10, 11, 9, 10), 8.0, "BULL_TRENDING", []),
    ((10, 10, 9, 9), 8.5, "BULL_NEAR_STOP", ["near_stop_bull"]),  # half a range from the line
    ((9, 9, 8.5, 8.5), 8.5, "BULL_NEAR_STOP", []),  # on the line is not under it
    ((8.5, 8.5, 8, 8), 8.75, "BEAR_TRENDING", ["bear_flip"]),
    ((8, 8.5, 8, 8.5), 8.75, "BEAR_NEAR_STOP", ["near_stop_bear"]),  # half a range from it
    ((8.5, 8.75, 8.5, 8.75), 8.75, "BEAR_NEAR_STOP", []),  # on the line is not above it
    ((8.75, 9, 8.75, 9), 8.625, "BULL_TRENDING", ["bull_flip"]),
]
NAMES = ("BULL_TRENDING", "BULL_NEAR_STOP", "BEAR_NEAR_STOP", "BEAR_TRENDING")


def line_of(seen):
    """The line of whichever trend there is; never both."""
    pairs = zip(seen.columns["rising_line"], seen.columns["falling_line"], strict=True)
    shown = [[x for x in pair if not math.isnan(x)] for pair in pairs]
    assert all(len(values) <= 1 for values in shown)
    return [values[0] if values else None for values in shown]


def read_rows(rows, vector=(1, 1.0)):
    seen = read("supertrend", vector, bars_of(rows))
    return list(zip(line_of(seen), seen.states, seen.triggers, strict=True))


def test_line_state_and_triggers_of_every_bar():
    assert read_rows([row for row, *_ in TABLE]) == [tuple(row[1:]) for row in TABLE]


def test_each_line_is_shown_in_its_own_trend():
    seen = read("supertrend", (1, 1.0), bars_of([row for row, *_ in TABLE]))
    is_bull = [state.startswith("BULL") for state in seen.states]
    assert [not math.isnan(x) for x in seen.columns["rising_line"]] == is_bull


@pytest.mark.parametrize(
    ("n", "bar", "expected"),
    [
        (3, (8.5, 10, 8, 9), (7.0, "BULL_TRENDING", [])),
        (6, (8.75, 9.5, 7.5, 8.5), (10.5, "BEAR_TRENDING", [])),
    ],
)
def test_a_close_on_the_line_lets_it_move_back(n, bar, expected):
    """The line is kept only while the close before lay beyond it."""
    assert read_rows([*(row for row, *_ in TABLE[:n]), bar])[-1] == expected


def test_the_first_bar_has_both_lines():
    """Middle 10, range 2: the falling line, 12, holds against 18 of the next bar."""
    rows = [(10, 11, 9, 10), (12, 14, 6, 7)]
    assert read_rows(rows)[1] == (12.0, "BEAR_TRENDING", ["bear_flip"])


def test_it_speaks_from_its_period_on_and_triggers_one_bar_later():
    rows = [(10, 11, 9, 10), (10, 10, 9, 9.5), (9, 9, 1, 1), (1, 1, 1, 1)]
    assert [state for _, state, _ in read_rows(rows, (3, 0.5))][:2] == [None, None]
    assert read_rows(rows, (3, 0.5))[2] == (pytest.approx(5 + 0.5 * 71 / 18), "BEAR_TRENDING", [])
    assert read_rows(rows, (2, 0.5))[2][2] == ["bear_flip"]
    assert read_rows([], (2, 0.5)) == []


@pytest.mark.parametrize(("now", "before"), [*itertools.product((None, *NAMES), repeat=2)])
def test_triggers_of_every_change_of_state(now, before):
    codes = [-1 if name is None else NAMES.index(name) for name in (now, before)]
    expected = 0
    if now and before:
        expected |= before.startswith("BEAR") and now.startswith("BULL")
        expected |= (before.startswith("BULL") and now.startswith("BEAR")) << 1
        expected |= ((before, now) == ("BULL_TRENDING", "BULL_NEAR_STOP")) << 2
        expected |= ((before, now) == ("BEAR_TRENDING", "BEAR_NEAR_STOP")) << 3
    assert bits_nb(*codes) == expected


def reference(bars, n, k):
    """Bands and trend in the usual words of charting libraries: lower and upper final band."""
    frame = pd.DataFrame({"high": bars.high, "low": bars.low, "close": bars.close})
    before = frame.close.shift()
    moves = [frame.high - frame.low, (frame.high - before).abs(), (frame.low - before).abs()]
    atr = pd.concat(moves, axis=1).max(axis=1).ewm(alpha=1 / n, adjust=False).mean()
    middle = (frame.high + frame.low) / 2
    lower, upper = (band.to_numpy(copy=True) for band in (middle - k * atr, middle + k * atr))
    is_up = np.ones(bars.n, bool)
    for t in range(1, bars.n):
        if not (lower[t] > lower[t - 1] or bars.close[t - 1] < lower[t - 1]):
            lower[t] = lower[t - 1]
        if not (upper[t] < upper[t - 1] or bars.close[t - 1] > upper[t - 1]):
            upper[t] = upper[t - 1]
        if bars.close[t] > upper[t - 1]:
            is_up[t] = True
        else:
            is_up[t] = is_up[t - 1] and not bars.close[t] < lower[t - 1]
    return np.where(is_up, lower, upper), is_up


@pytest.mark.parametrize(("n", "k"), [(10, 3.0), (7, 1.5)])
def test_it_equals_the_reference_on_real_minutes(n, k):
    bars = reference_bars("REFA").take(slice(0, 8000))
    line, is_up = reference(bars, n, k)
    seen = read("supertrend", (n, k), bars)
    np.testing.assert_allclose(line_of(seen)[n - 1 :], line[n - 1 :], rtol=1e-11)
    bulls = [state.startswith("BULL") for state in seen.states[n - 1 :]]
    assert bulls == is_up[n - 1 :].tolist()
    assert seen.states[: n - 1] == [None] * (n - 1)
