"""A walk that is cut decides as one that is not: at every bar, where rows are full, in a squad.

The level of `cross_short_up` is the close of the bar before.
"""

import pytest

from strategies.engine.nodes.groups import Nodes
from strategies.engine.program.program import Position, compile_program
from strategies.engine.program.squads import walk_many
from strategies.engine.spec import Confirmation, Protection
from strategies.engine.tests.builders import bars_of, condition, make_spec, pack, trigger

PRICE = pack("ema_price_position", "pp", short_period=1, mid_period=2, long_period=3)
FLAT = (100, 100, 100, 100)
N_LEAD = 15
DIP, BACK, STOP = (98, 99, 98, 98), (97, 99, 97, 98.5), (98, 98, 90, 91)
ROWS = [FLAT] * N_LEAD + [DIP, BACK, STOP, BACK, STOP, DIP, BACK, STOP, FLAT]
NO_RISK = Protection("percentage", 1e-8)
SETTINGS = {"stop": Protection("fixed_dollar", 1.0), "packs": (PRICE,)}


def program_of(execution="L", **changes):
    entry = trigger(PRICE, "cross_short_up", execution)
    return compile_program(make_spec(entry=entry, **{**SETTINGS, **changes}))


def bar_by_bar(program, bars):
    memory = program.new_memory()
    parts = [program.advance(memory, bars.take(slice(t, t + 1))) for t in range(bars.n)]
    trades = [trade for part in parts for trade in part.trades]
    return trades, [one for part in parts for one in part.rejected], parts[-1].open_trade


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"execution": "LC"},
        {"execution": "LC", "confirmation": Confirmation(1)},
        {"exits": (trigger(PRICE, "cross_short_down", "L"),)},
    ],
)
def test_levels_are_those_of_the_bar_before_however_bars_come(changes):
    program, bars = program_of(**changes), bars_of(ROWS)
    whole = program.backtest(bars)
    assert whole.trades
    assert bar_by_bar(program, bars) == (whole.trades, whole.rejected, whole.open_trade)


def test_states_within_a_bar_are_those_of_the_bar_before_however_bars_come():
    bars = bars_of(ROWS)
    program = program_of(conditions=(condition(PRICE, "LMPS"),))
    whole = program.backtest(bars)
    assert whole.trades[0].entry_index == N_LEAD + 1
    assert bar_by_bar(program, bars)[0] == whole.trades


def test_a_walk_goes_on_where_its_rows_are_full(monkeypatch):
    bars = bars_of(ROWS)
    entering, refusing = program_of(), program_of(stop=NO_RISK)
    trades, rejected = entering.backtest(bars).trades, refusing.backtest(bars).rejected
    assert (len(trades), len(rejected)) == (3, 5)
    monkeypatch.setattr("strategies.engine.program.program.MAX_ROWS", 1)
    assert entering.backtest(bars).trades == trades
    assert refusing.backtest(bars).rejected == rejected


def test_bars_that_end_with_the_warm_up_hold_no_level_entry():
    program = program_of()
    assert program.warm_up_bars == N_LEAD
    advance = program.backtest(bars_of(ROWS[:N_LEAD]))
    assert (advance.trades, advance.open_trade) == ([], None)


def test_a_squad_walks_each_as_alone():
    bars = bars_of(ROWS)
    conditions = (condition(PRICE, "PSML"),)
    programs = [program_of(), program_of("LC", conditions=conditions), program_of(stop=NO_RISK)]
    nodes = Nodes.new(key for program in programs for key in program.keys)
    positions = [Position() for _ in programs]
    found = [([], []) for _ in programs]
    for start in range(0, bars.n, 8):
        frame = nodes.step(bars.take(slice(start, start + 8)))
        for kept, advance in zip(
            found, walk_many(programs, positions, frame, [0, 0, 0]), strict=True
        ):
            kept[0].extend(advance.trades)
            kept[1].extend(advance.rejected)
    whole = [program.backtest(bars) for program in programs]
    assert found == [(one.trades, one.rejected) for one in whole]
    assert [len(one.trades) for one in whole] == [3, 1, 0]
