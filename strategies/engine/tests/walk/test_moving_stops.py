"""Trailing and breakeven stops and exits by the clock, on hand-typed bars.

The position is entered at 100 on the close of bar 16 with its stop at 99; see `test_exits`.
"""

import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.spec import Breakeven, Protection, TimeExit, Trailing
from strategies.engine.tests.builders import bars_of, make_spec, pack, trigger

EMA = pack("ema_stack", "ema", short_period=1, mid_period=2, long_period=3)
LEAD = [(100, 100, 100, 100)] * 15 + [(100, 100, 99, 99), (99, 100, 99, 100)]
SHORT_LEAD = [(100, 100, 100, 100)] * 15 + [(100, 101, 100, 101), (101, 101, 100, 100)]
ENTRY = 16


def run(rows, lead=LEAD, per_day=390, **changes):
    settings = {
        "entry": trigger(EMA, "cross_bull"),
        "packs": (EMA,),
        "stop": Protection("fixed_dollar", 1.0),
        **changes,
    }
    bars = bars_of([*lead, *rows], per_day=per_day)
    return compile_program(make_spec(**settings)).backtest(bars)


def run_short(rows, **changes):
    return run(rows, SHORT_LEAD, direction="SHORT", entry=trigger(EMA, "cross_bear"), **changes)


def stop_after(rows, **changes):
    """The stop in force for the bar after these."""
    return run(rows, **changes).open_trade.stop_price


DOLLAR = {"trailing": Trailing("fixed_dollar", 0.5)}


def test_a_trailing_stop_follows_the_close_from_the_bar_after_the_entry():
    assert stop_after([], **DOLLAR) == 99.0
    assert stop_after([(100, 101, 99.5, 100.8)], **DOLLAR) == pytest.approx(100.3)


def test_a_trailing_stop_acts_on_the_next_bar_only():
    advance = run([(100, 101, 99.5, 100.8), (100.8, 101, 100.2, 100.5)], **DOLLAR)
    trade = advance.trades[0]
    assert (trade.exit_index, trade.exit_reason) == (ENTRY + 2, "stop_loss")
    assert trade.exit_price == trade.stop_price == pytest.approx(100.3)
    assert trade.initial_stop_price == 99.0
    # R is measured by the initial risk.
    assert (trade.risk, trade.r_multiple) == (1.0, pytest.approx(0.3))


def test_a_stop_is_never_loosened():
    rows = [(100, 101, 99.5, 100.8), (100.8, 101, 100.4, 100.4)]
    assert stop_after(rows, **DOLLAR) == pytest.approx(100.3)


def test_a_trailing_stop_begins_at_its_activation():
    late = {"trailing": Trailing("fixed_dollar", 0.5, 1.0)}
    assert stop_after([(100, 102, 99.5, 100.99)], **late) == 99.0
    assert stop_after([(100, 102, 99.5, 101.0)], **late) == 100.5


def test_a_trailing_stop_in_percent_is_of_the_close():
    assert stop_after([(100, 110, 99.5, 110)], trailing=Trailing("percentage", 1.0)) == (
        pytest.approx(110 - 1.1)
    )


def test_a_trailing_stop_by_the_atr_of_the_bar_itself():
    rows = [(100, 100, 100, 100)] * 80 + LEAD[15:]
    held = run([(100, 101, 100, 101)], rows, trailing=Trailing("atr", 2.0)).open_trade
    atr = 0.0
    for span in (1.0, 1.0, 1.0):
        atr = 2 / 15 * span + (1 - 2 / 15) * atr
    assert held.stop_price == pytest.approx(101 - 2 * atr)


def test_without_an_atr_a_trailing_stop_stays():
    flat = [(100, 100, 100, 100)] * 3
    ema = pack("swing_123")
    rows = [*flat, (100, 100.5, 99.5, 100.2), (100.2, 101, 100, 100.9)]
    advance = run(
        rows, [], entry=trigger(ema, "bull_c2"), packs=(ema,), trailing=Trailing("fixed_dollar", 1)
    )
    assert advance.open_trade.stop_price == pytest.approx(99.9)


def test_breakeven_moves_the_stop_to_the_entry_and_beyond():
    even = {"breakeven": Breakeven(1.0, 0.25)}
    assert stop_after([(100, 102, 99.5, 100.99)], **even) == 99.0
    assert stop_after([(100, 102, 99.5, 101.0)], **even) == 100.25


def test_the_better_of_both_wins():
    both = {"breakeven": Breakeven(0.5, 0.0), "trailing": Trailing("fixed_dollar", 2.0)}
    assert stop_after([(100, 102, 99.5, 101.0)], **both) == 100.0
    assert stop_after([(100, 103, 99.5, 102.5)], **both) == 100.5


