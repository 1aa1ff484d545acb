"""Exits of every kind: words of older files, moving stops, the clock, how levels are filled."""

import pytest

from strategies.engine.spec import Breakeven, Protection, TimeExit, Trailing
from strategies.tests.record.parsing import errors_of, parse

EXITS = "exit_trigger_confluence_ids"
ATR = {"method": "atr", "atr_mult": 1.5}


@pytest.mark.parametrize(
    "changes",
    [
        {"exit_trigger": "opposite_signal"},
        {"exit_trigger_confluence_id": "opposite_signal"},
        {"exit_triggers": ["trig_opposite_signal"]},
        {EXITS: ["opposite_signal"]},
    ],
)
def test_the_opposite_signal_is_the_opposite_at_the_close(changes):
    entry = "ema_stack_default_cross_bull_cc"
    spec = parse(entry_trigger_confluence_id=entry, **changes)
    assert (spec.opposite.id, spec.opposite.execution) == ("ema_stack_default_cross_bear", "C")
    assert spec.exits == ()


def test_an_entry_without_an_opposite_is_refused():
    changes = {"entry_trigger_confluence_id": "rvol_default_spike", EXITS: ["opposite_signal"]}
    assert "no opposite" in errors_of(**changes)[f"{EXITS}[0]"]


def test_an_exit_word_is_no_entry():
    changes = {"entry_trigger_confluence_id": None, "entry_trigger": "opposite_signal"}
    assert "is an exit" in errors_of(**changes)["entry_trigger_confluence_id"]


@pytest.mark.parametrize(("word", "reward"), [("fixed_r_2", 2.0), ("fixed_r_3", 3.0)])
def test_a_fixed_reward_is_a_target(word, reward):
    assert parse(exit_trigger=word).target == Protection("risk_reward", reward)


def test_a_configured_target_counts_instead_of_a_fixed_reward():
    spec = parse(exit_trigger="fixed_r_2", target_config={"method": "atr", "atr_mult": 2.0})
    assert spec.target == Protection("atr", 2.0)
    assert "instead" in spec.warnings[0]


def test_a_trailing_stop_of_older_files_trails_by_one_atr():
    spec = parse(exit_trigger="trailing_stop")
    assert spec.trailing == Trailing("atr", 1.0)
    assert spec.warnings
    assert spec.warm_up_bars >= 70


def test_a_time_exit_of_older_files_counts_fifty_bars():
    spec = parse(**{EXITS: ["time_exit_50", "macd_cross_bear"]})
    assert (spec.time_exit_bars, spec.bar_count, len(spec.exits)) == (50, None, 1)


def test_words_count_among_the_three_exits():
    exits = ["opposite_signal", "time_exit_50", "macd_cross_bear"]
    assert len(parse(**{EXITS: exits}).exits) == 1
    assert "three" in errors_of(**{EXITS: exits}, bar_count_exit=4)[EXITS]
    assert "twice" in errors_of(**{EXITS: ["opposite_signal"] * 2})[EXITS]


@pytest.mark.parametrize(
    ("block", "trailing"),
    [
        ({"enabled": True}, Trailing("atr", 1.0)),
        ({"enabled": True, "method": "fixed_dollar"}, Trailing("fixed_dollar", 1.0)),
        (
            {"enabled": True, "method": "percentage", "percentage": 0.3, "activation_r": 1},
            Trailing("percentage", 0.3, 1.0),
        ),
        ({"method": "atr", "atr_mult": 2}, None),
        ({"enabled": False, "atr_mult": 2}, None),
        (None, None),
    ],
)
def test_a_trailing_stop_is_on_only_when_it_says_so(block, trailing):
    assert parse(stop_config={**ATR, "trailing": block}).trailing == trailing


def test_breakeven_has_defaults():
    stop = {**ATR, "breakeven": {"enabled": True}}
    assert parse(stop_config=stop).breakeven == Breakeven(1.0, 0.0)
    assert parse(stop_config={**ATR, "breakeven": {"offset": 1}}).breakeven is None


def test_a_block_that_is_off_only_warns():
    spec = parse(stop_config={**ATR, "trailing": {"method": "magic"}}, strict=True)
    assert spec.trailing is None
    assert "while it is off" in spec.warnings[0]


@pytest.mark.parametrize("execution", ["L", "C", "LC", "CC"])
def test_stop_and_target_say_how_they_are_filled(execution):
    spec = parse(
        stop_config={**ATR, "exec_type": execution},
        target_config={"method": "risk_reward", "rr_ratio": 2, "exec_type": execution},
    )
    assert (spec.stop.execution, spec.target.execution) == (execution, execution)


