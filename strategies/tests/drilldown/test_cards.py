"""A card is the strategy as it would be: the same trades and figures, bit for bit."""

import random

import pytest

from strategies import tasks
from strategies.drilldown.cards import CURVE_POINTS
from strategies.models import Drilldown
from strategies.testing import make_record, make_run
from strategies.tests.drilldown.asked import cards_of, changes_of, make_drilldown

pytestmark = pytest.mark.django_db
TABS = [tab.value for tab in Drilldown.Tab]
FIGURES = (
    "total_trades", "win_rate", "profit_factor", "avg_r", "total_r", "daily_r", "r_squared",
    "max_r_drawdown",
)  # fmt: skip
STRATEGIES = (
    {},
    {"direction": "SHORT", "entry_trigger_confluence_id": "vwap_default_cross_below_ib"},
    {"stop_config": {"method": "swing", "lookback": 5, "padding": 0.05}, "hifi": True},
    {"confluence": ["1M-MACD_LINE_DEFAULT-M>S+"], "bar_count_exit": 8, "timeframe": "5Min"},
    {"costs": {"commission_per_share": 0.01}, "target_config": None},
)


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("number", range(len(STRATEGIES)))
def test_a_card_is_the_strategy_run_with_that_change(alice, tab, number):
    strategy = STRATEGIES[number]
    row = make_drilldown(alice, tab, **strategy)
    assert row.status == "succeeded", row.error
    cards, changes = cards_of(row), changes_of(row)
    known = sorted(key for key, card in cards.items() if "fault" not in card)
    assert len(known) >= 3
    for key in random.Random(f"{tab}{number}").sample(known, 3):
        run = make_run(alice, **{**strategy, **changes[key]})
        kpis = run.result["kpis"]
        told = cards[key]["figures"]
        assert {name: told[name] for name in FIGURES} == {name: kpis[name] for name in FIGURES}
        run.delete()


def test_the_strategy_itself_is_what_cards_are_compared_with(alice):
    base = make_drilldown(alice, "stop").result["base"]["figures"]
    kpis = make_run(alice).result["kpis"]
    assert {name: base[name] for name in FIGURES} == {name: kpis[name] for name in FIGURES}


def test_every_choice_has_one_card(alice):
    row = make_drilldown(alice, "conditions")
    assert sorted(cards_of(row)) == sorted(changes_of(row))
    assert [part.number for part in row.parts.all()] == list(range(row.parts.count()))


def test_conditions_are_read_on_other_bars(alice):
    row = make_drilldown(alice, "conditions", on="5Min")
    key = "5m-MACD_LINE_DEFAULT-M>S+"
    run = make_run(alice, confluence=[key])
    assert cards_of(row)[key]["figures"]["total_r"] == run.result["kpis"]["total_r"]


def test_few_trades_have_no_interval(alice):
    row = make_drilldown(alice, "conditions")
    effects = [card["effect"] for card in cards_of(row).values() if card.get("effect")]
    assert effects
    for effect in effects:
        assert effect["among_all"] is None
        assert "not enough" in effect["reason"]


def test_a_curve_stays_small_and_ends_at_the_total(alice):
    card = max(
        cards_of(make_drilldown(alice, "entry")).values(),
        key=lambda one: one.get("figures", {}).get("total_trades") or 0,
    )
    assert len(card["curve"]) <= CURVE_POINTS
    assert card["curve"][-1] == pytest.approx(card["figures"]["total_r"], abs=0.005)


def test_without_an_entry_each_entry_is_tried_and_there_is_no_base(alice):
    row = make_drilldown(alice, "entry", entry_trigger_confluence_id="")
    assert row.status == "succeeded"
    assert row.result["base"] is None
    # What stands for it while others are read is a choice like any other.
    assert "ema_stack_default_cross_bull" in cards_of(row)
    assert all(card.get("effect") is None for card in cards_of(row).values())


def test_what_has_no_way_out_is_left_after_four_bars(alice):
    bare = {"exit_trigger_confluence_ids": [], "target_config": None}
    row = make_drilldown(alice, "entry", **bare)
    key = next(iter(sorted(cards_of(row))))
    run = make_run(alice, **bare, bar_count_exit=4, entry_trigger_confluence_id=key)
    assert cards_of(row)[key]["figures"]["total_r"] == run.result["kpis"]["total_r"]


def test_a_choice_that_makes_no_strategy_says_why(alice):
    row = make_drilldown(alice, "entry")
    broken = {**row.choices[0], "change": {"entry_trigger_confluence_id": "nobody_knows"}}
    Drilldown.objects.update(choices=[broken, row.choices[1]], status="queued", lease_until=None)
    tasks.drill_down(row.pk)
    card = cards_of(row)[broken["key"]]
    assert "nobody_knows" in card["fault"]
    assert "figures" not in card


def test_the_best_sets_are_those_that_trying_each_pair_finds(alice):
    entry = "macd_line_default_cross_bull"
    record = make_record(entry_trigger_confluence_id=entry)
    row = make_drilldown(alice, "general", 2, entry_trigger_confluence_id=entry)
    assert row.status == "succeeded", row.error
    cards, changes = cards_of(row), changes_of(row)
    assert row.result["n_tried"] >= len(cards)
    for key, change in changes.items():
        run = make_run(alice, **{**record, **change})
        assert cards[key]["figures"]["total_r"] == run.result["kpis"]["total_r"]
        run.delete()


def test_sets_of_exits_take_the_place_of_the_record_s_own(alice):
    row = make_drilldown(alice, "exits", 1)
    assert row.status == "succeeded", row.error
    for change in changes_of(row).values():
        assert set(change) == {"exit_trigger_confluence_ids", "bar_count_exit"}
        own = change["exit_trigger_confluence_ids"]
        assert len(own) + (change["bar_count_exit"] is not None) == 1


def test_the_best_single_exits_rank_like_their_cards(alice):
    bare = {"exit_trigger_confluence_ids": [], "bar_count_exit": None}
    alone = make_drilldown(alice, "exits", **bare)
    factors = [
        card["figures"]["profit_factor"]
        or (1e9 if card["figures"].get("profit_factor_infinite") else 0)
        for card in cards_of(alone).values()
        if card.get("figures", {}).get("total_trades", 0) >= 5
    ]
    best = make_drilldown(alice, "exits", 1, **bare)
    first = next(iter(cards_of(best).values()))["figures"]
    assert (first["profit_factor"] or 1e9) == max(factors)
