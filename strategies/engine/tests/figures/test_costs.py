"""What costs take of a result and how much it can bear, on trades typed by hand."""

from dataclasses import replace

import pytest

from strategies.engine.figures.costs import Charged, charged, cost_figures, n_takes
from strategies.engine.program.program import compile_program
from strategies.engine.report import figures_of
from strategies.engine.spec import Costs, Protection
from strategies.engine.tests.builders import make_spec, wild_bars

# Net R, gross R, risk per share, fills that take.
TRADES = [Charged(1.8, 2.0, 0.5, 1), Charged(-1.2, -1.0, 0.25, 2), Charged(0.4, 0.5, 1.0, 2)]


def test_gross_net_and_where_nothing_is_left():
    figures = cost_figures(TRADES)
    assert figures == {
        "gross_avg_r": pytest.approx(0.5),
        "gross_r": pytest.approx(1.5),
        "net_r": pytest.approx(1.0),
        "cost_r": pytest.approx(0.5 / 3),
        "double_r": pytest.approx(0.5),
        "break_even_factor": pytest.approx(3.0),
        # 1.5 R over 1/0.5 + 2/0.25 + 2/1 and over 1/0.5 + 1/0.25 + 1/1.
        "break_even_slippage": pytest.approx(1.5 / 12),
        "break_even_per_share": pytest.approx(1.5 / 7),
    }


def test_without_trades_there_is_nothing_to_say():
    assert cost_figures([]) is None


def test_without_gains_nothing_can_be_borne():
    figures = cost_figures([Charged(-1.1, -1.0, 1.0, 2)])
    assert figures["break_even_factor"] is None
    assert figures["break_even_slippage"] is figures["break_even_per_share"] is None
    free = cost_figures([Charged(1.0, 1.0, 1.0, 0)])
    assert free["break_even_factor"] is free["break_even_slippage"] is None
    assert free["break_even_per_share"] == 1.0


FILLS = [
    (("C", "stop_loss", None, False), 2),
    (("CC", "target", None, False), 1),
    (("L", "target", None, False), 0),
    (("LC", "stop_loss", None, False), 1),
    (("C", "signal_exit", "vwap_default_cross_below_ib", False), 1),
    (("C", "signal_exit", "vwap_default_cross_below", False), 2),
    (("LC", "unconfirmed_lc", None, True), 1),
    (("LC", "unconfirmed_lc", None, False), 0),
    (("CC", "unconfirmed_cc", None, True), 2),
    (("C", "time_exit", None, False), 2),
]


@pytest.mark.parametrize(("fills", "expected"), FILLS)
def test_fills_that_take_are_told_by_the_trade(fills, expected):
    assert n_takes(*fills) == expected


@pytest.mark.parametrize(("direction", "seed"), [("LONG", 4), ("SHORT", 0)])
def test_break_even_slippage_leaves_nothing_when_it_is_charged(direction, seed):
    spec = make_spec(direction=direction, target=Protection("risk_reward", 1.5), bar_count=9)
    bars = wild_bars(seed, 900)
    free = compile_program(spec).backtest(bars)
    figures = cost_figures(map(charged, free.trades))
    assert figures["gross_r"] > 0
    costs = Costs(slippage_per_share=figures["break_even_slippage"])
    paid = compile_program(replace(spec, costs=costs)).backtest(bars)
    assert sum(one.r_multiple for one in paid.trades) == pytest.approx(0.0, abs=1e-9)
    assert figures_of(spec, free.trades, free.bars)["costs"]["cost_r"] == 0.0
