"""Reading strategy records: what resolves, what is normalised, what is refused by name."""

import pytest

from strategies.engine.errors import StrategyError
from strategies.engine.spec import Costs, Protection
from strategies.record.reading import parse_strategy
from strategies.tests.record.parsing import BASE, SCALPING, errors_of, parse


def test_a_minimal_record_has_the_documented_defaults():
    spec = parse(stop_config=None)
    assert (spec.direction, spec.timeframe, spec.trading_session) == ("LONG", "1Min", "RTH")
    assert (spec.risk_per_trade, spec.starting_balance) == (100.0, 10_000.0)
    assert (spec.stop, spec.target) == (Protection("atr", 1.5), None)
    assert (spec.exits, spec.bar_count, spec.costs) == ((), None, Costs())


def test_stop_atr_mult_stands_in_for_a_missing_stop():
    assert parse(stop_config=None, stop_atr_mult=2.5).stop == Protection("atr", 2.5)


def test_defaults_resolve_without_being_listed():
    spec = parse_strategy(BASE | {"general_confluences": ["GEN-TOD_NY_OPEN-IN_WINDOW"]})
    assert spec.entry.pack.parameters["long_period"] == 200
    assert spec.conditions[0].text == "GEN-TOD_NY_OPEN-IN_WINDOW"


def test_own_packs_are_added_and_replace_defaults_of_the_same_id():
    own = {**SCALPING, "id": "ema_stack_default"}
    spec = parse(packs=[own])
    assert spec.entry.pack.parameters["mid_period"] == 5
    assert len(spec.packs) == len(parse().packs)


def test_a_custom_pack_wins_its_longer_id():
    spec = parse(packs=[SCALPING], entry_trigger_confluence_id="ema_stack_custom_1_cross_bull")
    assert (spec.entry.pack.version, spec.entry.base) == ("Scalping", "cross_bull")


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("ema_cross_bull", "ema_stack_default_cross_bull"),
        ("macd_zero_cross_up", "macd_line_default_zero_cross_up"),
        ("cid_vwap_default_cross_above", "vwap_default_cross_above"),
        ("rvol_spike", "rvol_default_spike"),
    ],
)
def test_older_trigger_ids_resolve_to_canonical_ones(given, canonical):
    assert parse(entry_trigger_confluence_id=given).entry.id == canonical


def test_bare_entry_trigger_field_is_read_when_the_canonical_is_absent():
    assert parse(entry_trigger_confluence_id=None, entry_trigger="ema_cross_bull").entry.bit == 0


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("1M-EMA_STACK-SML", "1M-EMA_STACK_DEFAULT-SML"),
        ("1M-MACD_LINE-M>S-", "1M-MACD_LINE_DEFAULT-M>S-"),
        ("1M-VWAP-<-1σ", "1M-VWAP_DEFAULT-<-1σ"),
        ("1M-VWAP->+1sigma", "1M-VWAP_DEFAULT->+1σ"),
        ("1M-VWAP-AT", "1M-VWAP_DEFAULT-@V"),
        ("1M-EMA_STACK_CUSTOM_1-LMS", "1M-EMA_STACK_CUSTOM_1-LMS"),
        ("GEN-SESSION_REGULAR-IN_SESSION", "GEN-SESSION_REGULAR-IN_SESSION"),
    ],
)
def test_records_are_stored_with_the_pack_id(given, canonical):
    spec = parse(packs=[SCALPING], confluence=[given])
    assert [record.text for record in spec.conditions] == [canonical]
    assert spec.warnings == ()


def test_a_short_key_means_the_default_pack_not_a_custom_one():
    spec = parse(packs=[SCALPING], confluence=["1M-EMA_STACK-SML"])
    assert spec.conditions[0].pack.id == "ema_stack_default"


@pytest.mark.parametrize("label", ["1M", "5m", "5M"])
def test_own_timeframe_is_normalised_with_a_warning(label):
    spec = parse(timeframe="5Min", confluence=[f"{label}-RVOL-HIGH"])
    assert spec.conditions[0].text == "5M-RVOL_DEFAULT-HIGH"
    assert bool(spec.warnings) == (label != "5M")


def test_a_long_value_is_cut_in_the_message():
    message = errors_of(direction="A" * 5000)["direction"]
    assert message == f"'{'A' * 79}... is not one of LONG, SHORT"


