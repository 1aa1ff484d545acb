"""What orders cost: the worked examples, and each field beside its formula typed by hand."""

from dataclasses import fields, replace

import numpy as np
import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.spec import Costs, CostStep, Protection
from strategies.engine.tests.builders import (
    OPEN_NS,
    bars_of,
    make_spec,
    pack,
    trigger,
    wild_bars,
)
from strategies.engine.walk.costs import (
    COSTS,
    bars_since_open_ns,
    cost_rows,
    fill_cost_nb,
    is_over_risk,
    since_open_ns,
    units_of,
)
from strategies.engine.walk.trades import cost_per_share

EMA = pack("ema_stack", "ema", short_period=1, mid_period=2, long_period=3)
LEAD = [(100, 100, 100, 100)] * 15 + [(100, 100, 99, 99), (99, 100, 99, 100)]
FIXED = {"stop": Protection("fixed_dollar", 1.0), "target": Protection("fixed_dollar", 2.0)}
MINUTE_NS = 60 * 10**9
NOON_NS = OPEN_NS + 150 * MINUTE_NS

US_SALE = {"sell_fee_bps": 0.206, "sell_fee_per_share": 0.000195, "sell_fee_cap": 9.79}
CAT = 0.000003
SPY_SPREAD = {"half_spread_per_share": 0.005, "slippage_per_share": 0.010}
TSLA_SPREAD = {"half_spread_per_share": 0.010, "slippage_per_share": 0.030}
SPY = Costs(**US_SALE, **SPY_SPREAD, both_sides_fee_per_share=CAT)
TSLA = Costs(**US_SALE, **TSLA_SPREAD, both_sides_fee_per_share=CAT)
FIXED_PLAN = {
    "commission_per_share": 0.005,
    "minimum_per_order": 1.0,
    "maximum_bps_per_order": 100.0,
}
TIERED_PLAN = {
    "commission_per_share": 0.0035,
    "minimum_per_order": 0.35,
    "maximum_bps_per_order": 100.0,
    "commission_surcharge": 0.000175 + 0.000563,
    "both_sides_fee_per_share": 0.003 + 0.0002 + CAT,
}
# Costs, direction, price, stop distance; units, and per share and as a share of the risk: the cost
# with the exit at the stop, and at the target.
EXAMPLES = [
    (SPY, "LONG", 770.0, 0.525, 190, 0.046063, 0.088, 0.031063, 0.059),
    (replace(SPY, **FIXED_PLAN), "LONG", 770.0, 0.525, 190, 0.056589, 0.108, 0.041589, 0.079),
    (replace(SPY, **TIERED_PLAN), "LONG", 770.0, 1.20, 83, 0.060903, 0.051, 0.045903, 0.038),
    (TSLA, "LONG", 440.0, 1.20, 83, 0.089265, 0.074, 0.049265, 0.041),
    (replace(TSLA, **FIXED_PLAN), "LONG", 440.0, 1.20, 83, 0.113361, 0.094, 0.073361, 0.061),
    (TSLA, "SHORT", 440.0, 2.85, 35, 0.089265, 0.031, 0.049265, 0.017),
]


def cost(spec, price, risk, exit_slips, entry_ns=NOON_NS, exit_ns=NOON_NS):
    return cost_per_share(spec, price, price, risk, exit_slips, entry_ns, exit_ns)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(1, 7))
def test_worked_examples_equal_to_the_last_digit_shown(example):
    costs, direction, price, risk, n, stopped, stopped_r, won, won_r = example
    spec = make_spec(direction=direction, costs=costs, risk_per_trade=100.0)
    assert int(spec.risk_per_trade / risk + 1e-9) == n
    if costs.minimum_per_order:
        assert units_of(spec, risk) == n
    for exit_slips, amount, in_r in ((True, stopped, stopped_r), (False, won, won_r)):
        found = cost(spec, price, risk, exit_slips)
        assert round(found, 6) == amount
        assert round(found / risk, 3) == in_r


