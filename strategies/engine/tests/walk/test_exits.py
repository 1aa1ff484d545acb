"""Exit rules on hand-typed bars.

EMA 1 crosses above EMA 2 when the close rises after a fall. W is 5 x 3 = 15 bars, so every table
begins with fifteen flat bars, a dip, and the entry at 100 on bar 16.
"""

import numpy as np
import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.spec import Costs, Protection
from strategies.engine.tests.builders import bars_of, condition, make_spec, pack, trigger
from strategies.engine.walk.positions import RULES, Method, Rejection, new_position
from strategies.engine.walk.protection import enter_nb, rejection_nb

EMA = pack("ema_stack", "ema", short_period=1, mid_period=2, long_period=3)
LEAD = [(100, 100, 100, 100)] * 15 + [(100, 100, 99, 99), (99, 100, 99, 100)]
SHORT_LEAD = [(100, 100, 100, 100)] * 15 + [(100, 101, 100, 101), (101, 101, 100, 100)]
ENTRY = 16
FIXED = {"stop": Protection("fixed_dollar", 1.0), "target": Protection("fixed_dollar", 2.0)}


def run(rows, lead=LEAD, **changes):
    settings = {"entry": trigger(EMA, "cross_bull"), "packs": (EMA,), **FIXED, **changes}
    return compile_program(make_spec(**settings)).backtest(bars_of([*lead, *rows]))


def run_short(rows, **changes):
    entry = trigger(EMA, "cross_bear")
    return run(rows, lead=SHORT_LEAD, direction="SHORT", entry=entry, **changes)


def only(advance):
    (trade,) = advance.trades
    assert trade.entry_index == ENTRY
    return trade


def outcome(advance):
    trade = only(advance)
    return trade.exit_reason, trade.exit_price, trade.ambiguous


LONG_CASES = [
    ("stop_at_the_stop", (100, 100.5, 99.0, 100), ("stop_loss", 99.0, False)),
    ("stop_touched_exactly", (100, 100.5, 99.0, 100.2), ("stop_loss", 99.0, False)),
    ("stop_gapped_fills_at_open", (98, 98.5, 97, 98), ("stop_loss", 98.0, False)),
    ("stop_at_the_open_exactly", (99, 99.5, 98, 99), ("stop_loss", 99.0, False)),
    ("target_at_the_target", (100, 102.0, 99.5, 101), ("target", 102.0, False)),
    ("target_gapped_fills_at_open", (103, 104, 102.5, 103), ("target", 103.0, False)),
    ("target_at_the_open_exactly", (102, 104, 101, 103), ("target", 102.0, False)),
    ("both_inside_is_the_stop", (100, 103, 98, 101), ("stop_loss", 99.0, True)),
    ("both_touched_exactly_is_the_stop", (100, 102, 99, 101), ("stop_loss", 99.0, True)),
    ("open_beyond_target_wins_over_stop", (103, 104, 98, 99), ("target", 103.0, False)),
    ("open_beyond_stop_wins_over_target", (98, 103, 97, 102), ("stop_loss", 98.0, False)),
    ("open_at_the_target_wins_over_stop", (102, 104, 98, 99), ("target", 102.0, False)),
    ("open_at_the_stop_leaves_no_doubt", (99, 103, 98, 101), ("stop_loss", 99.0, False)),
]
SHORT_CASES = [
    ("stop_at_the_stop", (100, 101.0, 99.5, 100), ("stop_loss", 101.0, False)),
    ("stop_gapped_fills_at_open", (102, 103, 101.5, 102), ("stop_loss", 102.0, False)),
    ("target_at_the_target", (100, 100.5, 98.0, 99), ("target", 98.0, False)),
    ("target_gapped_fills_at_open", (97, 97.5, 96, 97), ("target", 97.0, False)),
    ("both_inside_is_the_stop", (100, 102, 97, 99), ("stop_loss", 101.0, True)),
    ("open_beyond_target_wins_over_stop", (97, 102, 96, 101), ("target", 97.0, False)),
]


@pytest.mark.parametrize(("name", "row", "expected"), LONG_CASES)
def test_long_level_exit(name, row, expected):
    assert outcome(run([row])) == expected


@pytest.mark.parametrize(("name", "row", "expected"), SHORT_CASES)
def test_short_level_exit(name, row, expected):
    assert outcome(run_short([row])) == expected


def test_entry_bar_itself_never_exits():
    rows = [(99, 105, 90, 100)]
    advance = run([], lead=[*LEAD[:-1], *rows])
    assert advance.trades == []
    assert advance.open_trade.entry_index == ENTRY


