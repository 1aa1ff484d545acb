"""Ids are taken apart and put together in one way."""

import pytest

from market.timeframes import TIMEFRAMES
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.record import ids

OWN = TIMEFRAMES["5Min"]


@pytest.mark.parametrize("execution", ids.SUFFIX_OF)
def test_a_trigger_is_split_as_it_was_joined(execution):
    trigger = ids.trigger_id("vwap_default", "cross_above", execution)
    assert ids.split(trigger) == ("vwap_default_cross_above", execution)


@pytest.mark.parametrize("suffix", ids.FAILURE_OF)
def test_older_suffixes_are_confirmed_levels(suffix):
    assert ids.split(f"vwap_default_cross_above{suffix}") == ("vwap_default_cross_above", "LC")


def test_no_trigger_of_a_template_ends_like_a_suffix():
    bases = [trigger.base for template in TEMPLATES.values() for trigger in template.triggers]
    assert [base for base in bases if ids.suffix_of(base)] == []


def test_nothing_joined_with_an_execution_stays_nothing():
    assert ids.joined("", "LC") == ""


@pytest.mark.parametrize(
    ("trigger", "name", "base"),
    [("a_b_c", "a", "b_c"), ("a_b_c", "a_b", "c"), ("a_b_c", "b", None), ("ab_c", "a", None)],
)
def test_what_follows_a_pack_is_its_trigger(trigger, name, base):
    assert ids.base_in(trigger, name) == base


def test_states_may_hold_dashes_and_keys_none():
    text = ids.condition_id("5M", "macd_line", "M>S-0")
    assert text == "5M-MACD_LINE-M>S-0"
    assert ids.split_condition(text) == ("5M", "MACD_LINE", "M>S-0")


@pytest.mark.parametrize("text", ["", "RVOL"])
def test_a_text_without_a_dash_is_no_condition(text):
    assert ids.split_condition(text) is None
    assert ids.relabelled(text, "5M") == text


def test_every_timeframe_is_found_by_its_labels():
    for timeframe in TIMEFRAMES.values():
        assert ids.timeframe_labelled(timeframe.label_secondary, OWN) == timeframe
        assert ids.other_timeframe(timeframe.label_secondary) == timeframe
    assert ids.timeframe_labelled(OWN.label_primary, OWN) == OWN
    assert ids.timeframe_labelled("GEN", OWN) is None


def test_the_own_timeframe_is_written_in_upper_case():
    assert [ids.label_of(TIMEFRAMES[name], OWN) for name in ("5Min", "1Hour")] == ["5M", "1h"]
