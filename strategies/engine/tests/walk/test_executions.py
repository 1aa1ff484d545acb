"""Orders within the bar, confirmations, and orders that wait for closes, on hand-typed bars.

EMA 1 is the close itself, so the level of `cross_short_up` is the close of the bar before. Every
table begins with flat bars up to W and a bar that stays under its level; the level is 98 then.
"""

import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.spec import Confirmation, Costs, Protection
from strategies.engine.tests.builders import bars_of, condition, make_spec, minutes, pack, trigger

PRICE = pack("ema_price_position", "pp", short_period=1, mid_period=2, long_period=3)
EMA = pack("ema_stack", "ema", short_period=1, mid_period=2, long_period=3)
LEAD = [(100, 100, 100, 100)] * 15 + [(98, 99, 98, 98)]
SHORT_LEAD = [(100, 100, 100, 100)] * 15 + [(102, 102, 101, 102)]
CLOSE_LEAD = [(100, 100, 100, 100)] * 15 + [(100, 100, 99, 99), (99, 100, 99, 100)]
ENTRY = 16
FIXED = {"stop": Protection("fixed_dollar", 1.0), "target": Protection("fixed_dollar", 2.0)}


def run(rows, execution="L", lead=LEAD, base="cross_short_up", **changes):
    entry = trigger(PRICE, base, execution)
    settings = {"entry": entry, "packs": (PRICE,), **FIXED, **changes}
    return compile_program(make_spec(**settings)).backtest(bars_of([*lead, *rows]))


def run_short(rows, execution="L", **changes):
    return run(rows, execution, SHORT_LEAD, "cross_short_down", direction="SHORT", **changes)


def run_close(rows, **changes):
    settings = {"entry": trigger(EMA, "cross_bull", "CC"), "packs": (EMA,), **FIXED, **changes}
    return compile_program(make_spec(**settings)).backtest(bars_of([*CLOSE_LEAD, *rows]))


def exits(advance):
    return [(t.exit_index - ENTRY, t.exit_reason, t.exit_price) for t in advance.trades]


def entry_of(advance):
    held = advance.open_trade or advance.trades[0]
    return held.entry_index - ENTRY, held.entry_price, held.exec_type


ENTRIES = [
    ("reached exactly", (97, 98, 97, 97.5), (0, 98.0, "L")),
    ("crossed", (97, 99, 97, 98.5), (0, 98.0, "L")),
    ("opened beyond", (99, 99.5, 98.5, 99), (0, 99.0, "L")),
    ("opened on it", (98, 98.2, 97.5, 97.6), (0, 98.0, "L")),
]


@pytest.mark.parametrize(("name", "row", "expected"), ENTRIES)
def test_a_level_entry_fills_within_the_bar(name, row, expected):
    assert entry_of(run([row])) == expected


def test_a_level_just_out_of_reach_is_not_filled():
    assert run([(97, 97.99, 97, 97.5)]).open_trade is None


def test_a_short_level_entry_is_the_mirror():
    assert entry_of(run_short([(103, 103, 102, 102.5)])) == (0, 102.0, "L")
    assert entry_of(run_short([(101, 101.5, 100.5, 101)])) == (0, 101.0, "L")
    assert run_short([(103, 103, 102.01, 102.5)]).open_trade is None


def test_nothing_is_left_on_the_entry_bar():
    advance = run([(97, 110, 90, 98)])
    assert advance.trades == []
    assert advance.open_trade.entry_index == ENTRY


def test_the_entry_bar_of_a_level_is_seen_at_its_close_only():
    held = run([(97, 110, 90, 98.5)]).open_trade
    assert (held.mae_r, held.mfe_r) == (0.0, 0.5)
    held = run([(97, 110, 90, 97.25)]).open_trade
    assert (held.mae_r, held.mfe_r) == (-0.75, 0.0)


def test_a_close_beyond_the_level_arms_nothing():
    """EMA 2 lies under a close that rose: what has crossed already can't be crossed again."""
    lead = [(100, 100, 100, 100)] * 15 + [(100, 101, 100, 101)]
    rows = [(99, 102, 99, 101.5)]
    assert run(rows, lead=lead, base="cross_mid_up").open_trade is None
    falling = [(100, 100, 100, 100)] * 15 + [(99, 99, 99, 99)]
    # EMA 2 after 100 and 99: 99 x 2/3 + 100/3.
    entered = run([(99, 102, 99, 101.5)], lead=falling, base="cross_mid_up").open_trade
    assert entered.entry_price == pytest.approx(99 + 1 / 3)