@pytest.mark.parametrize("symbol", ["SP\ud800Y", "SP\nY", "SP\0Y"])
def test_a_symbol_that_cannot_be_shown_is_refused(symbol):
    assert "can't be shown" in errors_of(symbol=symbol)["symbol"]


def test_both_lists_are_one_set():
    record = "GEN-TOD_NY_OPEN-IN_WINDOW"
    assert len(parse(confluence=[record], general_confluences=[record]).conditions) == 1


def test_bar_count_among_the_exits_becomes_the_bar_count():
    spec = parse(exit_trigger_confluence_ids=["bar_count_default_exit", "macd_cross_bear"])
    assert (spec.bar_count, [trigger.base for trigger in spec.exits]) == (4, ["cross_bear"])


def test_warm_up_is_five_times_the_longest_period_in_use():
    assert parse().warm_up_bars == 1000
    small = parse(
        packs=[SCALPING],
        entry_trigger_confluence_id="ema_stack_custom_1_cross_bull",
        stop_config={"method": "atr", "atr_mult": 1.0},
    )
    assert small.warm_up_bars == 70
    assert parse(entry_trigger_confluence_id="vwap_default_cross_above").warm_up_bars == 0


@pytest.mark.parametrize(
    ("changes", "bars"),
    [
        ({"exit_trigger_confluence_ids": ["macd_cross_bear"]}, 130),
        ({"confluence": ["1M-RVOL-HIGH"]}, 100),
        ({"target_config": {"method": "atr", "atr_mult": 2.0}}, 70),
        ({"stop_config": {"method": "atr", "atr_mult": 2.0}}, 70),
        ({"target_config": {"method": "swing", "lookback": 50}}, 0),
        ({"exit_trigger_confluence_ids": ["bar_count_default_exit"]}, 0),
        ({"general_confluences": ["GEN-TOD_NY_OPEN-IN_WINDOW"]}, 0),
    ],
)
def test_every_part_of_a_strategy_counts_in_its_warm_up(changes, bars):
    assert parse(entry_trigger_confluence_id="vwap_cross_above", **changes).warm_up_bars == bars


def test_naive_forward_start_is_eastern():
    assert parse(forward_test_start="2024-07-01T09:30:00").forward_test_start_ns == (
        parse(forward_test_start="2024-07-01T13:30:00Z").forward_test_start_ns
    )


