"""Bars that held stop and target, decided by finer bars, on hand-typed tables.

The strategy's bars last five minutes; the position is entered at 100 with its stop at 99 and its
target at 102, and the bar after the entry holds both.
"""

import numpy as np
import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.spec import Costs, Protection
from strategies.engine.tests.builders import bars_of, make_spec, pack, trigger
from strategies.engine.walk.hifi import level_exit, open_questions, resolve
from strategies.engine.walk.positions import REASON_NAMES, Reason

EMA = pack("ema_stack", "ema", short_period=1, mid_period=2, long_period=3)
LEAD = [(100, 100, 100, 100)] * 15 + [(100, 100, 99, 99), (99, 100, 99, 100)]
SHORT_LEAD = [(100, 100, 100, 100)] * 15 + [(100, 101, 100, 101), (101, 101, 100, 100)]
BOTH, BOTH_SHORT = (100, 103, 98, 101), (100, 102, 97, 99)
MINUTE_NS = 60 * 10**9
FIXED = {"stop": Protection("fixed_dollar", 1.0), "target": Protection("fixed_dollar", 2.0)}
PRICES = [97.0, 98.0, 98.5, 99.0, 100.0, 101.0, 101.5, 102.0, 103.0]
QUIET = (100, 100.5, 99.5, 100)


def backtest(rows, **changes):
    is_long = changes.get("direction", "LONG") == "LONG"
    entry = trigger(EMA, "cross_bull" if is_long else "cross_bear")
    settings = {"entry": entry, "packs": (EMA,), "timeframe": "5Min", "hifi": True, **FIXED}
    lead = LEAD if is_long else SHORT_LEAD
    spec = make_spec(**{**settings, "timeframe_seconds": 300, **changes})
    return compile_program(spec).backtest(five_minutes([*lead, *rows]))


def five_minutes(rows):
    bars = bars_of(rows)
    start_ns = bars.start_ns[0] + 5 * (bars.start_ns - bars.start_ns[0])
    return bars._replace(start_ns=start_ns, close_ns=start_ns + 5 * MINUTE_NS)


def minutes_of(bar_ns, rows):
    """Minutes from the start of a bar on."""
    minutes = bars_of(rows)
    shift = bar_ns - minutes.start_ns[0]
    return minutes._replace(start_ns=minutes.start_ns + shift, close_ns=minutes.close_ns + shift)


def resolved(rows, minutes, **changes):
    advance = backtest(rows, **changes)
    (trade,) = advance.trades
    finer = minutes_of(trade.exit_bar_ns, minutes)
    (after,) = resolve(advance.program.spec, advance.trades, advance.bars, finer)
    return trade, after


CASES = [
    ("target_first", [QUIET, (100, 102, 99.5, 101)], ("target", 102.0, 2)),
    ("stop_first", [QUIET, QUIET, (100, 101, 99, 99.5)], ("stop_loss", 99.0, 3)),
    ("gap_through_the_stop", [QUIET, (98.5, 99, 98, 98.5)], ("stop_loss", 98.5, 2)),
    ("gap_through_the_target", [QUIET, (102.5, 103, 98, 99)], ("target", 102.5, 2)),
    ("stop_touched_by_its_open", [(99, 103, 99, 101)], ("stop_loss", 99.0, 1)),
    ("target_touched_exactly", [(100, 102, 99.5, 101), (101, 101, 98, 98)], ("target", 102.0, 1)),
]
SHORT_CASES = [
    ("target_first", [QUIET, (100, 100.5, 98, 99)], ("target", 98.0, 2)),
    ("stop_first", [(100, 101, 99, 100)], ("stop_loss", 101.0, 1)),
    ("gap_through_the_stop", [QUIET, (101.5, 102, 101, 101)], ("stop_loss", 101.5, 2)),
    ("gap_through_the_target", [QUIET, (97.5, 101, 97, 98)], ("target", 97.5, 2)),
]


def outcome(trade):
    n_minutes = (trade.exit_fill_ns - trade.exit_bar_ns) // MINUTE_NS
    return trade.exit_reason, trade.exit_price, n_minutes


@pytest.mark.parametrize(("name", "minutes", "expected"), CASES)
def test_long(name, minutes, expected):
    before, after = resolved([BOTH], minutes)
    assert (before.ambiguous, before.hifi_resolved) == (True, False)
    assert (after.ambiguous, after.hifi_resolved) == (False, True)
    assert outcome(after) == expected