def test_a_level_needs_a_state_on_the_bar_before():
    slow = pack("ema_price_position", "pp", short_period=1, mid_period=2, long_period=20)
    spec = make_spec(entry=trigger(slow, "cross_short_up", "L"), packs=(slow,), **FIXED)
    assert spec.warm_up_bars == 100
    rows = [(100, 100, 100, 100)] * 100
    assert compile_program(spec).backtest(bars_of([*rows, (100, 100, 100, 100)])).open_trade


def test_a_session_level_is_not_carried_to_the_next_date():
    vwap = pack("vwap")
    spec = make_spec(entry=trigger(vwap, "cross_above", "L"), packs=(vwap,), **FIXED)
    day = [(100, 101, 99, 100), (100, 101, 99, 99.5), (99.4, 99.6, 99, 99.2)]
    rows = [*day, (99, 103, 99, 102), (100, 100, 100, 100), (100, 100, 100, 100)]
    columns = [[row[i] for row in rows] for i in range(4)]
    volume = [100.0] * len(rows)
    assert compile_program(spec).backtest(minutes(*columns, volume, per_day=6)).open_trade
    advance = compile_program(spec).backtest(minutes(*columns, volume, per_day=3))
    assert advance.open_trade is None
    assert advance.trades == []


def test_a_level_entry_asks_the_own_state_of_the_bar_before():
    """On the bar before the close is lowest; on the entry bar it ends highest."""
    rows = [(97, 99, 97, 99)]
    assert run(rows, conditions=(condition(PRICE, "LMSP"),)).open_trade is None
    before = run(rows).state_at("pp", ENTRY - 1)
    assert run(rows, conditions=(condition(PRICE, before),)).open_trade is not None
    now = run(rows).state_at("pp", ENTRY)
    assert now != before
    assert run(rows, conditions=(condition(PRICE, now),)).open_trade is None


def test_a_level_entry_measures_by_the_atr_of_the_bar_before():
    advance = run([(97, 140, 60, 98)], stop=Protection("atr", 1.0), lead=_long(LEAD))
    held = advance.open_trade
    # One bar of range 2 after fourteen and more without any.
    assert held.risk == pytest.approx(2.0 * 2 / 15)
    # At the close, the wild bar itself would have counted.
    assert held.entry_index == len(_long(LEAD))


def _long(lead):
    return [(100, 100, 100, 100)] * 80 + lead[15:]


def test_level_entries_and_exits_pay_no_slippage_but_stops_do():
    costs = Costs(slippage_per_share=0.25)
    stopped = run([(97, 98, 97, 98), (98, 98, 96, 97)], costs=costs).trades[0]
    assert stopped.pnl_gross - stopped.pnl == 0.25
    won = run([(97, 98, 97, 98), (98, 100, 98, 100)], costs=costs).trades[0]
    assert won.pnl_gross - won.pnl == 0.0


def test_a_level_exit_fills_within_the_bar_after_earlier_rules():
    leave = (trigger(PRICE, "cross_short_down", "L"),)
    entered = [(97, 98, 97, 98.5)]
    assert exits(run([*entered, (99, 99, 98.2, 98.4)], exits=leave)) == [(1, "signal_exit", 98.5)]
    assert exits(run([*entered, (98.4, 98.45, 98.2, 98.3)], exits=leave))[0][2] == 98.4
    assert exits(run([*entered, (99, 99, 98.6, 98.7)], exits=leave)) == []
    counted = run([*entered, (99, 99, 98.2, 98.4)], exits=leave, bar_count=1)
    assert exits(counted) == [(1, "bar_count_exit", 98.4)]
    trade = run([*entered, (99, 99, 98.2, 98.4)], exits=leave).trades[0]
    assert (trade.exit_trigger, trade.exit_fill_ns) == (leave[0].id, trade.exit_trigger_ns)
    assert trade.mae_r == 0.0


def test_the_first_exit_in_the_list_wins_whatever_it_fills_at():
    level, close = trigger(PRICE, "cross_short_down", "L"), trigger(EMA, "cross_bear")
    rows = [(97, 98, 97, 99), (99, 99, 98.2, 98.3)]
    first = run(rows, exits=(level, close), packs=(PRICE, EMA)).trades[0]
    second = run(rows, exits=(close, level), packs=(PRICE, EMA)).trades[0]
    assert (first.exit_trigger, first.exit_price) == (level.id, 99.0)
    assert (second.exit_trigger, second.exit_price) == (close.id, 98.3)


# Level, then close

KEPT, FAILED = (97, 99, 97, 98.1), (97, 99, 97, 98.0)


def test_a_level_entry_is_confirmed_by_the_close_of_its_bar():
    assert exits(run([KEPT, (98, 98.5, 97.5, 98)], "LC")) == []
    assert exits(run([FAILED, (97.9, 98.5, 97.5, 98)], "LC")) == [(1, "unconfirmed_lc", 97.9)]


