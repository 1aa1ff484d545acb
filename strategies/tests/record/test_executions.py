"""Executions of triggers: suffixes, what may carry them, and the confirmation of an entry."""

from dataclasses import replace

import pytest

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.spec import Confirmation
from strategies.tests.record.parsing import errors_of, parse

ENTRY, EXITS = "entry_trigger_confluence_id", "exit_trigger_confluence_ids"
ABOVE = "vwap_default_cross_above"


def entry(trigger_id, **changes):
    return parse(**{ENTRY: trigger_id}, **changes)


@pytest.mark.parametrize(
    ("given", "canonical", "execution"),
    [
        ("vwap_default_cross_above", ABOVE, "C"),
        ("vwap_default_cross_above_ib", f"{ABOVE}_ib", "L"),
        ("vwap_cross_above_lc", f"{ABOVE}_lc", "LC"),
        ("cid_vwap_default_cross_above_cc", f"{ABOVE}_cc", "CC"),
        ("ema_cross_bull_cc", "ema_stack_default_cross_bull_cc", "CC"),
    ],
)
def test_a_suffix_says_how_the_entry_is_filled(given, canonical, execution):
    spec = entry(given)
    assert (spec.entry.id, spec.entry.execution) == (canonical, execution)
    assert spec.entry.display.endswith(f"[{execution}]")
    assert spec.warnings == ()


@pytest.mark.parametrize(("suffix", "on_failure"), [("_hm", "exit_market"), ("_hl", "exit_limit")])
def test_older_confirmed_entries_say_what_happens_on_failure(suffix, on_failure):
    spec = entry(f"{ABOVE}{suffix}", entry_confirmation={"confirm_bar_offset": 1})
    assert (spec.entry.id, spec.confirmation) == (f"{ABOVE}_lc", Confirmation(1, on_failure))
    assert f"{ABOVE}_lc" in spec.warnings[0]


def test_an_older_suffix_that_contradicts_the_confirmation_is_a_doubt():
    changes = {ENTRY: f"{ABOVE}_hm", "entry_confirmation": {"on_failure": "exit_limit"}}
    assert parse(**changes).confirmation.on_failure == "exit_market"
    assert "exit_market" in errors_of(strict=True, **changes)["entry_confirmation.on_failure"]


def test_a_base_that_ends_like_a_suffix_wins(monkeypatch):
    vwap = TEMPLATES["vwap"]
    first, *rest = vwap.triggers
    named = (first._replace(base="cross_above_lc"), *rest, first._replace(base="cross_above"))
    monkeypatch.setitem(TEMPLATES, "vwap", replace(vwap, triggers=named))
    found = entry(f"{ABOVE}_lc").entry
    assert (found.base, found.execution) == ("cross_above_lc", "C")


@pytest.mark.parametrize("suffix", ["_ib", "_lc", "_hl"])
def test_a_trigger_without_a_level_cant_be_filled_within_the_bar(suffix):
    message = errors_of(**{ENTRY: f"ema_stack_default_cross_bull{suffix}"})[ENTRY]
    assert "no level" in message
    assert "ema_stack_default_cross_bull (at the close)" in message


@pytest.mark.parametrize("suffix", ["_lc", "_cc", "_hm"])
def test_an_exit_cant_wait_to_be_confirmed(suffix):
    message = errors_of(**{EXITS: [f"vwap_default_cross_below{suffix}"]})[f"{EXITS}[0]"]
    assert "use vwap_default_cross_below or vwap_default_cross_below_ib" in message


def test_exits_fill_at_the_close_or_within_the_bar():
    exits = parse(**{EXITS: ["vwap_cross_below_ib", "macd_cross_bear"]}).exits
    assert [(one.id, one.execution) for one in exits] == [
        ("vwap_default_cross_below_ib", "L"),
        ("macd_line_default_cross_bear", "C"),
    ]


@pytest.mark.parametrize("pack", ["tod_ny_open", "atr_default", "eod_15min"])
def test_conditions_and_presets_have_no_triggers(pack):
    assert "unknown trigger" in errors_of(**{ENTRY: f"{pack}_exit"})[ENTRY]


def test_an_entry_in_another_execution_is_still_named_by_its_own_id():
    exits = [f"{ABOVE}_ib"]
    assert "entry trigger" in errors_of(**{ENTRY: f"{ABOVE}_ib", EXITS: exits})[EXITS]


def test_a_confirmation_has_defaults():
    assert entry(f"{ABOVE}_lc").confirmation == Confirmation(0, "exit_market")
    block = {"confirm_bar_offset": None, "on_failure": None}
    assert entry(f"{ABOVE}_lc", entry_confirmation=block).confirmation == Confirmation()


def test_a_confirmation_of_another_entry_is_ignored_with_a_warning():
    spec = entry(f"{ABOVE}_ib", entry_confirmation={"confirm_bar_offset": 1})
    assert spec.confirmation == Confirmation()
    assert "ignored" in spec.warnings[0]
    assert entry(ABOVE, entry_confirmation={"on_failure": "exit_market"}).warnings == ()


@pytest.mark.parametrize(
    ("block", "field", "remedy"),
    [
        (5, "entry_confirmation", "object"),
        ({"confirm_bar_offset": 2}, "entry_confirmation.confirm_bar_offset", "0"),
        ({"confirm_bar_offset": True}, "entry_confirmation.confirm_bar_offset", "1"),
        ({"on_failure": "hold"}, "entry_confirmation.on_failure", "exit_limit"),
    ],
)
def test_a_wrong_confirmation_is_named(block, field, remedy):
    changes = {ENTRY: f"{ABOVE}_lc", "entry_confirmation": block}
    assert remedy in errors_of(**changes)[field]