# 100 shares at 50, notional 5,000: the cost per share of a sale that takes, of a purchase that
# takes, and of a sale at a level.
FIELD_CASES = [
    ({"commission_per_share": 0.01}, (0.01, 0.01, 0.01)),
    ({"commission_per_order": 2.0}, (0.02, 0.02, 0.02)),
    ({"commission_bps": 10.0}, (0.05, 0.05, 0.05)),
    ({"minimum_per_order": 3.0}, (0.03, 0.03, 0.03)),
    ({"minimum_per_order": 3.0, "commission_per_share": 0.05}, (0.05, 0.05, 0.05)),
    ({"maximum_bps_per_order": 2.0, "commission_per_share": 0.05}, (0.01, 0.01, 0.01)),
    ({"maximum_bps_per_order": 2.0, "minimum_per_order": 3.0}, (0.01, 0.01, 0.01)),
    ({"commission_surcharge": 0.5, "minimum_per_order": 2.0}, (0.03, 0.03, 0.03)),
    ({"sell_fee_bps": 4.0}, (0.02, 0.0, 0.02)),
    ({"sell_fee_per_share": 0.01}, (0.01, 0.0, 0.01)),
    ({"sell_fee_per_share": 0.01, "sell_fee_cap": 0.5}, (0.005, 0.0, 0.005)),
    ({"sell_fee_cap": 0.5}, (0.0, 0.0, 0.0)),
    ({"both_sides_fee_per_share": 0.003}, (0.003, 0.003, 0.003)),
    ({"half_spread_per_share": 0.02}, (0.02, 0.02, 0.0)),
    ({"half_spread_bps": 4.0}, (0.02, 0.02, 0.0)),
    ({"slippage_per_share": 0.02}, (0.02, 0.02, 0.0)),
    ({"slippage_bps": 4.0}, (0.02, 0.02, 0.0)),
    ({"slippage_open_factor": 3.0, "slippage_open_minutes": 15.0}, (0.0, 0.0, 0.0)),
]


@pytest.mark.parametrize(("given", "expected"), FIELD_CASES)
@pytest.mark.parametrize("price", [50.0, -50.0])
def test_each_field_charges_what_it_says(given, expected, price):
    kinds = ((True, True), (False, True), (True, False))
    for (is_sale, takes), amount in zip(kinds, expected, strict=True):
        rates = Costs(**given)
        plain = fill_cost_nb.python(rates, price, 100.0, is_sale, takes, -1)
        assert plain == pytest.approx(amount, abs=1e-15)
        row = np.zeros(1, COSTS)
        for name, value in given.items():
            row[name] = value
        assert fill_cost_nb(row[0], price, 100.0, is_sale, takes, -1) == plain


def test_no_cost_named_is_no_cost():
    assert fill_cost_nb.python(Costs(), 50.0, 100.0, True, True, -1) == 0.0
    assert Costs().is_plain
    assert cost_rows(Costs(0.1, 0.1, 0.1, 0.1)).size == 0


def test_only_older_fields_go_by_the_older_formula():
    older = {f.name for f in fields(Costs)[:4]}
    for field in fields(Costs)[:-1]:
        assert Costs(**{field.name: 1.0}).is_plain == (field.name in older)


def test_both_formulas_say_the_same_where_both_apply():
    older = Costs(0.01, 1.5, 3.0, 0.02)
    spec = make_spec(costs=older, risk_per_trade=100.0)
    other = replace(spec, costs=replace(older, sell_fee_cap=1.0))
    for exit_slips in (True, False):
        expected = cost(spec, 80.0, 0.7, exit_slips)
        assert cost(other, 80.0, 0.7, exit_slips) == pytest.approx(expected, rel=1e-12)


# Risk per trade over distance, and the shares that are charged where there is a minimum.
UNITS = [(100.0, 0.525, 190.0), (30.0, 0.1, 300.0), (29.9999, 0.1, 299.0), (5.0, 10.0, 1.0)]


@pytest.mark.parametrize(("money", "risk", "expected"), UNITS)
def test_shares_are_whole_where_an_order_has_a_minimum(money, risk, expected):
    spec = make_spec(costs=Costs(minimum_per_order=1.0), risk_per_trade=money)
    assert units_of(spec, risk) == expected
    free = replace(spec, costs=Costs(commission_bps=1.0))
    assert units_of(free, risk) == money / risk


def test_a_minimum_in_the_schedule_makes_shares_whole_too():
    costs = Costs(schedule=(CostStep(0, Costs()), CostStep(5, Costs(minimum_per_order=1.0))))
    assert costs.are_units_whole
    assert not Costs(minimum_per_order=1.0, schedule=(CostStep(0, Costs()),)).are_units_whole


def run(rows, **changes):
    settings = {"entry": trigger(EMA, "cross_bull"), "packs": (EMA,), **FIXED, **changes}
    return compile_program(make_spec(**settings)).backtest(bars_of([*LEAD, *rows]))


