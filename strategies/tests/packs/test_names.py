"""Ids of triggers and conditions as pages read them."""

import pytest

from strategies.models import Pack
from strategies.packs.library import create_default_packs
from strategies.packs.names import PackNames

pytestmark = pytest.mark.django_db
OWN = Pack(pack_id="vwap_default", family="tf", base_template="vwap", version="Mine")


def test_the_packs_are_read_once_and_only_when_something_is_asked(alice, django_assert_num_queries):
    create_default_packs(alice)
    with django_assert_num_queries(0):
        names = PackNames(Pack.objects.for_user(alice))
    with django_assert_num_queries(1):
        for _ in range(3):
            names.trigger_text("vwap_default_cross_above")
            names.condition_text("1M-VWAP_DEFAULT->V")


@pytest.mark.parametrize(
    ("trigger", "text"),
    [
        ("vwap_default_cross_above", "VWAP (Mine): Cross Above [C]"),
        ("vwap_default_cross_above_hm", "VWAP (Mine): Cross Above [LC]"),
        ("supertrend_default_bull_flip", "SuperTrend (Default): Bull Flip [C]"),
        ("fixed_r_2", "At 2R"),
        ("vwap_default_no_such_base", "vwap_default_no_such_base"),
        ("", ""),
    ],
)
def test_a_users_own_pack_is_meant_before_one_that_is_implied(trigger, text):
    assert PackNames([OWN]).trigger_text(trigger) == text


@pytest.mark.parametrize("condition", ["", "VWAP_DEFAULT", "1M-VWAP_DEFAULT", "1M-NO_SUCH-X"])
def test_a_condition_of_no_pack_reads_as_it_is_stored(condition):
    assert PackNames([OWN]).condition_text(condition) == condition


def test_a_trigger_says_what_it_allows():
    found = PackNames([OWN]).trigger("vwap_default_cross_above")
    assert found.entry_executions == ("C", "CC", "L", "LC")
    assert found.exit_executions == ("C", "L")
    assert found.level_label == "VWAP"
    assert found.opposite_label == "Opposite of the entry: Cross Below"


def test_an_exit_by_the_opposite_is_named_after_the_entry():
    names = PackNames([OWN])
    entry = "vwap_default_cross_above_ib"
    assert names.exit_text("opposite_signal", entry) == "Opposite of the entry: Cross Below"
    assert names.exit_text("opposite_signal", "no_such_entry") == "Opposite of the entry"


def test_a_stored_trigger_that_is_not_offered_says_why():
    names = PackNames([OWN])
    assert names.kept_text("vwap_default_cross_above").endswith("Cross Above [C] (disabled)")
    assert names.kept_text("trailing_stop") == "Trailing stop"
