"""The builder's triggers and how they are filled."""

import pytest

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.packs.library import create_default_packs
from strategies.packs.names import PackNames
from strategies.record import ids
from strategies.tests.builder.building import built, form_of, options, page, pushed

pytestmark = pytest.mark.usefixtures("market")


def test_an_entry_with_a_level_offers_every_fill(builder):
    assert options(page(builder), "entry_exec") == ["C", "CC", "L", "LC"]


def test_an_entry_without_a_level_is_filled_at_the_close(builder):
    shown = page(builder, entry="ema_stack_default_cross_bull", exit_1="")
    assert options(shown, "entry_exec") == ["C", "CC"]


def test_before_an_entry_is_chosen_nothing_asks_how_it_is_filled(alice):
    assert "entry_exec" not in form_of(alice, entry="").fields


def test_the_chosen_fill_is_explained_with_its_level(builder):
    assert "reaches the level of the bar before. Level: VWAP." in page(builder, entry_exec="L")


@pytest.mark.parametrize("fill", ["C", "CC", "L"])
def test_only_a_confirmed_level_asks_how_it_is_confirmed(alice, fill):
    assert "on_failure" not in form_of(alice, entry_exec=fill).fields
    assert "on_failure" in form_of(alice, entry_exec="LC").fields


def test_exits_are_filled_at_the_close_or_at_the_level(builder, alice):
    assert options(page(builder), "exit_1_exec") == ["C", "L"]
    fields = form_of(alice, exit_2="vwap_default_return_to_vwap").fields
    assert "exit_2_exec" not in fields


def test_every_trigger_of_every_pack_may_be_an_exit(builder):
    offered = options(page(builder), "exit_1")
    assert {"vwap_default_cross_above", "macd_line_default_zero_cross_down"} < set(offered)
    assert "opposite_signal" in offered


def test_an_entry_without_a_pair_has_no_opposite(builder):
    shown = page(builder, entry="vwap_default_enter_lower_extreme")
    assert "opposite_signal" not in options(shown, "exit_1")


def test_a_further_exit_is_asked_for_after_the_one_before(alice):
    assert "exit_2" not in form_of(alice, exit_1="").fields
    assert "exit_3" not in form_of(alice).fields
    assert "exit_3" in form_of(alice, exit_2="vwap_default_return_to_vwap").fields


def test_the_fills_are_part_of_the_address_and_of_the_record(builder, alice):
    changes = {"entry_exec": "LC", "confirm_bar_offset": "1", "on_failure": "exit_limit"}
    assert "entry_exec=LC" in pushed(builder, **changes)
    record = built(alice, **changes, exit_1_exec="L")
    assert record["entry_trigger_confluence_id"] == "vwap_default_cross_above_lc"
    assert record["exit_trigger_confluence_ids"] == ["vwap_default_cross_below_ib"]
    assert record["entry_confirmation"] == {"confirm_bar_offset": 1, "on_failure": "exit_limit"}


def test_an_id_with_its_suffix_in_the_address_is_understood(builder):
    address = pushed(builder, entry="vwap_default_cross_above_ib")
    assert "entry=vwap_default_cross_above&entry_exec=L" in address


@pytest.mark.parametrize(("before", "after"), [("L", "C"), ("LC", "CC"), ("CC", "CC")])
def test_a_trigger_without_a_level_keeps_what_it_can(alice, before, after):
    record = built(alice, entry="ema_stack_default_cross_bull", entry_exec=before)
    assert ids.split(record["entry_trigger_confluence_id"])[1] == after


@pytest.mark.parametrize("execution", list(ids.SUFFIX_OF))
def test_ids_are_taken_apart_as_they_are_put_together(execution):
    joined = ids.joined("vwap_default_cross_above", execution)
    assert ids.split(joined) == ("vwap_default_cross_above", execution)


def test_no_trigger_ends_like_an_execution():
    for template in TEMPLATES.values():
        for trigger in template.triggers:
            assert ids.split(trigger.base) == (trigger.base, "C")


def test_a_trigger_of_the_other_direction_stays_in_sight_and_is_refused(builder, alice):
    form = form_of(alice, direction="SHORT", exit_1="opposite_signal")
    assert list(form.errors) == ["entry"]
    shown = page(builder, direction="SHORT")
    assert "VWAP (Default): Cross Above (not offered)" in shown
    assert 'value="vwap_default_cross_above" selected' in shown
    assert form_of(alice, direction="LONG", entry="vwap_default_cross_above").is_valid()


def test_an_opposite_of_an_entry_without_a_pair_is_refused(alice):
    form = form_of(alice, entry="vwap_default_enter_lower_extreme", exit_1="opposite_signal")
    assert list(form.errors) == ["exit_1"]
    assert form["exit_1"].value() == "opposite_signal"


def test_a_default_pack_that_the_user_does_not_have_is_named_and_kept(alice):
    kept = {"entry_trigger_confluence_id": "supertrend_default_bull_flip_ib"}
    form = form_of(alice, kept, entry="supertrend_default_bull_flip_ib")
    assert form.is_valid(), form.errors
    assert form.as_record()["entry_trigger_confluence_id"] == kept["entry_trigger_confluence_id"]
    name = form.chosen.names.trigger_text("supertrend_default_bull_flip_ib")
    assert name.startswith("SuperTrend (Default): ")


def test_a_trigger_reads_with_its_fill(alice):
    create_default_packs(alice)
    names = PackNames(alice.packs.all())
    text = names.trigger_text("ema_stack_default_cross_bull_cc")
    assert text == "EMA Stack (Default): Short > Mid Cross [CC]"


def test_what_the_state_holds_and_no_field_shows_is_carried_along(builder):
    shown = page(builder, entry_exec="C", on_failure="exit_limit", data_days="9")
    assert '<input type="hidden" name="on_failure" value="exit_limit">' in shown
