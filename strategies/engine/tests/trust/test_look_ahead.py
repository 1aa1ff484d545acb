"""Look-ahead: honest strategies pass at every signal, a template that peeks is found out."""

from dataclasses import replace

import numpy as np
import pytest

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.program.program import compile_program
from strategies.engine.spec import ConditionRef, Protection
from strategies.engine.template import Output, State, Template, Trigger
from strategies.engine.tests.builders import condition, make_spec, pack, trigger, wild_bars
from strategies.engine.trust.history import History
from strategies.engine.trust.lookahead import check_look_ahead, decision_bars, spread_order

N_BARS = 400


def fast_ema(**changes):
    ema = pack("ema_stack", "ema", short_period=2, mid_period=4, long_period=6)
    return make_spec(
        entry=trigger(ema, "cross_bull"),
        exits=(trigger(ema, "cross_bear"),),
        stop=Protection("atr", 1.5),
        packs=(ema,),
        **changes,
    )


def run_peeking(_parameters, _memory, bars, columns, codes, bits):
    """Fires when the next bar closes higher: what no one can know."""
    rises = np.append(np.diff(bars.close) > 0.0, False)
    columns[0], codes[:], bits[:] = bars.close, 0, rises


PEEKING = Template(
    id="peeking",
    name="Peeking",
    category="Test",
    family="tf",
    order=999,
    outputs=(Output("line", "Line", "#000000"),),
    states=(State("ON", "always"),),
    triggers=(Trigger("rise", "Rise", "LONG", "ENTRY"),),
    run=run_peeking,
)


@pytest.fixture
def peeking(monkeypatch):
    monkeypatch.setitem(TEMPLATES, "peeking", PEEKING)
    return pack("peeking", "peeking")


def test_every_signal_of_an_honest_strategy_is_checked_and_passes():
    program, history = compile_program(fast_ema()), History(wild_bars(1, N_BARS))
    signals = decision_bars(history.backtest(program))
    found = check_look_ahead(program, history)
    assert (found["verdict"], found["n_bars"], found["differences"]) == ("passed", 0, [])
    assert found["checked"] == found["total"] == signals.size > 20
    assert found["checked_between"] > 50


def test_a_template_that_reads_the_next_bar_is_found_out(peeking):
    spec = make_spec(entry=trigger(peeking, "rise"), bar_count=3, packs=(peeking,))
    found = check_look_ahead(compile_program(spec), History(wild_bars(1, N_BARS)))
    assert found["verdict"] == "failed"
    assert found["n_bars"] > 20
    assert len(found["differences"]) == 20
    whats = {one["what"] for one in found["differences"]}
    assert {"triggers of peeking", "position held"} <= whats


def test_a_difference_names_the_bar_and_both_values(peeking):
    spec = make_spec(entry=trigger(peeking, "rise"), bar_count=3, packs=(peeking,))
    first = check_look_ahead(compile_program(spec), History(wild_bars(1, N_BARS)))["differences"][0]
    assert first["bar"].startswith("2024-03-")
    assert first["with_later"].startswith("entry bar ")
    assert first["without"] == "none"


def test_states_and_triggers_that_differ_are_named(peeking):
    spec = make_spec(entry=trigger(peeking, "rise"), bar_count=3, packs=(peeking,))
    found = check_look_ahead(compile_program(spec), History(wild_bars(1, N_BARS)))["differences"]
    fired = next(one for one in found if one["what"] == "triggers of peeking")
    assert (fired["with_later"], fired["without"]) == ("rise", "none")


def run_suppressed(_parameters, _memory, bars, columns, codes, bits):
    """Fires on the last bar, but never with the whole history in view."""
    columns[0], codes[:], bits[:] = bars.close, 0, 0
    bits[-1] = bars.n < N_BARS


def test_a_signal_that_the_future_suppresses_is_found_between_signals(monkeypatch):
    monkeypatch.setitem(TEMPLATES, "peeking", replace(PEEKING, run=run_suppressed))
    owner = pack("peeking", "peeking")
    spec = make_spec(entry=trigger(owner, "rise"), packs=(owner,))
    found = check_look_ahead(compile_program(spec), History(wild_bars(1, N_BARS)))
    assert (found["verdict"], found["total"]) == ("failed", 0)


def test_conditions_on_other_timeframes_are_cut_to_what_had_closed():
    state = pack("ema_stack", "slow", short_period=2, mid_period=3, long_period=4)
    five = ConditionRef("5m-SLOW-SML", state, "SML", "5Min", 300)
    program = compile_program(fast_ema(conditions=(five,)))
    bars = wild_bars(3, N_BARS)
    others = {"5Min": five_minutes(bars)}
    found = check_look_ahead(program, History(bars, others))
    assert (found["verdict"], found["checked"]) == ("passed", found["total"])


def test_coarse_bars_that_later_bars_change_are_found_out():
    state = pack("ema_stack", "slow", short_period=1, mid_period=2, long_period=3)
    five = ConditionRef("5m-SLOW-SML", state, "SML", "5Min", 300)
    program = compile_program(fast_ema(conditions=(five,)))
    bars = wild_bars(3, N_BARS)
    history = ChangingHistory(bars, {"5Min": five_minutes(bars)})
    assert check_look_ahead(program, history)["verdict"] == "failed"


class ChangingHistory(History):
    """Coarse bars whose closes are only right once the rest of the history is there."""

    def until(self, index):
        cut = super().until(index)
        five = cut.others["5Min"]
        return cut._replace(others={"5Min": five._replace(close=five.close[::-1].copy())})


def five_minutes(bars):
    first = np.arange(0, bars.n, 5)
    last = np.minimum(first + 4, bars.n - 1)
    coarse = bars.take(first)
    return coarse._replace(
        close_ns=bars.close_ns[last],
        close=bars.close[last],
        high=np.maximum.reduceat(bars.high, first),
        low=np.minimum.reduceat(bars.low, first),
    )


def test_what_was_checked_before_it_was_stopped_lies_evenly_spread():
    program, history = compile_program(fast_ema()), History(wild_bars(1, N_BARS))
    found = check_look_ahead(program, history, lambda done, total: done < 10)
    assert found["checked"] + found["checked_between"] == 10
    assert found["checked"] < found["total"]


def test_any_beginning_of_the_order_is_spread():
    order = spread_order(100)
    assert sorted(order.tolist()) == list(range(100))
    assert max(np.diff(np.sort(order[:16]))) <= 16


@pytest.mark.parametrize("n", [0, 1, 7])
def test_histories_too_short_to_trade_are_not_judged(n):
    program = compile_program(fast_ema(conditions=(condition(pack("macd_line"), "M>S+"),)))
    found = check_look_ahead(program, History(wild_bars(1, n)))
    assert (found["verdict"], found["total"]) == ("unknown", 0)
