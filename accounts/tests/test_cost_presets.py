"""Presets of costs: the figures they stand for, and what a new strategy begins with."""

import itertools
from datetime import date

import pytest

from accounts.cost_presets import (
    PLAN_FIELDS,
    PLANS,
    SPREAD_FIELDS,
    SPREADS,
    US_SALE_FEES,
    costs_of,
    default_config,
    spread_of,
    us_schedule,
)

# Half-spread and slippage of a market order, $ at a price of 100; the usual loss of a side.
SIDES = [("index", 0.005, 0.015), ("large", 0.005, 0.01), ("mid", 0.03, 0.05), ("small", 0.15, 0.2)]


@pytest.mark.parametrize(("key", "half", "side"), SIDES)
def test_slippage_is_the_usual_loss_of_a_side_less_the_half_spread(key, half, side):
    amounts = SPREADS[key].amounts
    found = [
        amounts.get(f"{name}_per_share", 0.0) + amounts.get(f"{name}_bps", 0.0) / 100
        for name in ("half_spread", "slippage")
    ]
    assert found == pytest.approx([half, side - half])
    assert amounts["slippage_open_minutes"] == 15.0
    assert amounts["slippage_open_factor"] == (2.0 if key == "small" else 3.0)


def test_every_preset_names_known_fields_its_source_and_its_confidence():
    for plan in PLANS.values():
        assert set(plan.amounts) <= set(PLAN_FIELDS)
        assert plan.source or not plan.amounts
        assert plan.confidence in ("high", "medium", "low")
        assert not plan.amounts or date.fromisoformat(plan.valid_from)
    for spread in SPREADS.values():
        assert set(spread.amounts) <= set(SPREAD_FIELDS)
        assert spread.source or not spread.amounts
    assert len({repr(sorted(one.amounts.items())) for one in PLANS.values()}) == len(PLANS)
    assert len({repr(sorted(one.amounts.items())) for one in SPREADS.values()}) == len(SPREADS)


def test_fees_on_sales_by_date():
    dates = [date.fromisoformat(step.valid_from) for step in US_SALE_FEES]
    assert all(first < second for first, second in itertools.pairwise(dates))
    by_date = {one["valid_from"]: one["fields"] for one in us_schedule()}
    spring = {"sell_fee_bps": 0.206, "sell_fee_per_share": 0.000195, "sell_fee_cap": 9.79}
    assert by_date["2026-04-04"] == spring
    assert by_date["2025-05-14"]["sell_fee_bps"] == 0.0
    assert by_date["2024-05-22"]["sell_fee_bps"] == 0.278


CLASSES = [
    ("SPY", "index"),
    ("TSLA", "large"),
    ("BRK.B", "large"),
    ("ZZZ", "mid"),
    ("EURUSD", "none"),
    ("BTC/USD", "none"),
    ("", "none"),
]


@pytest.mark.parametrize(("symbol", "key"), CLASSES)
def test_an_instrument_has_the_spread_of_its_class(symbol, key):
    assert spread_of(symbol) == key


def test_new_strategies_begin_with_fees_and_the_spread_of_the_instrument():
    found = costs_of(default_config(), "SPY")
    assert found == {
        "both_sides_fee_per_share": 0.000003,
        **SPREADS["index"].amounts,
        "schedule": us_schedule(),
    }
    assert costs_of(default_config(), "TSLA")["slippage_bps"] == 0.5
    assert costs_of(default_config(), "EURUSD") == {}
    assert costs_of({"plan": "none", "spread": "auto"}, "SPY") == {}


def test_own_figures_count_only_when_they_are_chosen():
    own = {"plan": "own", "spread": "none", "own": {"commission_per_order": 2.0}}
    assert costs_of(own, "SPY") == {"commission_per_order": 2.0}
    assert costs_of({**own, "us_fees": True}, "SPY")["schedule"] == us_schedule()
    assert "commission_per_order" not in costs_of({**own, "plan": "alpaca"}, "SPY")