TIME_EXITS = [
    ({"method": "eod_exit"}, TimeExit("eod_exit", minutes_before_close=15)),
    ({"method": "time_of_day_exit"}, TimeExit("time_of_day_exit", start_minute=950)),
    (
        {"method": "time_of_day_exit", "exit_hour": 10, "exit_minute": 0},
        TimeExit("time_of_day_exit", start_minute=600),
    ),
    ({"method": "max_hold_bars", "max_bars": 9}, TimeExit("max_hold_bars", bars=9)),
    (
        {"method": "session_exit", "end_hour": 12},
        TimeExit("session_exit", start_minute=570, end_minute=720),
    ),
]


@pytest.mark.parametrize(("config", "expected"), TIME_EXITS)
def test_a_time_exit_is_read_with_its_defaults(config, expected):
    assert parse(time_exit_config=config, strict=True).time_exit == expected


@pytest.mark.parametrize("config", [None, {}])
def test_no_time_exit(config):
    assert parse(time_exit_config=config).time_exit is None


@pytest.mark.parametrize("changes", [{"trading_session": "24/7"}, {"timeframe": "1Day"}])
@pytest.mark.parametrize("method", ["eod_exit", "time_of_day_exit", "session_exit"])
def test_the_clock_of_a_session_needs_one(changes, method):
    message = errors_of(**changes, time_exit_config={"method": method})["time_exit_config.method"]
    assert "max_hold_bars" in message
    assert parse(**changes, time_exit_config={"method": "max_hold_bars"}).time_exit.bars == 4


REFUSED = [
    ({"time_exit_config": 5}, "time_exit_config", "eod_exit"),
    ({"time_exit_config": {"method": "later"}}, "time_exit_config.method", "session_exit"),
    (
        {"time_exit_config": {"method": "eod_exit", "minutes_before_close": 0}},
        "time_exit_config.minutes_before_close",
        "1 to 120",
    ),
    (
        {"time_exit_config": {"method": "time_of_day_exit", "exit_hour": 24}},
        "time_exit_config.exit_hour",
        "0 to 23",
    ),
    (
        {"time_exit_config": {"method": "session_exit", "end_hour": 9, "end_minute": 30}},
        "time_exit_config",
        "later end",
    ),
    ({"stop_config": {**ATR, "trailing": 1}}, "stop_config.trailing", "object"),
    (
        {"stop_config": {**ATR, "trailing": {"enabled": "yes"}}},
        "stop_config.trailing.enabled",
        "true or false",
    ),
    (
        {"stop_config": {**ATR, "trailing": {"enabled": True, "method": "swing"}}},
        "stop_config.trailing.method",
        "fixed_dollar",
    ),
    (
        {"stop_config": {**ATR, "trailing": {"enabled": True, "atr_mult": 0}}},
        "stop_config.trailing.atr_mult",
        "above zero",
    ),
    (
        {"stop_config": {**ATR, "breakeven": {"enabled": True, "offset": -1}}},
        "stop_config.breakeven.offset",
        "zero or more",
    ),
    ({"stop_config": {**ATR, "exec_type": "H"}}, "stop_config.exec_type", "L, C, LC, CC"),
    ({"hifi": 1}, "hifi", "true or false"),
]


@pytest.mark.parametrize(("changes", "field", "remedy"), REFUSED)
def test_fault_is_named_by_field_with_its_remedy(changes, field, remedy):
    assert remedy in errors_of(**changes)[field]


DOUBTS = [
    ({"time_exit_config": {"method": "eod_exit", "minutes": 5}}, "minutes_before_close"),
    ({"stop_config": {**ATR, "trailing": {"enabled": True, "atr_mult": 50}}}, "0.1 to 10"),
    (
        {"target_config": {**ATR, "breakeven": {"enabled": True}}},
        "stop_config",
    ),
]


@pytest.mark.parametrize(("changes", "text"), DOUBTS)
def test_doubt_is_a_warning_for_a_file_and_an_error_for_the_builder(changes, text):
    assert any(text in warning for warning in parse(**changes).warnings)
    assert any(text in message for message in errors_of(strict=True, **changes).values())


def test_finer_bars_are_used_only_when_asked_for():
    assert (parse().hifi, parse(hifi=None).hifi, parse(hifi=True).hifi) == (False, False, True)
