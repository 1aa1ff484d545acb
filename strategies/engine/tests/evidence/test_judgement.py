"""The verdict equals its truth table."""

from itertools import product

import pytest

from strategies.engine.evidence.judgement import Judgement, Known, Need, Word, judged

FINE = Known(
    is_real=True,
    n_trades=30,
    n_dates=60,
    has_costs=True,
    net_r=10.0,
    double_r=6.0,
    without_best_r=8.0,
    luck_p=0.049,
)
# Each need with the change that just meets it, the one that just fails it, in the order named.
FAILING = [
    (Need.REAL_BARS, {"is_real": False}),
    (Need.TRADES, {"n_trades": 29}),
    (Need.DATES, {"n_dates": 59}),
    (Need.COSTS, {"has_costs": False}),
    (Need.DOUBLE_COSTS, {"double_r": 0.0}),
    (Need.WITHOUT_BEST, {"without_best_r": 0.0}),
    (Need.CHANCE, {"luck_p": 0.05}),
]
# Whether it lies beyond chance: luck p, a reveal, p and dates of a forward part.
CHANCE = [
    ((0.049, None, None, 0), True),
    ((0.05, None, None, 0), False),
    ((None, None, None, 0), False),
    ((None, 0.049, None, 0), True),
    ((0.9, 0.05, None, 0), False),
    ((0.9, 0.9, 0.049, 60), True),
    ((0.9, 0.9, 0.049, 59), False),
    ((None, None, 0.05, 60), False),
    ((None, None, None, 60), False),
]


def test_everything_met_is_proven():
    assert judged(FINE) == Judgement(Word.PROVEN)
    assert judged(FINE._replace(double_r=None)) == Judgement(Word.NOT_PROVEN, Need.DOUBLE_COSTS)


@pytest.mark.parametrize("has_alarm", [False, True])
@pytest.mark.parametrize("net_r", [0.001, 0.0, -1.0])
def test_the_truth_table(net_r, has_alarm):
    for fails in product((False, True), repeat=len(FAILING)):
        known, missing = FINE._replace(net_r=net_r, has_alarm=has_alarm), None
        for is_failing, (need, change) in zip(fails, FAILING, strict=True):
            if is_failing:
                known = known._replace(**change)
                missing = missing or need
        if has_alarm or net_r <= 0:
            expected = Judgement(Word.CONTRADICTED)
        else:
            expected = Judgement(Word.NOT_PROVEN if missing else Word.PROVEN, missing)
        assert judged(known) == expected, known


@pytest.mark.parametrize(("inputs", "is_beyond"), CHANCE)
def test_three_ways_lead_beyond_chance(inputs, is_beyond):
    luck_p, reveal_p, forward_p, forward_dates = inputs
    known = FINE._replace(
        luck_p=luck_p, reveal_p=reveal_p, forward_p=forward_p, forward_dates=forward_dates
    )
    expected = Judgement(Word.PROVEN) if is_beyond else Judgement(Word.NOT_PROVEN, Need.CHANCE)
    assert judged(known) == expected


def test_without_a_trade_nothing_is_contradicted():
    known = FINE._replace(n_trades=0, net_r=0.0, double_r=None, without_best_r=0.0, luck_p=None)
    assert judged(known) == Judgement(Word.NOT_PROVEN, Need.TRADES)
    assert judged(known._replace(has_alarm=True)) == Judgement(Word.CONTRADICTED)
