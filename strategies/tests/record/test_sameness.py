"""Sameness of records: what begins a new forward test and what is only another spelling."""

import pytest

from strategies.record.keys import DECIDING_FIELDS, FIELD_LABELS
from strategies.record.sameness import changed_deciding_fields, fingerprint

STOP = {"method": "atr", "atr_mult": 1.5}
SAME = [
    ({}, {"entry_confirmation": {"confirm_bar_offset": 0, "on_failure": "exit_market"}}),
    ({"entry_confirmation": None}, {"entry_confirmation": {}}),
    ({}, {"hifi": False}),
    ({}, {"time_exit_config": {}}),
    (
        {"time_exit_config": {"method": "eod_exit"}},
        {"time_exit_config": {"method": "eod_exit", "minutes_before_close": 15.0, "max_bars": 3}},
    ),
    ({"stop_config": STOP}, {"stop_config": {**STOP, "trailing": {"atr_mult": 2}}}),
    (
        {"stop_config": STOP},
        {"stop_config": {**STOP, "breakeven": {"enabled": False}, "exec_type": "L"}},
    ),
    (
        {"stop_config": {**STOP, "trailing": {"enabled": True}}},
        {"stop_config": {**STOP, "trailing": {"enabled": True, "method": "atr", "atr_mult": 1}}},
    ),
    ({"target_config": STOP}, {"target_config": {**STOP, "exec_type": None}}),
]
DIFFERENT = [
    ("entry_confirmation", {"confirm_bar_offset": 1}),
    ("hifi", True),
    ("time_exit_config", {"method": "max_hold_bars"}),
    ("stop_config", {**STOP, "trailing": {"enabled": True}}),
    ("stop_config", {**STOP, "breakeven": {"enabled": True}}),
    ("stop_config", {**STOP, "exec_type": "CC"}),
    ("target_config", {**STOP, "exec_type": "C"}),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_another_spelling_is_no_change(one, other):
    assert changed_deciding_fields(one, other) == []
    assert fingerprint(one, [], 0) == fingerprint(other, [], 0)


@pytest.mark.parametrize(("name", "value"), DIFFERENT)
def test_a_change_of_what_decides_signals_is_named(name, value):
    old = {"stop_config": STOP, "target_config": STOP}
    new = {**old, name: value}
    assert changed_deciding_fields(old, new) == [name]
    assert fingerprint(old, [], 0) != fingerprint(new, [], 0)


def test_every_signal_field_has_a_label():
    assert set(DECIDING_FIELDS) == set(FIELD_LABELS)
