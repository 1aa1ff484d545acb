"""Warm-up: enough history changes no trade, too little does, and none to check with is said."""

import pytest

from strategies.engine.program.program import compile_program
from strategies.engine.spec import Protection, StrategySpec
from strategies.engine.tests.builders import condition, make_spec, pack, trigger, wild_bars
from strategies.engine.trust.history import History
from strategies.engine.trust.warm_up import check_second_half, check_warm_up, not_checked
from strategies.engine.walk.trades import counted

BARS = wild_bars(5, 2000)


def spec_of(long_period, **changes):
    ema = pack("ema_stack", "ema", short_period=2, mid_period=4, long_period=long_period)
    return make_spec(
        entry=trigger(ema, "cross_bull"),
        exits=(trigger(ema, "cross_bear"),),
        conditions=(condition(ema, "SML"),),
        stop=Protection("atr", 1.5),
        packs=(ema,),
        **changes,
    )


def histories(n_before, n_more):
    """The last 1,000 bars with some bars before them, and with more."""
    return (
        History(BARS.take(slice(1000 - n_before, None)), {}, n_before),
        History(BARS.take(slice(1000 - n_more, None)), {}, n_more),
    )


def test_more_history_changes_nothing_after_a_full_warm_up():
    found = check_warm_up(compile_program(spec_of(20)), *histories(100, 400))
    assert (found["verdict"], found["changed_trades"], found["first_difference"]) == (
        "passed",
        0,
        None,
    )
    assert (found["bars_before"], found["extra_bars"], found["wanted_bars"]) == (100, 300, 100)
    assert found["n_trades"] > 15
    assert found["impact_r"] == pytest.approx(0.0, abs=1e-3)


@pytest.fixture
def short_warm_up(monkeypatch):
    """A strategy on a very slow average that may trade from its first bar on."""
    monkeypatch.setattr(StrategySpec, "warm_up_bars", property(lambda self: 20))
    return compile_program(spec_of(600))


def test_a_slow_average_without_its_warm_up_is_found_out(short_warm_up):
    less, more = histories(0, 1000)
    found = check_warm_up(short_warm_up, less, more)
    assert found["verdict"] == "failed"
    assert found["changed_trades"] >= found["only_with_less"] + found["only_with_more"] > 0
    assert found["first_difference"].endswith("Z")


def test_the_impact_is_the_difference_of_total_r(short_warm_up):
    less, more = histories(0, 1000)
    found = check_warm_up(short_warm_up, less, more)
    totals = [
        sum(trade.r_multiple for trade in counted(history.backtest(short_warm_up).trades))
        for history in (less, more)
    ]
    assert found["impact_r"] == pytest.approx(totals[1] - totals[0])
    assert found["impact_r"] != 0.0


def test_no_more_history_is_no_verdict():
    history, same = histories(100, 100)
    found = check_warm_up(compile_program(spec_of(20)), history, same)
    assert (found["verdict"], found["extra_bars"]) == ("unknown", 0)
    assert "no bars are stored before" in found["reason"]


def test_without_more_history_the_second_half_is_compared():
    program = compile_program(spec_of(20))
    found = check_second_half(program, History(BARS), "the file holds all there is")
    assert (found["verdict"], found["scope"]) == ("passed", "second_half")
    assert (found["bars_before"], found["extra_bars"]) == (100, (100 + BARS.n) // 2 - 100)
    trades = counted(History(BARS).backtest(program).trades)
    whole = [trade for trade in trades if trade.entry_index > 1050]
    assert 0 < found["n_trades"] - len(whole) + 1 <= 3


def test_the_second_half_finds_a_slow_average_out_too(short_warm_up):
    found = check_second_half(short_warm_up, History(BARS), "")
    assert found["verdict"] == "failed"


@pytest.mark.parametrize("n", [0, 50, 100])
def test_histories_within_the_warm_up_can_not_be_halved(n):
    history = History(BARS.take(slice(0, n)))
    found = check_second_half(compile_program(spec_of(20)), history, "why")
    assert (found["verdict"], found["reason"]) == ("unknown", "why")


def test_a_reason_stands_for_the_history_that_is_missing():
    assert not_checked("the file holds all there is")["reason"] == "the file holds all there is"


def test_windows_without_bars_compare_as_equal():
    empty = BARS.take(slice(0, 0))
    more = History(BARS.take(slice(0, 50)), {}, 50)
    found = check_warm_up(compile_program(spec_of(20)), History(empty), more)
    assert (found["verdict"], found["n_trades"]) == ("passed", 0)