REFUSED = [
    ({"symbol": ""}, "symbol", "missing"),
    ({"timeframe": "7Min"}, "timeframe", "1Min"),
    ({"direction": "UP"}, "direction", "LONG, SHORT"),
    ({"trading_session": "Lunch"}, "trading_session", "RTH"),
    ({"strategy_origin": "webhook"}, "strategy_origin", "standard"),
    ({"entry_trigger_confluence_id": None}, "entry_trigger_confluence_id", "missing"),
    ({"entry_trigger_confluence_id": "foo_bar"}, "entry_trigger_confluence_id", "unknown"),
    (
        {"entry_trigger_confluence_id": "ema_stack_default_flip"},
        "entry_trigger_confluence_id",
        "ema_stack_default_cross_bull",
    ),
    (
        {"entry_trigger_confluence_id": "bar_count_default_exit"},
        "entry_trigger_confluence_id",
        "entry",
    ),
    ({"exit_triggers": "ema_cross_bear"}, "exit_triggers", "list"),
    (
        {"exit_trigger_confluence_ids": ["ema_cross_bear"] * 2},
        "exit_trigger_confluence_ids",
        "twice",
    ),
    (
        {"exit_trigger_confluence_ids": ["ema_cross_bull"]},
        "exit_trigger_confluence_ids",
        "entry trigger",
    ),
    (
        {
            "exit_trigger_confluence_ids": ["macd_cross_bear", "vwap_cross_below", "rvol_fade"],
            "bar_count_exit": 5,
        },
        "exit_trigger_confluence_ids",
        "three",
    ),
    (
        {"exit_trigger_confluence_ids": ["bar_count_exit"], "bar_count_exit": 5},
        "exit_trigger_confluence_ids[0]",
        "already",
    ),
    ({"bar_count_exit": 0}, "bar_count_exit", "1 to 500"),
    ({"bar_count_exit": 2.5}, "bar_count_exit", "whole"),
    ({"bar_count_exit": float("inf")}, "bar_count_exit", "whole"),
    ({"bar_count_exit": float("nan")}, "bar_count_exit", "whole"),
    ({"risk_per_trade": 10**400}, "risk_per_trade", "above zero"),
    ({"risk_per_trade": 1e300}, "risk_per_trade", "at most 1,000,000,000,000"),
    ({"costs": {"slippage_bps": 1e300}}, "costs.slippage_bps", "at most"),
    ({"stop_config": {"method": "atr", "atr_mult": 1e308}}, "stop_config.atr_mult", "at most"),
    ({"forward_test_start": "9999-12-31"}, "forward_test_start", "1990 to 2099"),
    ({"risk_per_trade": float("nan")}, "risk_per_trade", "above zero"),
    ({"packs": [{**SCALPING, "id": "a-b"}]}, "packs[0].id", "letters"),
    ({"confluence": ["nonsense"]}, "confluence[0]", "1M-PACK-STATE"),
    ({"confluence": ["1M-NOPE-SML"]}, "confluence[0]", "names no pack"),
    ({"confluence": ["1M-EMA_STACK-XYZ"]}, "confluence[0]", "SML"),
    ({"confluence": [3]}, "confluence[0]", "not a condition"),
    ({"confluence": "1M-EMA_STACK-SML"}, "confluence", "list"),
    (
        {"timeframe": "1Day", "general_confluences": ["GEN-TOD_NY_OPEN-IN_WINDOW"]},
        "general_confluences[0]",
        "shorter than a day",
    ),
    ({"stop_config": {"method": "magic"}}, "stop_config.method", "atr"),
    ({"stop_config": {"method": "atr"}}, "stop_config.atr_mult", "missing"),
    ({"stop_config": {"method": "atr", "atr_mult": 0}}, "stop_config.atr_mult", "above zero"),
    ({"stop_config": {"method": "atr", "atr_mult": "x"}}, "stop_config.atr_mult", "number"),
    ({"stop_config": {"method": "swing", "lookback": 2.5}}, "stop_config.lookback", "whole"),
    ({"stop_config": {"method": "risk_reward", "rr_ratio": 2}}, "stop_config.method", "swing"),
    ({"risk_per_trade": 0}, "risk_per_trade", "above zero"),
    ({"starting_balance": "lots"}, "starting_balance", "above zero"),
    ({"costs": {"slippage_bps": -1}}, "costs.slippage_bps", "zero or more"),
    ({"costs": {"fee": 1}}, "costs.fee", "commission_per_share"),
    ({"costs": 5}, "costs", "object"),
    ({"forward_test_start": "soon"}, "forward_test_start", "ISO-8601"),
    ({"packs": [{"id": "x", "base_template": "nope"}]}, "packs[0].base_template", "ema_stack"),
    ({"packs": {}}, "packs", "list"),
    ({"packs": [5]}, "packs[0]", "object"),
    (
        {"packs": [{**SCALPING, "parameters": {"short_period": 0}}]},
        "packs[0].parameters.short_period",
        "1 to 200",
    ),
    (
        {"packs": [{**SCALPING, "parameters": {"short_period": 30}}]},
        "packs[0].parameters.short_period",
        "below mid_period",
    ),
]


@pytest.mark.parametrize(("changes", "field", "remedy"), REFUSED)
def test_fault_is_named_by_field_with_its_remedy(changes, field, remedy):
    assert remedy in errors_of(**changes)[field]


def test_all_faults_are_reported_at_once():
    found = errors_of(symbol="", timeframe="x", risk_per_trade=-1)
    assert set(found) == {"symbol", "timeframe", "risk_per_trade"}


def test_a_record_that_is_no_object_is_refused():
    with pytest.raises(StrategyError):
        parse_strategy([])


DOUBTS = [
    ({"entry_trigger_confluence_id": "ema_cross_bear"}, "SHORT trigger"),
    ({"entry_trigger_confluence_id": "rvol_fade"}, "exit trigger"),
    ({"stop_config": {"method": "atr", "atr_mult": 50}}, "0.5 to 5"),
    ({"timeframe": "1Day", "entry_trigger_confluence_id": "vwap_cross_above"}, "undefined"),
    ({"packs": [{**SCALPING, "parameters": {"colour": 1}}]}, "no parameter"),
]


@pytest.mark.parametrize(("changes", "text"), DOUBTS)
def test_doubt_is_a_warning_for_a_file_and_an_error_for_the_builder(changes, text):
    assert any(text in warning for warning in parse(**changes).warnings)
    assert any(text in message for message in errors_of(strict=True, **changes).values())
