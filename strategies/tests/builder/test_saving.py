"""Everything a strategy may hold goes through the builder and comes back unchanged."""

import pytest
from django.urls import reverse

from market.testing import make_bars
from strategies.models import Strategy
from strategies.testing import compute, make_strategy
from strategies.tests.builder.building import NEW, STATE

pytestmark = pytest.mark.usefixtures("market")
EVERYTHING = {
    **STATE,
    "timeframe": "5Min",
    "entry_exec": "LC",
    "confirm_bar_offset": "1",
    "on_failure": "exit_limit",
    "exit_1": "opposite_signal",
    "exit_2": "vwap_default_cross_below",
    "exit_2_exec": "L",
    "conditions": ["5M-VWAP_DEFAULT->V", "15m-EMA_STACK_DEFAULT-SML"],
    "stop_exec_type": "C",
    "trailing_method": "percentage",
    "trailing_percentage": "0.4",
    "trailing_activation_r": "1",
    "breakeven": "on",
    "breakeven_activation_r": "0.5",
    "breakeven_offset": "0.02",
    "target_method": "risk_reward",
    "target_rr_ratio": "3",
    "target_exec_type": "CC",
    "time_exit_method": "time_of_day_exit",
    "time_exit_exit_hour": "15",
    "time_exit_exit_minute": "30",
    "hifi": "on",
    "name": "Everything",
    "action": "save",
}


@pytest.fixture
def saved(builder):
    answer = builder.post(NEW, EVERYTHING)
    assert answer.status_code == 302, answer.context["form"].errors
    return Strategy.objects.get()


def test_the_whole_record_is_stored(saved):
    config = saved.config
    assert config["entry_trigger_confluence_id"] == "vwap_default_cross_above_lc"
    assert config["entry_confirmation"] == {"confirm_bar_offset": 1, "on_failure": "exit_limit"}
    exits = config["exit_trigger_confluence_ids"]
    assert sorted(exits) == ["opposite_signal", "vwap_default_cross_below_ib"]
    assert sorted(config["confluence"]) == ["15m-EMA_STACK_DEFAULT-SML", "5M-VWAP_DEFAULT->V"]
    assert config["stop_config"] == {
        "method": "atr",
        "atr_mult": 1.5,
        "exec_type": "C",
        "trailing": {
            "enabled": True,
            "method": "percentage",
            "percentage": 0.4,
            "activation_r": 1.0,
        },
        "breakeven": {"enabled": True, "activation_r": 0.5, "offset": 0.02},
    }
    assert config["target_config"]["exec_type"] == "CC"
    assert config["time_exit_config"] == {
        "method": "time_of_day_exit",
        "exit_hour": 15,
        "exit_minute": 30,
    }
    assert config["hifi"] is True


def test_the_editor_shows_it_and_saving_it_unchanged_preserves_the_forward_test(builder, saved):
    address = reverse("strategies:strategy-edit", args=[saved.pk])
    form = builder.get(address).context["form"]
    assert form.is_valid(), form.errors
    sent = {bound.name: bound.value() for bound in form if bound.value() not in (None, "", False)}
    begun = saved.forward_test_start
    answer = builder.post(address, {**sent, "version": saved.version, "action": "save"})
    assert answer.status_code == 302, answer.context["form"].errors
    saved.refresh_from_db()
    assert (saved.version, saved.forward_test_start) == (2, begun)
    assert saved.config["stop_config"]["breakeven"]["offset"] == 0.02


def test_its_address_brings_the_editor_back(builder, saved):
    address = reverse("strategies:strategy-edit", args=[saved.pk])
    headers = {"HX-Request": "true"}
    pushed = builder.get(address, {"timeframe": "15Min"}, headers=headers)["HX-Push-Url"]
    again = builder.get(pushed, headers=headers)["HX-Push-Url"]
    assert again == pushed
    assert "15M-EMA_STACK_DEFAULT-SML" in pushed


def test_a_refused_size_keeps_what_was_typed_and_is_named(builder):
    answer = builder.post(NEW, {**EVERYTHING, "trailing_percentage": "77"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="77"' in shown
    assert "At most 10" in shown


def test_the_detail_page_says_it_all(builder, saved):
    tab = f"{saved.get_absolute_url()}?tab=configuration"
    compute(saved)
    shown = builder.get(tab).content.decode()
    for text in ("[LC]", "Trails by 0.4% from 1R", "To breakeven + $0.02 at 0.5R", "At 15:30 ET"):
        assert text in shown, text


def test_a_loss_is_named_beside_the_button_that_accepts_it(builder, alice):
    make_bars("simulated", "SPY", n_days=2)
    strategy = make_strategy(alice, data_source="simulated", alert_tracking_enabled=True)
    address = reverse("strategies:strategy-edit", args=[strategy.pk])
    form = builder.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value()}
    edit = {**sent, "risk_per_trade": "100", "stop_atr_mult": "3", "version": "1"}
    asked = builder.post(address, {**edit, "action": "save"})
    assert asked.status_code == 409
    bar = asked.content.decode().split('class="builder-save"')[1]
    assert asked.context["losses"][0].split(".")[0] in bar
    assert 'name="action" value="reset"' in bar
    assert 'name="action" value="save"' not in bar
    assert builder.post(address, {**edit, "action": "reset"}).status_code == 302
    strategy.refresh_from_db()
    assert strategy.config["stop_config"]["atr_mult"] == 3.0
