"""Every template is offered; the pack of one that nobody has made yet comes with the choice."""

import pytest

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.models import Pack, Strategy
from strategies.packs.library import create_pack, set_enabled
from strategies.saving.changes import create_strategy
from strategies.testing import make_record, make_strategy, pack_of
from strategies.tests.builder.building import NEW, STATE, form_of, options, page

pytestmark = pytest.mark.django_db
FLIP = "supertrend_default_bull_flip"
SAVING = {**STATE, "entry": FLIP, "exit_1": "", "action": "save"}


def test_a_new_account_finds_every_indicator_in_every_picker(builder):
    shown = page(builder, entry="", exit_1="")
    triggers, states = options(shown, "exit_1"), options(shown, "add_condition")
    for template in TEMPLATES.values():
        if template.family == "tf" and template.run is not None:
            assert any(one.startswith(f"{template.id}_default_") for one in triggers), template.id
            key = f"1M-{template.id.upper()}_DEFAULT-"
            assert any(one.replace("&gt;", ">").startswith(key) for one in states), template.id


def test_counting_bars_is_no_exit_trigger_since_it_has_a_field_of_its_own(builder):
    assert not [one for one in options(page(builder), "exit_1") if one.startswith("bar_count")]


def test_looking_at_a_choice_makes_no_pack(builder, alice):
    assert "SuperTrend (Default): Bull Flip" in page(builder, entry=FLIP)
    assert not Pack.objects.for_user(alice).filter(base_template="supertrend").exists()


def test_saving_a_choice_makes_its_pack_and_the_strategy_uses_it(builder, alice):
    condition = "1M-RSI_ZONES_DEFAULT-OVERSOLD"
    builder.post(NEW, {**SAVING, "conditions": [condition]})
    uses = Strategy.objects.get().pack_uses.values_list("pack_id", flat=True)
    assert set(uses) == {"supertrend_default", "rsi_zones_default"}
    pack = pack_of(alice, "supertrend_default")
    assert (pack.family, pack.version, pack.enabled, pack.is_default) == (
        "tf",
        "Default",
        True,
        False,
    )
    assert pack.parameters == {"atr_period": 10, "atr_multiplier": 3.0}
    assert pack.plot_settings["colors"]


def test_a_second_strategy_of_the_same_template_shares_the_pack(builder, alice):
    for _ in range(2):
        builder.post(NEW, SAVING)
    assert Strategy.objects.count() == 2
    assert Pack.objects.for_user(alice).filter(base_template="supertrend").count() == 1


def test_an_edit_that_names_a_new_template_makes_its_pack(builder, alice):
    strategy = make_strategy(alice)
    state = {**SAVING, "version": strategy.version, "exit_1": FLIP, "entry": STATE["entry"]}
    builder.post(f"/strategies/{strategy.pk}/edit/", state)
    assert pack_of(alice, "supertrend_default").enabled


def test_a_record_that_names_it_by_default_makes_it_too(market, alice):
    create_strategy(alice, make_record(entry_trigger_confluence_id=FLIP))
    assert pack_of(alice, "supertrend_default").version == "Default"


def test_a_refused_record_makes_no_pack(builder, alice):
    builder.post(NEW, {**SAVING, "stop_atr_mult": "99"})
    assert not Pack.objects.for_user(alice).filter(base_template="supertrend").exists()


def test_whoever_hid_or_made_a_pack_of_a_template_is_offered_that_alone(builder, alice):
    create_pack(alice, "rsi_zones", {"version": "Quick", "parameters": {"rsi_period": 5}})
    set_enabled(create_pack(alice, "supertrend", {"version": "Off"}), False)
    offered = options(page(builder), "exit_1")
    assert [one for one in offered if one.startswith("rsi_zones_custom_1_")]
    assert not [one for one in offered if one.startswith(("rsi_zones_default", "supertrend"))]


def test_no_state_stands_alone_as_a_code(builder, alice):
    form = form_of(alice, conditions=["1M-EMA_PRICE_POSITION_DEFAULT-LPSM"])
    (chosen,) = form.fields["conditions"].choices
    assert chosen[1] == (
        "EMA Price Position (Default): LPSM – price under one average; "
        "transition: long leads, short over mid"
    )
    names = form.chosen.names
    for pack in names.offered:
        for state in TEMPLATES[pack.base_template].states:
            text = names.condition_text(f"1M-{pack.pack_id.upper()}-{state.name}")
            assert state.meaning
            assert f"{state.name} – {state.meaning}" in text
