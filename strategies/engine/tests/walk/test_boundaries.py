"""Comparisons of the walk that the other tables leave open, each on the value that decides it.

The entry is at 100, on the close of bar 16, which is 09:47.
"""

import numpy as np
import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.spec import Protection, TimeExit
from strategies.engine.tests.builders import bars_of, make_spec, pack, trigger
from strategies.engine.walk.positions import TRIGGER
from strategies.engine.walk.triggers import holds_nb

EMA = pack("ema_stack", "ema", short_period=1, mid_period=2, long_period=3)
PRICE = pack("ema_price_position", "pp", short_period=1, mid_period=2, long_period=3)
FLAT, QUIET = (100, 100, 100, 100), (100, 100.2, 99.8, 100.1)
LEAD = [FLAT] * 15 + [(100, 100, 99, 99), (99, 100, 99, 100)]
ENTRY = 16


def run(rows, **changes):
    settings = {"entry": trigger(EMA, "cross_bull"), "packs": (EMA,), **changes}
    return compile_program(make_spec(**settings)).backtest(bars_of([*LEAD, *rows]))


def exits(rows, **changes):
    trades = run(rows, **changes).trades
    return [(t.exit_index - ENTRY, t.exit_reason, t.exit_price) for t in trades]


@pytest.mark.parametrize(
    ("left_row", "right_row", "right_value", "or_equal", "expected"),
    [
        (0, -1, 100.5, 0, True),
        (-1, 1, 100.5, 0, True),
        (-1, -1, 100.0, 0, False),
        (-1, -1, 100.0, 1, True),
        (-1, -1, 100.5, 1, False),
        (1, 0, 0.0, 1, False),
    ],
)
def test_a_relation_reads_the_rows_it_names(left_row, right_row, right_value, or_equal, expected):
    """Row 0 holds 101, row 1 holds 99, the close is 100."""
    trigger, columns = np.zeros(1, TRIGGER), np.array([[101.0], [99.0]])
    trigger["has_relation"], trigger["direction"], trigger["or_equal"] = 1, 1.0, or_equal
    trigger["left_row"], trigger["right_row"] = left_row, right_row
    trigger["right_value"] = right_value
    bits = np.zeros((1, 1), np.uint16)
    assert holds_nb(trigger[0], bars_of([FLAT]), bits, columns, 0) == expected


def test_a_position_without_its_opposite_trigger_is_kept():
    assert exits([QUIET] * 2, opposite=trigger(EMA, "cross_bear")) == []


@pytest.mark.parametrize("close", [99.0, 98.9])
def test_a_close_on_the_stop_counts_as_one_beyond_it(close):
    stop = Protection("fixed_dollar", 1.0, execution="CC")
    rows = [(100, 100, close, close), (99, 99, 98.5, 98.5)]
    assert exits(rows, stop=stop) == [(2, "stop_loss", 98.5)]


@pytest.mark.parametrize("close", [102.0, 102.1])
def test_a_close_on_the_target_counts_as_one_beyond_it(close):
    target = Protection("fixed_dollar", 2.0, execution="CC")
    rows = [(100, close, 100, close), (102, 102.5, 102, 102.5)]
    assert exits(rows, target=target) == [(2, "target", 102.5)]


def test_a_window_over_midnight_begins_with_its_minute():
    """It is 09:47, minute 587, at the close of the entry bar."""
    inside = TimeExit("session_exit", start_minute=587, end_minute=580)
    outside = TimeExit("session_exit", start_minute=588, end_minute=580)
    assert run([], time_exit=inside).open_trade is not None
    assert run([], time_exit=outside).open_trade is None


def test_a_swing_stop_of_an_entry_within_the_bar_looks_at_the_bars_before_it():
    """The bar before reaches down to 97, the ones before it to 100."""
    rows = [*[FLAT] * 15, (98, 99, 97, 98), (97.5, 99, 97.5, 98.5)]
    entry, stop = trigger(PRICE, "cross_short_up", "L"), Protection("swing", 0.0, 1, 0.0)
    spec = make_spec(entry=entry, packs=(PRICE,), stop=stop)
    held = compile_program(spec).backtest(bars_of(rows)).open_trade
    assert (held.entry_price, held.stop_price) == (98.0, 97.0)
