"""Faults of the flat record find the field of the builder that can mend them."""

import pytest

from strategies.builder.faults import fields_of
from strategies.tests.builder.building import form_of

pytestmark = pytest.mark.usefixtures("market")
EVERYTHING = {
    "timeframe": "5Min",
    "entry_exec": "LC",
    "exit_1": "",
    "exit_2": "vwap_default_return_to_vwap",
    "exit_3": "macd_line_default_cross_bear",
    "trailing_method": "atr",
    "breakeven": "on",
    "target_method": "risk_reward",
    "time_exit_method": "eod_exit",
    "conditions": ["5M-VWAP_DEFAULT->V"],
}


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ("entry_trigger_confluence_id", "entry"),
        ("entry_confirmation.confirm_bar_offset", "confirm_bar_offset"),
        ("entry_confirmation.on_failure", "on_failure"),
        ("entry_confirmation", "entry_exec"),
        ("exit_trigger_confluence_ids[0]", "exit_2"),
        ("exit_trigger_confluence_ids[1]", "exit_3"),
        ("exit_trigger_confluence_ids", "exit_2"),
        ("stop_config.atr_mult", "stop_atr_mult"),
        ("stop_config.exec_type", "stop_exec_type"),
        ("stop_config.method", "stop_method"),
        ("stop_config.trailing.atr_mult", "trailing_atr_mult"),
        ("stop_config.trailing.activation_r", "trailing_activation_r"),
        ("stop_config.trailing.nonsense", "trailing_method"),
        ("stop_config.trailing", "trailing_method"),
        ("stop_config.breakeven.offset", "breakeven_offset"),
        ("stop_config.breakeven", "breakeven"),
        ("stop_config", "stop_method"),
        ("target_config.rr_ratio", "target_rr_ratio"),
        ("target_config.exec_type", "target_exec_type"),
        ("time_exit_config.minutes_before_close", "time_exit_minutes_before_close"),
        ("time_exit_config", "time_exit_method"),
        ("confluence[2]", "conditions"),
        ("general_confluences[0]", "generals"),
        ("costs.slippage_bps", "slippage_bps"),
        ("hifi", "hifi"),
        ("data_source", "data_source"),
    ],
)
def test_a_fault_is_shown_beside_its_field(alice, fault, field):
    form = form_of(alice, **EVERYTHING)
    assert form.is_valid(), form.errors
    form.show_errors([(fault, "is wrong")])
    assert form.errors == {field: ["is wrong"]}


def test_a_fault_of_no_field_is_shown_above_all(alice):
    form = form_of(alice)
    assert form.is_valid()
    form.show_errors([("packs", "are wrong"), ("confluence", "is wrong")])
    assert form.non_field_errors() == ["are wrong"]
    assert form.errors["conditions"] == ["is wrong"]


def test_an_exit_beyond_the_list_is_shown_at_the_first():
    assert list(fields_of("exit_trigger_confluence_ids[7]", ["exit_2"])) == ["exit_2"]