def test_an_unconfirmed_position_is_left_at_the_open_and_its_instant():
    advance = run([FAILED, (97.9, 98.5, 97.5, 98)], "LC")
    trade, bars = advance.trades[0], advance.bars
    assert trade.exit_fill_ns == bars.start_ns[ENTRY + 1]
    assert trade.exit_trigger_ns == bars.close_ns[ENTRY]
    assert trade.exit_trigger is None
    assert trade.hold_seconds == 0
    # It saw the open and nothing else of that bar.
    assert trade.mae_r == pytest.approx(-0.1)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((96.5, 97, 96, 96.8), (1, "stop_loss", 96.5)),
        ((97.0, 97.5, 96, 97.2), (1, "stop_loss", 97.0)),
        ((100.0, 101, 99, 100), (1, "target", 100.0)),
        ((97.1, 101, 90, 97), (1, "unconfirmed_lc", 97.1)),
    ],
)
def test_stop_and_target_come_before_leaving_at_the_open(row, expected):
    assert exits(run([FAILED, row], "LC")) == [expected]


def test_stops_that_wait_for_a_close_do_not_take_the_open():
    parts = {"stop": Protection("fixed_dollar", 1.0, execution="C")}
    assert exits(run([FAILED, (96, 97, 95, 96)], "LC", **parts)) == [(1, "unconfirmed_lc", 96.0)]
    parts = {"target": Protection("fixed_dollar", 2.0, execution="C")}
    assert exits(run([FAILED, (101, 102, 95, 96)], "LC", **parts))[0] == (
        1,
        "unconfirmed_lc",
        101.0,
    )


def test_the_next_bar_may_confirm_by_the_level_it_has():
    later = {"confirmation": Confirmation(1)}
    # The level of the next bar is 97.5, the close of the entry bar.
    entered = (97, 99, 97, 97.5)
    assert exits(run([entered, (98, 98.5, 97.4, 97.6), (97, 97.5, 96.8, 97)], "LC", **later)) == [
        (2, "stop_loss", 97.0)
    ]
    assert exits(run([entered, (98, 98.5, 97.4, 97.5), (97.2, 98, 96, 97)], "LC", **later)) == [
        (2, "unconfirmed_lc", 97.2)
    ]


LIMIT = {"confirmation": Confirmation(0, "exit_limit")}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((97.5, 97.9, 97.2, 97.6), []),
        ((97.5, 98.0, 97.2, 97.6), [(1, "unconfirmed_lc", 98.0)]),
        ((98.3, 98.9, 97.2, 97.6), [(1, "unconfirmed_lc", 98.3)]),
        ((97.5, 98.5, 96.9, 97.6), [(1, "stop_loss", 97.0)]),
        ((97.5, 100.0, 97.2, 97.6), [(1, "target", 100.0)]),
    ],
)
def test_an_unconfirmed_position_may_wait_for_its_entry_price(row, expected):
    assert exits(run([FAILED, row], "LC", **LIMIT)) == expected


def test_waiting_for_the_entry_price_comes_before_every_exit_at_the_close():
    row = (97.5, 98.0, 97.2, 97.6)
    assert exits(run([FAILED, row], "LC", bar_count=1, **LIMIT)) == [(1, "unconfirmed_lc", 98.0)]
    quiet = (97.5, 97.9, 97.2, 97.6)
    assert exits(run([FAILED, quiet], "LC", bar_count=1, **LIMIT)) == [(1, "bar_count_exit", 97.6)]


def test_a_short_unconfirmed_position_is_the_mirror():
    failed = (103, 103, 101, 102.0)
    assert exits(run_short([failed, (102.1, 102.5, 101.5, 102)], "LC"))[0][1:] == (
        "unconfirmed_lc",
        102.1,
    )
    assert exits(run_short([failed, (102.5, 102.9, 102.0, 102.4)], "LC", **LIMIT))[0][1:] == (
        "unconfirmed_lc",
        102.0,
    )
    assert exits(run_short([failed, (101.5, 102, 101, 101.4)], "LC", **LIMIT))[0][2] == 101.5
    assert exits(run_short([failed, (102.5, 102.9, 102.1, 102.4)], "LC", **LIMIT)) == []


def test_leaving_at_market_slips_and_at_the_entry_price_does_not():
    costs = Costs(slippage_per_share=0.25)
    market = run([FAILED, (97.9, 98.5, 97.5, 98)], "LC", costs=costs).trades[0]
    limit = run([FAILED, (97.5, 98.0, 97.2, 97.6)], "LC", costs=costs, **LIMIT).trades[0]
    assert market.pnl_gross - market.pnl == pytest.approx(0.25)
    assert limit.pnl_gross == limit.pnl


