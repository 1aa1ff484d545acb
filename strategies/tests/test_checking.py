"""What is stored of a record: canonical ids and one spelling of every block."""

from dataclasses import replace

import pytest

from strategies.checking import check_record
from strategies.engine.errors import StrategyError
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.template import Alias
from strategies.packs.library import create_default_packs
from strategies.record.sameness import changed_deciding_fields
from strategies.saving import changes as saving
from strategies.testing import make_record, make_strategy, pack_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


@pytest.fixture
def check(alice):
    create_default_packs(alice)
    return lambda **changes: check_record(alice, make_record(**changes)).record


def test_an_older_confirmed_entry_is_stored_with_its_confirmation(check):
    record = check(entry_trigger_confluence_id="vwap_cross_above_hl")
    assert record["entry_trigger_confluence_id"] == "vwap_default_cross_above_lc"
    assert record["entry_confirmation"] == {"confirm_bar_offset": 0, "on_failure": "exit_limit"}


def test_a_confirmation_that_means_nothing_is_not_stored(check):
    assert check(entry_confirmation={"confirm_bar_offset": 1})["entry_confirmation"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("timeframe", "7Min"), ("trading_session", "Lunch"), ("strategy_origin", "inherited")],
)
def test_what_is_wrong_with_a_field_is_told_once(check, field, value):
    with pytest.raises(StrategyError) as caught:
        check(**{field: value}, stop_config={"method": "magic"})
    assert [name for name, _ in caught.value.errors] == [field, "stop_config.method"]


def test_words_for_exits_are_stored_where_they_belong(check):
    words = ["opposite_signal", "time_exit_50", "fixed_r_3", "trailing_stop"]
    record = check(exit_trigger_confluence_ids=words, target_config=None)
    assert record["exit_trigger_confluence_ids"] == ["opposite_signal", "time_exit_50"]
    assert record["target_config"] == {"method": "risk_reward", "rr_ratio": 3.0}
    trailing = {"enabled": True, "method": "atr", "atr_mult": 1.0, "activation_r": 0.0}
    assert record["stop_config"]["trailing"] == trailing


def test_a_stop_keeps_the_blocks_that_move_it(check):
    stop = {
        "method": "atr",
        "atr_mult": 1.5,
        "exec_type": "C",
        "trailing": {"enabled": False, "atr_mult": 2.0},
        "breakeven": {"enabled": True, "activation_r": 1.5},
    }
    assert check(stop_config=stop)["stop_config"] == stop


def test_conditions_of_other_timeframes_stay_with_those_of_the_own(check):
    record = check(
        confluence=["5M-RVOL-HIGH", "1M-RVOL-HIGH"], general_confluences=["5m-MACD_LINE-M>S+"]
    )
    assert record["confluence"] == [
        "5m-RVOL_DEFAULT-HIGH",
        "1M-RVOL_DEFAULT-HIGH",
        "5m-MACD_LINE_DEFAULT-M>S+",
    ]
    assert record["general_confluences"] == []


def test_a_time_exit_is_spelled_out(check):
    assert check(time_exit_config={"method": "max_hold_bars"})["time_exit_config"] == {
        "method": "max_hold_bars",
        "max_bars": 4,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"entry_trigger_confluence_id": "vwap_cross_above_hl"},
        {"exit_trigger_confluence_ids": ["opposite_signal", "fixed_r_2"], "target_config": None},
        {"exit_trigger_confluence_ids": ["trailing_stop", "time_exit_50"], "hifi": True},
        {"confluence": ["15M-RVOL-HIGH"], "time_exit_config": {"method": "eod_exit"}},
    ],
)
def test_what_is_stored_is_read_as_the_same_strategy(check, changes):
    record = check(**changes)
    again = check(**record)
    assert again == record
    assert changed_deciding_fields(record, again) == []


def test_a_pack_of_an_older_template_is_stored_as_todays(alice, monkeypatch):
    old = Alias("rvol_old", parameters=(("vol_sma_period", "sma_period"),))
    monkeypatch.setitem(TEMPLATES, "rvol", replace(TEMPLATES["rvol"], aliases=(old,)))
    pack = {"id": "mine", "base_template": "rvol_old", "parameters": {"vol_sma_period": 9}}
    make_strategy(
        alice,
        packs=[pack],
        entry_trigger_confluence_id="mine_spike",
        exit_trigger_confluence_ids=[],
    )
    stored = pack_of(alice, "mine")
    assert (stored.base_template, stored.parameters["sma_period"]) == ("rvol", 9)


def test_a_new_time_exit_resets_the_forward_test(alice):
    strategy = make_strategy(alice)
    config = {"method": "eod_exit"}
    saved = saving.update_strategy(
        strategy, {"time_exit_config": config, "hifi": True}, version=strategy.version
    )
    assert saved.changed == ["time_exit_config", "hifi"]
    assert saved.result == "reset"
