"""How far trades went: the dots of the scatter, and the counts beside it."""

from types import SimpleNamespace

import numpy as np

from strategies.engine.figures.earning import scatter, stop_counts


def trade(mae_r, mfe_r=0.0, win=False):
    return SimpleNamespace(mae_r=mae_r, mfe_r=mfe_r, win=win)


def test_levels_count_the_trades_that_fell_as_far_and_those_that_won_all_the_same():
    found = stop_counts([trade(-0.5, win=True), trade(-0.9), trade(-0.1, win=True), trade(0.0)])
    counted = dict(
        zip(found["levels"], zip(found["reached"], found["won"], strict=True), strict=True)
    )
    assert counted[0.2] == (2, 1)
    assert counted[0.5] == (2, 1)
    assert counted[0.6] == (1, 0)


def test_a_dot_stands_as_far_right_as_its_trade_was_behind():
    found = scatter([trade(-1.0, 0.0), trade(-0.5, 2.0), trade(-0.5, 2.0)], np.array([-1.0, 1, -1]))
    dots = list(zip(found["mae"], found["mfe"], found["n"], found["wins"], strict=True))
    assert [(x > 0.9, y > 1.9, n, wins) for x, y, n, wins in dots] == [
        (False, True, 2, 1),
        (True, False, 1, 0),
    ]


def test_many_trades_are_few_dots_that_count_all_of_them():
    rng = np.random.default_rng(1)
    trades = [trade(-mae, mfe) for mae, mfe in rng.exponential(1.0, (50_000, 2)).tolist()]
    found = scatter(trades, rng.normal(size=50_000))
    assert sum(found["n"]) == 50_000
    assert len(found["n"]) < 15_000
    assert 0 < found["n_beyond"] < 700


def test_trades_that_all_end_at_their_target_went_no_further():
    found = scatter([trade(-1.0, 2.0)] * 10, np.ones(10))
    assert found["n_beyond"] == 0


def test_without_trades_there_is_no_scatter():
    assert scatter([], np.empty(0)) is None
