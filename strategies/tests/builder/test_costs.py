"""Costs in the builder: what new strategies begin with, presets, what is kept of stored ones."""

import pytest
from django.urls import reverse

from accounts.cost_presets import PLANS, SPREADS, us_schedule
from accounts.models import UserSettings
from strategies.builder.offers import source_offers
from strategies.builder.state import default_state
from strategies.models import Strategy
from strategies.testing import make_strategy
from strategies.tests.builder.building import NEW, built, form_of, options, page

pytestmark = pytest.mark.usefixtures("market")
DEFAULT = {
    "both_sides_fee_per_share": 0.000003,
    **SPREADS["index"].amounts,
    "schedule": us_schedule(),
}


def test_a_new_strategy_begins_with_the_costs_of_its_user(alice):
    assert built(alice)["costs"] == DEFAULT
    UserSettings.objects.filter(user=alice).update(
        default_costs_config={"plan": "ibkr_fixed", "spread": "none"}
    )
    assert built(alice)["costs"] == {**PLANS["ibkr_fixed"].amounts, "schedule": us_schedule()}


def test_a_record_that_names_no_costs_has_none(alice):
    assert make_strategy(alice).config.get("costs") is None


def test_a_picked_plan_writes_its_figures_and_leaves_the_spread(alice):
    costs = built(alice, cost_plan="ibkr_tiered")["costs"]
    expected = {**PLANS["ibkr_tiered"].amounts, **SPREADS["index"].amounts}
    assert costs == {**expected, "schedule": us_schedule()}
    assert built(alice, cost_plan="none")["costs"] == {}


def test_a_picked_spread_writes_its_figures(alice):
    costs = built(alice, cost_spread="small")["costs"]
    assert {**DEFAULT, "half_spread_per_share": 0, "slippage_per_share": 0} | costs == {
        **DEFAULT,
        **SPREADS["small"].amounts,
        "half_spread_per_share": 0,
        "slippage_per_share": 0,
    }


def test_another_instrument_brings_its_own_spread(alice):
    state = {"symbol": "AAPL", "data_source": "simulated"}
    assert form_of(alice, **state).state["slippage_bps"] == "0.5"
    chosen = {**state, "half_spread_per_share": "0.02"}
    assert form_of(alice, **chosen).state["half_spread_per_share"] == "0.02"


def test_pickers_say_what_holds_now(builder):
    shown = page(builder)
    assert '<option value="" selected>Commission-free (Alpaca and alike)</option>' in shown
    assert '<option value="" selected>Index ETF (SPY, QQQ, IWM)</option>' in shown
    assert set(options(shown, "cost_plan")) == {"ibkr_fixed", "ibkr_tiered", "per_order", "none"}
    own = page(builder, commission_per_share="0.01")
    assert '<option value="" selected>Own figures</option>' in own
    assert "Commission $0.01 a share" in own


def test_small_amounts_are_written_out(builder):
    assert 'value="0.000003"' in page(builder)
    assert 'value="100"' in page(builder, cost_plan="ibkr_fixed")


def test_without_costs_the_form_says_so(builder):
    assert "Without costs" in page(builder, cost_plan="none")
    assert "Without costs" not in page(builder)


def test_a_wrong_figure_is_shown_beside_its_field_in_the_open(builder):
    answer = builder.get(NEW, {"entry": "", "slippage_open_factor": "300"})
    form = answer.context["form"]
    assert "100" in str(form.errors["slippage_open_factor"])
    assert form.shown["has_cost_faults"]


@pytest.mark.parametrize("value", ["x", "-1", "nan", "1e400"])
def test_nonsense_is_refused_and_breaks_nothing(builder, value):
    answer = builder.get(NEW, {"entry": "", "commission_bps": value})
    assert answer.status_code == 200
    assert "commission_bps" in answer.context["form"].errors


def test_half_an_opening_is_told_beside_its_field(builder):
    state = {"slippage_open_factor": "3", "slippage_open_minutes": ""}
    answer = builder.post(NEW, {**form_state(), **state, "action": "save"})
    assert "slippage_open_minutes" in answer.context["form"].errors
    assert not Strategy.objects.exists()


def form_state():
    return {
        "data_source": "sample",
        "symbol": "SPY",
        "entry": "vwap_default_cross_above",
        "stop_method": "atr",
        "stop_atr_mult": "1.5",
    }


def test_a_schedule_nobody_knows_survives_an_edit(builder, alice):
    costs = {
        "commission_surcharge": 0.5,
        "schedule": [{"valid_from": "2020-01-01", "fields": {"sell_fee_bps": 3.0}}],
    }
    strategy = make_strategy(alice, costs=costs)
    path = reverse("strategies:strategy-edit", args=[strategy.pk])
    form = builder.get(path).context["form"]
    assert form.as_record()["costs"] == costs if form.is_valid() else not form.errors
    sent = {name: value for name, value in form.state.items() if value is not None}
    answer = builder.post(path, {**sent, "name": "Renamed", "action": "save", "version": 1})
    assert answer.status_code == 302
    strategy.refresh_from_db()
    assert (strategy.name, strategy.config["costs"]) == ("Renamed", costs)


def test_no_source_begins_without_costs(alice):
    state = default_state(alice, source_offers(alice)[:0])
    assert (state["cost_fees"], state["slippage_bps"]) == ("", None)
