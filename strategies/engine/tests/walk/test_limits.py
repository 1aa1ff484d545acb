"""Limits on hand-typed tables.

A bar `R` rises to 100, where a position is entered with its stop at 99 and its target at 102. `L`
leaves it at its stop and `W` at its target; both close lower, so that the next `R` enters again.
"""

import numpy as np
import pytest

from strategies.engine.nodes.storage import pack as packed
from strategies.engine.nodes.storage import unpack
from strategies.engine.program.program import Position, compile_program
from strategies.engine.program.squads import walk_many
from strategies.engine.spec import Costs, Limits, Protection
from strategies.engine.tests.builders import bars_of, make_spec, pack, trigger
from strategies.engine.walk.hifi import resolve
from strategies.engine.walk.positions import POSITION

PRICE = pack("ema_price_position", "pp", short_period=1, mid_period=2, long_period=3)
FLAT = (100, 100, 100, 100)
BARS = {
    "D": (100, 100, 99, 99),
    "R": (99, 100, 99, 100),
    "L": (100, 100, 98.5, 99),
    "W": (100, 102, 99.5, 99.5),
    "=": (100, 100.2, 99.8, 100),
    "B": (100, 102, 98.5, 99),
}
LEAD = [FLAT] * 15
# With the lead before it, the first rise is bar 16.
FIXED = {"stop": Protection("fixed_dollar", 1.0), "target": Protection("fixed_dollar", 2.0)}


def bars_for(letters, per_day=390):
    return bars_of([*LEAD, *(BARS[letter] for letter in letters)], per_day)


def walked(letters, limits, per_day=390, bars=None, **changes):
    program = compile_program(make_spec(**{**FIXED, "limits": limits, **changes}))
    return program.backtest(bars_for(letters, per_day) if bars is None else bars)


def entries(advance):
    return [trade.entry_index for trade in advance.trades]


def kept_out(advance):
    return [(one.bar_index, one.reason) for one in advance.rejected]


TRADES, LOSSES = "max_trades_per_day", "stop_after_losses"
LOSS_R, PROFIT_R, COOLDOWN = "stop_after_loss_r", "stop_after_profit_r", "cooldown_bars"
# Limits, bars after the lead, the entries, and what was kept out by which limit.
CASES = [
    ({}, "DRLRLRW", [16, 18, 20], []),
    ({TRADES: 1}, "DRLRLRL", [16], [(18, TRADES), (20, TRADES)]),
    ({TRADES: 2}, "DRLRWRL", [16, 18], [(20, TRADES)]),
    ({TRADES: 3}, "DRLRWRL", [16, 18, 20], []),
    ({LOSSES: 1}, "DRWRLRL", [16, 18], [(20, LOSSES)]),
    ({LOSSES: 2}, "DRLRWRLRLRL", [16, 18, 20, 22], [(24, LOSSES)]),
    ({LOSSES: 2}, "DRLRLRW", [16, 18], [(20, LOSSES)]),
    ({LOSS_R: 1.0}, "DRLRL", [16], [(18, LOSS_R)]),
    ({LOSS_R: 1.0000001}, "DRLRLRL", [16, 18], [(20, LOSS_R)]),
    ({LOSS_R: 1.0}, "DRWRLRLRLRL", [16, 18, 20, 22], [(24, LOSS_R)]),
    ({PROFIT_R: 2.0}, "DRWRL", [16], [(18, PROFIT_R)]),
    ({PROFIT_R: 2.0}, "DRLRWRWRL", [16, 18, 20], [(22, PROFIT_R)]),
    ({PROFIT_R: 2.0000001}, "DRWRLRL", [16, 18, 20], []),
    ({COOLDOWN: 0}, "DRLRLRL", [16, 18, 20], []),
    ({COOLDOWN: 1}, "DRLRLRL", [16, 20], [(18, COOLDOWN)]),
    ({COOLDOWN: 2}, "DRLRLRL", [16, 20], [(18, COOLDOWN)]),
    ({COOLDOWN: 3}, "DRLRLRLRL", [16, 22], [(18, COOLDOWN), (20, COOLDOWN)]),
    ({TRADES: 1, LOSSES: 1, LOSS_R: 1.0, COOLDOWN: 1}, "DRLR", [16], [(18, TRADES)]),
    ({TRADES: 2, LOSSES: 1, LOSS_R: 1.0, COOLDOWN: 1}, "DRLR", [16], [(18, LOSSES)]),
    ({LOSSES: 2, LOSS_R: 1.0, COOLDOWN: 1}, "DRLR", [16], [(18, LOSS_R)]),
    ({PROFIT_R: 1.0, LOSS_R: 1.0, COOLDOWN: 1}, "DRWR", [16], [(18, PROFIT_R)]),
]