@pytest.mark.parametrize(("name", "minutes", "expected"), SHORT_CASES)
def test_short(name, minutes, expected):
    _, after = resolved([BOTH_SHORT], minutes, direction="SHORT")
    assert after.hifi_resolved
    assert outcome(after) == expected


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("one_minute_holds_both", [QUIET, (100, 102, 99, 101), (101, 102, 101, 102)]),
        ("none_reaches_either", [QUIET] * 5),
        ("it_happens_after_the_bar", [*[QUIET] * 5, (100, 102, 100, 102)]),
    ],
)
def test_what_minutes_can_not_tell_stays_the_stop(name, minutes):
    before, after = resolved([BOTH], minutes)
    assert after == before
    assert outcome(after)[:2] == ("stop_loss", 99.0)


def test_without_minutes_it_stays_the_stop():
    advance = backtest([BOTH])
    none = advance.bars.take(slice(0, 0))
    assert resolve(advance.program.spec, advance.trades, advance.bars, none) == advance.trades


def test_each_bar_is_judged_as_the_walk_judges_it():
    rng = np.random.default_rng(3)
    for _ in range(200):
        open_, *others = rng.choice(PRICES, 4).tolist()
        row = (open_, max(open_, *others), min(open_, *others), others[0])
        for direction in ("LONG", "SHORT"):
            stop, target = (99.0, 102.0) if direction == "LONG" else (101.0, 98.0)
            expected = level_exit(direction == "LONG", stop, target, *row[:3])
            trades = backtest([row], direction=direction).trades
            if expected[0] == Reason.NONE:
                assert trades == []
            else:
                (trade,) = trades
                found = (trade.exit_reason, trade.exit_price, trade.ambiguous)
                assert found == (REASON_NAMES[expected[0]], *expected[1:])


def test_figures_follow_from_the_new_fill():
    before, after = resolved([(100, 100.5, 99.25, 100), BOTH], [(100, 102, 99.5, 101)])
    assert (after.pnl_gross, after.r_multiple_gross, after.win) == (2.0, 2.0, True)
    # The low of 99.25 before; of the exit bar only its open and the fill count.
    assert (before.mae_r, before.mfe_r) == (-1.0, 0.5)
    assert (after.mae_r, after.mfe_r) == (-0.75, 2.0)
    assert (after.entry_fill_ns, after.exit_bar_ns) == (before.entry_fill_ns, before.exit_bar_ns)
    assert (after.bars_held, after.hold_seconds) == (2, before.hold_seconds - 240)
    assert (after.stop_price, after.target_price) == (before.stop_price, before.target_price)


def test_a_resolved_target_is_a_limit_order_and_does_not_slip():
    costs = Costs(commission_per_share=0.01, slippage_per_share=0.1)
    before, after = resolved([BOTH], [(100, 102, 99.5, 101)], costs=costs)
    assert before.pnl == pytest.approx(-1.0 - 0.02 - 0.2)
    assert after.pnl == pytest.approx(2.0 - 0.02 - 0.1)
    assert after.r_multiple == after.pnl / after.risk


def test_a_resolved_target_pays_fees_and_no_spread():
    costs = Costs(both_sides_fee_per_share=0.01, sell_fee_per_share=0.02, half_spread_per_share=0.1)
    before, after = resolved([BOTH], [(100, 102, 99.5, 101)], costs=costs)
    assert before.pnl == pytest.approx(-1.0 - 0.04 - 0.2)
    assert after.pnl == pytest.approx(2.0 - 0.04 - 0.1)


def test_nothing_is_resolved_unasked():
    before, after = resolved([BOTH], [(100, 102, 99.5, 101)], hifi=False)
    assert after is before
    assert open_questions(backtest([BOTH], hifi=False).program.spec, [before]) == []


def test_the_trades_around_it_stay_as_they_are():
    again = [(100, 100, 99, 99), (99, 100, 99, 100), (100, 102, 99.5, 101)]
    advance = backtest([BOTH, *again])
    first, second = advance.trades
    finer = minutes_of(first.exit_bar_ns, [(100, 102, 99.5, 101)])
    after = resolve(advance.program.spec, advance.trades, advance.bars, finer)
    assert after[0].hifi_resolved
    assert after[1] is second


def test_bars_that_do_not_reach_back_to_the_entry_resolve_nothing():
    advance = backtest([QUIET, BOTH])
    (trade,) = advance.trades
    finer = minutes_of(trade.exit_bar_ns, [(100, 102, 99.5, 101)])
    short = advance.bars.take(slice(-1, None))
    assert resolve(advance.program.spec, advance.trades, short, finer) == [trade]
    enough = advance.bars.take(slice(-3, None))
    (after,) = resolve(advance.program.spec, advance.trades, enough, finer)
    assert after.hifi_resolved