def test_a_trade_warns_where_one_share_risks_more_than_a_trade_may():
    charged = {"costs": Costs(minimum_per_order=0.1), "risk_per_trade": 0.5}
    trade = run([(100, 103, 99.5, 102)], **charged).trades[0]
    assert trade.warnings == ("one share risks 1.00, more than the 0.50 a trade",)
    assert trade.r_multiple == pytest.approx(2.0 - 0.2)
    assert run([], **charged).open_trade.warnings == trade.warnings
    enough = run([(100, 103, 99.5, 102)], **{**charged, "risk_per_trade": 1.0}).trades[0]
    assert enough.warnings == ()
    fractions = {**charged, "costs": Costs(commission_bps=1.0)}
    assert run([(100, 103, 99.5, 102)], **fractions).trades[0].warnings == ()


@pytest.mark.parametrize("direction", ["LONG", "SHORT"])
def test_bar_by_bar_costs_are_those_of_the_whole_history(direction):
    step = CostStep(OPEN_NS + 86_400 * 10**9, Costs(**US_SALE, minimum_per_order=0.5))
    costs = Costs(schedule=(CostStep(0, replace(SPY, **FIXED_PLAN)), step))
    program = compile_program(make_spec(direction=direction, costs=costs, bar_count=7))
    bars, memory = wild_bars(5, 300), program.new_memory()
    parts = [program.advance(memory, bars.take(slice(t, t + 1)), {}) for t in range(bars.n)]
    live = [trade.r_multiple for part in parts for trade in part.trades]
    whole = [trade.r_multiple for trade in program.backtest(bars).trades]
    assert live == whole != []


def test_a_share_is_over_the_risk_only_beyond_noise():
    spec = make_spec(costs=Costs(minimum_per_order=1.0), risk_per_trade=0.3)
    assert not is_over_risk(spec, 0.1 + 0.2)
    assert is_over_risk(spec, 0.3001)


# Minutes after 09:30 of the last instant of a fill, and whether a first quarter of an hour holds.
OPENING = Costs(slippage_per_share=0.01, slippage_open_factor=3.0, slippage_open_minutes=15.0)
INSTANTS = [
    (OPEN_NS, True),
    (OPEN_NS - 1, False),
    (OPEN_NS + 15 * MINUTE_NS - 1, True),
    (OPEN_NS + 15 * MINUTE_NS, False),
    (OPEN_NS + 5 * 86_400 * 10**9, False),  # a Saturday
    (OPEN_NS + 7 * 86_400 * 10**9, False),  # summer time: 10:30
    (OPEN_NS + 7 * 86_400 * 10**9 - 60 * MINUTE_NS, True),
]


@pytest.mark.parametrize(("instant_ns", "is_opening"), INSTANTS)
def test_spread_and_slippage_are_wider_in_the_first_minutes(instant_ns, is_opening):
    spec = make_spec(costs=OPENING)
    found = cost(spec, 100.0, 1.0, False, entry_ns=instant_ns)
    assert found == pytest.approx(0.03 if is_opening else 0.01)


def test_the_factor_widens_the_half_spread_and_nothing_else():
    costs = Costs(
        slippage_open_factor=2.0,
        slippage_open_minutes=1.0,
        half_spread_per_share=0.01,
        commission_per_share=1.0,
        sell_fee_per_share=1.0,
    )
    fill = fill_cost_nb.python(costs, 100.0, 10.0, True, True, 0)
    assert fill == pytest.approx(2.0 + 0.02)


def test_a_close_belongs_to_the_bar_it_ends():
    """The bar 09:44 to 09:45 fills in the first fifteen minutes, an open at 09:45 no more."""
    lead = LEAD[-15:]
    rows = [*[(100, 100, 100, 100)] * 2, *lead]
    assert since_open_ns(OPENING, OPEN_NS + 15 * MINUTE_NS - 1) < 15 * MINUTE_NS
    bars = bars_of(rows)
    assert bars_since_open_ns(bars).tolist() == [i * MINUTE_NS for i in range(bars.n)]
    weekend = bars._replace(weekday=np.full(bars.n, 5, np.int8))
    assert (bars_since_open_ns(weekend) < 0).all()


def test_the_date_of_each_fill_decides_and_the_first_step_holds_before():
    steps = (
        CostStep(10**18, Costs(commission_per_share=0.1)),
        CostStep(2 * 10**18, Costs(commission_per_share=0.5)),
    )
    spec = make_spec(costs=Costs(commission_per_share=9.0, schedule=steps))
    instants = [(0, 0, 0.2), (10**18, 2 * 10**18 - 1, 0.2), (10**18, 2 * 10**18, 0.6)]
    for entry_ns, exit_ns, expected in instants:
        assert cost(spec, 100.0, 1.0, True, entry_ns, exit_ns) == pytest.approx(expected)