def test_entry_fills_at_the_close_and_its_instant():
    bars = run([(100, 100, 99, 99)]).bars
    trade = only(run([(100, 100, 99, 99)]))
    assert trade.entry_price == 100.0
    assert trade.entry_fill_ns == trade.entry_trigger_ns == bars.close_ns[ENTRY]
    assert (trade.entry_bar_ns, trade.exit_bar_ns) == (bars.start_ns[ENTRY], bars.start_ns[17])
    assert (trade.bars_held, trade.hold_seconds) == (1, 60)


def test_no_entry_on_the_bar_of_an_exit():
    """Bar 17 stops out and closes higher than it fell, which would be the next cross."""
    advance = run([(99.5, 99.5, 98.5, 98.6), (98, 98, 97, 97), (97, 99, 97, 99)])
    assert [t.entry_index for t in advance.trades] == [ENTRY]
    assert advance.open_trade.entry_index == 19


def test_a_cross_on_the_exit_bar_is_not_taken():
    dip = (100, 100, 99.5, 99.5)
    advance = run([dip, (99.5, 103, 99.5, 103), (103, 103, 103, 103)])
    assert only(advance).exit_reason == "target"
    assert advance.open_trade is None


def test_bar_count_leaves_at_the_close_of_the_nth_bar_after_entry():
    advance = run([(100, 100.5, 99.9, 100.1), (100.1, 100.4, 100, 100.3)], bar_count=2)
    trade = only(advance)
    assert (trade.exit_reason, trade.exit_price, trade.bars_held) == ("bar_count_exit", 100.3, 2)


def test_stop_comes_before_the_bar_count():
    assert outcome(run([(100, 100, 98, 99.5)], bar_count=1))[0] == "stop_loss"


def test_bar_count_comes_before_a_signal():
    advance = run([(100, 100, 99.5, 99.5)], bar_count=1, exits=(trigger(EMA, "cross_bear"),))
    trade = only(advance)
    assert (trade.exit_reason, trade.exit_trigger) == ("bar_count_exit", None)


def test_signal_leaves_at_the_close_with_its_trigger():
    trade = only(run([(100, 100, 99.5, 99.6)], exits=(trigger(EMA, "cross_bear"),)))
    assert (trade.exit_reason, trade.exit_price) == ("signal_exit", 99.6)
    assert trade.exit_trigger == "ema_cross_bear"


def test_first_signal_in_list_order_is_named():
    exits = (trigger(EMA, "mid_cross_bear"), trigger(EMA, "cross_bear"))
    row = [(100, 100, 99.1, 99.1)]
    assert only(run(row, exits=exits)).exit_trigger == "ema_mid_cross_bear"
    assert only(run(row, exits=exits[::-1])).exit_trigger == "ema_cross_bear"


def test_a_later_exit_in_the_list_fires_when_the_earlier_does_not():
    exits = (trigger(EMA, "mid_cross_bull"), trigger(EMA, "cross_bear"))
    assert only(run([(100, 100, 99.1, 99.1)], exits=exits)).exit_trigger == "ema_cross_bear"


def test_stop_comes_before_a_signal():
    advance = run([(100, 100, 98.5, 98.6)], exits=(trigger(EMA, "cross_bear"),))
    assert outcome(advance) == ("stop_loss", 99.0, False)


def test_signal_on_the_entry_bar_is_not_an_exit():
    advance = run([(100, 100.2, 100, 100)], exits=(trigger(EMA, "cross_bull"),))
    assert advance.trades == []


def test_position_is_carried_over_the_night_and_gaps():
    rows = [(100, 100.5, 99.9, 100.1), (95, 96, 94, 95)]
    spec = make_spec(entry=trigger(EMA, "cross_bull"), packs=(EMA,), **FIXED)
    advance = compile_program(spec).backtest(bars_of([*LEAD, *rows], per_day=18))
    trade = only(advance)
    assert (trade.exit_price, trade.r_multiple) == (95.0, -5.0)
    assert trade.hold_seconds > 20 * 3600


def test_unfinished_position_is_an_open_trade():
    advance = run([(100, 101, 99.5, 100.5)])
    held = advance.open_trade
    assert advance.trades == []
    assert (held.entry_price, held.stop_price, held.target_price) == (100.0, 99.0, 102.0)
    assert (held.bars_held, held.mae_r, held.mfe_r) == (1, -0.5, 1.0)


