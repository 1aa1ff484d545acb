"""Figures, months, band and analytics: stored by the worker, shown by the detail page."""

import json
from itertools import pairwise

import numpy as np
import pytest
from django.urls import reverse

from strategies.engine.figures.analytics import analytics
from strategies.engine.figures.metrics_extended import MINIMUM_TRADES
from strategies.engine.figures.monthly import monthly_table
from strategies.models import Run, Strategy
from strategies.record.sameness import own_fields
from strategies.runs.analytics import Choice, analytics_tab, band_line, heat_table
from strategies.runs.results import variants_tried
from strategies.runs.stored_analytics import kept_places, stored_analytics
from strategies.saving.changes import clone_strategy, update_strategy
from strategies.testing import make_computed, make_run

MIXED = np.random.default_rng(7).choice([-1.0, 0.5, 2.0], 80).tolist()
NEW_KEYS = ("kpis_extended", "kpis_band", "monthly", "analytics", "n_trials")


def detail(client, strategy, **query):
    address = reverse("strategies:strategy-detail", args=[strategy.pk])
    return client.get(address, query)


def with_results(strategy, rs):
    """The strategy's run as if these had been its trades."""
    run = strategy.current_run
    run.result |= {"r_multiples": rs, "analytics": stored_analytics(analytics(rs))}
    run.save()
    return strategy


@pytest.mark.django_db
def test_a_run_stores_every_part(market, alice):
    result = make_run(alice).result
    assert set(NEW_KEYS) <= set(result)
    assert set(result["kpis_extended"]) == set(MINIMUM_TRADES)
    assert result["monthly"]["r"] == pytest.approx(result["kpis"]["total_r"])
    assert result["monthly"]["trades"] == result["analytics"]["n_trades"]
    assert result["n_trials"] == 1
    json.dumps(result, allow_nan=False)


@pytest.mark.django_db
def test_the_variants_tried_are_the_servers_and_deflate_the_sharpe_ratio(market, alice):
    strategy = make_computed(alice)
    Strategy.objects.filter(pk=strategy.pk).update(
        config={**strategy.config, "variants_tried": 500}
    )
    strategy.refresh_from_db()
    update_strategy(strategy, {"name": "Same", "variants_tried": 1}, version=strategy.version)
    strategy.refresh_from_db()
    assert strategy.config["variants_tried"] == 500
    clone = clone_strategy(strategy).strategy
    assert "variants_tried" not in clone.config
    assert own_fields({"variants_tried": 3}) == {}


@pytest.mark.parametrize(("value", "n"), [(7, 7), (0, 1), (None, 1), ("9", 1), (2.5, 1)])
def test_a_count_that_is_none_is_one(value, n):
    assert variants_tried({"variants_tried": value}) == n
    assert variants_tried({}) == 1


@pytest.mark.django_db
def test_the_first_tab_shows_all_groups_and_the_months(market, client, alice):
    strategy = make_computed(alice)
    client.force_login(alice)
    page = detail(client, strategy).content.decode()
    for text in ("Performance", "Risk-adjusted", "Distribution", "Risk", "Drawdown", "Streaks",
                 "Deflated Sharpe", "1 variant tried", "R by month"):  # fmt: skip
        assert text in page
    assert "held both stop and target" not in page


@pytest.mark.django_db
def test_the_band_stands_under_the_figures(market, client, alice):
    strategy = make_computed(alice)
    run = strategy.current_run
    worst = {"profit_factor": 1.25, "total_r": -2.0}
    best = {"profit_factor": 9.5, "total_r": 77.0}
    run.result["kpis_band"] = {"n_ambiguous": 3, "worst": worst, "best": best}
    run.save()
    client.force_login(alice)
    page = detail(client, strategy).content.decode()
    assert "3 bars held both stop and target" in page
    assert "1.25 to 9.50" in page
    assert "−2.00 R to +77.00 R" in page


@pytest.mark.django_db
def test_the_analytics_tab_shows_every_part(market, client, alice):
    strategy = with_results(make_computed(alice), MIXED)
    client.force_login(alice)
    page = detail(client, strategy, tab="analytics").content.decode()
    for text in ("Edge check", "Rolling 20 trades", "Distribution of R", "What follows what",
                 "Consistency", "Favourable", "After a loss", "Excess kurtosis"):  # fmt: skip
        assert text in page
    assert "Not enough trades" not in page


