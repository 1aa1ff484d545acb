"""Bollinger packs over windows of two closes, whose deviation is half their distance.

With closes a and b the mean is their middle and the bands lie `multiple` half distances from it,
so that every boundary is met by a choice of the multiple.
"""

import math

import numpy as np
import pytest
import talib

from strategies.engine.tests.builders import bars_of, reference_bars
from strategies.engine.tests.readings import read

UP, DOWN = (9.0, 11.0), (11.0, 9.0)


def closes(values):
    return bars_of([(x, x, x, x) for x in values])


def last(template, vector, values):
    seen = read(template, vector, closes(values))
    return seen.states[-1], seen.triggers[-1]


@pytest.mark.parametrize("multiple", [1.0, 2.0, 2.5])
@pytest.mark.parametrize("period", [5, 20])
def test_bands_equal_talib_s(period, multiple):
    bars = reference_bars("REFB").take(slice(0, 8000))
    seen = read("bollinger_bands", (period, multiple, 0.04), bars)
    upper, middle, lower = talib.BBANDS(bars.close, period, multiple, multiple)
    for name, expected in (("basis", middle), ("upper", upper), ("lower", lower)):
        np.testing.assert_allclose(seen.columns[name], expected, rtol=1e-9, equal_nan=True)
    width = (upper - lower) / middle
    np.testing.assert_allclose(seen.columns["bandwidth"], width, rtol=1e-4, equal_nan=True)


@pytest.mark.parametrize(
    ("values", "multiple", "threshold", "state"),
    [
        (UP, 2.0, 0.4, "UPPER_ZONE"),  # a quarter of the width above the mean, width 4 / 10
        (UP, 2.5, 0.4, "MID_ZONE"),
        (DOWN, 2.0, 0.4, "LOWER_ZONE"),
        (DOWN, 2.5, 0.4, "MID_ZONE"),
        (UP, 2.0, 0.41, "SQUEEZE_UPPER"),
        (UP, 2.5, 0.51, "SQUEEZE_MID"),
        (DOWN, 2.0, 0.41, "SQUEEZE_LOWER"),
        ((9.0, 9.0), 2.0, 0.4, None),
        ((-1.0, 1.0), 2.0, 0.4, "UPPER_ZONE"),  # a mean of zero has no relative width
        ((9.0,), 2.0, 0.4, None),
    ],
)
def test_states_of_the_bands(values, multiple, threshold, state):
    assert last("bollinger_bands", (2, multiple, threshold), values)[0] == state


@pytest.mark.parametrize(
    ("values", "multiple", "limit", "state"),
    [
        (UP, 2.0, 40.0, "SQUEEZE"),  # width 40 % of the mean
        (UP, 2.0, 39.9, "MID_ZONE"),  # a quarter of the width above the mean
        (UP, 1.9, 1.0, "UPPER_ZONE"),
        (UP, 1.0, 1.0, "UPPER_ZONE"),  # on the upper band
        (UP, 0.9, 1.0, "ABOVE_UPPER"),
        (DOWN, 2.0, 1.0, "MID_ZONE"),
        (DOWN, 1.9, 1.0, "LOWER_ZONE"),
        (DOWN, 1.0, 1.0, "LOWER_ZONE"),  # on the lower band
        (DOWN, 0.9, 1.0, "BELOW_LOWER"),
        ((9.0, 9.0), 2.0, 1.0, None),
        ((9.0,), 2.0, 1.0, None),
    ],
)
def test_states_of_the_squeeze(values, multiple, limit, state):
    assert last("bollinger_squeeze", (2, multiple, limit), values)[0] == state


BASES = {
    "bollinger_bands": ("cross_basis_up", "cross_basis_down"),
    "bollinger_squeeze": ("cross_above_basis", "cross_below_basis"),
}


@pytest.mark.parametrize("template", BASES)
def test_crosses_begin_on_the_line_and_end_beyond_it(template):
    """Flat closes lie on all lines; with a multiple of 1 the next close lies on its band."""
    up, down = BASES[template]
    assert last(template, (2, 0.5, 1e-9), (10, 10, 12))[1][:2] == ["cross_upper", up]
    assert last(template, (2, 0.5, 1e-9), (10, 10, 8))[1][:2] == ["cross_lower", down]
    assert last(template, (2, 1.0, 1e-9), (10, 10, 12))[1][:1] == [up]
    assert last(template, (2, 1.0, 1e-9), (10, 10, 8))[1][:1] == [down]
    assert up not in last(template, (2, 1.0, 1e-9), (10, 10, 12, 13))[1]
    assert down not in last(template, (2, 1.0, 1e-9), (10, 10, 8, 7))[1]


@pytest.mark.parametrize(
    ("values", "of_bands", "of_sibling"),
    [
        ((7, 13, 9, 11), [], ["squeeze_on"]),  # from wide to the limit, a width of 40 %
        ((9, 11, 10.5), ["squeeze_on"], []),  # from the limit to narrow
        ((9, 9.5, 12), ["squeeze_off"], ["squeeze_off"]),  # from narrow to wide
        ((9, 9, 11), ["squeeze_off"], []),  # from narrow to the limit
        ((9, 11, 6), [], ["squeeze_off"]),  # from the limit to wide
        ((7, 13, 12), ["squeeze_on"], ["squeeze_on"]),  # from wide to narrow
    ],
)
def test_squeeze_begins_and_ends_at_its_limit(values, of_bands, of_sibling):
    """The bands squeeze below their limit, the sibling also on it."""
    for template, limit, expected in (
        ("bollinger_bands", 0.4, of_bands),
        ("bollinger_squeeze", 40.0, of_sibling),
    ):
        triggers = last(template, (2, 2.0, limit), values)[1]
        assert [base for base in triggers if "squeeze" in base] == expected


@pytest.mark.parametrize("template", BASES)
def test_nothing_is_said_before_the_window_is_full(template):
    seen = read(template, (5, 2.0, 0.04), closes((1, 5, 2, 6, 3, 9)))
    assert seen.states[:4] == [None] * 4
    assert seen.states[4] is not None
    assert seen.triggers[:5] == [[]] * 5
    assert all(math.isnan(x) for column in seen.columns.values() for x in column[:4])
    assert read(template, (5, 2.0, 0.04), closes(())).states == []