def test_excursion_takes_whole_bars_and_of_the_last_only_open_and_fill():
    rows = [(100, 101.5, 99.5, 100.2), (100.3, 101.9, 98.0, 98.5)]
    trade = only(run(rows))
    assert trade.exit_reason == "stop_loss"
    assert (trade.mae_r, trade.mfe_r) == (-1.0, 1.5)


def test_excursion_of_an_exit_at_the_close_takes_the_whole_bar():
    trade = only(run([(100, 101.5, 99.4, 100.2)], bar_count=1))
    assert (trade.mae_r, trade.mfe_r) == pytest.approx((-0.6, 1.5))


def test_gapped_stop_counts_in_the_excursion():
    trade = only(run([(97, 99, 96, 98)]))
    assert (trade.r_multiple, trade.mae_r, trade.mfe_r) == (-3.0, -3.0, 0.0)


STOPS = [
    (Protection("fixed_dollar", 0.75), 99.25),
    (Protection("percentage", 0.5), 99.5),
    (Protection("swing", 0.0, 2, 0.25), 98.75),
    (Protection("swing", 0.0, 1, 0.0), 99.0),
]
TARGETS = [
    (Protection("fixed_dollar", 0.75), 100.75),
    (Protection("percentage", 0.5), 100.5),
    (Protection("swing", 0.0, 3, 0.25), 100.25),
    (Protection("risk_reward", 1.5), 101.5),
    (None, None),
]


@pytest.mark.parametrize(("stop", "price"), STOPS)
def test_stop_method(stop, price):
    assert run([], stop=stop).open_trade.stop_price == pytest.approx(price)


@pytest.mark.parametrize(("target", "price"), TARGETS)
def test_target_method(target, price):
    assert run([], target=target).open_trade.target_price == (
        None if price is None else pytest.approx(price)
    )


def test_short_stop_and_target_are_mirrored():
    swing = Protection("swing", 0.0, 2, 0.25)
    held = run_short([], stop=swing, target=swing).open_trade
    assert (held.stop_price, held.target_price) == (101.25, 99.75)


def test_atr_stop_uses_the_average_true_range_of_the_entry_bar():
    lead = [(100, 101, 99, 100)] * 75 + [(100, 100, 98, 99), (99, 101, 99, 100)]
    held = run([], lead=lead, stop=Protection("atr", 1.5), target=Protection("atr", 2.0)).open_trade
    assert held.stop_price == pytest.approx(100 - 1.5 * 2.0)
    assert held.target_price == pytest.approx(100 + 2.0 * 2.0)


def test_swing_window_leaves_the_entry_bar_out():
    lead = [*LEAD[:-1], (99, 100, 50, 100)]
    held = run([], lead=lead, stop=Protection("swing", 0.0, 2, 0.0)).open_trade
    assert held.stop_price == 99.0


def test_target_on_the_wrong_side_is_ignored_with_a_warning():
    lead = [*LEAD[:-1], (99, 105, 99, 104)]
    swing = Protection("swing", 0.0, 2, 0.0)
    held = run([], lead=lead, target=swing).open_trade
    assert held.target_price is None
    assert "wrong side" in held.warnings[0]


def test_target_at_the_entry_is_ignored_too():
    held = run([], target=Protection("swing", 0.0, 1, 0.0)).open_trade
    assert (held.entry_price, held.target_price) == (100, None)


def test_swing_stop_above_the_entry_is_rejected():
    lead = [*LEAD[:-1], (99, 100, 99, 99.5)]
    advance = run([], lead=lead, stop=Protection("swing", 0.0, 1, -0.75))
    (rejected,) = advance.rejected
    assert (rejected.bar_index, rejected.reason) == (ENTRY, "stop_on_wrong_side")
    assert advance.open_trade is None


def test_zero_risk_is_rejected():
    lead = [*LEAD[:-1], (99, 100, 99, 99.5)]
    advance = run([], lead=lead, stop=Protection("swing", 0.0, 1, -0.5))
    assert [r.reason for r in advance.rejected] == ["zero_risk"]
    tiny = run([], stop=Protection("percentage", 1e-8))
    assert [r.reason for r in tiny.rejected] == ["zero_risk"]


def enter_alone(method, basis, target=Method.NONE):
    """What the kernel answers to an entry whose stop and target have this basis."""
    rules, position = np.zeros(1, RULES), new_position()
    rules["side"], rules["stop_method"], rules["stop_size"] = 1.0, int(method), 1.5
    rules["target_method"], rules["target_size"] = int(target), 2.0
    bars = bars_of([(100, 100, 100, 100)])
    return Rejection(enter_nb(rules[0], position[0], bars, 0, 0, 100.0, basis, basis))