def test_short_stops_move_down():
    rows = [(100, 100.5, 99, 99.2)]
    assert run_short(rows, **DOLLAR).open_trade.stop_price == pytest.approx(99.7)
    even = {"breakeven": Breakeven(0.75, 0.25)}
    assert run_short(rows, **even).open_trade.stop_price == 99.75
    assert run_short([(100, 100.5, 99, 99.3)], **even).open_trade.stop_price == 101.0


# By the clock: bar 16 closes at 09:47, the session at 16:00.

QUIET = (100, 100.2, 99.8, 100.1)


def time_exits(rule, n=6, **changes):
    advance = run([QUIET] * n, time_exit=rule, **changes)
    return [(t.exit_index - ENTRY, t.exit_reason, t.exit_price) for t in advance.trades]


def test_leaving_before_the_close_of_the_session():
    assert time_exits(TimeExit("eod_exit", minutes_before_close=371)) == [(2, "time_exit", 100.1)]
    assert time_exits(TimeExit("eod_exit", minutes_before_close=372)) == [(1, "time_exit", 100.1)]


def test_leaving_at_a_time_of_day():
    # 09:49 is minute 589.
    assert time_exits(TimeExit("time_of_day_exit", start_minute=589))[0][0] == 2
    assert time_exits(TimeExit("time_of_day_exit", start_minute=590))[0][0] == 3


def test_leaving_after_a_number_of_bars():
    assert time_exits(TimeExit("max_hold_bars", bars=3)) == [(3, "time_exit", 100.1)]


def test_leaving_outside_a_window():
    assert time_exits(TimeExit("session_exit", start_minute=570, end_minute=589))[0][0] == 2
    # Over midnight: out from 09:49 on, until 10:00.
    assert time_exits(TimeExit("session_exit", start_minute=600, end_minute=589))[0][0] == 2


def test_no_entry_once_the_clock_has_struck():
    for rule in (
        TimeExit("time_of_day_exit", start_minute=587),
        TimeExit("eod_exit", minutes_before_close=373),
        TimeExit("session_exit", start_minute=588, end_minute=600),
        TimeExit("session_exit", start_minute=600, end_minute=587),
    ):
        advance = run([QUIET] * 2, time_exit=rule)
        assert (advance.trades, advance.open_trade, advance.rejected) == ([], None, [])
    for rule in (
        TimeExit("time_of_day_exit", start_minute=588),
        TimeExit("eod_exit", minutes_before_close=372),
        TimeExit("session_exit", start_minute=587, end_minute=600),
        TimeExit("session_exit", start_minute=600, end_minute=588),
    ):
        assert run([], time_exit=rule).open_trade is not None


@pytest.mark.parametrize(
    ("rule", "n_bars"),
    [
        (TimeExit("eod_exit", minutes_before_close=1), 2),
        (TimeExit("time_of_day_exit", start_minute=900), 2),
        (TimeExit("session_exit", start_minute=570, end_minute=900), 2),
        # Over midnight nothing is due every day.
        (TimeExit("session_exit", start_minute=900, end_minute=800), 0),
    ],
)
def test_what_is_due_every_day_is_due_on_a_later_date(rule, n_bars):
    """Two more bars, the second on the next date, long before the clock strikes again."""
    advance = run([QUIET] * 3, per_day=18, time_exit=rule)
    assert [t.exit_index - ENTRY for t in advance.trades] == ([n_bars] if n_bars else [])


def test_time_comes_before_the_bar_count_and_after_the_target():
    rule = TimeExit("max_hold_bars", bars=1)
    assert time_exits(rule, bar_count=1)[0][1] == "time_exit"
    target = Protection("fixed_dollar", 0.1)
    assert time_exits(rule, target=target)[0][1] == "target"


def test_exits_of_older_files():
    bear = {"opposite": trigger(EMA, "cross_bear")}
    falls = [(100, 100.2, 99.5, 99.6)]
    trade = run(falls, **bear).trades[0]
    assert (trade.exit_reason, trade.exit_price, trade.exit_trigger) == (
        "opposite_signal",
        99.6,
        None,
    )
    assert run(falls, **bear, bar_count=1).trades[0].exit_reason == "bar_count_exit"
    assert run(falls, **bear, time_exit_bars=1).trades[0].exit_reason == "opposite_signal"
    assert run([QUIET] * 2, time_exit_bars=2).trades[0].exit_reason == "time_exit"
    both = run(falls, time_exit_bars=1, exits=(trigger(EMA, "cross_bear"),)).trades[0]
    assert both.exit_reason == "time_exit"
