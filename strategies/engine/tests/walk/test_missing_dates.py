"""Positions and dates without a bar: two of them end a position at the last close before.

EMA 1 crosses EMA 2 on bar 16, at whose close of 100 the position is entered; one dollar is at risk.
"""

import numpy as np
import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.spec import Confirmation, Costs, Protection, TimeExit, Trailing
from strategies.engine.tests.builders import bars_of, make_spec, pack, trigger

PRICE = pack("ema_price_position", "pp", short_period=1, mid_period=2, long_period=3)
ENTRY = 16
LEAD = [(100, 100, 100, 100)] * 15 + [(100, 100, 99, 99), (99, 100, 99, 100)]
HELD = (100, 100.5, 99.5, 100.25)
CRASH = (90, 91, 89, 90)
STOP = Protection("fixed_dollar", 1.0)


def bars_with(rows, missing):
    """The lead and these rows; `missing`: by bar, how many dates lack before it."""
    bars = bars_of([*LEAD, *rows])
    counts = np.zeros(bars.n, np.int32)
    for index, n in missing.items():
        counts[index] = n
    return bars._replace(missing_before=counts)


def walked(rows, missing, **changes):
    program = compile_program(make_spec(**{"stop": STOP, **changes}))
    return program.backtest(bars_with(rows, missing))


@pytest.mark.parametrize(
    ("n_missing", "left"),
    [
        (0, (18, "stop_loss", 90)),
        (1, (18, "stop_loss", 90)),
        (2, (17, "data_gap", 100.25)),
        (3, (17, "data_gap", 100.25)),
        (1000, (17, "data_gap", 100.25)),
    ],
)
def test_two_missing_dates_end_a_position_at_the_close_before(n_missing, left):
    (trade,) = walked([HELD, CRASH], {18: n_missing}).trades
    assert (trade.exit_index, trade.exit_reason, trade.exit_price) == left


def test_its_instants_are_those_of_the_last_close_and_no_trigger_ended_it():
    advance = walked([HELD, CRASH], {18: 2})
    (trade,) = advance.trades
    close_ns = int(advance.bars.close_ns[17])
    assert (trade.exit_bar_ns, trade.exit_trigger_ns, trade.exit_fill_ns) == (
        int(advance.bars.start_ns[17]),
        close_ns,
        close_ns,
    )
    assert (trade.exit_trigger, trade.ambiguous, trade.bars_held) == (None, False, 1)
    assert (trade.r_multiple, trade.mae_r, trade.mfe_r) == (0.25, -0.5, 0.5)
    assert (trade.is_counted, trade.decided_index) == (False, 18)


def test_one_entered_on_the_last_bar_before_ends_where_it_began():
    (trade,) = walked([CRASH], {17: 2}).trades
    assert (trade.entry_index, trade.exit_index, trade.exit_reason) == (16, 16, "data_gap")
    assert (trade.bars_held, trade.r_multiple, trade.mae_r, trade.mfe_r) == (0, 0.0, 0.0, 0.0)


def test_dates_missing_before_the_entry_bar_end_nothing():
    advance = walked([HELD], {ENTRY: 5})
    assert (advance.trades, advance.open_trade.entry_index) == ([], ENTRY)


@pytest.mark.parametrize(
    "changes",
    [
        {"target": Protection("fixed_dollar", 0.1)},
        {"bar_count": 2},
        {"time_exit": TimeExit("max_hold_bars", bars=2)},
        {"time_exit": TimeExit("time_of_day_exit", start_minute=589)},
        {"stop": Protection("fixed_dollar", 1.0, execution="C")},
    ],
)
def test_nothing_of_the_bar_after_comes_first(changes):
    (trade,) = walked([(100, 100.05, 99.5, 100), CRASH], {18: 2}, **changes).trades
    assert (trade.exit_index, trade.exit_reason) == (17, "data_gap")