@pytest.mark.parametrize(("limits", "letters", "entered", "left_out"), CASES)
def test_each_limit_keeps_out_what_it_says(limits, letters, entered, left_out):
    advance = walked(letters, Limits(**limits))
    held = [] if advance.open_trade is None else [advance.open_trade.entry_index]
    assert [*entries(advance), *held] == entered
    assert kept_out(advance) == left_out


# The second date begins with bar 18: after the first trade. With 17 bars a date that trade is
# entered on the first date and left on the second.
DATES = [
    ({TRADES: 1}, 18, [16, 18], [(20, TRADES)]),
    ({LOSSES: 1}, 18, [16, 18], [(20, LOSSES)]),
    ({LOSS_R: 2.0}, 18, [16, 18, 20], []),
    ({TRADES: 1}, 17, [16, 18], [(20, TRADES)]),
    ({LOSSES: 1}, 17, [16], [(18, LOSSES), (20, LOSSES)]),
    ({LOSS_R: 2.0}, 17, [16, 18], [(20, LOSS_R)]),
    ({COOLDOWN: 1}, 18, [16, 20], [(18, COOLDOWN)]),
]


@pytest.mark.parametrize(("limits", "per_day", "entered", "left_out"), DATES)
def test_entries_count_on_the_date_they_fill_and_trades_on_the_date_they_are_left(
    limits, per_day, entered, left_out
):
    advance = walked("DRLRLRL", Limits(**limits), per_day)
    assert (entries(advance), kept_out(advance)) == (entered, left_out)


def test_a_trade_that_earns_nothing_is_a_loss():
    advance = walked("DR==DRL", Limits(stop_after_losses=1), bar_count=2)
    assert [trade.r_multiple for trade in advance.trades] == [0.0]
    assert kept_out(advance) == [(20, LOSSES)]


@pytest.mark.parametrize(
    "costs",
    [
        Costs(commission_per_share=1.25),
        Costs(slippage_per_share=2.5),
        Costs(minimum_per_order=125.0),
        Costs(half_spread_per_share=2.5),
        # The entry is not within the first five minutes of the session.
        Costs(half_spread_per_share=2.5, slippage_open_factor=3.0, slippage_open_minutes=5.0),
    ],
)
def test_r_is_net_of_costs(costs):
    limits = Limits(stop_after_loss_r=1.0)
    advance = walked("DRWRWRL", limits, costs=costs, risk_per_trade=100.9)
    assert [trade.r_multiple for trade in advance.trades] == [-0.5, -0.5]
    assert kept_out(advance) == [(20, LOSS_R)]


def test_an_entry_without_a_valid_stop_is_none_and_no_limit_is_named():
    limits = Limits(max_trades_per_day=1, cooldown_bars=3)
    advance = walked("DRLRL", limits, stop=Protection("percentage", 1e-8))
    assert kept_out(advance) == [(16, "zero_risk"), (18, "zero_risk")]


def test_entries_within_a_bar_count_on_its_date():
    entry = trigger(PRICE, "cross_short_up", "L")
    dip, back, stop = (98, 99, 98, 98), (97, 99, 97, 98.5), (98, 98, 90, 91)
    bars = bars_of([*LEAD, dip, back, stop, back, stop, dip, back, stop, FLAT], per_day=18)
    found = walked("", Limits(max_trades_per_day=1), bars=bars, entry=entry, packs=(PRICE,))
    free = walked("", Limits(), bars=bars, entry=entry, packs=(PRICE,))
    days = [int(bars.day[index]) for index in entries(found)]
    assert len(days) == len(set(days)) < len(entries(free))
    assert kept_out(found)[0][1] == TRADES


def test_an_entry_that_is_not_confirmed_counts_as_one():
    entry = trigger(
        pack("ema_stack", "ema", short_period=1, mid_period=2, long_period=3), "cross_bull", "CC"
    )
    rows = [BARS["D"], BARS["R"], (100, 100, 99.5, 99.5), (99.5, 99.6, 99.2, 99.3), BARS["R"], FLAT]
    advance = walked("", Limits(max_trades_per_day=1), bars=bars_of([*LEAD, *rows]), entry=entry)
    assert [trade.exit_reason for trade in advance.trades] == ["unconfirmed_cc"]
    assert kept_out(advance) == [(19, TRADES)]


