"""What confirms an `LC` order on the bar after its entry: the line that its trigger watches."""

import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.spec import Confirmation, Protection
from strategies.engine.tests.builders import bars_of, make_spec, pack, trigger

PRICE = pack("ema_price_position", "pp", short_period=1, mid_period=2, long_period=3)
LEAD = [(100, 100, 100, 100)] * 15 + [(98, 99, 98, 98)]
ENTRY = 16
FIXED = {"stop": Protection("fixed_dollar", 1.0), "target": Protection("fixed_dollar", 2.0)}
VWAP = pack("vwap")
# Two bars make a line of 101, which the third one crosses downwards.
VWAP_ROWS = [
    (100, 101, 99, 101),
    (101, 102, 101, 102),
    (102, 102, 100, 100),
    (100, 100.5, 99.5, 100),
    (100.2, 100.5, 100, 100.4),
]


@pytest.mark.parametrize(
    ("per_day", "expected"),
    [
        # On the same date the line is still there, and the next close lies under it.
        (5, []),
        # On a new date it has begun anew: nothing confirms, out at the next open.
        (3, [(4, "unconfirmed_lc", 100.2)]),
    ],
)
def test_a_line_that_begins_anew_confirms_nothing_on_the_next_date(per_day, expected):
    spec = make_spec(
        direction="SHORT",
        entry=trigger(VWAP, "cross_below", "LC"),
        packs=(VWAP,),
        stop=Protection("fixed_dollar", 5.0),
        confirmation=Confirmation(1),
    )
    advance = compile_program(spec).backtest(bars_of(VWAP_ROWS, per_day=per_day))
    assert [(t.exit_index, t.exit_reason, t.exit_price) for t in advance.trades] == expected
    assert [*advance.trades, advance.open_trade][0].entry_price == 101.0


def test_a_line_that_goes_on_confirms_on_the_next_date_too():
    rows = [*LEAD, (97, 99, 97, 97.5), (98, 98.5, 97.4, 97.6), (98, 98.5, 97.4, 97.6)]
    entry = trigger(PRICE, "cross_short_up", "LC")
    spec = make_spec(entry=entry, packs=(PRICE,), confirmation=Confirmation(1), **FIXED)
    assert compile_program(spec).backtest(bars_of(rows, per_day=ENTRY + 1)).trades == []


SUPERTREND = pack("supertrend", "st", atr_period=2, atr_multiplier=1.0)
# A fall that turns on the last bar, above its line, which that bar leaves at 313.176.
TURNING_ROWS = [
    (312.29, 313.7, 312.29, 312.88),
    (313.08, 313.3384, 312.6, 313.3384),
    (313.48, 314.26, 313.48, 314.26),
    (314.25, 314.647, 313.69, 314.2),
    (314.19, 315.5, 314.19, 315.23),
    (315.43, 315.43, 313.71, 313.71),
    (313.802, 314.5, 313.62, 313.98),
    (314.0718, 314.0718, 312.5, 312.74),
    (312.78, 313.3, 311.96, 312.375),
    (312.48, 312.5, 311.88, 312.27),
    (313.72, 313.8755, 313.17, 313.43),
]


@pytest.mark.parametrize(
    ("close", "expected"),
    [
        (314.45, []),
        (313.18, []),
        (313.17, [(12, "unconfirmed_lc", 314.23)]),
    ],
)
def test_supertrend_confirms_by_its_line_after_the_flip_too(close, expected):
    rows = [*TURNING_ROWS, (313.44, 314.45, 313.1, close), (314.23, 314.63, 313.8, 313.8)]
    entry = trigger(SUPERTREND, "bull_flip", "LC")
    stop = Protection("fixed_dollar", 5.0)
    spec = make_spec(entry=entry, packs=(SUPERTREND,), stop=stop, confirmation=Confirmation(1))
    advance = compile_program(spec).backtest(bars_of(rows))
    assert [(t.exit_index, t.exit_reason, t.exit_price) for t in advance.trades] == expected