def test_an_entry_that_was_not_confirmed_ends_there_too():
    entry = trigger(make_spec().entry.pack, "cross_bull", "CC")
    rows = [(100, 100.5, 99.2, 99.3), CRASH]
    (trade,) = walked(rows, {18: 2}, entry=entry).trades
    assert (trade.exit_index, trade.exit_reason, trade.exit_price) == (17, "data_gap", 99.3)
    (trade,) = walked(rows, {18: 1}, entry=entry).trades
    assert (trade.exit_index, trade.exit_reason) == (18, "stop_loss")


def test_the_bar_after_may_enter_anew():
    rows = [(100, 100.5, 99.5, 99.6), (99.6, 101, 99.6, 100.8)]
    advance = walked(rows, {18: 2})
    assert [trade.exit_reason for trade in advance.trades] == ["data_gap"]
    assert (advance.open_trade.entry_index, advance.open_trade.entry_price) == (18, 100.8)
    # Left on that very bar by anything else, it could not.
    assert walked(rows, {}, bar_count=2).open_trade is None


def test_the_bar_after_may_enter_anew_at_a_level():
    entry = trigger(PRICE, "cross_short_up", "L")
    rows = [(98, 99, 98, 98), (97, 99, 97, 98.5), (98, 98.2, 98, 98), (98, 99, 98, 98.9)]
    changes = {"entry": entry, "packs": (PRICE,), "stop": Protection("fixed_dollar", 5.0)}
    advance = walked(rows, {20: 2}, **changes)
    assert [(one.exit_index, one.exit_reason) for one in advance.trades] == [(19, "data_gap")]
    assert advance.open_trade.entry_index == 20


def test_a_short_position_and_one_with_a_moved_stop():
    rows = [(100, 100, 98, 98.5), (98.5, 99, 97, 97.5), CRASH]
    ema = make_spec().entry.pack
    lead = [(100, 100, 100, 100)] * 15 + [(100, 101, 100, 101), (101, 101, 100, 100)]
    bars = bars_of([*lead, *rows])
    bars = bars._replace(missing_before=np.array([0] * 19 + [2], np.int32))
    spec = make_spec(
        direction="SHORT",
        entry=trigger(ema, "cross_bear"),
        stop=STOP,
        trailing=Trailing("fixed_dollar", 2.0),
    )
    (trade,) = compile_program(spec).backtest(bars).trades
    assert (trade.exit_reason, trade.exit_price, trade.r_multiple) == ("data_gap", 97.5, 2.5)
    assert (trade.initial_stop_price, trade.stop_price) == (101.0, 99.5)


def test_it_pays_what_an_exit_at_a_close_pays():
    costs = Costs(slippage_per_share=0.1, commission_per_share=0.05)
    (trade,) = walked([HELD, CRASH], {18: 2}, costs=costs).trades
    assert trade.r_multiple_gross == 0.25
    assert trade.r_multiple == pytest.approx(0.25 - 0.2 - 0.1)


def test_gaps_may_follow_each_other():
    rows = [HELD, (100, 100.5, 98, 98.5), (98.5, 101, 98.5, 100.8), HELD, HELD]
    advance = walked(rows, {18: 2, 20: 2}, stop=Protection("fixed_dollar", 50.0))
    assert [(one.entry_index, one.exit_index, one.exit_reason) for one in advance.trades] == [
        (16, 17, "data_gap"),
        (19, 19, "data_gap"),
    ]


@pytest.mark.parametrize("n_rows", [1, 4096])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_however_the_bars_come_and_the_rows_are_full(monkeypatch, size, n_rows):
    monkeypatch.setattr("strategies.engine.program.program.MAX_ROWS", n_rows)
    rows = [HELD, (100, 100.5, 98, 98.5), (98.5, 101, 98.5, 100.8), HELD, HELD]
    bars = bars_with(rows, {18: 2, 20: 2, 21: 3})
    spec = make_spec(stop=Protection("fixed_dollar", 50.0), confirmation=Confirmation(1))
    program = compile_program(spec)
    memory, found = program.new_memory(), []
    for begin in range(0, bars.n, size):
        advance = program.advance(memory, bars.take(slice(begin, begin + size)))
        found += advance.trades
    whole = program.backtest(bars)
    assert (found, advance.open_trade) == (whole.trades, whole.open_trade)
    assert len(found) == 2