@pytest.mark.django_db
def test_parts_that_lack_trades_say_how_many(market, client, alice):
    strategy = with_results(make_computed(alice), MIXED[:7])
    client.force_login(alice)
    page = detail(client, strategy, tab="analytics").content.decode()
    for text in ("(7 of 30)", "(7 of 21)", "(7 of 20)"):
        assert f"Not enough trades {text}" in page
    assert "Skewness" in page


@pytest.mark.django_db
@pytest.mark.parametrize("tab", ["equity", "analytics"])
def test_a_result_from_before_has_a_page(market, client, alice, tab):
    strategy = make_computed(alice)
    run = strategy.current_run
    run.result = {key: value for key, value in run.result.items() if key not in NEW_KEYS}
    run.save()
    client.force_login(alice)
    answer = detail(client, strategy, tab=tab)
    assert answer.status_code == 200
    assert ("No analytics yet" in answer.content.decode()) is (tab == "analytics")
    assert client.get(reverse("strategies:run-detail", args=[run.code])).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("tab", ["equity", "analytics"])
def test_a_detail_page_asks_no_more_than_before(
    market, client, alice, django_assert_max_num_queries, tab
):
    strategy = with_results(make_computed(alice), MIXED)
    client.force_login(alice)
    detail(client, strategy)
    with django_assert_max_num_queries(21):
        detail(client, strategy, tab=tab)


@pytest.mark.django_db
def test_another_window_and_threshold_are_taken_from_the_address(market, client, alice):
    strategy = with_results(make_computed(alice), MIXED)
    client.force_login(alice)
    page = detail(client, strategy, tab="analytics", window="50", threshold="1.5")
    parts = page.context["analytics"]["parts"]
    assert (parts["edge"]["window"], parts["edge"]["threshold"]) == (50, 1.5)
    assert len(parts["rolling"]["trades"]) == 31
    assert Run.objects.get(pk=strategy.current_run_id).result["analytics"]["edge"]["window"] == 20


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, (20, 1.2)),
        ({"window": "5", "threshold": "9"}, (10, 2.0)),
        ({"window": "x", "threshold": "nan"}, (20, 1.2)),
        ({"window": "1e9", "threshold": "-inf"}, (100, 1.2)),
    ],
)
def test_what_is_asked_for_stays_within_the_limits(query, expected):
    assert Choice.of_query(query) == expected


def test_a_window_longer_than_the_history_says_what_it_needs():
    found = analytics_tab(
        {"analytics": stored_analytics(analytics(MIXED)), "r_multiples": MIXED}, Choice(100, 1.2)
    )
    assert found["needs"]["rolling"] == "Not enough trades (80 of 100)"
    assert found["parts"]["edge"] is None


@pytest.mark.parametrize(("n", "most"), [(0, 5), (1, 5), (5, 5), (6, 5), (99, 5), (10_001, 1500)])
def test_thinning_keeps_the_newest_and_no_more_than_allowed(n, most):
    places = kept_places(n, most)
    assert len(places) <= most
    assert places[-1:] == ([n - 1] if n else [])
    assert len({b - a for a, b in pairwise(places)}) <= 1


def test_a_long_history_is_stored_short_and_aligned():
    stored = stored_analytics(analytics(np.tile(MIXED, 50).tolist()))
    check, rolling = stored["edge_check"], stored["rolling"]
    assert len({len(check[name]) for name in ("trades", "average", "cumulative_r")}) == 1
    assert check["trades"][-1] == rolling["trades"][-1] == 4000
    assert len(json.dumps(stored)) < 150_000


def test_bands_begin_with_the_first_full_window():
    check = stored_analytics(analytics(MIXED))["edge_check"]
    assert check["average"][19:21] == [None, check["average"][20]]
    assert check["trades"] == list(range(1, 81))


def test_the_heat_of_a_month_is_its_share_of_the_largest():
    table = monthly_table([4.0, -2.0, 1.0], [738_900, 738_930, 738_999])
    rows = heat_table(table)["rows"]
    cells = [cell for row in rows for cell in row["months"] if cell.r]
    assert [cell.kind for cell in cells] == ["gain", "loss", "gain"]
    assert [float(cell.heat) for cell in cells] == [0.42, 0.21, 0.105]
    assert heat_table(monthly_table([], [])) is None


def test_without_a_band_there_is_no_line():
    assert band_line(None) is None