def test_the_smallest_risk_is_a_billionth_of_the_price():
    rules = np.zeros(1, RULES)
    rules["side"] = 1.0
    assert rejection_nb(rules[0], 1e9, 1e9 - 1.0) == Rejection.NONE
    assert rejection_nb(rules[0], 1e9, 1e9 - 0.5) == Rejection.ZERO_RISK


def test_missing_atr_rejects_the_entry():
    assert enter_alone(Method.ATR, np.nan) == Rejection.NO_ATR
    assert enter_alone(Method.FIXED, np.nan, target=Method.ATR) == Rejection.NO_ATR


def test_swing_without_bars_rejects_the_entry():
    assert enter_alone(Method.SWING, np.nan) == Rejection.NO_SWING


def test_first_possible_entry_is_bar_w():
    early = [(100, 100, 100, 100)] * 13 + [(100, 100, 99, 99), (99, 100, 99, 100)]
    assert run([], lead=early).open_trade is None
    on_time = [(100, 100, 100, 100)] * 13 + [(100, 100, 99, 99), (99, 100, 99, 100)]
    assert run([], lead=[(100, 100, 100, 100), *on_time]).open_trade.entry_index == 15


def test_first_visible_index_delays_the_first_entry():
    program = compile_program(make_spec(entry=trigger(EMA, "cross_bull"), packs=(EMA,), **FIXED))
    assert program.backtest(bars_of(LEAD), first_visible_index=17).open_trade is None
    assert program.backtest(bars_of(LEAD), first_visible_index=16).open_trade is not None


def test_conditions_must_all_be_true():
    vwap = pack("vwap", "vwap")
    true, false = condition(EMA, "SML"), condition(vwap, "<-2σ")
    assert run([], conditions=(true,)).open_trade is not None
    assert run([], conditions=(true, false), packs=(EMA, vwap)).open_trade is None


def test_conditions_of_a_trade_are_sorted_text():
    session = pack("trading_session", "session_regular")
    held = run([], packs=(EMA, session)).open_trade
    assert held.confluence_records == ("1M-EMA-SML", "GEN-SESSION_REGULAR-IN_SESSION")


def test_disabled_packs_are_no_conditions_of_a_trade_unless_named():
    hidden = pack("rvol", "hidden")
    hidden = type(hidden)(hidden.id, hidden.base_template, "X", hidden.parameters, False)
    assert run([], packs=(EMA, hidden)).open_trade.confluence_records == ("1M-EMA-SML",)


def test_costs_reduce_pnl_but_not_prices():
    costs = Costs(commission_per_share=0.01, commission_per_order=1.0)
    trade = only(run([(100, 103, 99.5, 102)], costs=costs, risk_per_trade=100.0))
    assert (trade.entry_price, trade.exit_price) == (100.0, 102.0)
    assert (trade.pnl_gross, trade.r_multiple_gross) == (2.0, 2.0)
    # 100 shares of 1.0 risk: 2 x 0.01 a share and 2 x 1.0 / 100 an order.
    assert trade.pnl == pytest.approx(2.0 - 0.02 - 0.02)


def test_slippage_spares_the_target_and_hits_entry_and_stop():
    costs = Costs(slippage_bps=10.0, slippage_per_share=0.05)
    target = only(run([(100, 103, 99.5, 102)], costs=costs))
    assert target.pnl == pytest.approx(2.0 - (0.1 + 0.05))
    stop = only(run([(100, 100, 98, 99)], costs=costs))
    assert stop.pnl == pytest.approx(-1.0 - (0.1 + 0.05) - (0.099 + 0.05))


def test_costs_can_turn_a_win_into_a_loss():
    trade = only(run([(100, 103, 99.5, 102)], costs=Costs(commission_per_share=1.0)))
    assert (trade.win, trade.r_multiple, trade.r_multiple_gross) == (False, 0.0, 2.0)


def test_forward_segment_begins_with_the_entry_fill():
    fill = int(run([]).bars.close_ns[ENTRY])
    for start, segment in ((fill, "forward"), (fill + 1, "backtest"), (None, "backtest")):
        assert run([], forward_test_start_ns=start).open_trade.segment == segment


def test_no_bars_and_one_bar_do_nothing():
    for rows in ([], [(100, 101, 99, 100)]):
        advance = run([], lead=rows)
        assert (advance.trades, advance.open_trade, advance.rejected) == ([], None, [])
