"""EMA Price Position. Periods 3, 7 and 15 have weights 1/2, 1/4 and 1/8, so values are exact."""

from itertools import permutations, product

import numpy as np
import pytest
import talib

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.indicators.ema_price_position import code_nb
from strategies.engine.template import Level, Relation
from strategies.engine.tests.builders import bars_of, reference_bars
from strategies.engine.tests.readings import output_of, read_closes

TEMPLATE = TEMPLATES["ema_price_position"]
PERIODS = (3, 7, 15)
FLAT = [100.0] * 15


def after_flat(*moves):
    return read_closes("ema_price_position", PERIODS, FLAT + [100.0 + move for move in moves])[15:]


def state_of(values):
    return TEMPLATE.states[code_nb(*map(float, values))].name


def test_the_states_are_all_orders_of_four():
    assert set(TEMPLATE.state_names()) == {"".join(order) for order in permutations("PSML")}


@pytest.mark.parametrize("name", TEMPLATE.state_names())
def test_a_state_names_the_greatest_first(name):
    assert state_of(4 - name.index(letter) for letter in "PSML") == name


def test_equal_values_stand_in_the_order_price_short_mid_long():
    for values in product(range(4), repeat=4):
        places = sorted(range(4), key=lambda place: (-values[place], place))
        assert state_of(values) == "".join("PSML"[place] for place in places)


def test_there_is_no_state_while_an_average_is_missing():
    for place in (1, 2, 3):
        values = [1.0] * 4
        values[place] = np.nan
        assert code_nb(*values) == -1


def test_averages_and_state_speak_from_their_own_bar():
    rows = [(100.0,) * 4] * 16
    columns = output_of("ema_price_position", PERIODS, bars_of(rows)).columns
    assert np.isnan(columns).sum(axis=1).tolist() == [2, 6, 14]
    states = [state for state, _ in read_closes("ema_price_position", PERIODS, FLAT)]
    assert states == [None] * 14 + ["PSML"]


@pytest.mark.parametrize(
    ("n_flat", "triggers"),
    [
        (2, []),
        (3, ["cross_short_up"]),
        (6, ["cross_short_up"]),
        (7, ["cross_short_up", "cross_mid_up"]),
    ],
)
def test_a_cross_needs_only_the_average_it_names(n_flat, triggers):
    """Both values of the average, on this bar and on the one before."""
    readings = read_closes("ema_price_position", PERIODS, [100.0] * n_flat + [101.0])
    assert readings[-1] == (None, triggers)


@pytest.mark.parametrize(
    ("side", "toward", "back"),
    [(-1.0, "down", "up"), (1.0, "up", "down")],
)
def test_crosses_of_a_price_that_leaves_touches_and_returns(side, toward, back):
    """Short goes 92, 92, 92.5, mid 96, 95, 94.5 (below); the mirror image above."""
    readings = after_flat(*(side * move for move in (16.0, 8.0, 7.0, 5.5, 5.0)))
    assert [triggers for _, triggers in readings] == [
        [f"cross_short_{toward}", f"cross_mid_{toward}"],
        [],
        [f"cross_short_{back}"],
        [],
        [f"cross_mid_{back}"],
    ]


def test_crosses_may_be_watched_within_a_bar():
    watched = {t.base: (t.direction, t.level, t.holds, t.opposite) for t in TEMPLATE.triggers}
    assert watched == {
        f"cross_{average}_{way}": (
            direction,
            Level(average, side),
            Relation("close", operator, average),
            f"cross_{average}_{other}",
        )
        for average in ("short", "mid")
        for way, other, side, operator, direction in (
            ("up", "down", "above", ">", "LONG"),
            ("down", "up", "below", "<", "SHORT"),
        )
    }


def test_averages_equal_talib_once_the_seed_is_forgotten():
    bars = reference_bars("REFB").take(slice(0, 3000))
    columns = output_of("ema_price_position", (9, 21, 50), bars).columns
    for n, column in zip((9, 21, 50), columns, strict=True):
        np.testing.assert_allclose(column[30 * n :], talib.EMA(bars.close, n)[30 * n :], rtol=1e-11)
