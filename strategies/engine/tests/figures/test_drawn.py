"""The curve as it is drawn looks like the whole of it."""

import numpy as np

from strategies.engine.figures.drawn import drawn_curve, falls_of, kept_places
from strategies.engine.tests.builders import minutes


def test_a_short_curve_is_kept_whole():
    values = np.arange(5.0)
    assert kept_places(values, falls_of(values), n_columns=2).tolist() == [0, 1, 2, 3, 4]


def test_each_column_keeps_its_highest_lowest_and_deepest_point():
    values = np.cumsum(np.random.default_rng(1).normal(0.0, 1.0, 50_000))
    falls = falls_of(values)
    kept = kept_places(values, falls, n_columns=100)
    assert kept.size <= 302
    assert (kept[0], kept[-1]) == (0, 49_999)
    for low in range(0, 50_000, 500):
        part = kept[(kept >= low) & (kept < low + 500)]
        assert values[part].max() == values[low : low + 500].max()
        assert values[part].min() == values[low : low + 500].min()
        assert falls[part].min() == falls[low : low + 500].min()


def test_falls_are_counted_from_a_peak_that_starts_at_zero():
    assert falls_of(np.array([-1.0, 2.0, 1.0, 3.0])).tolist() == [-1.0, 0.0, -1.0, 0.0]


def test_no_trades_are_an_empty_curve():
    bars = minutes([1.0], [1.0], [1.0], [1.0], [1.0])
    found = drawn_curve([], bars)
    assert (found["n_trades"], found["trades"], found["holding"]) == (0, [], None)