# Close, then close: entered at 100 on the close of bar 16.


def test_a_close_entry_is_confirmed_while_its_relation_holds():
    assert exits(run_close([(100, 100.2, 100, 100.1), (99.8, 100.2, 99.6, 99.7)])) == []
    assert exits(run_close([(100, 100.2, 99.5, 99.5), (99.8, 100.2, 99.6, 99.7)])) == [
        (2, "unconfirmed_cc", 99.8)
    ]


def test_a_relation_of_equals_does_not_hold():
    """EMA 2 after the entry is 99 + 8/9; a close on it keeps EMA 1 on EMA 2."""
    mid = run_close([]).columns("ema")["mid"][-1]
    assert exits(run_close([(100, 100, mid, mid), (99.8, 100.2, 99.6, 99.7)]))[0][1] == (
        "unconfirmed_cc"
    )


def test_stop_and_target_of_the_confirming_bar_come_first():
    assert exits(run_close([(100, 100.2, 99, 99.5)])) == [(1, "stop_loss", 99.0)]
    assert exits(run_close([(100, 102, 99.5, 99.5)])) == [(1, "target", 102.0)]


def test_a_trigger_without_a_relation_must_fire_again():
    swing = pack("swing_123")
    spec = make_spec(entry=trigger(swing, "bull_c2", "CC"), packs=(swing,), **FIXED)
    c2, again = (100, 100.5, 99.5, 100.2), (100.2, 100.6, 99.4, 100.3)
    flat = (100.2, 100.3, 100, 100.1)
    held = compile_program(spec).backtest(bars_of([(100, 100, 100, 100), c2, again, flat, flat]))
    assert [trade.exit_reason for trade in held.trades] == []
    left = compile_program(spec).backtest(bars_of([(100, 100, 100, 100), c2, flat, flat, flat]))
    assert [trade.exit_reason for trade in left.trades] == ["unconfirmed_cc"]


# Stops and targets that wait for closes: stop 99, target 102, entered at 100.


def protected(rows, stop="L", target="L"):
    parts = {
        "stop": Protection("fixed_dollar", 1.0, execution=stop),
        "target": Protection("fixed_dollar", 2.0, execution=target),
    }
    entry = trigger(EMA, "cross_bull")
    spec = make_spec(entry=entry, packs=(EMA,), **parts)
    advance = compile_program(spec).backtest(bars_of([*CLOSE_LEAD, *rows]))
    return exits(advance), advance


WICK, BEYOND = (100, 100.5, 98, 99.5), (100, 100.5, 98, 98.7)
SPIKE, ABOVE = (100, 103, 99.5, 101), (100, 103, 99.5, 102.4)


@pytest.mark.parametrize("kind", ["C", "LC"])
def test_a_stop_may_wait_for_a_close(kind):
    assert protected([WICK], stop=kind)[0] == []
    assert protected([BEYOND], stop=kind)[0] == [(1, "stop_loss", 98.7)]
    assert protected([(100, 100.5, 98, 99.0)], stop=kind)[0] == [(1, "stop_loss", 99.0)]


@pytest.mark.parametrize("kind", ["C", "LC"])
def test_a_target_may_wait_for_a_close(kind):
    assert protected([SPIKE], target=kind)[0] == []
    assert protected([ABOVE], target=kind)[0] == [(1, "target", 102.4)]
    assert protected([(100, 103, 99.5, 102.0)], target=kind)[0] == [(1, "target", 102.0)]
    assert protected([(103, 103, 99.5, 101)], target=kind)[0] == []


def test_two_closes_in_a_row_are_needed():
    assert protected([BEYOND, (98.7, 99, 98, 98.5)], stop="CC")[0] == [(2, "stop_loss", 98.5)]
    assert protected([BEYOND, WICK, BEYOND], stop="CC")[0] == []
    assert protected([ABOVE, (102.4, 103, 102, 102.2)], target="CC")[0] == [(2, "target", 102.2)]
    assert protected([ABOVE, SPIKE, ABOVE], target="CC")[0] == []


def test_a_stop_at_the_close_beats_a_target_within_the_bar():
    found, advance = protected([(100, 103, 98, 98.5)], stop="C")
    assert found == [(1, "stop_loss", 98.5)]
    assert not advance.trades[0].ambiguous
    assert advance.trades[0].mfe_r == 3.0
    assert advance.trades[0].stop_exec_type == "C"


def test_a_stop_within_the_bar_beats_a_target_at_the_close():
    found, advance = protected([(100, 103, 98, 102.5)], target="C")
    assert found == [(1, "stop_loss", 99.0)]
    assert not advance.trades[0].ambiguous
    assert advance.trades[0].target_exec_type == "C"