def test_what_missing_data_ended_starts_no_cooldown_and_is_no_loss():
    bars = bars_for("DRDRL")
    gaps = np.zeros(bars.n, np.int32)
    gaps[18] = 2
    limits = Limits(stop_after_losses=1, cooldown_bars=5)
    advance = walked("", limits, bars=bars._replace(missing_before=gaps))
    assert [trade.exit_reason for trade in advance.trades] == ["stop_loss"]
    bars = bars_for("DR=DRL")
    gaps = np.zeros(bars.n, np.int32)
    gaps[18] = 2
    advance = walked("", limits, bars=bars._replace(missing_before=gaps))
    assert [trade.exit_reason for trade in advance.trades] == ["data_gap", "stop_loss"]
    assert kept_out(advance) == []


def finer_of(bars):
    """Finer bars that reach the target of a bar which held both prices first."""

    def decide(trade):
        minute = 60 * 10**9
        fine = bars_of([(100, 102, 99.5, 101)])
        shift = trade.exit_bar_ns - int(fine.start_ns[0])
        fine = fine._replace(
            start_ns=fine.start_ns + shift, close_ns=fine.start_ns + shift + minute
        )
        return resolve(spec_with_finer(), [trade], bars, fine)[0]

    return decide


def spec_with_finer(**limits):
    settings = {"timeframe": "5Min", "timeframe_seconds": 300, "hifi": True}
    return make_spec(**FIXED, **settings, limits=Limits(**limits))


def test_r_is_what_finer_bars_made_of_it():
    program = compile_program(spec_with_finer(stop_after_losses=1))
    bars = bars_for("DRBRLRL")
    by_stop = program.backtest(bars)
    assert (entries(by_stop), kept_out(by_stop)) == ([16], [(18, LOSSES), (20, LOSSES)])
    by_target = program.backtest(bars, finer=finer_of(bars))
    assert (entries(by_target), kept_out(by_target)) == ([16, 18], [(20, LOSSES)])
    memory, streamed = program.new_memory(), []
    for t in range(bars.n):
        part = program.advance(memory, bars.take(slice(t, t + 1)), finer=finer_of(bars))
        streamed += part.trades
    assert streamed == by_target.trades


def test_a_squad_asks_finer_bars_for_those_who_wait_for_them():
    bars = bars_for("DRBRLRL")
    programs = [compile_program(spec_with_finer(**one)) for one in ({LOSSES: 1}, {TRADES: 1})]
    memories = [program.new_memory() for program in programs]
    found = [[], []]
    for t in range(bars.n):
        frame = memories[0].nodes.step(bars.take(slice(t, t + 1)))
        positions = [memory.position for memory in memories]
        asks = [finer_of(bars), None]
        for kept, one in zip(
            found, walk_many(programs, positions, frame, [0, 0], asks), strict=True
        ):
            kept += entries(one)
    assert found == [[16, 18], [16]]


def test_a_squad_counts_by_the_limits_and_costs_of_each():
    costs = [Costs(minimum_per_order=125.0), Costs(), Costs(minimum_per_order=50.0)]
    settings = [{"costs": one, "limits": Limits(stop_after_losses=1)} for one in costs]
    programs = [compile_program(make_spec(**FIXED, **one)) for one in settings]
    memory, bars = programs[0].new_memory(), bars_for("DRWRL")
    positions, found = [Position() for _ in programs], [[], [], []]
    for t in range(bars.n):
        frame = memory.nodes.step(bars.take(slice(t, t + 1)))
        for kept, one in zip(found, walk_many(programs, positions, frame, [0, 0, 0]), strict=True):
            kept += [trade.r_multiple for trade in one.trades]
    assert found == [[-0.5], [2.0, -1.0], [1.0, -2.0]]


def test_a_position_stored_before_there_were_limits_goes_on():
    program, bars = compile_program(make_spec(**FIXED)), bars_for("DRL")
    memory = program.new_memory()
    program.advance(memory, bars.take(slice(0, 17)))
    header, body = unpack("position", program.dumps_position(memory.position))
    older = body[: POSITION.fields["entry_since_ns"][1]]
    position = program.loads_position(packed("position", header, older))
    assert position.row.tobytes() == memory.position.row.tobytes()


def test_limits_and_what_they_count_by_make_it_another_program():
    limits = Limits(stop_after_losses=1)
    specs = [
        make_spec(**FIXED),
        make_spec(**FIXED, limits=limits),
        make_spec(**FIXED, limits=limits, costs=Costs(0.01)),
        make_spec(**FIXED, limits=limits, risk_per_trade=50.0),
        make_spec(**FIXED, limits=Limits(stop_after_losses=2)),
    ]
    assert len({compile_program(spec).fingerprint for spec in specs}) == len(specs)
    with_costs = make_spec(**FIXED, costs=Costs(0.01), risk_per_trade=50.0)
    assert compile_program(with_costs).fingerprint == compile_program(specs[0]).fingerprint
