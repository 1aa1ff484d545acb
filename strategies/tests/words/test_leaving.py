"""Why a trade was left, by hand: stops, targets, clocks, missing data, entries not confirmed."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from strategies.engine.program.moment import BarValues, Moment
from strategies.engine.spec import TimeExit
from strategies.engine.tests.builders import make_spec, pack, trigger
from strategies.words import leaving


def trade(**fields):
    usual = {
        "direction": "LONG", "stop_price": 99.0, "initial_stop_price": 99.0, "target_price": 103.0,
        "stop_exec_type": "L", "target_exec_type": "L", "ambiguous": False, "exit_price": 101.5,
        "exit_reason": "stop_loss",
    }  # fmt: skip
    return SimpleNamespace(**{**usual, **fields})


def bar(open_=100.0, high=101.0, low=99.5, close=100.5):
    return BarValues(open_, high, low, close, 0.0, 1)


@pytest.mark.parametrize(
    ("changes", "seen", "text"),
    [
        ({}, bar(low=98.5), "Low 98.50 reached the stop 99.00"),
        ({}, bar(low=99.0), "Low 99.00 reached the stop 99.00"),
        ({}, bar(open_=98.0, low=97.0), "Open 98.00 is already under the stop 99.00"),
        (
            {"initial_stop_price": 97.5},
            bar(low=98.9),
            "Low 98.90 reached the stop 99.00, moved from 97.50",
        ),
        (
            {"ambiguous": True},
            bar(low=98.9),
            "Low 98.90 reached the stop 99.00; the bar held the target as well",
        ),
        ({"stop_exec_type": "C"}, bar(close=98.7), "Close 98.70 is under the stop 99.00"),
        (
            {"stop_exec_type": "CC"},
            bar(close=98.7),
            "Close 98.70 is under the stop 99.00, for the second close in a row",
        ),
        (
            {"direction": "SHORT", "stop_price": 102.0, "initial_stop_price": 102.0},
            bar(high=102.5),
            "High 102.50 reached the stop 102.00",
        ),
        # The bar does not bear it out, as after a correction: nothing is claimed.
        ({}, bar(low=99.5), ""),
    ],
)
def test_a_stop_is_told_with_the_price_that_reached_it(changes, seen, text) -> None:
    assert leaving.stop_cause(trade(**changes), seen, 2) == text


@pytest.mark.parametrize(
    ("changes", "seen", "text"),
    [
        ({}, bar(high=103.2), "High 103.20 reached the target 103.00"),
        ({}, bar(open_=104.0, high=105.0), "Open 104.00 is already above the target 103.00"),
        (
            {"direction": "SHORT", "target_price": 98.0},
            bar(low=97.999),
            "Low 97.999 reached the target 98.000",
        ),
        ({"target_exec_type": "C"}, bar(close=103.0), "Close 103.00 is at the target 103.00"),
        ({"target_price": None}, bar(), ""),
    ],
)
def test_a_target_is_told_with_the_price_that_reached_it(changes, seen, text) -> None:
    assert leaving.target_cause(trade(**changes), seen, 2) == text


@pytest.mark.parametrize(
    ("time_exit", "text"),
    [
        (
            TimeExit("eod_exit", minutes_before_close=15),
            "Time exit: 15 min before the close; held for 12 bars",
        ),
        (
            TimeExit("time_of_day_exit", start_minute=950),
            "Time exit: at 15:50 ET; held for 12 bars",
        ),
        (TimeExit("max_hold_bars", bars=12), "Time exit: after 12 bars; held for 12 bars"),
        (
            TimeExit("session_exit", start_minute=570, end_minute=660),
            "Time exit: outside 09:30–11:00 ET; held for 12 bars",
        ),
        (None, "Time exit: held for 12 bars, as many as the strategy allows"),
    ],
)
def test_a_time_exit_names_its_rule(time_exit, text) -> None:
    assert leaving.time_cause(make_spec(time_exit=time_exit), 12) == text


def test_a_bar_count_says_how_long_it_was_held() -> None:
    text = "Held for 1 bar, as many as the strategy allows"
    assert leaving.bar_count_cause(make_spec(), 1) == text


def test_missing_data_says_how_much_is_missing_and_where_it_was_left() -> None:
    text = "3 trading days are missing: left at the last close before them, 101.50"
    assert leaving.gap_cause(trade(), 3, 2) == text


def test_an_entry_that_was_not_confirmed_says_what_the_close_was() -> None:
    spec = replace(make_spec(), entry=trigger(pack("ema_stack"), "cross_bull", "CC"))
    columns = ({"short": 49.9, "mid": 50.0}, {"short": 50.2, "mid": 50.1})
    moment = Moment(pack("ema_stack"), (), columns, (None, None))
    text = leaving.unconfirmed_cause(spec, trade(exit_reason="unconfirmed_cc"), moment, 2)
    assert text == (
        "The next close did not confirm the trigger: Short EMA 49.90 fell under Mid EMA 50.00; a "
        "bar before it was above it (50.20 and 50.10)"
    )


def test_an_entry_at_a_level_says_that_the_close_was_not_beyond_it() -> None:
    spec = replace(make_spec(), entry=trigger(pack("vwap"), "cross_above", "LC"))
    moment = Moment(pack("vwap"), (bar(close=49.5),), ({}, {"vwap": 50.0}), (None, None))
    text = leaving.unconfirmed_cause(spec, trade(exit_reason="unconfirmed_lc"), moment, 2)
    assert text == (
        "The close did not confirm the fill at the level: Close 49.50 is under VWAP of the bar "
        "before (50.00)"
    )
